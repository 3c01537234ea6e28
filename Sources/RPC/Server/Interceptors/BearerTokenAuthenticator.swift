/// Accepts callers that send one of a fixed set of tokens as `authorization: Bearer …`.
public struct BearerTokenAuthenticator<Principal: Sendable>: Authenticator {
  private let entries: [(token: [UInt8], principal: Principal)]

  /// - Parameter tokens: secrets, and whom each stands for.
  public init(_ tokens: [String: Principal]) {
    entries = tokens.map { (token: Array($0.key.utf8), principal: $0.value) }
  }

  public func authenticate(_ context: ServerContext) async throws -> Principal {
    let values = context.requestMetadata.values("authorization")
    guard let value = values.first, values.count == 1, let token = Self.token(in: value) else {
      throw RPCError(.unauthenticated, "send one token as metadata: authorization: Bearer TOKEN")
    }
    var found: Principal?
    // Every token is looked at, whichever matches: how long that takes tells nothing of them but their lengths.
    for entry in entries where equalInConstantTime(entry.token, token) { found = entry.principal }
    guard let found else { throw RPCError(.unauthenticated, "the token is not valid") }
    return found
  }

  /// The scheme's name has no case (RFC 9110 §11.1).
  private static func token(in value: String) -> [UInt8]? {
    let parts = value.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
    return Array(parts[1].utf8)
  }
}

/// Compares two secrets in a time that depends on their lengths alone.
func equalInConstantTime(_ left: [UInt8], _ right: [UInt8]) -> Bool {
  guard left.count == right.count else { return false }
  var difference: UInt8 = 0
  for index in left.indices { difference |= left[index] ^ right[index] }
  return difference == 0
}
