/// The header of a safetensors file: names, types, shapes and places of its tensors, and free-form metadata.
///
/// Layout: 8 bytes little-endian header length, that many bytes of JSON, then the tensors' bytes back to back. The
/// header comes from strangers, so every number in it is checked before it is used, and the rules of the format's own
/// reader hold: tensors neither overlap nor leave holes, and together they are exactly the rest of the file.
package struct SafetensorsHeader: Sendable, Equatable {
  package struct Entry: Sendable, Equatable {
    package var name: String
    /// As written in the file, for example `F16`.
    package var type: String
    package var shape: [Int]
    /// Where its bytes lie, counted from the start of the file.
    package var range: Range<Int64>

    /// How many numbers it holds.
    package var elements: Int { shape.reduce(1, *) }
  }

  /// Why a file is refused.
  package enum Fault: Error, Equatable {
    /// The file is something else: what it looks like.
    case notSafetensors(found: String)
    case malformed(reason: String)
    case unsupportedType(name: String, type: String)
  }

  /// Refuses longer headers. The format allows 100 MB, SDXL needs 0.3 MB; the parsed one takes several times its size.
  package static let maximumLength = 16 << 20

  /// In the order of their bytes.
  package private(set) var entries: [Entry] = []
  package private(set) var metadata: [String: String] = [:]
  /// Where the tensors' bytes begin.
  package private(set) var dataStart: Int64 = 0
  private var index: [String: Int] = [:]

  package subscript(name: String) -> Entry? { index[name].map { entries[$0] } }

  /// Every name's shape.
  package var shapes: [String: [Int]] { index.mapValues { entries[$0].shape } }

  /// - Throws: `Fault`, and what the source throws.
  package init<Source: ByteSource>(reading source: Source) throws {
    let head = try source.read(at: 0, count: 64)
    guard source.count >= 8, let length = head.littleEndian(at: 0, bytes: 8) else {
      throw Fault.notSafetensors(found: source.count == 0 ? "it is empty" : "it has \(source.count) bytes")
    }
    // A text or a pickle read as a length gives a huge number: tell the user what the file is rather than that its
    // header is long.
    guard length <= UInt64(source.count - 8), length >= 2, head.count > 8, head[8] == UInt8(ascii: "{") else {
      throw Self.diagnose(head, length: length, size: source.count)
    }
    guard length <= UInt64(Self.maximumLength) else {
      throw Fault.malformed(reason: "its header is \(length) bytes long, more than \(Self.maximumLength)")
    }
    dataStart = 8 + Int64(length)
    let json = try source.read(at: 8, count: Int(length))
    do {
      try parse(json)
    } catch let error as ContentError {
      throw Fault.malformed(reason: "its header is not the JSON of a safetensors file (\(error.description))")
    }
    try sortAndCheck(fileSize: source.count)
  }

  private mutating func parse(_ bytes: [UInt8]) throws {
    var reader = JSONReader(bytes)
    var entries: [Entry] = []
    var metadata: [String: String] = [:]
    let dataStart = dataStart
    try reader.readObject { reader, name in
      if name == "__metadata__" {
        try reader.readObject { reader, key in metadata[key] = try reader.readString() }
        return
      }
      var entry = Entry(name: name, type: "", shape: [], range: 0..<0)
      var offsets: [Int64] = []
      var hasShape = false
      try reader.readObject { reader, key in
        switch key {
        case "dtype": entry.type = try reader.readString()
        case "shape":
          hasShape = true
          try reader.readArray { reader in entry.shape.append(Int(try reader.readUnsigned())) }
        case "data_offsets": try reader.readArray { reader in offsets.append(try reader.readUnsigned()) }
        default: try reader.skipValue()
        }
      }
      guard hasShape, offsets.count == 2, offsets[0] <= offsets[1], offsets[1] <= Int64.max - dataStart else {
        throw Fault.malformed(reason: "tensor \(name) has no shape, or the offsets \(offsets)")
      }
      entry.range = offsets[0] + dataStart..<offsets[1] + dataStart
      entries.append(entry)
    }
    try reader.expectEnd()
    self.entries = entries
    self.metadata = metadata
  }

  private mutating func sortAndCheck(fileSize: Int64) throws(Fault) {
    entries.sort {
      ($0.range.lowerBound, $0.range.upperBound, $0.name) < ($1.range.lowerBound, $1.range.upperBound, $1.name)
    }
    index.reserveCapacity(entries.count)
    var end = dataStart
    for (position, entry) in entries.enumerated() {
      func fault(_ reason: String) -> Fault { .malformed(reason: "tensor \(entry.name) \(reason)") }
      guard let width = Self.elementSize(entry.type) else {
        throw .unsupportedType(name: entry.name, type: String(entry.type.prefix(16)))
      }
      guard entry.range.upperBound <= fileSize else {
        throw fault(
          "ends at byte \(entry.range.upperBound - dataStart) of \(fileSize - dataStart): the file is truncated")
      }
      guard let size = Self.byteCount(entry.shape, width) else { throw fault("has the shape \(entry.shape)") }
      guard size == entry.range.count else {
        throw fault("of \(entry.type) \(entry.shape) takes \(size) bytes but \(entry.range.count) are given to it")
      }
      guard entry.range.lowerBound == end else {
        throw fault(entry.range.lowerBound < end ? "overlaps the tensor before it" : "leaves a hole before it")
      }
      guard index.updateValue(position, forKey: entry.name) == nil else { throw fault("is there twice") }
      end = entry.range.upperBound
    }
    guard end == fileSize else {
      throw .malformed(reason: "\(fileSize - end) bytes after the last tensor belong to none")
    }
  }

  /// Nil when the product leaves the integers.
  private static func byteCount(_ shape: [Int], _ elementSize: Int) -> Int? {
    guard shape.count <= 16 else { return nil }
    var product = elementSize
    for side in shape {
      let (next, overflow) = product.multipliedReportingOverflow(by: side)
      guard !overflow else { return nil }
      product = next
    }
    return product
  }

  /// Bytes an element takes, for every type the format names; types of less than a byte are not among them.
  package static func elementSize(_ type: String) -> Int? {
    switch type {
    case "BOOL", "U8", "I8", "F8_E5M2", "F8_E4M3", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ": 1
    case "I16", "U16", "F16", "BF16": 2
    case "I32", "U32", "F32": 4
    case "I64", "U64", "F64", "C64": 8
    default: nil
    }
  }

  /// The files that people put in a checkpoint's place.
  private static func diagnose(_ head: [UInt8], length: UInt64, size: Int64) -> Fault {
    if head.starts(with: "PK\u{3}\u{4}".utf8) || head.starts(with: [0x80, 0x02]) {
      return .notSafetensors(found: "it is a Python pickle (.ckpt, .bin or .pt), which can run code when read")
    }
    if head.starts(with: "version https://git-lfs".utf8) {
      return .notSafetensors(found: "it is a Git LFS pointer, not the file it points to")
    }
    if head.starts(with: "GGUF".utf8) { return .notSafetensors(found: "it is a GGUF file") }
    if head.allSatisfy({ 0x20..<0x7f ~= $0 || $0 == 0x0a || $0 == 0x0d || $0 == 0x09 }) {
      return .notSafetensors(found: "it is a text file")
    }
    if length > UInt64(size - 8), length <= UInt64(maximumLength), head.count > 8, head[8] == UInt8(ascii: "{") {
      return .malformed(reason: "it is truncated within its header")
    }
    return .notSafetensors(found: "it does not begin with a safetensors header")
  }
}

extension SafetensorsHeader.Fault: CustomStringConvertible {
  package var description: String {
    switch self {
    case .notSafetensors(let found):
      "the file is not safetensors: \(found); convert the weights to safetensors or download them again"
    case .malformed(let reason): "the file is damaged: \(reason); download or save it again"
    case .unsupportedType(let name, let type):
      "the file stores \(name) as \(type), a type that is not known; save it as F32, F16 or BF16"
    }
  }
}
