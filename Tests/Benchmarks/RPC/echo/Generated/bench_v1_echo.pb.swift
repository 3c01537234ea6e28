// Generated from bench/v1/echo.proto by Protos/generate.sh; do not edit.

internal import CProtobufC
internal import CEchoProtos
public import Protobuf

/// A payload both ways.
public struct BenchV1EchoMessage: Message {
  public static let protoFullName = "bench.v1.EchoMessage"

  /// Any bytes.
  public var payload: [UInt8] = []

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Bench__V1__EchoMessage>.size) { structure in
    bench__v1__echo_message__init(structure.assumingMemoryBound(to: Bench__V1__EchoMessage.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Bench__V1__EchoMessage.self)
    self.payload = source.bytes(c.pointee.payload.len, c.pointee.payload.data)
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Bench__V1__EchoMessage.self)
    bench__v1__echo_message__init(c)
    let frame = packer.open()
    if !self.payload.isEmpty, let start = packer.bytes(self.payload, field: 1) {
      c.pointee.payload = ProtobufCBinaryData(start)
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 10: self.payload = wire.bytes()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if !self.payload.isEmpty { size.bytes(self.payload, tag: 10) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if !self.payload.isEmpty { wire.bytes(self.payload, tag: 10) }
    wire.unknown(self.unknownFields)
  }
}

/// What a server stream is to hold.
public struct BenchV1StreamRequest: Message {
  public static let protoFullName = "bench.v1.StreamRequest"

  /// Messages to send.
  public var count: UInt32 = 0

  /// Bytes of payload in each.
  public var size: UInt32 = 0

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Bench__V1__StreamRequest>.size) { structure in
    bench__v1__stream_request__init(structure.assumingMemoryBound(to: Bench__V1__StreamRequest.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Bench__V1__StreamRequest.self)
    self.count = c.pointee.count
    self.size = c.pointee.size
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Bench__V1__StreamRequest.self)
    bench__v1__stream_request__init(c)
    let frame = packer.open()
    c.pointee.count = self.count
    c.pointee.size = self.size
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 8: self.count = wire.uint32()
      case 16: self.size = wire.uint32()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if self.count != 0 { size.uint32(self.count, tag: 8) }
    if self.size != 0 { size.uint32(self.size, tag: 16) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if self.count != 0 { wire.uint32(self.count, tag: 8) }
    if self.size != 0 { wire.uint32(self.size, tag: 16) }
    wire.unknown(self.unknownFields)
  }
}

/// What a client stream held.
public struct BenchV1StreamSummary: Message {
  public static let protoFullName = "bench.v1.StreamSummary"

  /// Messages that came.
  public var messages: UInt64 = 0

  /// Bytes of payload in all of them.
  public var bytes: UInt64 = 0

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Bench__V1__StreamSummary>.size) { structure in
    bench__v1__stream_summary__init(structure.assumingMemoryBound(to: Bench__V1__StreamSummary.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Bench__V1__StreamSummary.self)
    self.messages = c.pointee.messages
    self.bytes = c.pointee.bytes
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Bench__V1__StreamSummary.self)
    bench__v1__stream_summary__init(c)
    let frame = packer.open()
    c.pointee.messages = self.messages
    c.pointee.bytes = self.bytes
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 8: self.messages = wire.uint64()
      case 16: self.bytes = wire.uint64()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if self.messages != 0 { size.uint64(self.messages, tag: 8) }
    if self.bytes != 0 { size.uint64(self.bytes, tag: 16) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if self.messages != 0 { wire.uint64(self.messages, tag: 8) }
    if self.bytes != 0 { wire.uint64(self.bytes, tag: 16) }
    wire.unknown(self.unknownFields)
  }
}

extension ProtobufCBinaryData {
  fileprivate init(_ bytes: UnsafeMutableBufferPointer<UInt8>) {
    self.init(len: bytes.count, data: bytes.baseAddress)
  }
}
