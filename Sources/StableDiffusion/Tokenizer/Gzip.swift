/// Reads gzip (RFC 1952): one member, deflate (RFC 1951).
enum Gzip {
  enum Failure: Error, Equatable, CustomStringConvertible {
    case notGzip, truncated, corrupt, tooLarge(limit: Int)

    var description: String {
      switch self {
      case .notGzip: "it is not in gzip format"
      case .truncated: "it ends too early"
      case .corrupt: "its compressed data contradict themselves"
      case .tooLarge(let limit): "it unpacks to more than \(limit) bytes"
      }
    }
  }

  static func decompress(_ bytes: [UInt8], limit: Int) throws(Failure) -> [UInt8] {
    guard bytes.count > 18, bytes[0] == 0x1F, bytes[1] == 0x8B, bytes[2] == 8 else { throw .notGzip }
    let flags = bytes[3]
    var start = 10
    if flags & 4 != 0 { start += 2 + Int(bytes[10]) + Int(bytes[11]) << 8 }
    // FNAME and FCOMMENT end with a zero byte each.
    for flag: UInt8 in [8, 16] where flags & flag != 0 {
      while start < bytes.count, bytes[start] != 0 { start += 1 }
      start += 1
    }
    if flags & 2 != 0 { start += 2 }
    guard start < bytes.count - 8 else { throw .truncated }
    let trailer = bytes.suffix(8)
    var inflater = Inflater(bytes[start..<(bytes.count - 8)], limit: limit)
    let output = try inflater.run()
    let stored = trailer.prefix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    guard crc32(output) == stored else { throw .corrupt }
    return output
  }

  private static func crc32(_ bytes: [UInt8]) -> UInt32 {
    var table = [UInt32](repeating: 0, count: 256)
    for index in table.indices {
      var value = UInt32(index)
      for _ in 0..<8 { value = value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
      table[index] = value
    }
    var checksum = ~UInt32(0)
    for byte in bytes { checksum = table[Int((checksum ^ UInt32(byte)) & 0xFF)] ^ (checksum >> 8) }
    return ~checksum
  }
}

/// RFC 1951, section 3.2.
private struct Inflater {
  private let input: ArraySlice<UInt8>
  private var position: Int
  private var bits: UInt32 = 0
  private var bitCount = 0
  private var output: [UInt8] = []
  private let limit: Int

  init(_ input: ArraySlice<UInt8>, limit: Int) {
    self.input = input
    self.limit = limit
    position = input.startIndex
  }

  mutating func run() throws(Gzip.Failure) -> [UInt8] {
    while true {
      let isLast = try take(1) == 1
      switch try take(2) {
      case 0: try stored()
      case 1: try compressed(Self.fixedLiterals, Self.fixedDistances)
      case 2:
        let (literals, distances) = try dynamicCodes()
        try compressed(literals, distances)
      default: throw .corrupt
      }
      if isLast { return output }
    }
  }

  private mutating func take(_ count: Int) throws(Gzip.Failure) -> Int {
    while bitCount < count {
      guard position < input.endIndex else { throw .truncated }
      bits |= UInt32(input[position]) << UInt32(bitCount)
      position += 1
      bitCount += 8
    }
    let value = bits & ((1 << UInt32(count)) - 1)
    bits >>= UInt32(count)
    bitCount -= count
    return Int(value)
  }

  private mutating func stored() throws(Gzip.Failure) {
    bits = 0
    bitCount = 0
    let length = try take(16)
    guard try take(16) == ~length & 0xFFFF else { throw .corrupt }
    guard output.count + length <= limit else { throw .tooLarge(limit: limit) }
    guard position + length <= input.endIndex else { throw .truncated }
    output += input[position..<(position + length)]
    position += length
  }

  private mutating func compressed(_ literals: HuffmanCode, _ distances: HuffmanCode) throws(Gzip.Failure) {
    while true {
      let symbol = try decode(literals)
      if symbol == 256 { return }
      if symbol < 256 {
        guard output.count < limit else { throw .tooLarge(limit: limit) }
        output.append(UInt8(symbol))
        continue
      }
      guard symbol <= 285 else { throw .corrupt }
      let length = Self.lengthBases[symbol - 257] + (try take(Self.lengthExtras[symbol - 257]))
      let code = try decode(distances)
      guard code < 30 else { throw .corrupt }
      let distance = Self.distanceBases[code] + (try take(code < 4 ? 0 : code / 2 - 1))
      guard distance <= output.count else { throw .corrupt }
      guard output.count + length <= limit else { throw .tooLarge(limit: limit) }
      for _ in 0..<length { output.append(output[output.count - distance]) }
    }
  }

  private mutating func dynamicCodes() throws(Gzip.Failure) -> (HuffmanCode, HuffmanCode) {
    let literalCount = try take(5) + 257
    let distanceCount = try take(5) + 1
    let lengthCount = try take(4) + 4
    var lengthLengths = [Int](repeating: 0, count: 19)
    for place in [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15].prefix(lengthCount) {
      lengthLengths[place] = try take(3)
    }
    let lengthCode = HuffmanCode(lengths: lengthLengths)
    var lengths: [Int] = []
    while lengths.count < literalCount + distanceCount {
      let symbol = try decode(lengthCode)
      switch symbol {
      case 0..<16: lengths.append(symbol)
      case 16:
        guard let last = lengths.last else { throw .corrupt }
        lengths += Array(repeating: last, count: try take(2) + 3)
      case 17: lengths += Array(repeating: 0, count: try take(3) + 3)
      default: lengths += Array(repeating: 0, count: try take(7) + 11)
      }
    }
    guard lengths.count == literalCount + distanceCount else { throw .corrupt }
    return (
      HuffmanCode(lengths: Array(lengths[..<literalCount])), HuffmanCode(lengths: Array(lengths[literalCount...]))
    )
  }

  /// Canonical codes, one bit at a time: the first code of each length follows from the counts of the shorter ones.
  private mutating func decode(_ code: HuffmanCode) throws(Gzip.Failure) -> Int {
    var value = 0
    var first = 0
    var index = 0
    for length in 1...15 {
      value |= try take(1)
      let count = code.counts[length]
      // Lengths that claim too many codes leave `value` behind `first`.
      guard value >= first else { throw .corrupt }
      if value - first < count { return code.symbols[index + value - first] }
      index += count
      first = (first + count) << 1
      value <<= 1
    }
    throw .corrupt
  }

  private static let lengthBases = [
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
  ]
  private static let lengthExtras = [
    0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
  ]
  private static let distanceBases = [
    1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1_025, 1_537, 2_049, 3_073, 4_097,
    6_145, 8_193, 12_289, 16_385, 24_577,
  ]
  private static let fixedLiterals = HuffmanCode(
    lengths: (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 })
  private static let fixedDistances = HuffmanCode(lengths: Array(repeating: 5, count: 30))
}

private struct HuffmanCode {
  /// How many symbols have a code of each length, 0 to 15.
  var counts = [Int](repeating: 0, count: 16)
  /// The symbols, ordered by code.
  var symbols: [Int] = []

  init(lengths: [Int]) {
    for length in lengths { counts[length] += 1 }
    counts[0] = 0
    for length in 1...15 { symbols += lengths.indices.filter { lengths[$0] == length } }
  }
}
