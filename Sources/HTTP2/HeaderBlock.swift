/// A list of header fields whose bytes lie in one array: an inbound HEADERS block, or one being written.
///
/// Fields stay byte ranges; a `String` is made only when somebody asks for one. Making one for every field of
/// every call costs more instructions than all the rest of our work on a call.
package struct HeaderBlock: Sendable, Equatable {
  package struct Field: Sendable, Equatable {
    package var nameStart: Int
    package var nameCount: Int
    package var valueCount: Int
    /// HPACK must not put this field into its table: a value that will not come again, or a secret one.
    package var neverIndexed: Bool

    package var nameRange: Range<Int> { nameStart..<nameStart + nameCount }
    package var valueRange: Range<Int> { nameStart + nameCount..<nameStart + nameCount + valueCount }
  }

  package private(set) var bytes: [UInt8] = []
  package private(set) var fields: [Field] = []

  package init() {}

  package var isEmpty: Bool { fields.isEmpty }

  package mutating func reserve(fields fieldCount: Int, bytes byteCount: Int) {
    fields.reserveCapacity(fieldCount)
    bytes.reserveCapacity(byteCount)
  }

  package mutating func append(
    name: some Collection<UInt8>, value: some Collection<UInt8>, neverIndexed: Bool = false
  ) {
    fields.append(
      Field(nameStart: bytes.count, nameCount: name.count, valueCount: value.count, neverIndexed: neverIndexed))
    bytes.append(contentsOf: name)
    bytes.append(contentsOf: value)
  }

  package mutating func append(_ name: String, _ value: String, neverIndexed: Bool = false) {
    append(name: name.utf8, value: value.utf8, neverIndexed: neverIndexed)
  }

  package mutating func append(_ field: Field, of other: HeaderBlock) {
    append(name: other.bytes[field.nameRange], value: other.bytes[field.valueRange], neverIndexed: field.neverIndexed)
  }

  package mutating func append(contentsOf other: HeaderBlock) {
    for field in other.fields { append(field, of: other) }
  }

  package func name(_ field: Field) -> String { String(decoding: bytes[field.nameRange], as: UTF8.self) }
  package func value(_ field: Field) -> String { String(decoding: bytes[field.valueRange], as: UTF8.self) }

  package func nameEquals(_ field: Field, _ name: StaticString) -> Bool {
    field.nameCount == name.utf8CodeUnitCount && bytes.equal(at: field.nameStart, name)
  }

  package func valueEquals(_ field: Field, _ value: StaticString) -> Bool {
    field.valueCount == value.utf8CodeUnitCount && bytes.equal(at: field.nameStart + field.nameCount, value)
  }

  package func nameHasPrefix(_ field: Field, _ prefix: StaticString) -> Bool {
    field.nameCount >= prefix.utf8CodeUnitCount && bytes.equal(at: field.nameStart, prefix)
  }

  /// The first field of that name.
  package func first(_ name: StaticString) -> Field? {
    fields.first { nameEquals($0, name) }
  }

  package func firstValue(_ name: StaticString) -> String? {
    first(name).map { value($0) }
  }
}

extension [UInt8] {
  /// Whether the bytes from `start` on begin with `text`; the caller has checked that they reach that far.
  fileprivate func equal(at start: Int, _ text: StaticString) -> Bool {
    withUnsafeBufferPointer { bytes in
      for index in 0..<text.utf8CodeUnitCount where bytes[start + index] != text.utf8Start[index] { return false }
      return true
    }
  }
}
