internal import HTTP2

/// What a server looks at in the header list of a request, found in one pass. It points into the list.
struct RequestHead {
  private(set) var path = UnsafeRawBufferPointer(start: nil, count: 0)
  private(set) var isPost = false
  private(set) var isGRPC = false
  private(set) var timeout: UnsafeRawBufferPointer?
  private(set) var encoding: UnsafeRawBufferPointer?
  private(set) var acceptEncoding: UnsafeRawBufferPointer?

  /// A bit for each of the first 64 fields that is metadata.
  private var customFields: UInt64 = 0

  init(_ headers: HeaderView) {
    for (index, field) in headers.fields.enumerated() {
      switch FieldName(of: field, in: headers) {
      case .path: path = headers.valueBytes(field)
      case .method: isPost = headers.valueEquals(field, "POST")
      case .contentType:
        isGRPC = headers.valueEquals(field, "application/grpc") || WireHeaders.isGRPC(headers.value(field))
      case .timeout: timeout = headers.valueBytes(field)
      case .encoding: encoding = headers.valueBytes(field)
      case .acceptEncoding: acceptEncoding = headers.valueBytes(field)
      case .otherReserved: break
      case .custom: if index < 64 { customFields |= 1 << UInt64(index) }
      }
    }
  }

  func copyCustomFields(of headers: HeaderView, to block: inout HeaderBlock) {
    guard headers.fields.count <= 64 else { return Metadata.copyCustomFields(of: headers, to: &block) }
    var left = customFields
    while left != 0 {
      block.append(headers.fields[left.trailingZeroBitCount], of: headers)
      left &= left - 1
    }
  }
}

/// Tells the fields of HTTP and gRPC themselves from custom metadata.
///
/// The length and eight bytes at a time decide: a request has a dozen fields, and each is looked at.
enum FieldName {
  case path, method, contentType, timeout, encoding, acceptEncoding, otherReserved, custom

  init(of field: HeaderField, in headers: HeaderView) {
    guard let base = headers.bytes.baseAddress, field.nameCount >= 2 else {
      self = .custom
      return
    }
    let name = base + field.nameStart
    let count = field.nameCount
    if name.load(as: UInt8.self) == UInt8(ascii: ":") {
      // nghttp2 lets only the pseudo-header fields of RFC 9113 §8.3 through.
      switch count {
      case 5: self = .path
      case 7: self = name.load(fromByteOffset: 1, as: UInt8.self) == UInt8(ascii: "m") ? .method : .otherReserved
      default: self = .otherReserved
      }
      return
    }
    switch count {
    case 2: self = name.loadUnaligned(as: UInt16.self) == word("te") ? .otherReserved : .custom
    case 4: self = name.loadUnaligned(as: UInt32.self) == word("host") ? .otherReserved : .custom
    case 8...:
      let first = name.loadUnaligned(as: UInt64.self)
      let last = name.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
      switch (count, first, last) {
      case (12, word("content-"), word("ent-type")): self = .contentType
      case (12, word("grpc-tim"), word("-timeout")): self = .timeout
      case (13, word("grpc-enc"), word("encoding")): self = .encoding
      case (14, word("content-"), word("t-length")): self = .otherReserved
      case (20, word("grpc-acc"), word("encoding")): self = .acceptEncoding
      default: self = first & 0xff_ffff_ffff == word("grpc-") ? .otherReserved : .custom
      }
    case 5...: self = headers.nameHasPrefix(field, "grpc-") ? .otherReserved : .custom
    default: self = .custom
    }
  }
}

/// The bytes of an ASCII text of at most eight as they lie in memory; a constant once it is compiled.
@inline(__always)
private func word<Integer: FixedWidthInteger>(_ text: StaticString) -> Integer {
  var word: Integer = 0
  for index in (0..<text.utf8CodeUnitCount).reversed() {
    word = word << 8 | Integer(truncatingIfNeeded: text.utf8Start[index])
  }
  return Integer(littleEndian: word)
}
