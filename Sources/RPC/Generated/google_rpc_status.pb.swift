// Generated from google/rpc/status.proto by Protos/generate.sh; do not edit.

internal import CProtobufC
internal import CStandardProtos
public import Protobuf

/// What went wrong with a call: a code for programs, a sentence for people, and typed details.
public struct GoogleRPCStatus: Message {
  public static let protoFullName = "google.rpc.Status"

  /// One of the sixteen gRPC status codes.
  public var code: Int32 = 0

  /// A sentence for the developer who made the call, in English.
  public var message: String = ""

  /// Typed details, such as `google.rpc.BadRequest`.
  public var details: [GoogleProtobufAny] = []

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Google__Rpc__Status>.size) { structure in
    google__rpc__status__init(structure.assumingMemoryBound(to: Google__Rpc__Status.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Google__Rpc__Status.self)
    self.code = c.pointee.code
    self.message = source.string(c.pointee.message.len, c.pointee.message.data, "google.rpc.Status.message")
    self.details = Unpack.messages(c.pointee.n_details, c.pointee.details) { GoogleProtobufAny(unpacked: $0, source: source.nested) }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Google__Rpc__Status.self)
    google__rpc__status__init(c)
    let frame = packer.open()
    c.pointee.code = self.code
    if !self.message.isEmpty {
      c.pointee.message = ProtobufCBinaryData(packer.text(self.message))
    }
    if !self.details.isEmpty {
      c.pointee.details = packer.array(self.details) { value, packer -> UnsafeMutablePointer<Google__Protobuf__Any>? in
        value.pack(into: &packer).assumingMemoryBound(to: Google__Protobuf__Any.self)
      }
      c.pointee.n_details = self.details.count
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

extension ProtobufCBinaryData {
  fileprivate init(_ bytes: UnsafeMutableBufferPointer<UInt8>) {
    self.init(len: bytes.count, data: bytes.baseAddress)
  }
}
