/// A call that did not end with `OK`: what a handler throws, and what a client catches.
public struct RPCError: Error, Sendable, CustomStringConvertible {
  /// What kind of failure it is. A handler that throws `OK` has made a mistake.
  public var code: StatusCode
  /// For the developer at the other end. It leaves the process, so it must not hold secrets.
  public var message: String
  /// A serialized `google.rpc.Status` with typed details; empty when there are none.
  public var statusDetails: [UInt8]
  /// Sent and received as trailing metadata.
  public var metadata: Metadata
  /// When the client may try again, by its retry policy: negative means never. nil leaves that to the client.
  /// Travels as `grpc-retry-pushback-ms`.
  public var retryPushback: Duration?
  /// The error behind this one. It stays in the process.
  public var cause: (any Error)?

  /// An error to be thrown to the client.
  ///
  /// - Parameters:
  ///   - statusDetails: a serialized `google.rpc.Status`; use `init(_:_:details:)` for typed ones.
  ///   - cause: for this process's log.
  public init(
    _ code: StatusCode, _ message: String, statusDetails: [UInt8] = [], metadata: Metadata = Metadata(),
    cause: (any Error)? = nil
  ) {
    self.code = code
    self.message = message
    self.statusDetails = statusDetails
    self.metadata = metadata
    self.cause = cause
  }

  public var description: String {
    message.isEmpty ? code.description : "\(code): \(message)"
  }
}

/// An error of a lower layer that knows its status: handlers can let it through as it is.
public protocol RPCErrorConvertible: Error {
  /// What the client is to see.
  var rpcError: RPCError { get }
}

extension RPCError {
  /// The one place where whatever a handler threw becomes a status.
  ///
  /// The text of an unknown error stays here: it may name files, hosts or secrets.
  init(thrown error: any Error) {
    self =
      switch error {
      case let error as RPCError: error
      case let error as any RPCErrorConvertible: error.rpcError
      case is CancellationError: RPCError(.cancelled, "the call was cancelled", cause: error)
      default: RPCError(.unknown, "the handler failed; the server's log says why", cause: error)
      }
  }
}
