internal import CNghttp2

/// Header fields that never change, laid out once for nghttp2 so that sending them copies nothing.
///
/// A `StaticString`'s bytes live as long as the program, which is what lets nghttp2 keep the pointers.
package final class PreparedHeaders: Sendable {
  nonisolated(unsafe) let vectors: UnsafeMutableBufferPointer<nghttp2_nv>
  /// The bytes of fields that are not constants of the program.
  private nonisolated(unsafe) let storage: UnsafeMutablePointer<UInt8>?

  package init(_ fields: KeyValuePairs<StaticString, StaticString>) {
    vectors = .allocate(capacity: fields.count)
    storage = nil
    for (index, field) in fields.enumerated() {
      vectors.initializeElement(
        at: index,
        to: nghttp2_nv(
          name: UnsafeMutablePointer(mutating: field.key.utf8Start),
          value: UnsafeMutablePointer(mutating: field.value.utf8Start),
          namelen: field.key.utf8CodeUnitCount, valuelen: field.value.utf8CodeUnitCount,
          flags: UInt8(NGHTTP2_NV_FLAG_NO_COPY_NAME.rawValue | NGHTTP2_NV_FLAG_NO_COPY_VALUE.rawValue)))
    }
  }

  /// Fields that are the same for many calls, though not for all programs. nghttp2 copies their bytes, since a frame may
  /// outlive this object; what is spared is laying them out for each call.
  package init(_ block: HeaderBlock) {
    vectors = .allocate(capacity: block.fields.count)
    let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: max(block.bytes.count, 1))
    bytes.initialize(repeating: 0, count: max(block.bytes.count, 1))
    for (index, byte) in block.bytes.enumerated() { bytes[index] = byte }
    storage = bytes
    for (index, field) in block.fields.enumerated() {
      vectors.initializeElement(
        at: index,
        to: nghttp2_nv(
          name: bytes + field.nameStart, value: bytes + field.nameStart + field.nameCount, namelen: field.nameCount,
          valuelen: field.valueCount, flags: field.neverIndexed ? UInt8(NGHTTP2_NV_FLAG_NO_INDEX.rawValue) : 0))
    }
  }

  deinit {
    vectors.deallocate()
    storage?.deallocate()
  }
}

/// What a HEADERS frame is to carry: constant fields first, then those of this one call.
package struct OutgoingHeaders {
  package var prepared: PreparedHeaders?
  package var block: HeaderBlock?

  package init(_ prepared: PreparedHeaders? = nil, _ block: HeaderBlock? = nil) {
    self.prepared = prepared
    self.block = block
  }

  /// Calls `body` with the fields as nghttp2 takes them; those of `block` are copied by nghttp2 when it is called.
  func withVectors<Result>(_ body: (UnsafeMutableBufferPointer<nghttp2_nv>) -> Result) -> Result {
    guard let block, !block.isEmpty else {
      return body(prepared?.vectors ?? UnsafeMutableBufferPointer(start: nil, count: 0))
    }
    let preparedCount = prepared?.vectors.count ?? 0
    return withUnsafeTemporaryAllocation(of: nghttp2_nv.self, capacity: preparedCount + block.fields.count) { vectors in
      block.bytes.withUnsafeBufferPointer { bytes in
        if let prepared {
          for index in 0..<preparedCount { vectors.initializeElement(at: index, to: prepared.vectors[index]) }
        }
        // nghttp2 wants mutable pointers but writes only to the copies it makes. The pointer of an empty array is
        // never read: such a field has no bytes.
        let base = UnsafeMutablePointer(mutating: bytes.baseAddress ?? UnsafePointer(emptyField.utf8Start))
        for (index, field) in block.fields.enumerated() {
          vectors.initializeElement(
            at: preparedCount + index,
            to: nghttp2_nv(
              name: base + field.nameStart, value: base + field.nameStart + field.nameCount,
              namelen: field.nameCount, valuelen: field.valueCount,
              flags: field.neverIndexed ? UInt8(NGHTTP2_NV_FLAG_NO_INDEX.rawValue) : 0))
        }
        return body(vectors)
      }
    }
  }
}

private let emptyField: StaticString = ""
