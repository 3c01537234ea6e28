/// Where the values of an unpacked message lie.
public struct WireSource {
  private let base: UnsafeRawPointer?

  /// Everything is in protobuf-c's structures. So are all values of nested messages.
  public static let complete = WireSource(base: nil)

  private init(base: UnsafeRawPointer?) { self.base = base }

  /// Large values are still in the input at `base`, with stubs in protobuf-c's structures.
  init(detachedFrom base: UnsafeRawPointer) { self.base = base }

  /// The value of a singular `bytes` field.
  public func bytes(_ count: Int, _ start: UnsafeMutablePointer<UInt8>?) -> [UInt8] {
    guard let base, let start, count == WireScan.stubByteCount else { return Unpack.bytes(count, start) }
    let stub = UnsafeRawPointer(start)
    let offset = Int(stub.loadUnaligned(as: UInt64.self))
    let length = Int(stub.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    return [UInt8](UnsafeRawBufferPointer(start: base + offset, count: length))
  }
}

extension WireSource: @unchecked Sendable {}  // used within one decode; the shared value holds no pointer

/// How generated code reads protobuf-c's structures.
public enum Unpack {
  /// A string; `WireScan` made sure that it is UTF-8 without NUL.
  public static func string(_ start: UnsafeMutablePointer<CChar>?) -> String {
    guard let start else { return "" }
    return String(cString: start)
  }

  public static func bytes(_ count: Int, _ start: UnsafeMutablePointer<UInt8>?) -> [UInt8] {
    [UInt8](UnsafeBufferPointer(start: start, count: start == nil ? 0 : count))
  }

  /// A repeated field of numbers.
  public static func array<T>(_ count: Int, _ start: UnsafeMutablePointer<T>?) -> [T] {
    [T](UnsafeBufferPointer(start: start, count: start == nil ? 0 : count))
  }

  /// A repeated field whose elements take a conversion.
  @inlinable
  public static func array<C, T>(_ count: Int, _ start: UnsafeMutablePointer<C>?, _ convert: (C) -> T) -> [T] {
    guard let start else { return [] }
    return UnsafeBufferPointer(start: start, count: count).map(convert)
  }

  /// A repeated field of strings.
  public static func strings(
    _ count: Int, _ start: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
  ) -> [String] {
    array(count, start) { string($0) }
  }

  /// A repeated field of messages.
  @inlinable
  public static func messages<C, T>(
    _ count: Int, _ start: UnsafeMutablePointer<UnsafeMutablePointer<C>?>?, _ convert: (UnsafeMutablePointer<C>) -> T
  ) -> [T] {
    guard let start, count > 0 else { return [] }
    var result: [T] = []
    result.reserveCapacity(count)
    for element in UnsafeBufferPointer(start: start, count: count) {
      if let element { result.append(convert(element)) }
    }
    return result
  }

  /// A map, from its entries; of entries with the same key the last one counts.
  @inlinable
  public static func dictionary<C, Key, Value>(
    _ count: Int, _ start: UnsafeMutablePointer<UnsafeMutablePointer<C>?>?,
    _ convert: (UnsafeMutablePointer<C>) -> (Key, Value)
  ) -> [Key: Value] {
    guard let start, count > 0 else { return [:] }
    var result = [Key: Value](minimumCapacity: count)
    for entry in UnsafeBufferPointer(start: start, count: count) {
      guard let entry else { continue }
      let (key, value) = convert(entry)
      result[key] = value
    }
    return result
  }
}
