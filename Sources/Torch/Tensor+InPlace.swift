internal import CTorch

// These write into the tensor's own memory and give the tensor back. A leaf that requires its gradient refuses them
// outside `noGrad`.
extension Tensor {
  private func changed(_ body: (UnsafeMutablePointer<CTError>) -> Void) throws(TorchError) -> Tensor {
    try checked(body)
    return self
  }

  /// Broadcasts and converts the source as needed.
  @discardableResult
  package func copy_(_ source: Tensor) throws(TorchError) -> Tensor {
    try changed { ct_copy_in_place(handle, source.handle, $0) }
  }

  @discardableResult
  package func fill_(_ value: Double) throws(TorchError) -> Tensor {
    try changed { ct_fill_in_place(handle, value, $0) }
  }

  @discardableResult
  package func zero_() throws(TorchError) -> Tensor { try fill_(0) }

  /// self += alpha · other
  @discardableResult
  package func add_(_ other: Tensor, alpha: Double = 1) throws(TorchError) -> Tensor {
    try changed { ct_add_in_place(handle, other.handle, alpha, $0) }
  }

  @discardableResult
  package func add_(_ value: Double) throws(TorchError) -> Tensor {
    try changed { ct_add_scalar_in_place(handle, value, $0) }
  }

  @discardableResult
  package func mul_(_ other: Tensor) throws(TorchError) -> Tensor {
    try changed { ct_mul_in_place(handle, other.handle, $0) }
  }

  @discardableResult
  package func mul_(_ value: Double) throws(TorchError) -> Tensor {
    try changed { ct_mul_scalar_in_place(handle, value, $0) }
  }

  @discardableResult
  package func clamp_(min: Double? = nil, max: Double? = nil) throws(TorchError) -> Tensor {
    try changed { ct_clamp_in_place(handle, min ?? .nan, max ?? .nan, $0) }
  }

  /// self += weight · (end - self)
  @discardableResult
  package func lerp_(_ end: Tensor, weight: Double) throws(TorchError) -> Tensor {
    try changed { ct_lerp_in_place(handle, end.handle, weight, $0) }
  }

  /// self += value · a · b
  @discardableResult
  package func addcmul_(_ a: Tensor, _ b: Tensor, value: Double = 1) throws(TorchError) -> Tensor {
    try changed { ct_addcmul_in_place(handle, a.handle, b.handle, value, $0) }
  }

  /// Moves each tensor towards its partner in one call: an exponential moving average of weights.
  package static func lerp_(_ tensors: [Tensor], towards ends: [Tensor], weight: Double) throws(TorchError) {
    guard tensors.count == ends.count else {
      throw TorchError(.invalidArgument, "\(tensors.count) tensors cannot move towards \(ends.count) others")
    }
    let targets: [CTTensorRef?] = ends.map(\.handle)
    try tensors.withHandles { handles, error in
      withExtendedLifetime(ends) { ct_lerp_all_in_place(handles, targets, ends.count, weight, error) }
    }
  }
}
