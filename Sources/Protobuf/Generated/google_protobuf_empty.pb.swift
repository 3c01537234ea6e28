// Generated from google/protobuf/empty.proto by Protos/generate.sh; do not edit.

internal import CProtobufC
internal import CStandardProtos

/// A generic empty message that you can re-use to avoid defining duplicated
/// empty messages in your APIs. A typical example is to use it as the request
/// or the response type of an API method. For instance:
///
///     service Foo {
///       rpc Bar(google.protobuf.Empty) returns (google.protobuf.Empty);
///     }
public struct GoogleProtobufEmpty: Message {
  public static let protoFullName = "google.protobuf.Empty"

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Google__Protobuf__Empty>.size) { structure in
    google__protobuf__empty__init(structure.assumingMemoryBound(to: Google__Protobuf__Empty.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Google__Protobuf__Empty.self)
    google__protobuf__empty__init(c)
    let frame = packer.open()
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    if !wire.isAtEnd { wire.giveUp() }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    wire.unknown(self.unknownFields)
  }
}

extension ProtobufCBinaryData {
  fileprivate init(_ bytes: UnsafeMutableBufferPointer<UInt8>) {
    self.init(len: bytes.count, data: bytes.baseAddress)
  }
}
