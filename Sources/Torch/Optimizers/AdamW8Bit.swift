internal import CTorch

/// AdamW whose moments take 8 bits an element (Dettmers et al., arXiv 2110.02861): blocks of 256 elements share a
/// scale, and each element is the nearest of 256 numbers that lie the closer the smaller they are.
///
/// As in `bitsandbytes`, parameters of fewer than 4,096 elements keep float32 moments: they save nothing and lose the
/// most.
package final class AdamW8Bit: Optimizer {
  package let parameters: [Tensor]
  package var learningRate: Double {
    didSet { plain.learningRate = learningRate }
  }
  package let betas: (Double, Double)
  package let epsilon: Double
  package let weightDecay: Double

  /// Elements that share a scale.
  static let blockSize = 256
  /// Elements from which moments take 8 bits.
  static let smallestQuantized = 4096

  /// Codes, `[blocks, 256]` and uint8, and scales, `[blocks]` and float32, of the two moments.
  private struct Moments: ParameterMemory {
    var step = 0
    let averageCodes: Tensor
    let averageScales: Tensor
    let squareCodes: Tensor
    let squareScales: Tensor

    init(of parameter: Tensor) throws(TorchError) {
      let blocks = (parameter.count + AdamW8Bit.blockSize - 1) / AdamW8Bit.blockSize, device = parameter.device
      averageCodes = try Tensor.zeros(shape: [blocks, AdamW8Bit.blockSize], dtype: .uint8, device: device)
      squareCodes = try Tensor.zeros(shape: [blocks, AdamW8Bit.blockSize], dtype: .uint8, device: device)
      // With scales of zero every code stands for zero.
      averageScales = try Tensor.zeros(shape: [blocks], device: device)
      squareScales = try Tensor.zeros(shape: [blocks], device: device)
    }

    var tensors: [(name: String, tensor: Tensor)] {
      [
        ("average_codes", averageCodes), ("average_scales", averageScales), ("square_codes", squareCodes),
        ("square_scales", squareScales),
      ]
    }

    func steps() -> Int? { step }

    mutating func goOn(after steps: Int) { step = steps }
  }

  /// Of the small parameters.
  private let plain: AdamW
  /// Where a parameter stands among the small ones; nil: it is quantised.
  private let plainIndices: [Int?]
  /// Of the others.
  private var moments: Memories<Moments>

  package init(
    parameters: [Tensor], learningRate: Double, betas: (Double, Double) = (0.9, 0.999), epsilon: Double = 1e-8,
    weightDecay: Double = 1e-2
  ) {
    self.parameters = parameters
    self.learningRate = learningRate
    self.betas = betas
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    var small: [Tensor] = []
    plainIndices = parameters.map { parameter in
      guard parameter.count < Self.smallestQuantized else { return nil }
      small.append(parameter)
      return small.count - 1
    }
    plain = AdamW(
      parameters: small, learningRate: learningRate, betas: betas, epsilon: epsilon, weightDecay: weightDecay)
    moments = Memories(of: parameters)
  }

  package func step() throws(TorchError) {
    try plain.step()
    // Bias corrections depend on the step: parameters that have taken as many go together.
    var members: [Int: [Int]] = [:]
    for (index, parameter) in parameters.enumerated() where plainIndices[index] == nil && parameter.grad != nil {
      members[try moments.memory(of: index).step + 1, default: []].append(index)
    }
    for step in members.keys.sorted() { try move(members[step] ?? [], step: step) }
  }

  private func move(_ indices: [Int], step: Int) throws(TorchError) {
    let moving = try moments.moving(indices)
    for index in indices { moments.update(index) { $0.step = step } }
    let gradients: [CTTensorRef?] = moving.gradients.map(\.handle)
    let averageCodes: [CTTensorRef?] = moving.memories.map(\.averageCodes.handle)
    let averageScales: [CTTensorRef?] = moving.memories.map(\.averageScales.handle)
    let squareCodes: [CTTensorRef?] = moving.memories.map(\.squareCodes.handle)
    let squareScales: [CTTensorRef?] = moving.memories.map(\.squareScales.handle)
    try moving.parameters.withHandles { handles, error in
      withExtendedLifetime(moving) {
        ct_adamw_8bit_step(
          handles, gradients, averageCodes, averageScales, squareCodes, squareScales, moving.parameters.count,
          Int64(step), learningRate, betas.0, betas.1, weightDecay, epsilon, error)
      }
    }
  }

  /// `step`, and codes and scales of the averages of the gradient and of its square; of a small parameter `AdamW`'s.
  package func state(of index: Int) throws(TorchError) -> [String: Tensor] {
    if let place = plainIndices[index] { return try plain.state(of: place) }
    return try moments.state(of: index)
  }

  package func restore(_ state: [String: Tensor], of index: Int) throws(TorchError) {
    if let place = plainIndices[index] { return try plain.restore(state, of: place) }
    try moments.restore(state, of: index)
  }

  /// The 256 numbers that a code stands for, rising: from -1 to 1, or from 0 to 1.
  package static func codebook(signed: Bool) throws(TorchError) -> Tensor {
    try made { ct_dynamic_codebook(signed, $0) }
  }
}
