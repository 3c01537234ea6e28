/// A message around one scalar, from before proto3 had `optional`.
public protocol WrapperMessage: Message {
  /// The type of what is wrapped.
  associatedtype Value
  /// What is wrapped.
  var value: Value { get set }
}

extension WrapperMessage {
  /// Wraps a value.
  public init(_ value: Value) {
    self.init()
    self.value = value
  }
}

extension GoogleProtobufDoubleValue: WrapperMessage {}
extension GoogleProtobufFloatValue: WrapperMessage {}
extension GoogleProtobufInt64Value: WrapperMessage {}
extension GoogleProtobufUInt64Value: WrapperMessage {}
extension GoogleProtobufInt32Value: WrapperMessage {}
extension GoogleProtobufUInt32Value: WrapperMessage {}
extension GoogleProtobufBoolValue: WrapperMessage {}
extension GoogleProtobufStringValue: WrapperMessage {}
extension GoogleProtobufBytesValue: WrapperMessage {}

extension GoogleProtobufDoubleValue: ExpressibleByFloatLiteral {
  public init(floatLiteral value: Double) { self.init(value) }
}

extension GoogleProtobufFloatValue: ExpressibleByFloatLiteral {
  public init(floatLiteral value: Float) { self.init(value) }
}

extension GoogleProtobufInt64Value: ExpressibleByIntegerLiteral {
  public init(integerLiteral value: Int64) { self.init(value) }
}

extension GoogleProtobufUInt64Value: ExpressibleByIntegerLiteral {
  public init(integerLiteral value: UInt64) { self.init(value) }
}

extension GoogleProtobufInt32Value: ExpressibleByIntegerLiteral {
  public init(integerLiteral value: Int32) { self.init(value) }
}

extension GoogleProtobufUInt32Value: ExpressibleByIntegerLiteral {
  public init(integerLiteral value: UInt32) { self.init(value) }
}

extension GoogleProtobufBoolValue: ExpressibleByBooleanLiteral {
  public init(booleanLiteral value: Bool) { self.init(value) }
}

extension GoogleProtobufStringValue: ExpressibleByStringInterpolation {
  public init(stringLiteral value: String) { self.init(value) }
}
