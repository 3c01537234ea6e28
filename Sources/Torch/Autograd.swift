internal import CTorch

extension Tensor {
  /// Whether operations on this tensor are recorded for `backward`.
  ///
  /// Setting it is for leaves (tensors that no recorded operation made) of a floating-point dtype; anything else is
  /// a mistake in the program and traps.
  package var requiresGrad: Bool {
    get { ct_requires_grad(handle) }
    set {
      do {
        try checked { ct_set_requires_grad(handle, newValue, $0) }
      } catch {
        preconditionFailure(error.message)
      }
    }
  }

  /// Whether no recorded operation made this tensor.
  package var isLeaf: Bool { ct_is_leaf(handle) }

  /// What `backward` has added up for this leaf so far.
  package var grad: Tensor? { ct_grad(handle).map { Tensor(adopting: $0) } }

  /// Replaces the gradient (nil clears it), which has the tensor's shape, dtype and device.
  package func setGrad(_ gradient: Tensor?) throws(TorchError) {
    try checked { ct_set_grad(handle, gradient?.handle, $0) }
  }

  /// Adds the gradients of this tensor to every leaf that requires one, and lets go of the graph.
  ///
  /// A tensor of more than one element needs its own `gradient`, of its shape.
  package func backward(gradient: Tensor? = nil, retainGraph: Bool = false) throws(TorchError) {
    try checked { ct_backward(handle, gradient?.handle, retainGraph, $0) }
  }

  /// Gradients of `outputs` with respect to `inputs`, without touching any tensor's `grad`. nil for an input that
  /// took no part. `gradients` are the outputs' own, ones when absent.
  package static func gradients(
    of outputs: [Tensor], withRespectTo inputs: [Tensor], gradients: [Tensor]? = nil, retainGraph: Bool = false
  ) throws(TorchError) -> [Tensor?] {
    guard gradients == nil || gradients?.count == outputs.count else {
      throw TorchError(.invalidArgument, "\(outputs.count) outputs need as many gradients, or none")
    }
    let seeds: [CTTensorRef?] = gradients?.map(\.handle) ?? Array(repeating: nil, count: outputs.count)
    let sources: [CTTensorRef?] = outputs.map(\.handle)
    let targets: [CTTensorRef?] = inputs.map(\.handle)
    return try withExtendedLifetime((outputs, inputs, gradients)) { () throws(TorchError) in
      try handles(inputs.count) { out, error in
        ct_gradients(sources, seeds, sources.count, targets, targets.count, retainGraph, out, error)
      }
    }.map { $0.map { Tensor(adopting: $0) } }
  }
}

/// Runs the body without recording operations: updates of weights, and forward passes whose gradient nobody wants.
///
/// The mode belongs to the thread, so the body cannot suspend. In a function with typed throws write
/// `try noGrad { () throws(TorchError) in … }`.
package func noGrad<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
  let before = ct_exchange_grad_mode(false)
  defer { _ = ct_exchange_grad_mode(before) }
  return try body()
}

/// Records operations again inside `noGrad`.
package func withGrad<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
  let before = ct_exchange_grad_mode(true)
  defer { _ = ct_exchange_grad_mode(before) }
  return try body()
}

/// As `noGrad`, and cheaper: tensors made inside also skip version counting, and can never take part in a graph.
package func inferenceMode<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
  var error = CTError()
  guard let mode = ct_inference_begin(&error) else {
    preconditionFailure(TorchError(taking: &error).message)
  }
  defer { ct_inference_end(mode) }
  return try body()
}
