/// PNG text chunks (PNG specification, 11.3.3).
enum PNGText {
  /// Adds a text chunk after IHDR: `tEXt`, or `iTXt` when the text is not Latin-1.
  ///
  /// `png` must be a whole PNG file. A NUL would end the text early for readers, so NULs are left out.
  static func inserting(keyword: String, text: String, into png: [UInt8]) -> [UInt8] {
    let scalars = text.unicodeScalars.filter { $0.value != 0 }
    var body = Array(keyword.utf8) + [0]
    let type: String
    if scalars.allSatisfy({ $0.value <= 0xFF }) {
      type = "tEXt"
      body += scalars.map { UInt8($0.value) }
    } else {
      type = "iTXt"
      body += [0, 0]  // not compressed, compression method
      body += [0, 0]  // empty language tag, empty translated keyword
      body += Array(String(String.UnicodeScalarView(scalars)).utf8)
    }
    var chunk = bigEndian(UInt32(body.count))
    let typed = Array(type.utf8) + body
    chunk += typed
    chunk += bigEndian(CRC32.checksum(typed))
    // The signature takes 8 bytes and IHDR 25: length, type, 13 bytes, checksum.
    return Array(png[..<33]) + chunk + png[33...]
  }

  static func bigEndian(_ value: UInt32) -> [UInt8] {
    [UInt8(value >> 24), UInt8(value >> 16 & 0xFF), UInt8(value >> 8 & 0xFF), UInt8(value & 0xFF)]
  }
}

/// The CRC of PNG chunks (PNG specification, annex D): polynomial 0xEDB88320, reflected.
enum CRC32 {
  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
  }

  static func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(0xFFFF_FFFF as UInt32) { crc, byte in table[Int((crc ^ UInt32(byte)) & 0xFF)] ^ (crc >> 8) }
  }
}
