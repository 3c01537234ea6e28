internal import CTorch

/// Adam with decoupled weight decay (Loshchilov & Hutter, arXiv 1711.05101), one fused call a step. Its settings may
/// change between steps.
package final class AdamW: Optimizer {
  package let parameters: [Tensor]
  package var learningRate: Double
  package var betas: (Double, Double)
  package var epsilon: Double
  package var weightDecay: Double

  private struct Moments: ParameterMemory {
    let average: Tensor
    let squareAverage: Tensor
    /// A float32 scalar on the parameter's device, as the fused kernel wants it; exact up to 2^24 steps.
    let step: Tensor

    init(of parameter: Tensor) throws(TorchError) {
      average = try parameter.zerosLike()
      squareAverage = try parameter.zerosLike()
      step = try Tensor.zeros(shape: [], device: parameter.device)
    }

    var tensors: [(name: String, tensor: Tensor)] { [("average", average), ("square_average", squareAverage)] }

    func steps() throws(TorchError) -> Int? { Int(try step.item()) }

    func goOn(after steps: Int) throws(TorchError) { try step.fill_(Double(steps)) }
  }

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
    moments = Memories(of: parameters)
  }

  package func step() throws(TorchError) {
    let moving = try moments.moving()
    let gradients: [CTTensorRef?] = moving.gradients.map(\.handle)
    let averages: [CTTensorRef?] = moving.memories.map(\.average.handle)
    let squareAverages: [CTTensorRef?] = moving.memories.map(\.squareAverage.handle)
    let steps = moving.memories.map(\.step)
    try steps.withHandles { handles, error in ct_add_scalar_all_in_place(handles, steps.count, 1, error) }
    let stepHandles: [CTTensorRef?] = steps.map(\.handle)
    try moving.parameters.withHandles { handles, error in
      withExtendedLifetime(moving) {
        ct_adamw_step(
          handles, gradients, averages, squareAverages, stepHandles, moving.parameters.count, learningRate, betas.0,
          betas.1, weightDecay, epsilon, error)
      }
    }
  }

  /// `step` and the running averages of the gradient and of its square, `average` and `square_average`.
  package func state(of index: Int) throws(TorchError) -> [String: Tensor] { try moments.state(of: index) }

  package func restore(_ state: [String: Tensor], of index: Int) throws(TorchError) {
    try moments.restore(state, of: index)
  }
}
