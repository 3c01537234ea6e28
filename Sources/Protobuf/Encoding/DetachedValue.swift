/// A large `bytes` value that belongs into an encoded message but has not been copied there.
public struct DetachedValue: Sendable, Equatable {
  /// How many of the bytes that were written come before the value.
  public let offset: Int
  /// The value: the message's own array, so that nothing has been copied.
  public let bytes: [UInt8]
}
