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
  private struct Moments {
    var step: Int
    let averageCodes: Tensor
    let averageScales: Tensor
    let squareCodes: Tensor
    let squareScales: Tensor

    var tensors: [(name: String, tensor: Tensor)] {
      [
        ("average_codes", averageCodes), ("average_scales", averageScales), ("square_codes", squareCodes),
        ("square_scales", squareScales),
      ]
    }
  }

  /// Of the small parameters.
  private let plain: AdamW
  /// Where a parameter stands among the small ones; nil: it is quantised.
  private let plainIndices: [Int?]
  /// Made at a parameter's first gradient.
  private var moments: [Moments?]

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
    moments = Array(repeating: nil, count: parameters.count)
  }

  package func step() throws(TorchError) {
    try plain.step()
    // Bias corrections depend on the step: parameters that have taken as many go together.
    var members: [Int: [Int]] = [:]
    for (index, parameter) in parameters.enumerated() where plainIndices[index] == nil && parameter.grad != nil {
      members[try moments(at: index).step + 1, default: []].append(index)
    }
    for step in members.keys.sorted() { try move(members[step] ?? [], step: step) }
  }

  private func move(_ indices: [Int], step: Int) throws(TorchError) {
    var states: [Moments] = []
    var stepped: [Tensor] = []
    var gradients: [Tensor] = []
    for index in indices {
      guard let gradient = parameters[index].grad else { continue }
      states.append(try moments(at: index))
      stepped.append(parameters[index])
      gradients.append(gradient)
      moments[index]?.step = step
    }
    let gradientHandles: [CTTensorRef?] = gradients.map(\.handle)
    let averageCodes: [CTTensorRef?] = states.map(\.averageCodes.handle)
    let averageScales: [CTTensorRef?] = states.map(\.averageScales.handle)
    let squareCodes: [CTTensorRef?] = states.map(\.squareCodes.handle)
    let squareScales: [CTTensorRef?] = states.map(\.squareScales.handle)
    try stepped.withHandles { handles, error in
      withExtendedLifetime((gradients, states)) {
        ct_adamw_8bit_step(
          handles, gradientHandles, averageCodes, averageScales, squareCodes, squareScales, stepped.count, Int64(step),
          learningRate, betas.0, betas.1, weightDecay, epsilon, error)
      }
    }
  }

  /// `step`, and codes and scales of the averages of the gradient and of its square; of a small parameter `AdamW`'s.
  package func state(of index: Int) throws(TorchError) -> [String: Tensor] {
    if let place = plainIndices[index] { return try plain.state(of: place) }
    guard let moments = moments[index], moments.step > 0 else { return [:] }
    var state = ["step": try Tensor.steps(moments.step)]
    for (name, tensor) in moments.tensors { state[name] = tensor }
    return state
  }

  package func restore(_ state: [String: Tensor], of index: Int) throws(TorchError) {
    if let place = plainIndices[index] { return try plain.restore(state, of: place) }
    let stored = StoredState(tensors: state, index: index)
    let steps = try stored.steps()
    for (name, tensor) in try moments(at: index).tensors {
      try tensor.copy_(stored.tensor(name, shape: tensor.shape, dtype: tensor.dtype))
    }
    moments[index]?.step = steps
  }

  /// The 256 numbers that a code stands for, rising: from -1 to 1, or from 0 to 1.
  package static func codebook(signed: Bool) throws(TorchError) -> Tensor {
    try made { ct_dynamic_codebook(signed, $0) }
  }

  private func moments(at index: Int) throws(TorchError) -> Moments {
    if let existing = moments[index] { return existing }
    let parameter = parameters[index]
    let blocks = (parameter.count + Self.blockSize - 1) / Self.blockSize
    func codes() throws(TorchError) -> Tensor {
      try Tensor.zeros(shape: [blocks, Self.blockSize], dtype: .uint8, device: parameter.device)
    }
    // With scales of zero every code stands for zero.
    func scales() throws(TorchError) -> Tensor {
      try Tensor.zeros(shape: [blocks], device: parameter.device)
    }
    let new = Moments(
      step: 0, averageCodes: try codes(), averageScales: try scales(), squareCodes: try codes(),
      squareScales: try scales())
    moments[index] = new
    return new
  }
}
