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
/// Lengths and first letters decide nearly all, since nghttp2 lets only the pseudo-header fields of RFC 9113 §8.3
/// through.
enum FieldName {
  case path, method, contentType, timeout, encoding, acceptEncoding, otherReserved, custom

  init(of field: HeaderField, in headers: HeaderView) {
    guard field.nameCount > 0 else {
      self = .custom
      return
    }
    switch headers.bytes[field.nameStart] {
    case UInt8(ascii: ":"):
      switch field.nameCount {
      case 5: self = .path
      case 7 where headers.nameEquals(field, ":method"): self = .method
      default: self = .otherReserved
      }
    case UInt8(ascii: "g") where headers.nameHasPrefix(field, "grpc-"):
      switch field.nameCount {
      case 12 where headers.nameEquals(field, "grpc-timeout"): self = .timeout
      case 13 where headers.nameEquals(field, "grpc-encoding"): self = .encoding
      case 20 where headers.nameEquals(field, "grpc-accept-encoding"): self = .acceptEncoding
      default: self = .otherReserved
      }
    case UInt8(ascii: "c") where field.nameCount == 12 && headers.nameEquals(field, "content-type"):
      self = .contentType
    case UInt8(ascii: "c") where field.nameCount == 14 && headers.nameEquals(field, "content-length"),
      UInt8(ascii: "t") where field.nameCount == 2 && headers.nameEquals(field, "te"),
      UInt8(ascii: "h") where field.nameCount == 4 && headers.nameEquals(field, "host"):
      self = .otherReserved
    default: self = .custom
    }
  }
}
