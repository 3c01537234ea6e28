import Foundation

/// The header of a safetensors file: which tensor lies where, and free-form metadata.
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
    /// Where the tensor's bytes lie, counted from the end of the header.
    package var range: Range<Int>
  }

  /// Refuses longer headers. The format allows 100 MB, SDXL needs 0.3 MB; parsed JSON takes many times its size.
  package static let maximumLength = 16 << 20

  /// In the order of their bytes.
  package var entries: [Entry]
  package var metadata: [String: String]

  /// Bytes an element takes, for every type the format names; types of less than a byte are not among them.
  static let elementSizes: [String: Int] = [
    "BOOL": 1, "U8": 1, "I8": 1, "F8_E5M2": 1, "F8_E4M3": 1, "F8_E8M0": 1, "F8_E4M3FNUZ": 1, "F8_E5M2FNUZ": 1,
    "I16": 2, "U16": 2, "F16": 2, "BF16": 2, "I32": 4, "U32": 4, "F32": 4, "I64": 8, "U64": 8, "F64": 8, "C64": 8,
  ]

  /// - Parameters:
  ///   - json: the header's bytes without the length before them.
  ///   - dataSize: how many bytes follow the header.
  package init(json: Data, dataSize: Int, path: String) throws(CheckpointError) {
    let raw: RawHeader
    do {
      raw = try JSONDecoder().decode(RawHeader.self, from: json)
    } catch {
      throw .malformed(path: path, reason: "its header is not the JSON of a safetensors file (\(Self.brief(error)))")
    }
    metadata = raw.metadata
    entries = []
    entries.reserveCapacity(raw.tensors.count)
    for (name, tensor) in raw.tensors {
      let fault = { (reason: String) in CheckpointError.malformed(path: path, reason: "tensor \(name) \(reason)") }
      guard let elementSize = Self.elementSizes[tensor.dtype] else {
        throw .unsupportedType(path: path, name: name, type: tensor.dtype)
      }
      guard tensor.offsets.count == 2, tensor.offsets[0] >= 0, tensor.offsets[0] <= tensor.offsets[1] else {
        throw fault("has the offsets \(tensor.offsets)")
      }
      guard tensor.offsets[1] <= dataSize else {
        throw fault("ends at byte \(tensor.offsets[1]) of \(dataSize): the file is truncated")
      }
      guard let size = Self.byteCount(shape: tensor.shape, elementSize: elementSize) else {
        throw fault("has the shape \(tensor.shape)")
      }
      let range = tensor.offsets[0]..<tensor.offsets[1]
      guard size == range.count else {
        throw fault("of \(tensor.dtype) \(tensor.shape) takes \(size) bytes but \(range.count) are given to it")
      }
      entries.append(Entry(name: name, type: tensor.dtype, shape: tensor.shape, range: range))
    }
    entries.sort {
      ($0.range.lowerBound, $0.range.upperBound, $0.name) < ($1.range.lowerBound, $1.range.upperBound, $1.name)
    }
    var end = 0
    for entry in entries {
      guard entry.range.lowerBound == end else {
        let what = entry.range.lowerBound < end ? "overlaps the tensor before it" : "leaves a hole before it"
        throw .malformed(path: path, reason: "tensor \(entry.name) \(what)")
      }
      end = entry.range.upperBound
    }
    guard end == dataSize else {
      throw .malformed(path: path, reason: "\(dataSize - end) bytes after the last tensor belong to none")
    }
  }

  /// Nil when a dimension is negative or the product leaves the integers.
  private static func byteCount(shape: [Int], elementSize: Int) -> Int? {
    guard shape.count <= 16 else { return nil }
    var product = elementSize
    for size in shape {
      guard size >= 0 else { return nil }
      let (next, overflow) = product.multipliedReportingOverflow(by: size)
      guard !overflow else { return nil }
      product = next
    }
    return product
  }

  static func brief(_ error: any Error) -> String {
    switch error as? DecodingError {
    case .dataCorrupted(let context), .keyNotFound(_, let context), .typeMismatch(_, let context),
      .valueNotFound(_, let context):
      context.debugDescription
    default: "\(error)"
    }
  }
}

/// The header as JSON has it: one object whose keys are tensor names, and `__metadata__`.
private struct RawHeader: Decodable {
  struct Tensor: Decodable {
    var dtype: String
    var shape: [Int]
    var offsets: [Int]

    enum CodingKeys: String, CodingKey {
      case dtype, shape
      case offsets = "data_offsets"
    }
  }

  struct Key: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  var tensors: [(String, Tensor)] = []
  var metadata: [String: String] = [:]

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    for key in container.allKeys {
      if key.stringValue == "__metadata__" {
        metadata = try container.decode([String: String].self, forKey: key)
      } else {
        tensors.append((key.stringValue, try container.decode(Tensor.self, forKey: key)))
      }
    }
  }
}
