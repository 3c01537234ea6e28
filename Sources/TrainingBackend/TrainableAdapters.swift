import ModelFiles
import StableDiffusion
import Torch

/// The adapters of a run, hung on the checkpoint's layers, and the optimiser that moves them.
final class TrainableAdapters {
  static let name = "training"

  struct Member {
    let key: LoRAKey
    let adapter: LowRankAdapter
    fileprivate let layer: any AdaptableLayer
  }

  /// In the networks' own order, the U-Net's first.
  let members: [Member]
  private let groups: [Group]

  /// Parameters that share a learning rate.
  private struct Group {
    let peakRate: Double
    let optimizer: AdamW
  }

  init(_ checkpoint: StableDiffusionCheckpoint, _ settings: TrainingSettings, generator: Generator) throws(TorchError) {
    var members: [Member] = []
    var groups: [Group] = []
    func adapt(_ component: LoRAComponent, _ layers: [any AdaptableLayer], rate: Double) throws(TorchError) {
      var parameters: [Tensor] = []
      for layer in layers where settings.targets.contains(layer.path, component: component) {
        let adapter = try layer.makeAdapter(
          name: Self.name, rank: settings.rank, scale: settings.scale, generator: generator)
        members.append(Member(key: LoRAKey(component: component, path: layer.path), adapter: adapter, layer: layer))
        parameters += [adapter.down, adapter.up]
      }
      groups.append(
        Group(
          peakRate: rate,
          optimizer: AdamW(parameters: parameters, learningRate: rate, weightDecay: settings.weightDecay)))
    }
    try adapt(.unet, checkpoint.unet.store.layers, rate: settings.learningRate)
    if let rate = settings.textEncoderLearningRate {
      for tower in checkpoint.textTowers { try adapt(tower.component, tower.model.store.layers, rate: rate) }
    }
    self.members = members
    self.groups = groups
  }

  func attach() {
    for member in members { member.layer.adapters.append(member.adapter) }
  }

  /// Leaves every layer as it was.
  func detach() {
    for member in members { member.layer.adapters.removeAll { $0 === member.adapter } }
  }

  private var parameters: [Tensor] { groups.flatMap(\.optimizer.parameters) }

  /// Divides all gradients by what the loss was multiplied with, then scales them together so that their norm is at
  /// most `limit`, and gives the norm from before the latter. A norm that is not finite leaves them as they were.
  func clipGradients(_ limit: Double, scaledBy scale: Double) throws(TorchError) -> Double {
    let parameters = self.parameters
    if scale != 1 { try Torch.scaleGradients(of: parameters, by: 1 / scale) }
    return try Torch.clipGradNorm(of: parameters, limit)
  }

  func dropGradients() throws(TorchError) {
    for group in groups { try group.optimizer.zeroGrad() }
  }

  /// Moves the parameters along their gradients and lets go of these.
  ///
  /// - Parameter factor: on each group's peak learning rate.
  func step(rateFactor factor: Double) throws(TorchError) {
    for group in groups {
      group.optimizer.learningRate = group.peakRate * factor
      try group.optimizer.step()
      try group.optimizer.zeroGrad()
    }
  }

  // MARK: State

  /// Matrices, moments and step counts under stable names.
  func state() throws(TorchError) -> [(String, Tensor)] {
    var tensors: [(String, Tensor)] = []
    for (group, index, name, parameter) in entries {
      tensors.append((name, try parameter.detach()))
      guard let state = try group.optimizer.state(at: index) else { continue }
      tensors.append(("\(name).average", state.average))
      tensors.append(("\(name).square_average", state.squareAverage))
      tensors.append(("\(name).step", try Tensor([Int64(state.step)], shape: [1])))
    }
    return tensors
  }

  /// Goes on from what `state` gave.
  ///
  /// - Parameter find: the tensor of a name; nil where there is none.
  func restore(_ find: (String) throws -> Tensor?) throws {
    for (group, index, name, parameter) in entries {
      guard let stored = try find(name), stored.shape == parameter.shape, stored.dtype == parameter.dtype else {
        throw TrainingError.unusableState(reason: "\(name) is missing or of another shape")
      }
      _ = try noGrad { try parameter.copy_(stored) }
      guard let average = try find("\(name).average"), let square = try find("\(name).square_average"),
        let step = try find("\(name).step")
      else { continue }
      guard average.shape == parameter.shape, square.shape == parameter.shape, step.count == 1 else {
        throw TrainingError.unusableState(reason: "what the optimiser knew of \(name) is of another shape")
      }
      let count = try step.item()
      guard count >= 1, count <= 1e6 else {
        throw TrainingError.unusableState(reason: "\(name) has taken \(count) steps")
      }
      try group.optimizer.setState(
        .init(step: Int(count), average: average, squareAverage: square), at: index)
    }
  }

  private var entries: [(group: Group, index: Int, name: String, parameter: Tensor)] {
    var result: [(Group, Int, String, Tensor)] = []
    var member = 0
    for group in groups {
      for (index, parameter) in group.optimizer.parameters.enumerated() {
        let part = index % 2 == 0 ? "down" : "up"
        result.append((group, index, "\(members[member + index / 2].key).\(part)", parameter))
      }
      member += group.optimizer.parameters.count / 2
    }
    return result
  }
}
