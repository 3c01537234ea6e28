internal import CTorch

/// Adam with decoupled weight decay (Loshchilov & Hutter, 2019), over a fixed list of parameters, one fused call a
/// step.
///
/// Parameters that have no gradient at a step are left alone, their moments and step count too. Settings may change
/// between steps.
package final class AdamW {
  package let parameters: [Tensor]
  package var learningRate: Double
  package var betas: (Double, Double)
  package var epsilon: Double
  package var weightDecay: Double

  /// What the optimiser remembers of one parameter: how many steps it took, and the running averages of its
  /// gradient and of its square, in the parameter's shape and dtype.
  package struct ParameterState {
    package var step: Int
    package var average: Tensor
    package var squareAverage: Tensor

    package init(step: Int, average: Tensor, squareAverage: Tensor) {
      self.step = step
      self.average = average
      self.squareAverage = squareAverage
    }
  }

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

  /// Moves every parameter that has a gradient.
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

  /// Lets go of all gradients.
  package func zeroGrad() throws(TorchError) {
    for parameter in parameters { try parameter.setGrad(nil) }
  }

  /// Scales the gradients down so that their common 2-norm is at most `maxNorm`, and gives the norm from before.
  ///
  /// A norm that is not finite leaves the gradients alone: skip the step then.
  package func clipGradNorm(_ maxNorm: Double) throws(TorchError) -> Double {
    try Torch.clipGradNorm(of: parameters, maxNorm)
  }

  // MARK: Checkpoints

  /// What is remembered of the index-th parameter; nil before its first step. The tensors are the live ones.
  package func state(at index: Int) throws(TorchError) -> ParameterState? {
    guard let moments = moments[index] else { return nil }
    return ParameterState(
      step: Int(try moments.step.item()), average: moments.average, squareAverage: moments.squareAverage)
  }

  /// Copies what `state(at:)` gave, in this process or an earlier one.
  /// - Throws: `invalidArgument` when the shapes are not the parameter's.
  package func setState(_ state: ParameterState, at index: Int) throws(TorchError) {
    let parameter = parameters[index]
    guard state.average.shape == parameter.shape, state.squareAverage.shape == parameter.shape, state.step >= 0 else {
      throw TorchError(
        .invalidArgument,
        "state of shape \(state.average.shape) does not fit parameter \(index) of shape \(parameter.shape)")
    }
    let moments = try moments(at: index)
    try moments.average.copy_(state.average)
    try moments.squareAverage.copy_(state.squareAverage)
    try moments.step.fill_(Double(state.step))
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

extension Torch {
  /// Scales the gradients of the parameters down so that their common 2-norm is at most `maxNorm`, and gives the
  /// norm from before. Parameters without a gradient do not count; a norm that is not finite changes nothing.
  package static func clipGradNorm(of parameters: [Tensor], _ maxNorm: Double) throws(TorchError) -> Double {
    let gradients = parameters.compactMap(\.grad)
    return try gradients.withHandles { handles, error in ct_clip_norm(handles, gradients.count, maxNorm, error) }
  }
  /// Multiplies the gradients of the parameters that have one.
  package static func scaleGradients(of parameters: [Tensor], by factor: Double) throws(TorchError) {
    let gradients = parameters.compactMap(\.grad)
    try gradients.withHandles { handles, error in
      ct_mul_scalar_all_in_place(handles, gradients.count, factor, error)
    }
  }
}
