import Logging
import RPC
import Store

/// Logs the store's own faults: the caller learns only that there was one, the administrator what it was.
struct StoreFaultLogging: ServerInterceptor {
  let logger: Logger

  func wrap(_ method: MethodDescriptor, _ next: @escaping ServerHandler) -> ServerHandler {
    { [logger] context in
      do {
        try await next(context)
      } catch let error as StoreError where error.isServersFault {
        logger.error("the store failed", metadata: ["method": "\(method)", "error": "\(error)"])
        throw error
      }
    }
  }
}

extension StoreError {
  /// Nothing that a caller did, or could undo.
  fileprivate var isServersFault: Bool {
    switch self {
    case .diskFull, .corrupt, .io, .locked: true
    case .notFound, .alreadyExists, .requestIDReused, .invalidPageToken, .tooLarge, .dataLoss: false
    }
  }
}
