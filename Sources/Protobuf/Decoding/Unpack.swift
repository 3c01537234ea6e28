/// How generated code reads the repeated fields of protobuf-c's structures.
public enum Unpack {
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
