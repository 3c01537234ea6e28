internal import CProtobufC

/// A protobuf message: a Swift value over protobuf-c's codec.
///
/// The types are generated. Callers use `init(serializedBytes:limits:)`, `serialize(reserving:)` and the conveniences
/// built on them; the requirements under *Codec* are for generated code.
public protocol Message: Sendable, Equatable {
  /// The message with every field unset.
  init()

  /// The name in the schema, such as `lorikeet.v1.Asset`.
  static var protoFullName: String { get }

  /// Fields this version of the schema does not know; they survive a decode and an encode.
  var unknownFields: UnknownFields { get set }

  // MARK: Codec

  /// protobuf-c's description of the message.
  static var layout: MessageLayout { get }

  /// Copies the message out of protobuf-c's unpacked structure at `unpacked`.
  init(unpacked: UnsafeRawPointer, source: WireSource)

  /// Builds protobuf-c's structure for the message in the packer's memory.
  func pack(into packer: inout Packer) -> UnsafeMutableRawPointer

  // MARK: Codec of flat messages, see `FlatReader`

  /// Sets the fields that the wire holds, or gives up; the message is empty before.
  mutating func readFlat(_ wire: inout FlatReader)

  /// Counts the bytes that `writeFlat` writes, or gives up.
  func measureFlat(_ size: inout FlatSizer)

  /// Writes the fields; not called when `measureFlat` has given up.
  func writeFlat(_ wire: inout FlatWriter)
}

extension Message {
  /// A message with the fields that `populate` sets.
  public static func with<E: Error>(_ populate: (inout Self) throws(E) -> Void) throws(E) -> Self {
    var message = Self()
    try populate(&message)
    return message
  }

  public mutating func readFlat(_ wire: inout FlatReader) { wire.giveUp() }
  public func measureFlat(_ size: inout FlatSizer) { size.giveUp() }
  public func writeFlat(_ wire: inout FlatWriter) {}
}
