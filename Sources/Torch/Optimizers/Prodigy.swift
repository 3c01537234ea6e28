internal import CTorch

/// Adam that estimates the distance to the solution and takes it for its learning rate (Mishchenko & Defazio, arXiv
/// 2306.06101): with decoupled weight decay, bias correction, and the safeguard that keeps a warm-up out of the
/// estimate. The arithmetic is that of the authors' `prodigyopt`.
package final class Prodigy: Optimizer {
  package let parameters: [Tensor]
  /// A factor on the estimate: 1 suits, with a schedule if one is wanted.
  package var learningRate: Double
  package let betas: (Double, Double)
  package let epsilon: Double
  package let weightDecay: Double
  private let usesBiasCorrection: Bool
  private let safeguardsWarmup: Bool
  private let initialDistance: Double

  /// What is estimated of all parameters together.
  private struct Estimate {
    var distance: Double
    var largest: Double
    var numerator = 0.0
    /// Steps done.
    var steps = 0
  }

  private struct Moments: ParameterMemory {
    let average: Tensor
    let squareAverage: Tensor
    /// The weighted sum of gradients.
    let sum: Tensor
    /// The parameter as it was at its first step.
    let start: Tensor

    init(of parameter: Tensor) throws(TorchError) {
      average = try parameter.zerosLike()
      squareAverage = try parameter.zerosLike()
      sum = try parameter.zerosLike()
      start = try parameter.detach().clone()
    }

    var tensors: [(name: String, tensor: Tensor)] {
      [("average", average), ("square_average", squareAverage), ("sum", sum), ("start", start)]
    }
  }

  private var estimate: Estimate
  private var moments: Memories<Moments>

  package init(
    parameters: [Tensor], learningRate: Double = 1, betas: (Double, Double) = (0.9, 0.999), epsilon: Double = 1e-8,
    weightDecay: Double = 0, usesBiasCorrection: Bool = true, safeguardsWarmup: Bool = true,
    initialDistance: Double = 1e-6
  ) {
    self.parameters = parameters
    self.learningRate = learningRate
    self.betas = betas
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.usesBiasCorrection = usesBiasCorrection
    self.safeguardsWarmup = safeguardsWarmup
    self.initialDistance = initialDistance
    estimate = Estimate(distance: initialDistance, largest: initialDistance)
    moments = Memories(of: parameters)
  }

  /// The estimate of the distance: what a step moves by, apart from the learning rate.
  package var distance: Double { estimate.distance }

  package func step() throws(TorchError) {
    let moving = try moments.moving(), count = moving.parameters.count
    // At a rate of zero, such as a warm-up's first, nothing is learned of the distance either.
    guard learningRate > 0, count > 0 else { return }

    let beta3 = betas.1.squareRoot(), step = Double(estimate.steps + 1)
    let correction =
      usesBiasCorrection ? (1 - power(betas.1, step)).squareRoot() / (1 - power(betas.0, step)) : 1
    let distance = estimate.distance, rate = distance * learningRate * correction
    let relative = distance / initialDistance

    let gradients: [CTTensorRef?] = moving.gradients.map(\.handle)
    let starts: [CTTensorRef?] = moving.memories.map(\.start.handle)
    let averages: [CTTensorRef?] = moving.memories.map(\.average.handle)
    let squareAverages: [CTTensorRef?] = moving.memories.map(\.squareAverage.handle)
    let sums: [CTTensorRef?] = moving.memories.map(\.sum.handle)
    var travelled = 0.0, denominator = 0.0
    try moving.parameters.withHandles { handles, error in
      withExtendedLifetime(moving) {
        ct_prodigy_gather(
          handles, gradients, starts, averages, squareAverages, sums, count, betas.0, betas.1, beta3, distance,
          relative * (safeguardsWarmup ? distance : rate), &travelled, &denominator, error)
      }
    }
    // No gradient at all: nothing to learn from.
    guard denominator != 0 else { return }
    estimate.numerator = beta3 * estimate.numerator + relative * rate * travelled
    let candidate = estimate.numerator / denominator
    if estimate.distance == initialDistance { estimate.distance = max(estimate.distance, candidate) }
    estimate.largest = max(estimate.largest, candidate)
    estimate.distance = estimate.largest
    estimate.steps += 1

    try moving.parameters.withHandles { handles, error in
      withExtendedLifetime(moving) {
        ct_prodigy_move(
          handles, averages, squareAverages, count, rate, weightDecay, estimate.distance * epsilon, error)
      }
    }
  }

  /// By repeated multiplication: without Foundation.
  private func power(_ base: Double, _ exponent: Double) -> Double {
    var result = 1.0, factor = base, rest = Int(exponent)
    while rest > 0 {
      if rest & 1 == 1 { result *= factor }
      factor *= factor
      rest >>= 1
    }
    return result
  }

  /// `average`, `square_average`, `sum` and `start`.
  package func state(of index: Int) throws(TorchError) -> [String: Tensor] { try moments.state(of: index) }

  package func restore(_ state: [String: Tensor], of index: Int) throws(TorchError) {
    try moments.restore(state, of: index)
  }

  /// `estimate`: four float64 numbers.
  package func sharedState() throws(TorchError) -> [String: Tensor] {
    let values = [estimate.distance, estimate.largest, estimate.numerator, Double(estimate.steps)]
    return ["estimate": try Tensor(values, shape: [4])]
  }

  package func restoreShared(_ state: [String: Tensor]) throws(TorchError) {
    let values = try StoredState(tensors: state, index: 0).tensor("estimate", shape: [4], dtype: .float64).doubles()
    guard values.allSatisfy(\.isFinite), values[0] > 0, values[1] >= values[0], values[3] >= 0,
      values[3] <= StoredState.mostSteps
    else {
      throw TorchError(.invalidArgument, "no run of Prodigy comes to the estimate \(values)")
    }
    estimate = Estimate(distance: values[0], largest: values[1], numerator: values[2], steps: Int(values[3]))
  }
}
