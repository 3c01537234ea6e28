extension GoogleProtobufAny {
  /// Wraps a message, under `type.googleapis.com/` and its full name.
  public init<M: Message>(packing message: M) {
    self.init()
    typeUrl = "type.googleapis.com/" + M.protoFullName
    value = message.serializedBytes()
  }

  /// The full name of the wrapped message: what follows the last slash of the type URL.
  public var messageName: String {
    String(typeUrl.split(separator: "/", omittingEmptySubsequences: false).last ?? "")
  }

  /// Whether the wrapped message is of the type.
  public func holds<M: Message>(_: M.Type) -> Bool { messageName == M.protoFullName }

  /// The wrapped message, or nil when it is of another type.
  ///
  /// - Throws: `DecodingError` when it claims to be of the type and its bytes are not.
  public func unpack<M: Message>(
    _: M.Type, limits: DecodingLimits = .default
  ) throws(DecodingError) -> M? {
    guard holds(M.self) else { return nil }
    return try M(serializedBytes: value, limits: limits)
  }
}
