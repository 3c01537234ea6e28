/// Whether bytes are text that a C string can carry: valid UTF-8 (RFC 3629) without U+0000.
enum TextCheck {
  case text, invalidUTF8, containsNUL

  init(_ bytes: UnsafeRawBufferPointer) {
    var index = 0
    while index < bytes.count {
      // Eight ASCII bytes at a time; the second test finds a zero byte.
      while index + 8 <= bytes.count {
        let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
        guard word & 0x8080_8080_8080_8080 == 0,
          (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080 == 0
        else { break }
        index += 8
      }
      guard index < bytes.count else { break }
      let lead = bytes[index]
      if lead == 0 {
        self = .containsNUL
        return
      }
      if lead < 0x80 {
        index += 1
        continue
      }
      // RFC 3629 section 4: the second byte's range excludes overlong forms, surrogates and what is past U+10FFFF.
      let length: Int
      var second: ClosedRange<UInt8> = 0x80...0xBF
      switch lead {
      case 0xC2...0xDF: length = 2
      case 0xE0: (length, second) = (3, 0xA0...0xBF)
      case 0xED: (length, second) = (3, 0x80...0x9F)
      case 0xE1...0xEF: length = 3
      case 0xF0: (length, second) = (4, 0x90...0xBF)
      case 0xF1...0xF3: length = 4
      case 0xF4: (length, second) = (4, 0x80...0x8F)
      default:
        self = .invalidUTF8
        return
      }
      guard index + length <= bytes.count, second.contains(bytes[index + 1]),
        (index + 2..<index + length).allSatisfy({ bytes[$0] & 0xC0 == 0x80 })
      else {
        self = .invalidUTF8
        return
      }
      index += length
    }
    self = .text
  }
}
