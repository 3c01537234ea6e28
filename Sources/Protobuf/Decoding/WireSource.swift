/// Where generated code finds the strings and bytes of an unpacked message. It lives no longer than the decode.
///
/// To protobuf-c a string is bytes: a C string would end at the first NUL, which in proto3 is a character like any
/// other. Whether the bytes are text is found out here, where they become a `String`.
public struct WireSource {
  /// The input, when large values are still in it, with stubs in protobuf-c's structure; see `WireScan`.
  private let bulkBase: UnsafeRawPointer?
  /// Set to the name of a field that is not UTF-8.
  private let invalidText: UnsafeMutablePointer<StaticString?>

  init(bulkBase: UnsafeRawPointer?, invalidText: UnsafeMutablePointer<StaticString?>) {
    self.bulkBase = bulkBase
    self.invalidText = invalidText
  }

  /// The source for nested messages and for repeated values: these are whole in protobuf-c's structures.
  public var nested: WireSource { WireSource(bulkBase: nil, invalidText: invalidText) }

  /// The value of a `bytes` field.
  public func bytes(_ count: Int, _ start: UnsafeMutablePointer<UInt8>?) -> [UInt8] {
    [UInt8](content(count, start))
  }

  /// The value of the `string` field `name`.
  public func string(_ count: Int, _ start: UnsafeMutablePointer<UInt8>?, _ name: StaticString) -> String {
    if let text = String(checking: content(count, start)) { return text }
    invalidText.pointee = name
    return ""
  }

  private func content(_ count: Int, _ start: UnsafeMutablePointer<UInt8>?) -> UnsafeBufferPointer<UInt8> {
    guard let start else { return UnsafeBufferPointer(start: nil, count: 0) }
    guard let bulkBase, count == WireScan.stubByteCount else { return UnsafeBufferPointer(start: start, count: count) }
    let stub = UnsafeRawPointer(start)
    let offset = Int(stub.loadUnaligned(as: UInt64.self))
    let length = Int(stub.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    return UnsafeBufferPointer(start: (bulkBase + offset).assumingMemoryBound(to: UInt8.self), count: length)
  }
}
