extension SafetensorsHeader {
  /// The value of a tensor with one element; nil for any other, and for types that are no numbers to count with.
  package func scalar<Source: ByteSource>(_ name: String, in source: Source) throws(Source.Failure) -> Double? {
    guard let entry = self[name], entry.elements == 1, entry.range.count <= 8 else { return nil }
    let bytes = try source.read(at: entry.range.lowerBound, count: entry.range.count)
    guard let bits = bytes.littleEndian(at: 0, bytes: bytes.count) else { return nil }
    switch (entry.type, bytes.count) {
    case ("F32", 4): return Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
    case ("F64", 8): return Double(bitPattern: bits)
    case ("BF16", 2): return Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits) << 16))
    case ("F16", 2): return Self.halfPrecision(UInt16(truncatingIfNeeded: bits))
    case ("I32", 4): return Double(Int32(truncatingIfNeeded: bits))
    case ("I64", 8): return Double(Int64(truncatingIfNeeded: bits))
    default: return nil
    }
  }

  /// IEEE 754 binary16, written out because `Float16` does not exist on every platform.
  package static func halfPrecision(_ bits: UInt16) -> Double {
    let sign: Double = bits & 0x8000 == 0 ? 1 : -1
    let exponent = Int(bits >> 10 & 0x1F)
    let fraction = Double(bits & 0x3FF) / 1024
    switch exponent {
    case 0: return sign * fraction * 0x1p-14
    case 31: return fraction == 0 ? sign * .infinity : .nan
    default: return sign * (1 + fraction) * Double(sign: .plus, exponent: exponent - 15, significand: 1)
    }
  }
}
