import LorikeetAPI
import Protobuf
import RPC

extension ServerAddress {
  var target: RPCAddress {
    switch self {
    case .tcp(let host, let port): .tcp(host: host, port: port)
    case .unix(let path): .unix(path: path)
    }
  }
}

extension CommandError {
  /// What a failed call means to the user: the status for scripts, and a sentence for each field that was refused.
  init(_ error: RPCError, server: ServerAddress) {
    let status = CommandStatus(error.code)
    var sentences: [String]
    switch error.code {
    case .unavailable:
      sentences = [
        "The server at \(server) is not available: \(error.message.printable.asSentence)",
        "Is lorikeetd running there? --server or LORIKEET_SERVER names another address.",
      ]
    case .deadlineExceeded: sentences = ["The server at \(server) did not answer in time; --timeout allows more."]
    case .unimplemented:
      sentences = [
        "The server at \(server) is no Lorikeet server of this version: \(error.message.printable.asSentence)"
      ]
    default:
      sentences = [error.message.isEmpty ? "The server answered \(error.code)." : error.message.printable.asSentence]
    }
    let violations = error.violations
    if !violations.isEmpty { sentences = violations }
    self.init(status, sentences)
  }
}

extension CommandStatus {
  init(_ code: StatusCode) {
    self =
      switch code {
      case .ok: .success
      case .invalidArgument, .outOfRange: .usage
      case .notFound: .notFound
      case .unavailable, .deadlineExceeded: .unavailable
      case .cancelled: .cancelled
      case .alreadyExists, .failedPrecondition, .aborted: .conflict
      default: .failure
      }
  }
}

extension RPCError {
  /// A sentence for each violation in the details (`google.rpc.BadRequest`, `google.rpc.PreconditionFailure`).
  var violations: [String] {
    let fields = fieldViolations.map { Self.sentence($0.field, $0.description) }
    let conditions = details.compactMap { try? $0.unpack(GoogleRPCPreconditionFailure.self) }
      .flatMap { $0.violations.map { Self.sentence($0.subject, $0.description) } }
    return fields + conditions
  }

  /// `tune.settings.rank` is `rank` to someone who wrote `--rank`.
  private static func sentence(_ field: String, _ description: String) -> String {
    let text = description.printable.asSentence
    let outer = ["tune.settings.", "tune.", "settings."].first { field.hasPrefix($0) } ?? ""
    let name = field.dropFirst(outer.count)
    return name.isEmpty ? text : "\(String(name).printable): \(text)"
  }
}

extension String {
  /// With a full stop, as every message of this program has.
  var asSentence: String {
    guard let last, !".!?".contains(last) else { return self }
    return self + "."
  }
}
