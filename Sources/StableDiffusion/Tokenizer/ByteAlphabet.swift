/// GPT-2's reversible spelling of bytes as printable characters, which CLIP's vocabulary files are written in.
///
/// Printable Latin-1 stands for itself; the other 68 bytes, in order, are U+0100 and following.
enum ByteAlphabet {
  /// The character for each byte.
  static let characters: [Unicode.Scalar] = {
    var next: UInt32 = 0x100
    return (0...255).map { byte in
      if isPrintable(byte) { return Unicode.Scalar(UInt8(byte)) }
      defer { next += 1 }
      return Unicode.Scalar(next) ?? "?"
    }
  }()

  /// The order in which a vocabulary made from merges alone lists the bytes: the printable ones first.
  static let vocabularyOrder: [Unicode.Scalar] =
    (0...255).filter(isPrintable).map { characters[$0] } + (0...255).filter { !isPrintable($0) }.map { characters[$0] }

  private static func isPrintable(_ byte: Int) -> Bool {
    (0x21...0x7E).contains(byte) || (0xA1...0xAC).contains(byte) || (0xAE...0xFF).contains(byte)
  }
}
