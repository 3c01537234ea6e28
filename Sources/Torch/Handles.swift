internal import CTorch

// Lists of tensors on their way into C and out of it.

extension [Tensor] {
  /// Calls with the tensors' handles, which stay valid for the call.
  func withHandles<Result>(
    _ body: (UnsafePointer<CTTensorRef?>?, UnsafeMutablePointer<CTError>) -> Result
  ) throws(TorchError) -> Result {
    var error = CTError()
    let handles: [CTTensorRef?] = map(\.handle)
    let result = withExtendedLifetime(self) { handles.withUnsafeBufferPointer { body($0.baseAddress, &error) } }
    if error.code != 0 { throw TorchError(taking: &error) }
    return result
  }
}

extension CTTensorRef? {
  func adopted() throws(TorchError) -> Tensor {
    guard let self else { throw TorchError(.internalError, "an operation gave neither a tensor nor an error") }
    return Tensor(adopting: self)
  }
}

extension Tensor {
  /// Calls with room for `count` handles, and gives back what was written there.
  static func handles(
    _ count: Int, _ body: (UnsafeMutablePointer<CTTensorRef?>?, UnsafeMutablePointer<CTError>) -> Void
  ) throws(TorchError) -> [CTTensorRef?] {
    var error = CTError()
    var out = [CTTensorRef?](repeating: nil, count: count)
    out.withUnsafeMutableBufferPointer { body($0.baseAddress, &error) }
    if error.code != 0 { throw TorchError(taking: &error) }
    return out
  }
}
