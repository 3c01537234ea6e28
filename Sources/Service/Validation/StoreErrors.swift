import RPC
import Store

extension StoreError: RPCErrorConvertible {
  /// The status a caller sees. What only an administrator can use stays in the log.
  package var rpcError: RPCError {
    switch self {
    case .notFound: RPCError(.notFound, description, cause: self)
    case .alreadyExists: RPCError(.alreadyExists, description, cause: self)
    case .requestIDReused: .invalid("request_id", description)
    case .invalidPageToken: .invalid("page_token", description)
    case .tooLarge, .diskFull: RPCError(.resourceExhausted, description, cause: self)
    case .dataLoss: RPCError(.dataLoss, description, cause: self)
    case .locked: RPCError(.unavailable, description, cause: self)
    case .corrupt, .io: RPCError(.internalError, "the store failed; the server's log says why", cause: self)
    }
  }
}
