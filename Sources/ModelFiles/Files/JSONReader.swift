/// A pull parser for JSON (RFC 8259) from strangers: linear time, bounded depth, no tree.
///
/// A safetensors header has up to tens of thousands of entries; a general decoder would hold many times its size.
package struct JSONReader {
  private let bytes: [UInt8]
  private var position = 0
  private static let depthLimit = 64

  package init(_ bytes: [UInt8]) { self.bytes = bytes }

  private func fault(_ what: String) -> ContentError { ContentError("\(what) at byte \(position)") }

  private mutating func skipSpace() {
    while position < bytes.count, Self.isSpace(bytes[position]) { position += 1 }
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x20, 0x09, 0x0A, 0x0D: true
    default: false
    }
  }

  /// Whether a number or a word ends before this byte.
  private static func endsScalar(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"): true
    default: isSpace(byte)
    }
  }

  private mutating func next() -> UInt8? {
    skipSpace()
    return position < bytes.count ? bytes[position] : nil
  }

  /// Takes this character if it comes next.
  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard next() == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(ContentError) {
    guard take(character) else { throw fault("“\(character)” expected") }
  }

  /// Fails unless only white space is left.
  package mutating func expectEnd() throws(ContentError) {
    guard next() == nil else { throw fault("unexpected text after the value") }
  }

  /// Reads an object; the body must read, or skip, the value of each key.
  package mutating func readObject<Failure: Error>(
    _ body: (inout JSONReader, String) throws(Failure) -> Void
  ) throws {
    try expect("{")
    if take("}") { return }
    repeat {
      skipSpace()
      let key = try readString()
      try expect(":")
      try body(&self, key)
    } while take(",")
    try expect("}")
  }

  /// Reads an array; the body must read, or skip, each element.
  package mutating func readArray<Failure: Error>(_ body: (inout JSONReader) throws(Failure) -> Void) throws {
    try expect("[")
    if take("]") { return }
    repeat { try body(&self) } while take(",")
    try expect("]")
  }

  /// A whole number that is not negative.
  package mutating func readUnsigned() throws(ContentError) -> Int64 {
    skipSpace()
    let start = position
    var value: Int64 = 0
    while position < bytes.count, case let digit = bytes[position], (0x30...0x39).contains(digit) {
      let (shifted, over) = value.multipliedReportingOverflow(by: 10)
      let (sum, carried) = shifted.addingReportingOverflow(Int64(digit - 0x30))
      guard !over, !carried else { throw fault("a number that is too large") }
      value = sum
      position += 1
    }
    guard position > start else { throw fault("a number expected") }
    return value
  }

  /// A string, with its escapes resolved.
  package mutating func readString() throws(ContentError) -> String {
    try expect("\"")
    // Nearly every string is without escapes: then it is one run of bytes.
    let start = position
    while position < bytes.count, bytes[position] >= 0x20, bytes[position] != UInt8(ascii: "\\") {
      if bytes[position] == UInt8(ascii: "\"") {
        guard let string = String(validating: bytes[start..<position], as: UTF8.self) else {
          throw fault("text that is not UTF-8")
        }
        position += 1
        return string
      }
      position += 1
    }
    var text = Array(bytes[start..<position])
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else { throw fault("text that is not UTF-8") }
        return string
      case UInt8(ascii: "\\"): text.append(contentsOf: try readEscape())
      case 0..<0x20: throw fault("a control character in a string")
      default: text.append(byte)
      }
    }
    throw fault("the string does not end")
  }

  private mutating func readEscape() throws(ContentError) -> [UInt8] {
    guard position < bytes.count else { throw fault("the string does not end") }
    let escape = bytes[position]
    position += 1
    switch escape {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [escape]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "u"):
      var unit = try readHex4()
      if (0xD800..<0xDC00).contains(unit), position + 1 < bytes.count,
        bytes[position] == UInt8(ascii: "\\"), bytes[position + 1] == UInt8(ascii: "u")
      {
        position += 2
        let low = try readHex4()
        guard (0xDC00..<0xE000).contains(low) else { throw fault("half a surrogate pair") }
        unit = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(unit) else { throw fault("half a surrogate pair") }
      return Array(String(Character(scalar)).utf8)
    default: throw fault("an unknown escape")
    }
  }

  private mutating func readHex4() throws(ContentError) -> UInt32 {
    guard position + 4 <= bytes.count else { throw fault("the string does not end") }
    var value: UInt32 = 0
    for byte in bytes[position..<position + 4] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw fault("a \\u escape without digits")
      }
      value = value << 4 | UInt32(digit)
    }
    position += 4
    return value
  }

  /// Passes over one value of any type.
  package mutating func skipValue(depth: Int = 0) throws {
    guard depth < Self.depthLimit else { throw fault("values nested too deeply") }
    switch next() {
    case UInt8(ascii: "{"): try readObject { reader, _ in try reader.skipValue(depth: depth + 1) }
    case UInt8(ascii: "["): try readArray { reader in try reader.skipValue(depth: depth + 1) }
    case UInt8(ascii: "\""): _ = try readString()
    case .some:
      let start = position
      while position < bytes.count, !Self.endsScalar(bytes[position]) { position += 1 }
      let word = String(decoding: bytes[start..<position], as: UTF8.self)
      guard ["true", "false", "null"].contains(word) || Double(word) != nil else { throw fault("a value expected") }
    case nil: throw fault("a value expected")
    }
  }

  /// Whether an array comes next.
  package mutating func startsArray() -> Bool { next() == UInt8(ascii: "[") }

  /// A number if one comes next; any other value is passed over.
  package mutating func readNumberOrSkip() throws -> Double? {
    guard let first = next(), first == UInt8(ascii: "-") || (0x30...0x39).contains(first) else {
      try skipValue()
      return nil
    }
    let start = position
    try skipValue()
    return Double(String(decoding: bytes[start..<position], as: UTF8.self))
  }

  /// Whether `true` comes next; any value is passed over.
  package mutating func readFlagOrSkip() throws -> Bool {
    _ = next()
    let start = position
    try skipValue()
    return bytes[start..<position].elementsEqual("true".utf8)
  }

  /// A string if one comes next; any other value is passed over.
  package mutating func readStringOrSkip() throws -> String? {
    if next() == UInt8(ascii: "\"") { return try readString() }
    try skipValue()
    return nil
  }
}
