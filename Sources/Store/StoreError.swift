/// What can go wrong in the store. Every message says what to do.
package enum StoreError: Error, Sendable, Equatable {
  /// Nothing of that id or name.
  case notFound(String)
  /// The name is taken.
  case alreadyExists(String)
  /// A request id that was used for a different request.
  case requestIDReused(String)
  /// A page token that this list did not hand out.
  case invalidPageToken
  /// More bytes than the configured limit.
  case tooLarge(limit: Int64)
  /// The bytes are not those that the digest or the length promised.
  case dataLoss(String)
  /// No room left on the device, or a quota is used up.
  case diskFull(String)
  /// Bytes in the database that cannot be read back.
  case corrupt(String)
  /// Another process works on this data directory.
  case locked(String)
  /// Any other failure of the file system or of SQLite.
  case io(String)
}

extension StoreError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .notFound(let what): "\(what) does not exist"
    case .alreadyExists(let what): "\(what) exists already; choose another name or delete it first"
    case .requestIDReused(let id):
      "request_id “\(id)” was used for a different request; use a fresh one for each new request"
    case .invalidPageToken: "the page token is not from this list; start again without one"
    case .tooLarge(let limit): "more than the limit of \(limit) bytes; raise the limit in the server's configuration"
    case .dataLoss(let why): why
    case .diskFull(let what): "no space is left for \(what); free some space or delete assets, then try again"
    case .corrupt(let what): "the database holds \(what) that cannot be read; restore it from a backup"
    case .locked(let directory): "another lorikeetd works on \(directory); stop it or use another data directory"
    case .io(let what): what
    }
  }
}
