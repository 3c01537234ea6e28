// Generated from grpc/testing/empty.proto by Protos/generate.sh; do not edit.

internal import CProtobufC
internal import CInteropProtos
public import Protobuf

/// A message of zero bytes. The suite has its own, so that it depends on no well-known type.
public struct GrpcTestingEmpty: Message {
  public static let protoFullName = "grpc.testing.Empty"

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Grpc__Testing__Empty>.size) { structure in
    grpc__testing__empty__init(structure.assumingMemoryBound(to: Grpc__Testing__Empty.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Testing__Empty.self)
    grpc__testing__empty__init(c)
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
