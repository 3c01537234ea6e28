internal import CTorch

/// What moves a fixed list of parameters along their gradients.
///
/// Parameters without a gradient at a step are left alone, and what is remembered of them too. What an optimiser
/// remembers can be taken out and put into another of the same kind, over parameters of the same shapes, which then
/// goes on bit for bit as the first would have.
package protocol Optimizer: AnyObject {
  var parameters: [Tensor] { get }
  /// Of the next step.
  var learningRate: Double { get set }

  /// Moves every parameter that has a gradient.
  func step() throws(TorchError)

  /// What is remembered of one parameter, under names of the optimiser's own: the live tensors; none before its first
  /// step.
  func state(of index: Int) throws(TorchError) -> [String: Tensor]

  /// Copies what `state(of:)` gave, in this process or an earlier one.
  /// - Throws: `invalidArgument` when a tensor is missing, or of another shape or type, or no number it can hold.
  func restore(_ state: [String: Tensor], of index: Int) throws(TorchError)

  /// What is remembered of all parameters together.
  func sharedState() throws(TorchError) -> [String: Tensor]

  /// Copies what `sharedState()` gave. - Throws: as `restore(_:of:)`.
  func restoreShared(_ state: [String: Tensor]) throws(TorchError)
}

extension Optimizer {
  package func sharedState() throws(TorchError) -> [String: Tensor] { [:] }

  package func restoreShared(_ state: [String: Tensor]) throws(TorchError) {}

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
