internal import CTorch

/// Signs of the momentum (Chen et al., arXiv 2302.06675): every element moves by the learning rate, so a tenth of
/// AdamW's suits, with a larger weight decay.
package final class Lion: Optimizer {
  package let parameters: [Tensor]
  package var learningRate: Double
  package let betas: (Double, Double)
  package let weightDecay: Double

  /// Made at a parameter's first gradient.
  private var averages: [Tensor?]

  package init(
    parameters: [Tensor], learningRate: Double, betas: (Double, Double) = (0.9, 0.99), weightDecay: Double = 0
  ) {
    self.parameters = parameters
    self.learningRate = learningRate
    self.betas = betas
    self.weightDecay = weightDecay
    averages = Array(repeating: nil, count: parameters.count)
  }

  package func step() throws(TorchError) {
    var stepped: [Tensor] = []
    var gradients: [Tensor] = []
    var momenta: [Tensor] = []
    for (index, parameter) in parameters.enumerated() {
      guard let gradient = parameter.grad else { continue }
      stepped.append(parameter)
      gradients.append(gradient)
      momenta.append(try average(at: index))
    }
    let gradientHandles: [CTTensorRef?] = gradients.map(\.handle)
    let averageHandles: [CTTensorRef?] = momenta.map(\.handle)
    try stepped.withHandles { handles, error in
      withExtendedLifetime((gradients, momenta)) {
        ct_lion_step(
          handles, gradientHandles, averageHandles, stepped.count, learningRate, betas.0, betas.1, weightDecay, error)
      }
    }
  }

  /// `average`: the running average of the gradient.
  package func state(of index: Int) throws(TorchError) -> [String: Tensor] {
    averages[index].map { ["average": $0] } ?? [:]
  }

  package func restore(_ state: [String: Tensor], of index: Int) throws(TorchError) {
    let parameter = parameters[index], stored = StoredState(tensors: state, index: index)
    try average(at: index).copy_(stored.tensor("average", shape: parameter.shape, dtype: parameter.dtype))
  }

  private func average(at index: Int) throws(TorchError) -> Tensor {
    if let existing = averages[index] { return existing }
    let parameter = parameters[index]
    let new = try Tensor.zeros(shape: parameter.shape, dtype: parameter.dtype, device: parameter.device)
    averages[index] = new
    return new
  }
}
