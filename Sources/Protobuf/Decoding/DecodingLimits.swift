/// Bounds on what a decoder spends on untrusted bytes.
public struct DecodingLimits: Sendable {
  /// How deep messages may nest; the outermost has depth 1. protobuf's own implementations allow 100.
  public var maximumDepth: Int

  /// Memory that protobuf-c may use for one message, in bytes; a message larger than a quarter of it may use four times
  /// its own size.
  ///
  /// Two bytes on the wire can be a whole empty message in memory: the size of the message bounds nothing.
  public var memory: Int

  /// Limits for bytes from anywhere, unless told otherwise.
  @inlinable
  public init(maximumDepth: Int = 100, memory: Int = 64 << 20) {
    self.maximumDepth = maximumDepth
    self.memory = memory
  }

  /// What the initialiser gives without arguments.
  @inlinable
  public static var `default`: DecodingLimits { DecodingLimits() }

  func memoryBudget(forMessageOf byteCount: Int) -> Int {
    max(memory, byteCount.multipliedReportingOverflow(by: 4).partialValue)
  }
}
