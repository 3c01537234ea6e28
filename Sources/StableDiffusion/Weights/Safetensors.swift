import ModelFiles
import Torch

/// A safetensors file, mapped: opening reads the header only, and a tensor's bytes are read when they are used.
package final class Safetensors {
  package let path: String
  package let header: SafetensorsHeader
  private let file: MappedFile

  package var metadata: [String: String] { header.metadata }
  /// In the order of their bytes in the file.
  package var names: [String] { header.entries.map(\.name) }

  package init(path: String) throws(CheckpointError) {
    let file = try MappedFile(path: path)
    do {
      header = try SafetensorsHeader(reading: file)
    } catch let fault as SafetensorsHeader.Fault {
      switch fault {
      case .notSafetensors(let found): throw .notSafetensors(path: path, found: found)
      case .malformed(let reason): throw .malformed(path: path, reason: reason)
      case .unsupportedType(let name, let type): throw .unsupportedType(path: path, name: name, type: type)
      }
    } catch {
      throw .malformed(path: path, reason: "\(error)")
    }
    self.path = path
    self.file = file
  }

  package func contains(_ name: String) -> Bool { header[name] != nil }

  package func shape(of name: String) -> [Int]? { header[name]?.shape }

  /// The tensor over the mapped bytes, without a copy; it keeps the mapping alive. Writing to it changes this process's
  /// memory only, never the file.
  package func tensor(named name: String) throws(CheckpointError) -> Tensor {
    guard let entry = header[name] else { throw .unknownTensor(path: path, name: name) }
    guard let dtype = DType(safetensors: entry.type) else {
      throw .unsupportedType(path: path, name: name, type: entry.type)
    }
    let bytes = UnsafeRawBufferPointer(file.bytes)[Int(entry.range.lowerBound)..<Int(entry.range.upperBound)]
    return try wrappingTorchErrors { () throws(TorchError) in
      guard !bytes.isEmpty, let start = UnsafeRawBufferPointer(rebasing: bytes).baseAddress else {
        return try Tensor.empty(shape: entry.shape, dtype: dtype)
      }
      guard UInt(bitPattern: start) % UInt(dtype.byteSize) == 0 else {
        // A header whose length is no multiple of 8: writers pad it, but need not.
        return try Tensor(copying: UnsafeRawBufferPointer(rebasing: bytes), shape: entry.shape, dtype: dtype)
      }
      return try Tensor(mapping: start, shape: entry.shape, dtype: dtype, owner: file)
    }
  }

  /// Gives back the memory that reading tensors took; reading them again reads the file again.
  ///
  /// Only for tensors that were read and not written to: what was written would be lost.
  func release(_ names: [String]) {
    let ranges = names.compactMap { header[$0]?.range }.sorted { $0.lowerBound < $1.lowerBound }
    // Neighbours go together, with the pages that they share.
    var joined: [Range<Int>] = []
    for range in ranges {
      let (start, end) = (Int(range.lowerBound), Int(range.upperBound))
      if let last = joined.last, last.upperBound >= start {
        joined[joined.count - 1] = last.lowerBound..<max(last.upperBound, end)
      } else {
        joined.append(start..<end)
      }
    }
    for range in joined { file.release(range) }
  }
}

extension DType {
  init?(safetensors name: String) {
    switch name {
    case "F32": self = .float32
    case "F16": self = .float16
    case "BF16": self = .bfloat16
    case "F64": self = .float64
    case "I64": self = .int64
    case "I32": self = .int32
    case "U8": self = .uint8
    case "BOOL": self = .bool
    default: return nil
    }
  }

  var safetensorsName: String {
    switch self {
    case .float32: "F32"
    case .float16: "F16"
    case .bfloat16: "BF16"
    case .float64: "F64"
    case .int64: "I64"
    case .int32: "I32"
    case .uint8: "U8"
    case .bool: "BOOL"
    }
  }
}
