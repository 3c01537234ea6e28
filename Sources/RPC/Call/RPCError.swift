/// A call that did not end with `OK`: what a handler throws, and what a client catches.
public struct RPCError: Error, Sendable, CustomStringConvertible {
  // One reference, so that handing an error on, or the lack of one, costs no more than that.
  private var box: Box

  private final class Box: Sendable {
    let fields: Fields
    init(_ fields: Fields) { self.fields = fields }
  }

  private struct Fields: Sendable {
    var code: StatusCode
    var message: String
    var statusDetails: [UInt8]
    var metadata: Metadata
    var retryPushback: Duration?
    var cause: (any Error)?
  }

  private subscript<Value>(_ field: WritableKeyPath<Fields, Value>) -> Value {
    get { box.fields[keyPath: field] }
    set {
      var fields = box.fields
      fields[keyPath: field] = newValue
      box = Box(fields)
    }
  }

  /// What kind of failure it is. A handler that throws `OK` has made a mistake.
  public var code: StatusCode {
    get { box.fields.code }
    set { self[\.code] = newValue }
  }

  /// For the developer at the other end. It leaves the process, so it must not hold secrets.
  public var message: String {
    get { box.fields.message }
    set { self[\.message] = newValue }
  }

  /// A serialized `google.rpc.Status` with typed details; empty when there are none.
  public var statusDetails: [UInt8] {
    get { box.fields.statusDetails }
    set { self[\.statusDetails] = newValue }
  }

  /// Sent and received as trailing metadata.
  public var metadata: Metadata {
    get { box.fields.metadata }
    set { self[\.metadata] = newValue }
  }

  /// When the client may try again, by its retry policy: negative means never. nil leaves that to the client.
  /// Travels as `grpc-retry-pushback-ms`.
  public var retryPushback: Duration? {
    get { box.fields.retryPushback }
    set { self[\.retryPushback] = newValue }
  }

  /// The error behind this one. It stays in the process.
  public var cause: (any Error)? {
    get { box.fields.cause }
    set { self[\.cause] = newValue }
  }

  /// An error to be thrown to the client.
  ///
  /// - Parameters:
  ///   - statusDetails: a serialized `google.rpc.Status`; use `init(_:_:details:)` for typed ones.
  ///   - cause: for this process's log.
  public init(
    _ code: StatusCode, _ message: String, statusDetails: [UInt8] = [], metadata: Metadata = Metadata(),
    cause: (any Error)? = nil
  ) {
    box = Box(
      Fields(code: code, message: message, statusDetails: statusDetails, metadata: metadata, cause: cause))
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
