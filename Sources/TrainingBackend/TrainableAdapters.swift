import ModelFiles
import StableDiffusion
import Torch

/// The adapters of a run, hung on the checkpoint's layers, and the optimiser that moves them.
final class TrainableAdapters {
  static let name = "training"

  struct Member {
    let key: LoRAKey
    let adapter: LowRankAdapter
    let layer: any AdaptableLayer
  }

  /// In the networks' own order, the U-Net's first.
  let members: [Member]
  private let groups: [Group]
  private let average: MovingAverage?

  /// Parameters that share a learning rate.
  private struct Group {
    let component: LoRAComponent
    let peakRate: Double
    let optimizer: any Optimizer
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
          component: component, peakRate: rate,
          optimizer: settings.optimizer.over(parameters, rate: rate, weightDecay: settings.weightDecay)))
    }
    try adapt(.unet, checkpoint.unet.store.layers, rate: settings.learningRate)
    if let rate = settings.textEncoderLearningRate {
      for tower in checkpoint.textTowers {
        // Nothing looks at the last layer of XL's first encoder: an adapter there would never hear of a gradient.
        let unseen =
          checkpoint.family.isXL && tower.component == .textEncoder
          ? "encoder.layers.\(tower.model.configuration.layers - 1)." : nil
        let layers = tower.model.store.layers.filter { layer in unseen.map { !layer.path.contains($0) } ?? true }
        try adapt(tower.component, layers, rate: rate)
      }
    }
    self.members = members
    self.groups = groups
    average = try settings.emaDecay.map { decay throws(TorchError) in
      try MovingAverage(of: groups.flatMap(\.optimizer.parameters), decay: decay)
    }
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
  /// - Parameters:
  ///   - step: from 0.
  ///   - factor: on each group's peak learning rate.
  func step(_ step: Int, rateFactor factor: Double) throws(TorchError) {
    for group in groups {
      group.optimizer.learningRate = group.peakRate * factor
      try group.optimizer.step()
      try group.optimizer.zeroGrad()
    }
    try average?.update(step)
  }

  /// Runs the body with what is to be the result in the adapters: their moving average where one is kept.
  func withResult<Result>(_ body: () throws -> Result) throws -> Result {
    guard let average else { return try body() }
    try average.exchange()
    let result = Swift.Result { try body() }
    try average.exchange()
    return try result.get()
  }

  // MARK: State

  /// Matrices, their averages, and all that the optimisers remember, under stable names.
  func state() throws(TorchError) -> [(String, Tensor)] {
    var tensors: [(String, Tensor)] = []
    var position = 0
    for (group, names) in zip(groups, names) {
      for (index, name) in names.enumerated() {
        tensors.append((name, try group.optimizer.parameters[index].detach()))
        if let average { tensors.append(("\(name).ema", average.averages[position])) }
        position += 1
        for (part, tensor) in try group.optimizer.state(of: index) { tensors.append(("\(name).\(part)", tensor)) }
      }
      for (part, tensor) in try group.optimizer.sharedState() {
        tensors.append(("\(Self.sharedName(group.component)).\(part)", tensor))
      }
    }
    return tensors.sorted { $0.0 < $1.0 }
  }

  /// Goes on from what `state` gave.
  ///
  /// - Parameters:
  ///   - stored: the names of all tensors there are.
  ///   - tensor: the tensor of a name.
  /// - Throws: `TrainingError.unusableState`; then the adapters must not be used.
  func restore(_ stored: [String], _ tensor: (String) throws -> Tensor) throws {
    // What stands before the last dot is what it belongs to.
    var parts: [Substring: [String]] = [:]
    for name in stored {
      guard let dot = name.lastIndex(of: ".") else { continue }
      parts[name[..<dot], default: []].append(String(name[name.index(after: dot)...]))
    }
    func state(of owner: String) throws -> [String: Tensor] {
      var state: [String: Tensor] = [:]
      for part in parts[owner[...]] ?? [] { state[part] = try tensor("\(owner).\(part)") }
      return state
    }
    let known = Set(stored)
    func fill(_ target: Tensor, _ name: String) throws {
      guard known.contains(name) else { throw TrainingError.unusableState(reason: "\(name) is missing") }
      let value = try tensor(name)
      guard value.shape == target.shape, value.dtype == target.dtype else {
        throw TrainingError.unusableState(reason: "\(name) is of shape \(value.shape) instead of \(target.shape)")
      }
      _ = try noGrad { try target.copy_(value) }
    }
    var position = 0
    for (group, names) in zip(groups, names) {
      for (index, name) in names.enumerated() {
        try fill(group.optimizer.parameters[index], name)
        if let average { try fill(average.averages[position], "\(name).ema") }
        position += 1
        var remembered = try state(of: name)
        remembered["ema"] = nil
        if !remembered.isEmpty {
          try Self.orUnusable { () throws(TorchError) in try group.optimizer.restore(remembered, of: index) }
        }
      }
      let shared = try state(of: Self.sharedName(group.component))
      try Self.orUnusable { () throws(TorchError) in try group.optimizer.restoreShared(shared) }
    }
  }

  private static func orUnusable(_ body: () throws(TorchError) -> Void) throws {
    do {
      try body()
    } catch {
      throw TrainingError.unusableState(reason: error.message)
    }
  }

  private static func sharedName(_ component: LoRAComponent) -> String { "optimizer.\(component)" }

  /// Of each group's parameters.
  private var names: [[String]] {
    var member = 0
    return groups.map { group in
      let count = group.optimizer.parameters.count
      defer { member += count / 2 }
      return (0..<count).map { "\(members[member + $0 / 2].key).\($0 % 2 == 0 ? "down" : "up")" }
    }
  }
}
