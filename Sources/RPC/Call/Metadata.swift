internal import HTTP2

/// The custom header fields of a call, in order; a name may occur several times.
///
/// Names are lower-case ASCII. Values are printable ASCII, except under names that end in `-bin`, which hold bytes.
/// Fields stay as they came from the wire until somebody asks for one.
public struct Metadata: Sendable, Sequence, ExpressibleByDictionaryLiteral, CustomStringConvertible {
  private(set) var block: HeaderBlock

  /// No fields.
  public init() { block = HeaderBlock() }

  /// The custom fields of a received header list; those of HTTP and gRPC themselves are left out.
  init(_ headers: HeaderView) {
    block = HeaderBlock()
    Self.copyCustomFields(of: headers, to: &block)
  }

  /// - Parameter block: holds custom fields only.
  init(_ block: HeaderBlock) { self.block = block }

  static func copyCustomFields(of headers: HeaderView, to block: inout HeaderBlock) {
    for field in headers.fields where FieldName(of: field, in: headers) == .custom { block.append(field, of: headers) }
  }

  /// Fields with invalid names or values are left out of a literal; use `add` where the values are not constants.
  public init(dictionaryLiteral elements: (String, String)...) {
    self.init()
    for (name, value) in elements { try? add(name, value) }
  }

  /// Whether there is no field.
  public var isEmpty: Bool { block.isEmpty }

  /// The first value of that name, as text; nil for `-bin` names.
  public subscript(name: String) -> String? { values(name).first }

  /// Every value of that name, as text.
  public func values(_ name: String) -> [String] {
    guard !name.hasSuffix("-bin") else { return [] }
    return fields(name).map { block.value($0) }
  }

  /// Every value of a `-bin` name. A field may hold several, joined by commas; what is not base64 is left out.
  public func binary(_ name: String) -> [[UInt8]] {
    guard name.hasSuffix("-bin") else { return [] }
    return fields(name).flatMap { field in
      block.bytes[field.valueRange].split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        .compactMap { Base64.decode(trimmed($0)) }
    }
  }

  /// - Throws: `MetadataError` for a name or a value that HTTP or gRPC does not allow.
  public mutating func add(_ name: String, _ value: String) throws(MetadataError) {
    let name = try validated(name)
    guard !name.hasSuffix("-bin") else { throw .binaryName(name) }
    let bytes = trimmed(Array(value.utf8)[...])
    guard bytes.allSatisfy({ (0x20...0x7e).contains($0) }) else { throw .invalidValue(name: name) }
    block.append(name: name.utf8, value: bytes, neverIndexed: Self.secretNames.contains(name))
  }

  /// Puts one value in the place of all of that name.
  /// - Throws: `MetadataError` as `add` does; nothing has changed then.
  public mutating func replace(_ name: String, _ value: String) throws(MetadataError) {
    var changed = HeaderBlock()
    let old = fields(name)
    for field in block.fields where !old.contains(field) { changed.append(field, of: block) }
    var metadata = Metadata(changed)
    try metadata.add(name, value)
    self = metadata
  }

  /// - Parameter name: ends in `-bin`.
  public mutating func addBinary(_ name: String, _ value: [UInt8]) throws(MetadataError) {
    let name = try validated(name)
    guard name.hasSuffix("-bin") else { throw .notBinaryName(name) }
    block.append(name: name.utf8, value: Base64.encode(value), neverIndexed: true)
  }

  /// Appends every field of another list.
  public mutating func add(contentsOf other: Metadata) {
    block.append(contentsOf: other.block)
  }

  /// Names with their values as they travel (base64 for `-bin` names).
  public func makeIterator() -> some IteratorProtocol<(name: String, value: String)> {
    let block = block
    return block.fields.map { (name: block.name($0), value: block.value($0)) }.makeIterator()
  }

  public var description: String {
    "[" + map { "\($0.name): \(Self.secretNames.contains($0.name) ? "…" : $0.value)" }.joined(separator: ", ") + "]"
  }

  private static let secretNames: Set<String> = ["authorization", "cookie", "proxy-authorization"]

  private func fields(_ name: String) -> [HeaderField] {
    let name = name.lowercased()
    return block.fields.filter { field in
      field.nameCount == name.utf8.count && block.bytes[field.nameRange].elementsEqual(name.utf8)
    }
  }

  private func validated(_ name: String) throws(MetadataError) -> String {
    let name = name.lowercased()
    let isValid =
      !name.isEmpty
      && name.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"),
          UInt8(ascii: "-"), UInt8(ascii: "."):
          true
        default: false
        }
      }
    guard isValid else { throw .invalidName(name) }
    // HTTP/2 forbids connection-specific fields (RFC 9113 §8.2.2); gRPC keeps the rest for itself.
    guard !name.hasPrefix("grpc-"), !Self.forbiddenNames.contains(name) else { throw .reservedName(name) }
    return name
  }

  private static let forbiddenNames: Set<String> = [
    "content-type", "te", "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade", "host",
    "content-length",
  ]
}

/// Why a field cannot be metadata.
public enum MetadataError: Error, Equatable, CustomStringConvertible {
  /// The name has characters other than a–z, digits, `_`, `-` and `.`, or none.
  case invalidName(String)
  /// The name belongs to HTTP or to gRPC.
  case reservedName(String)
  /// The value has characters other than printable ASCII.
  case invalidValue(name: String)
  /// The name ends in `-bin`, and the value is text.
  case binaryName(String)
  /// The name does not end in `-bin`, and the value is bytes.
  case notBinaryName(String)

  public var description: String {
    switch self {
    case .invalidName(let name):
      "\"\(name)\" is no metadata name: use the letters a–z, digits, and the signs _ - ."
    case .reservedName(let name): "\"\(name)\" is reserved to HTTP or gRPC: choose another name"
    case .invalidValue(let name):
      "the value of \"\(name)\" is not printable ASCII: send it as bytes under the name \"\(name)-bin\""
    case .binaryName(let name): "\"\(name)\" names bytes: use addBinary, or drop the ending -bin"
    case .notBinaryName(let name): "\"\(name)\" names text: use add, or end the name in -bin"
    }
  }
}

private func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
  let isSpace = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
  guard let first = bytes.firstIndex(where: { !isSpace($0) }), let last = bytes.lastIndex(where: { !isSpace($0) })
  else { return [] }
  return bytes[first...last]
}
