/// Adam's second moment as the product of a row and a column, and no first moment (Shazeer & Stern, arXiv 1804.04235):
/// next to no memory. With a given learning rate, neither relative to the step nor to the parameter, as transformers'
/// `Adafactor(scale_parameter=False, relative_step=False)`.
package final class Adafactor: Optimizer {
  package let parameters: [Tensor]
  package var learningRate: Double
  package let weightDecay: Double
  /// Keeps squares away from zero.
  private let epsilon = 1e-30
  /// The root mean square that an update is scaled down to.
  private let clipThreshold = 1.0
  /// β₂ = 1 − stepᵈ rises towards 1.
  private let decayExponent = -0.8

  /// The running average of the gradient's square: of a matrix, means over its last dimension and over the last but
  /// one.
  private struct Moments: ParameterMemory {
    var step = 0
    let row: Tensor
    let column: Tensor?

    init(of parameter: Tensor) throws(TorchError) {
      let shape = parameter.shape
      func zeros(_ shape: [Int]) throws(TorchError) -> Tensor {
        try Tensor.zeros(shape: shape, dtype: parameter.dtype, device: parameter.device)
      }
      row = try zeros(shape.count >= 2 ? Array(shape.dropLast()) : shape)
      column = shape.count >= 2 ? try zeros(shape.dropLast(2) + shape.suffix(1)) : nil
    }

    var tensors: [(name: String, tensor: Tensor)] {
      guard let column else { return [("row", row)] }
      return [("row", row), ("column", column)]
    }

    func steps() -> Int? { step }

    mutating func goOn(after steps: Int) { step = steps }
  }

  private var moments: Memories<Moments>

  package init(parameters: [Tensor], learningRate: Double, weightDecay: Double = 0) {
    self.parameters = parameters
    self.learningRate = learningRate
    self.weightDecay = weightDecay
    moments = Memories(of: parameters)
  }

  /// Parameters that are updated as one tensor: of one shape, after as many steps.
  private struct Kind: Hashable {
    let shape: [Int]
    let step: Int
  }

  package func step() throws(TorchError) {
    var order: [Kind] = []
    var members: [Kind: [Int]] = [:]
    for (index, parameter) in parameters.enumerated() where parameter.grad != nil {
      let kind = Kind(shape: parameter.shape, step: try moments.memory(of: index).step + 1)
      if members[kind] == nil { order.append(kind) }
      members[kind, default: []].append(index)
    }
    try noGrad { () throws(TorchError) in
      for kind in order { try move(members[kind] ?? [], kind) }
    }
  }

  private func move(_ indices: [Int], _ kind: Kind) throws(TorchError) {
    let moving = try moments.moving(indices), states = moving.memories
    let gradient = try Tensor.stack(moving.gradients)
    let squares = try gradient * gradient + epsilon
    let beta = 1 - (try Tensor.pow(Double(kind.step), Tensor([decayExponent] as [Double], shape: [])).item())

    var update: Tensor
    let columns = states.compactMap(\.column)
    if columns.count == indices.count {
      let row = try mean(states.map(\.row), squares.mean(dims: [-1]), beta)
      let column = try mean(columns, squares.mean(dims: [-2]), beta)
      let rows = try (row / row.mean(dims: [-1], keepDim: true)).rsqrt().unsqueeze(-1)
      update = try rows * column.rsqrt().unsqueeze(-2) * gradient
    } else {
      update = try mean(states.map(\.row), squares, beta).rsqrt() * gradient
    }
    let size = try (update * update).reshape([indices.count, -1]).mean(dims: [1]).sqrt()
    let shrink = try (size / clipThreshold).clamp(min: 1)
    update = try update / shrink.reshape([indices.count] + kind.shape.map { _ in 1 })
    for (row, index) in indices.enumerated() {
      let parameter = parameters[index]
      if weightDecay != 0 { try parameter.mul_(1 - weightDecay * learningRate) }
      try parameter.add_(update.select(dim: 0, index: row), alpha: -learningRate)
      moments.update(index) { $0.step = kind.step }
    }
  }

  /// Moves each average towards its row of `new` and gives all of them, one below the other.
  private func mean(_ averages: [Tensor], _ new: Tensor, _ beta: Double) throws(TorchError) -> Tensor {
    let joined = try Tensor.stack(averages).mul_(beta).add_(new, alpha: 1 - beta)
    for (row, average) in averages.enumerated() { try average.copy_(joined.select(dim: 0, index: row)) }
    return joined
  }

  /// `step`, and `row` and `column`, or `row` alone of a parameter of less than two dimensions.
  package func state(of index: Int) throws(TorchError) -> [String: Tensor] { try moments.state(of: index) }

  package func restore(_ state: [String: Tensor], of index: Int) throws(TorchError) {
    try moments.restore(state, of: index)
  }
}
