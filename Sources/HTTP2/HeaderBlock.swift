#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// One field of a header list: where its name and its value lie among the list's bytes.
///
/// Public, as `HeaderView` is, only because nothing else is inlined across modules: every field of every call is looked
/// at.
@frozen
public struct HeaderField: Sendable, Equatable {
  // Half the size that four `Int`s would take; a header list is far below 4 GiB.
  @usableFromInline var start: UInt32
  @usableFromInline var nameLength: UInt32
  @usableFromInline var valueLength: UInt32
  /// HPACK must not put this field into its table: a value that will not come again, or a secret one.
  public var neverIndexed: Bool

  public init(nameStart: Int, nameCount: Int, valueCount: Int, neverIndexed: Bool) {
    start = UInt32(truncatingIfNeeded: nameStart)
    nameLength = UInt32(truncatingIfNeeded: nameCount)
    valueLength = UInt32(truncatingIfNeeded: valueCount)
    self.neverIndexed = neverIndexed
  }

  @inlinable public var nameStart: Int { Int(start) }
  @inlinable public var nameCount: Int { Int(nameLength) }
  @inlinable public var valueCount: Int { Int(valueLength) }
  @inlinable public var nameRange: Range<Int> { nameStart..<nameStart + nameCount }
  @inlinable public var valueRange: Range<Int> { nameStart + nameCount..<nameStart + nameCount + valueCount }
}

/// A received header list where the connection put it: valid during the call that it is passed to, no longer.
///
/// Fields stay byte ranges; a `String` is made only when somebody asks for one. Making one for every field of every
/// call costs more instructions than all the rest of our work on a call.
@frozen
public struct HeaderView {
  public let bytes: UnsafeRawBufferPointer
  public let fields: UnsafeBufferPointer<HeaderField>
  /// The list went over `maxHeaderListSize`; what is here is what came before.
  public var isTruncated = false

  public func name(_ field: HeaderField) -> String {
    String(decoding: UnsafeRawBufferPointer(rebasing: bytes[field.nameRange]), as: UTF8.self)
  }

  public func value(_ field: HeaderField) -> String { String(decoding: valueBytes(field), as: UTF8.self) }

  @inlinable public func valueBytes(_ field: HeaderField) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: bytes[field.valueRange])
  }

  @inlinable public func nameEquals(_ field: HeaderField, _ name: StaticString) -> Bool {
    field.nameCount == name.utf8CodeUnitCount && holds(name, at: field.nameStart)
  }

  @inlinable public func valueEquals(_ field: HeaderField, _ value: StaticString) -> Bool {
    field.valueCount == value.utf8CodeUnitCount && holds(value, at: field.nameStart + field.nameCount)
  }

  @inlinable public func nameHasPrefix(_ field: HeaderField, _ prefix: StaticString) -> Bool {
    field.nameCount >= prefix.utf8CodeUnitCount && holds(prefix, at: field.nameStart)
  }

  /// Whether the bytes from `start` on begin with `text`; the caller has checked that they reach that far.
  @usableFromInline func holds(_ text: StaticString, at start: Int) -> Bool {
    guard let base = bytes.baseAddress else { return text.utf8CodeUnitCount == 0 }
    return memcmp(base + start, text.utf8Start, text.utf8CodeUnitCount) == 0
  }

  /// The first field of that name.
  public func first(_ name: StaticString) -> HeaderField? {
    fields.first { nameEquals($0, name) }
  }

  public func firstValue(_ name: StaticString) -> String? {
    first(name).map { value($0) }
  }
}

/// A header list with memory of its own: one to be sent, or one kept from a `HeaderView`.
package struct HeaderBlock: Sendable, Equatable {
  package typealias Field = HeaderField

  package private(set) var bytes: [UInt8] = []
  package private(set) var fields: [HeaderField] = []

  package init() {}

  package init(_ view: HeaderView) {
    bytes = Array(view.bytes)
    fields = Array(view.fields)
  }

  package var isEmpty: Bool { fields.isEmpty }

  /// The size of the list as RFC 9113 §6.5.2 counts it: names, values and 32 bytes a field.
  package var listSize: Int { bytes.count + 32 * fields.count }

  /// Looks at the list without copying it.
  package func withView<Result>(_ body: (HeaderView) -> Result) -> Result {
    bytes.withUnsafeBytes { bytes in
      fields.withUnsafeBufferPointer { body(HeaderView(bytes: bytes, fields: $0)) }
    }
  }

  package mutating func reserve(fields fieldCount: Int, bytes byteCount: Int) {
    fields.reserveCapacity(fieldCount)
    bytes.reserveCapacity(byteCount)
  }

  /// Empties the list; its memory stays for the next one unless somebody else still has a copy.
  package mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    fields.removeAll(keepingCapacity: true)
  }

  package mutating func append(
    name: some Collection<UInt8>, value: some Collection<UInt8>, neverIndexed: Bool = false
  ) {
    fields.append(
      HeaderField(nameStart: bytes.count, nameCount: name.count, valueCount: value.count, neverIndexed: neverIndexed))
    bytes.append(contentsOf: name)
    bytes.append(contentsOf: value)
  }

  package mutating func append(_ name: String, _ value: String, neverIndexed: Bool = false) {
    append(name: name.utf8, value: value.utf8, neverIndexed: neverIndexed)
  }

  package mutating func append(_ field: HeaderField, of other: HeaderBlock) {
    append(name: other.bytes[field.nameRange], value: other.bytes[field.valueRange], neverIndexed: field.neverIndexed)
  }

  package mutating func append(_ field: HeaderField, of view: HeaderView) {
    append(
      name: UnsafeRawBufferPointer(rebasing: view.bytes[field.nameRange]), value: view.valueBytes(field),
      neverIndexed: field.neverIndexed)
  }

  package mutating func append(contentsOf other: HeaderBlock) {
    for field in other.fields { append(field, of: other) }
  }

  package func name(_ field: HeaderField) -> String { String(decoding: bytes[field.nameRange], as: UTF8.self) }
  package func value(_ field: HeaderField) -> String { String(decoding: bytes[field.valueRange], as: UTF8.self) }

  package func nameEquals(_ field: HeaderField, _ name: StaticString) -> Bool {
    withView { $0.nameEquals(field, name) }
  }

  package func nameHasPrefix(_ field: HeaderField, _ prefix: StaticString) -> Bool {
    withView { $0.nameHasPrefix(field, prefix) }
  }

  /// The first field of that name.
  package func first(_ name: StaticString) -> HeaderField? { withView { $0.first(name) } }

  package func firstValue(_ name: StaticString) -> String? { withView { $0.firstValue(name) } }
}
