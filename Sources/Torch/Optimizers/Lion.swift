internal import CTorch

/// Signs of the momentum (Chen et al., arXiv 2302.06675): every element moves by the learning rate, so a tenth of
/// AdamW's suits, with a larger weight decay.
package final class Lion: Optimizer {
  package let parameters: [Tensor]
  package var learningRate: Double
  package let betas: (Double, Double)
  package let weightDecay: Double

  private struct Momentum: ParameterMemory {
    let average: Tensor

    init(of parameter: Tensor) throws(TorchError) { average = try parameter.zerosLike() }

    var tensors: [(name: String, tensor: Tensor)] { [("average", average)] }
  }

  private var momenta: Memories<Momentum>

  package init(
    parameters: [Tensor], learningRate: Double, betas: (Double, Double) = (0.9, 0.99), weightDecay: Double = 0
  ) {
    self.parameters = parameters
    self.learningRate = learningRate
    self.betas = betas
    self.weightDecay = weightDecay
    momenta = Memories(of: parameters)
  }

  package func step() throws(TorchError) {
    let moving = try momenta.moving()
    let gradients: [CTTensorRef?] = moving.gradients.map(\.handle)
    let averages: [CTTensorRef?] = moving.memories.map(\.average.handle)
    try moving.parameters.withHandles { handles, error in
      withExtendedLifetime(moving) {
        ct_lion_step(
          handles, gradients, averages, moving.parameters.count, learningRate, betas.0, betas.1, weightDecay, error)
      }
    }
  }

  /// `average`: the running average of the gradient.
  package func state(of index: Int) throws(TorchError) -> [String: Tensor] { try momenta.state(of: index) }

  package func restore(_ state: [String: Tensor], of index: Int) throws(TorchError) {
    try momenta.restore(state, of: index)
  }
}
