/// A message around one scalar, from before proto3 had `optional`.
public protocol WrapperMessage: Message {
  associatedtype Value
  var value: Value { get set }
}

extension WrapperMessage {
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
