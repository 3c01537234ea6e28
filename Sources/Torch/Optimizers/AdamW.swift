internal import CTorch

/// Adam with decoupled weight decay (Loshchilov & Hutter, arXiv 1711.05101), one fused call a step. Its settings may
/// change between steps.
package final class AdamW: Optimizer {
  package let parameters: [Tensor]
  package var learningRate: Double
  package var betas: (Double, Double)
  package var epsilon: Double
  package var weightDecay: Double

  private struct Moments {
    let average: Tensor
    let squareAverage: Tensor
    /// A float32 scalar on the parameter's device, as the fused kernel wants it; exact up to 2^24 steps.
    let step: Tensor
  }

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
    moments = Array(repeating: nil, count: parameters.count)
  }

  package func step() throws(TorchError) {
    var stepped: [Tensor] = []
    var gradients: [Tensor] = []
    var states: [Moments] = []
    for (index, parameter) in parameters.enumerated() {
      guard let gradient = parameter.grad else { continue }
      stepped.append(parameter)
      gradients.append(gradient)
      states.append(try moments(at: index))
    }
    let gradientHandles: [CTTensorRef?] = gradients.map(\.handle)
    let averages: [CTTensorRef?] = states.map(\.average.handle)
    let squareAverages: [CTTensorRef?] = states.map(\.squareAverage.handle)
    let steps = states.map(\.step)
    try steps.withHandles { handles, error in ct_add_scalar_all_in_place(handles, steps.count, 1, error) }
    let stepHandles: [CTTensorRef?] = steps.map(\.handle)
    try stepped.withHandles { handles, error in
      withExtendedLifetime((gradients, states)) {
        ct_adamw_step(
          handles, gradientHandles, averages, squareAverages, stepHandles, stepped.count, learningRate, betas.0,
          betas.1, weightDecay, epsilon, error)
      }
    }
  }

  /// `step` and the running averages of the gradient and of its square, `average` and `square_average`.
  package func state(of index: Int) throws(TorchError) -> [String: Tensor] {
    guard let moments = moments[index] else { return [:] }
    return [
      "step": try .steps(Int(moments.step.item())), "average": moments.average,
      "square_average": moments.squareAverage,
    ]
  }

  package func restore(_ state: [String: Tensor], of index: Int) throws(TorchError) {
    let parameter = parameters[index], stored = StoredState(tensors: state, index: index)
    let steps = try stored.steps()
    let average = try stored.tensor("average", shape: parameter.shape, dtype: parameter.dtype)
    let square = try stored.tensor("square_average", shape: parameter.shape, dtype: parameter.dtype)
    let moments = try moments(at: index)
    try moments.average.copy_(average)
    try moments.squareAverage.copy_(square)
    try moments.step.fill_(Double(steps))
  }

  private func moments(at index: Int) throws(TorchError) -> Moments {
    if let existing = moments[index] { return existing }
    let parameter = parameters[index]
    let new = Moments(
      average: try Tensor.zeros(shape: parameter.shape, dtype: parameter.dtype, device: parameter.device),
      squareAverage: try Tensor.zeros(shape: parameter.shape, dtype: parameter.dtype, device: parameter.device),
      step: try Tensor.zeros(shape: [], device: parameter.device))
    moments[index] = new
    return new
  }
}
