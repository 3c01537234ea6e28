/// How the bytes of a message are compressed on the wire, by the names of `grpc-encoding`.
///
/// Raw values are those names. Where an attacker has a say in a message that also holds a secret, and sees how long it is
/// on the wire, compression tells the secret bit by bit (CRIME, BREACH): send such messages with `compress: false`.
public enum CompressionAlgorithm: String, Sendable, CaseIterable, CustomStringConvertible {
  /// Not at all. Every peer understands it.
  case identity
  /// The gzip format of RFC 1952.
  case gzip
  /// The zlib format of RFC 1950: what gRPC, like HTTP, calls "deflate".
  case deflate

  public var description: String { rawValue }

  /// nil for a name we do not have.
  init?(_ name: some Collection<UInt8>) {
    guard let algorithm = Self.allCases.first(where: { name.elementsEqual($0.rawValue.utf8) }) else { return nil }
    self = algorithm
  }
}

/// Whether one message of a call is compressed, given that the call has an algorithm for it.
enum MessageCompression: Sendable {
  /// Where that makes it smaller.
  case automatic
  /// Even if that makes it larger.
  case always
  case never
}
