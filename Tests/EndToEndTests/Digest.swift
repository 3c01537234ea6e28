import Crypto

/// SHA-256 in lower-case hexadecimal digits.
func sha256Hex(_ bytes: [UInt8]) -> String {
  SHA256.hash(data: bytes).map { byte in
    let digits = String(byte, radix: 16)
    return digits.count == 1 ? "0" + digits : digits
  }.joined()
}

/// The tensor bytes of a safetensors file: everything after the header, whose metadata holds times of day.
func tensorBytes(ofSafetensors file: [UInt8]) -> ArraySlice<UInt8> {
  precondition(file.count > 8)
  let length = (0..<8).reduce(0) { $0 | Int(file[$1]) << (8 * $1) }
  return file[(8 + length)...]
}
