internal import CTorch

/// What libtorch refused to do, or could not.
///
/// `message` is libtorch's own text without its backtrace: it names the shapes, dtypes or sizes at fault.
package struct TorchError: Error, Equatable, CustomStringConvertible {
  package enum Kind: Sendable {
    /// The device's memory, or the machine's, did not suffice. Freeing tensors may help; the process is sound.
    case outOfMemory
    /// Shapes, dtypes, devices or numbers that do not fit the operation.
    case invalidArgument
    /// A fault inside libtorch or the device's driver. After a CUDA fault the process should be replaced.
    case internalError
  }

  package let kind: Kind
  package let message: String

  package init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }

  package var description: String { "libtorch (\(kind)): \(message)" }

  /// Fills a C error, on the way out of a callback.
  func write(to error: UnsafeMutablePointer<CTError>?) {
    let code =
      switch kind {
      case .outOfMemory: CTErrorOutOfMemory
      case .invalidArgument: CTErrorInvalidArgument
      case .internalError: CTErrorInternal
      }
    ct_error_set(error, Int32(code.rawValue), message)
  }

  /// Takes the message out of a C error and frees it.
  init(taking error: inout CTError) {
    switch error.code {
    case Int32(CTErrorOutOfMemory.rawValue): kind = .outOfMemory
    case Int32(CTErrorInvalidArgument.rawValue): kind = .invalidArgument
    default: kind = .internalError
    }
    message = error.message.map { String(cString: $0) } ?? "no message: memory for it was lacking"
    ct_error_free(&error)
  }
}

/// Calls into the bridge and throws what it reports.
@inline(__always)
func checked<Result>(_ body: (UnsafeMutablePointer<CTError>) -> Result) throws(TorchError) -> Result {
  var error = CTError()
  let result = body(&error)
  if error.code != 0 { throw TorchError(taking: &error) }
  return result
}

/// Calls into the bridge for a tensor.
@inline(__always)
func made(_ body: (UnsafeMutablePointer<CTError>) -> OpaquePointer?) throws(TorchError) -> Tensor {
  guard let handle = try checked(body) else {
    throw TorchError(.internalError, "an operation gave neither a tensor nor an error")
  }
  return Tensor(adopting: handle)
}
