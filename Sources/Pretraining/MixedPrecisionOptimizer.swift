import StableDiffusion
import Torch

/// AdamW over float32 master weights, with their exponential moving average, for models that compute in another type.
///
/// The models' own parameters carry the gradients; each step converts these, moves the masters and copies them back.
final class MixedPrecisionOptimizer {
  private let paths: [String]
  private let parameters: [Tensor]
  private let masters: [Tensor]
  private let averages: [Tensor]
  private let adam: AdamW
  private let averageDecay: Double
  private(set) var steps = 0

  /// - Parameter models: with a name each, that keeps their parameters apart in checkpoints.
  init(
    models: [(name: String, model: any Model)], averageDecay: Double, weightDecay: Double
  ) throws(TorchError) {
    var paths: [String] = []
    var parameters: [Tensor] = []
    for (name, model) in models {
      model.setRequiresGrad(true)
      for (path, tensor) in model.parameters {
        paths.append("\(name).\(path)")
        parameters.append(tensor)
      }
    }
    var masters: [Tensor] = []
    var averages: [Tensor] = []
    for parameter in parameters {
      masters.append(parameter.dtype == .float32 ? parameter : try parameter.detach().to(dtype: .float32).clone())
      averages.append(try parameter.detach().to(dtype: .float32).clone())
    }
    self.paths = paths
    self.parameters = parameters
    self.masters = masters
    self.averages = averages
    self.averageDecay = averageDecay
    adam = AdamW(parameters: masters, learningRate: 0, betas: (0.9, 0.99), weightDecay: weightDecay)
  }

  /// Moves the weights by the gradients, which it then lets go of.
  /// - Returns: the gradients' norm before clipping; when it is not finite, nothing was moved.
  @discardableResult
  func step(learningRate: Double, maxNorm: Double) throws(TorchError) -> Double {
    try convertGradients()
    let norm = try adam.clipGradNorm(maxNorm)
    if norm.isFinite {
      adam.learningRate = learningRate
      try adam.step()
      steps += 1
      try publish()
    }
    try adam.zeroGrad()
    return norm
  }

  private func convertGradients() throws(TorchError) {
    for (parameter, master) in zip(parameters, masters) where parameter !== master {
      guard let gradient = parameter.grad else { continue }
      try master.setGrad(gradient.to(dtype: .float32))
      try parameter.setGrad(nil)
    }
  }

  private func publish() throws(TorchError) {
    try noGrad { () throws(TorchError) in
      for (parameter, master) in zip(parameters, masters) where parameter !== master { try parameter.copy_(master) }
      // A young average would hold on to the random start: its memory grows with the number of steps.
      let decay = min(averageDecay, Double(1 + steps) / Double(10 + steps))
      try Tensor.lerp_(averages, towards: masters, weight: 1 - decay)
    }
  }

  /// Runs `body` with the moving averages in the models, then puts the trained weights back.
  func withAverages<Success>(_ body: () throws -> Success) throws -> Success {
    // Masters that are the parameters themselves are about to be written over.
    var trained: [Tensor] = []
    for master in masters { trained.append(try master.detach().clone()) }
    try load(averages)
    let result = Result { try body() }
    try load(trained)
    return try result.get()
  }

  /// Leaves the moving averages in the models for good: the result of the training.
  func finish() throws(TorchError) {
    try load(averages)
  }

  private func load(_ values: [Tensor]) throws(TorchError) {
    try noGrad { () throws(TorchError) in
      for (parameter, value) in zip(parameters, values) { try parameter.copy_(value) }
    }
  }
}

// MARK: Checkpoints
extension MixedPrecisionOptimizer {
  func save(to path: String, metadata: [String: String]) throws {
    var tensors: [(String, Tensor)] = []
    for (index, path) in paths.enumerated() {
      tensors.append(("master.\(path)", try masters[index].detach()))
      tensors.append(("average.\(path)", averages[index]))
      let state = try adam.state(of: index)
      guard let average = state["average"], let square = state["square_average"] else { continue }
      tensors.append(("first.\(path)", average))
      tensors.append(("second.\(path)", square))
    }
    var metadata = metadata
    metadata["steps"] = String(steps)
    try Safetensors.write(tensors, metadata: metadata, to: path)
  }

  /// - Returns: the metadata saved with it.
  func restore(from path: String) throws -> [String: String] {
    let file = try Safetensors(path: path)
    steps = file.metadata["steps"].flatMap { Int($0) } ?? 0
    try noGrad {
      for (index, path) in paths.enumerated() {
        try masters[index].copy_(file.tensor(named: "master.\(path)"))
        try averages[index].copy_(file.tensor(named: "average.\(path)"))
        guard file.contains("first.\(path)") else { continue }
        try adam.restore(
          [
            "step": Tensor([Int64(steps)], shape: [1]), "average": file.tensor(named: "first.\(path)"),
            "square_average": file.tensor(named: "second.\(path)"),
          ], of: index)
      }
      for (parameter, master) in zip(parameters, masters) where parameter !== master { try parameter.copy_(master) }
    }
    return file.metadata
  }
}
