import Store

/// Bytes that content checks read by offset, without loading the file.
protocol ByteSource {
  var count: Int64 { get }
  /// Up to `count` bytes; fewer only at the end.
  func read(at offset: Int64, count: Int) throws(StoreError) -> [UInt8]
}

extension BlobReader: ByteSource {
  package func read(at offset: Int64, count: Int) throws(StoreError) -> [UInt8] {
    try readNow(at: offset, count: count)
  }
}

/// Why a file is not what it was said to be, in a sentence that says what to do.
struct ContentError: Error, Equatable, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

extension ByteSource {
  /// Whether the file starts like text: printable ASCII, UTF-8 or white space, and no other control character.
  func looksLikeText() throws(StoreError) -> Bool {
    let head = try read(at: 0, count: 512)
    return !head.isEmpty && head.allSatisfy { $0 >= 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
  }
}

/// Big- and little-endian numbers out of bytes; `nil` past the end.
extension [UInt8] {
  func bigEndian16(at offset: Int) -> Int? {
    guard offset >= 0, offset + 2 <= count else { return nil }
    return Int(self[offset]) << 8 | Int(self[offset + 1])
  }

  func bigEndian32(at offset: Int) -> Int? {
    guard let high = bigEndian16(at: offset), let low = bigEndian16(at: offset + 2) else { return nil }
    return high << 16 | low
  }

  func littleEndian(at offset: Int, bytes width: Int) -> UInt64? {
    guard offset >= 0, width <= 8, offset + width <= count else { return nil }
    return (0..<width).reversed().reduce(0) { $0 << 8 | UInt64(self[offset + $1]) }
  }

  func hasASCII(_ text: String, at offset: Int) -> Bool {
    let wanted = Array(text.utf8)
    return offset >= 0 && offset + wanted.count <= count && Array(self[offset..<offset + wanted.count]) == wanted
  }
}
