/// What is wrong with bytes that should be a message.
public enum DecodingError: Error, Equatable, Sendable {
  /// The bytes end inside a field.
  case truncated
  /// A tag, a varint or a packed field breaks the format. The name is the message's.
  case malformed(message: String)
  /// Messages or groups nest deeper than `DecodingLimits.maximumDepth`.
  case nestedTooDeeply(limit: Int)
  /// Decoding would take more memory than `DecodingLimits` allows.
  case memoryBudgetExceeded(limit: Int)
  /// A `string` field holds bytes that are not UTF-8.
  case invalidUTF8(field: String)
}

extension DecodingError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .truncated: "the message is cut short: the bytes end inside a field"
    case .malformed(let message): "the bytes are not a valid \(message)"
    case .nestedTooDeeply(let limit): "messages are nested deeper than the limit of \(limit)"
    case .memoryBudgetExceeded(let limit): "decoding the message would take more than \(limit) bytes of memory"
    case .invalidUTF8(let field): "\(field) is not valid UTF-8"
    }
  }
}
