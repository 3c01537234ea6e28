import ModelFiles
import Store

extension BlobReader: ByteSource {
  package func read(at offset: Int64, count: Int) throws(StoreError) -> [UInt8] {
    try readNow(at: offset, count: count)
  }
}

extension ByteSource {
  /// Whether the file starts like text: printable ASCII, UTF-8 or white space, and no other control character.
  func looksLikeText() throws(Failure) -> Bool {
    let head = try read(at: 0, count: 512)
    return !head.isEmpty && head.allSatisfy { $0 >= 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
  }
}

extension SafetensorsHeader {
  /// - Throws: `ContentError` for what is wrong with the file, and what the source throws.
  static func read<Source: ByteSource>(_ source: Source) throws -> SafetensorsHeader {
    do {
      return try SafetensorsHeader(reading: source)
    } catch let fault as Fault {
      throw ContentError(fault.description)
    }
  }
}

/// Big-endian numbers out of bytes; `nil` past the end.
extension [UInt8] {
  func bigEndian16(at offset: Int) -> Int? {
    guard offset >= 0, offset + 2 <= count else { return nil }
    return Int(self[offset]) << 8 | Int(self[offset + 1])
  }

  func bigEndian32(at offset: Int) -> Int? {
    guard let high = bigEndian16(at: offset), let low = bigEndian16(at: offset + 2) else { return nil }
    return high << 16 | low
  }

  func hasASCII(_ text: String, at offset: Int) -> Bool {
    let wanted = Array(text.utf8)
    return offset >= 0 && offset + wanted.count <= count && Array(self[offset..<offset + wanted.count]) == wanted
  }
}
