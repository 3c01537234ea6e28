import Store

/// The header of a safetensors file: names, types, shapes and places of its tensors, all checked against the file.
struct SafetensorsHeader {
  struct Entry {
    var dataType: String
    var shape: [Int64]
    /// Where its bytes lie, counted from the start of the file.
    var range: Range<Int64>
  }

  private(set) var tensors: [String: Entry] = [:]
  private(set) var metadata: [String: String] = [:]

  /// The format allows 100 MB; real headers stay under 10 MB, and this one must fit the service's small memory.
  static let headerLimit: Int64 = 16 << 20

  static func read<Source: ByteSource>(_ source: Source) throws -> SafetensorsHeader {
    guard let length = try source.read(at: 0, count: 8).littleEndian(at: 0, bytes: 8) else {
      throw ContentError("the file is too short for safetensors; save the weights as safetensors")
    }
    let opening = try source.read(at: 8, count: 1)
    guard opening.first == UInt8(ascii: "{"), source.count > 8, length <= UInt64(source.count - 8) else {
      throw ContentError(
        try source.looksLikeText()
          ? "the file is text, not safetensors; choose the file that holds the weights"
          : "the file is not safetensors (pickles such as .ckpt and .pt are not accepted); convert it to safetensors")
    }
    guard length <= UInt64(headerLimit) else {
      throw ContentError("the safetensors header is over \(headerLimit) bytes; remove metadata from the file")
    }
    var header = SafetensorsHeader()
    do {
      try header.parse(try source.read(at: 8, count: Int(length)), dataStart: 8 + Int64(length))
    } catch let error as ContentError {
      throw ContentError("the safetensors header is damaged (\(error.description)); save the file again")
    }
    try header.checkLayout(dataStart: 8 + Int64(length), fileSize: source.count)
    return header
  }

  private mutating func parse(_ bytes: [UInt8], dataStart: Int64) throws {
    var reader = JSONReader(bytes)
    var tensors: [String: Entry] = [:]
    var metadata: [String: String] = [:]
    try reader.readObject { reader, name in
      if name == "__metadata__" {
        try reader.readObject { reader, key in metadata[key] = try reader.readStringOrSkip() }
        return
      }
      var entry = Entry(dataType: "", shape: [], range: 0..<0)
      var offsets: [Int64] = []
      try reader.readObject { reader, key in
        switch key {
        case "dtype": entry.dataType = try reader.readString()
        case "shape": try reader.readArray { reader in entry.shape.append(try reader.readUnsigned()) }
        case "data_offsets": try reader.readArray { reader in offsets.append(try reader.readUnsigned()) }
        default: try reader.skipValue()
        }
      }
      guard offsets.count == 2, offsets[0] <= offsets[1], offsets[1] <= Int64.max - dataStart else {
        throw ContentError("tensor “\(name)” has no valid data_offsets")
      }
      entry.range = offsets[0] + dataStart..<offsets[1] + dataStart
      guard tensors.updateValue(entry, forKey: name) == nil else {
        throw ContentError("tensor “\(name)” is there twice")
      }
    }
    try reader.expectEnd()
    self.tensors = tensors
    self.metadata = metadata
  }

  /// The format's rule: the tensors lie one after the other without gaps or overlaps, up to the end of the file.
  private func checkLayout(dataStart: Int64, fileSize: Int64) throws(ContentError) {
    var end = dataStart
    for (name, entry) in tensors.sorted(by: { ($0.value.range.lowerBound, $0.value.range.upperBound)
      < ($1.value.range.lowerBound, $1.value.range.upperBound) }) {
      guard let width = Self.width(of: entry.dataType) else {
        throw ContentError("tensor “\(name)” has the unknown type “\(entry.dataType.prefix(16))”")
      }
      var size = width
      for side in entry.shape {
        let (product, overflow) = size.multipliedReportingOverflow(by: side)
        guard !overflow else { throw ContentError("the shape of tensor “\(name)” is too large") }
        size = product
      }
      guard entry.range.lowerBound == end, Int64(entry.range.count) == size else {
        throw ContentError("tensor “\(name)” does not lie where its shape says; the file is damaged, save it again")
      }
      end = entry.range.upperBound
    }
    guard end == fileSize else {
      throw ContentError("the file has \(fileSize) bytes but its tensors end at \(end); it is cut off, upload it again")
    }
  }

  /// Bytes an element.
  private static func width(of dataType: String) -> Int64? {
    switch dataType {
    case "BOOL", "U8", "I8", "F8_E4M3", "F8_E5M2": 1
    case "F16", "BF16", "I16", "U16": 2
    case "F32", "I32", "U32": 4
    case "F64", "I64", "U64": 8
    default: nil
    }
  }

  /// The value of a tensor with one element.
  func scalar<Source: ByteSource>(_ name: String, in source: Source) throws -> Double? {
    guard let entry = tensors[name], entry.range.count <= 8 else { return nil }
    let bytes = try source.read(at: entry.range.lowerBound, count: entry.range.count)
    guard let bits = bytes.littleEndian(at: 0, bytes: bytes.count) else { return nil }
    switch (entry.dataType, bytes.count) {
    case ("F32", 4): return Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
    case ("F64", 8): return Double(bitPattern: bits)
    case ("BF16", 2): return Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits) << 16))
    case ("F16", 2): return Self.halfPrecision(UInt16(truncatingIfNeeded: bits))
    case ("I32", 4), ("I64", 8): return Double(Int64(truncatingIfNeeded: bits))
    default: return nil
    }
  }

  /// IEEE 754 binary16, written out because `Float16` does not exist on every platform.
  static func halfPrecision(_ bits: UInt16) -> Double {
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
