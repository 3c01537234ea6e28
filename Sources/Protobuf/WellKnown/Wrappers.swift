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
