internal import CTorch

/// What happens to the activations of a part of a network between the way forward and the way back.
package enum Activations: Sendable {
  /// They are kept.
  case kept
  /// They are dropped, but for the part's inputs, and computed anew on the way back: gradient checkpointing (Chen et
  /// al., arXiv 1604.06174). Less memory, more time, the same numbers.
  case recomputed

  /// What `body` gives for the inputs. Outside a recorded computation it is simply called.
  ///
  /// Every tensor that takes part in the graph is an input, but for leaves such as weights. The body is called again
  /// on the way back, on whatever thread that is, and must compute the same both times.
  package func of(
    _ inputs: [Tensor], hasLeaves: Bool, _ body: @escaping ([Tensor]) throws(TorchError) -> Tensor
  ) throws(TorchError) -> Tensor {
    guard ct_grad_enabled(), hasLeaves || inputs.contains(where: \.requiresGrad) else { return try body(inputs) }
    switch self {
    case .kept:
      // Uses inside the part are summed up before those outside are added, as they are with recomputation: sums in
      // another order would differ in their last bits.
      var own: [Tensor] = []
      for input in inputs { own.append(input.requiresGrad ? try input.reshape(input.shape) : input) }
      return try body(own)
    case .recomputed:
      let context = Unmanaged.passRetained(Computation(body)).toOpaque()
      return try inputs.withHandles { handles, error in
        ct_recomputed(
          handles, inputs.count, { Computation.run($0, $1, $2, $3) },
          { if let context = $0 { Unmanaged<Computation>.fromOpaque(context).release() } }, context, error)
      }.adopted()
    }
  }
}

/// A computation on its way through C.
private final class Computation {
  private let body: ([Tensor]) throws(TorchError) -> Tensor

  init(_ body: @escaping ([Tensor]) throws(TorchError) -> Tensor) {
    self.body = body
  }

  static func run(
    _ context: UnsafeMutableRawPointer?, _ handles: UnsafePointer<CTTensorRef?>?, _ count: Int,
    _ failure: UnsafeMutablePointer<CTError>?
  ) -> CTTensorRef? {
    var inputs: [Tensor] = []
    for index in 0..<count {
      if let handle = handles?[index] { inputs.append(Tensor(adopting: handle)) }
    }
    guard let context else { return nil }
    let computation = Unmanaged<Computation>.fromOpaque(context).takeUnretainedValue()
    do throws(TorchError) {
      let result = try computation.body(inputs)
      return ct_tensor_retain(result.handle)
    } catch {
      error.write(to: failure)
      return nil
    }
  }
}
