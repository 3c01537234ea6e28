import Foundation
import Torch

/// A safetensors file, mapped: opening reads the header only, and a tensor's bytes are read when they are used.
package final class Safetensors {
  package let path: String
  package let header: SafetensorsHeader
  private let file: MappedFile
  private let dataStart: Int
  private let index: [String: Int]

  package var metadata: [String: String] { header.metadata }
  /// In the order of their bytes in the file.
  package var names: [String] { header.entries.map(\.name) }

  package init(path: String) throws(CheckpointError) {
    let file = try MappedFile(path: path)
    let bytes = UnsafeRawBufferPointer(file.bytes)
    guard bytes.count >= 8 else {
      throw .notSafetensors(path: path, found: "it has \(bytes.count) bytes")
    }
    let length = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
    // A text or a pickle read as a length gives a huge number: tell the user what the file is rather than that its
    // header is long.
    guard length <= UInt64(bytes.count - 8), length >= 2, bytes[8] == UInt8(ascii: "{") else {
      throw Self.diagnose(bytes, length: length, path: path)
    }
    guard length <= UInt64(SafetensorsHeader.maximumLength) else {
      throw .malformed(
        path: path, reason: "its header is \(length) bytes long, more than \(SafetensorsHeader.maximumLength)")
    }
    let dataStart = 8 + Int(length)
    let json = Data(bytes[8..<dataStart])
    header = try SafetensorsHeader(json: json, dataSize: bytes.count - dataStart, path: path)
    index = Dictionary(uniqueKeysWithValues: zip(header.entries.map(\.name), header.entries.indices))
    self.path = path
    self.file = file
    self.dataStart = dataStart
  }

  package func contains(_ name: String) -> Bool { index[name] != nil }

  package func shape(of name: String) -> [Int]? {
    index[name].map { header.entries[$0].shape }
  }

  /// The tensor over the mapped bytes, without a copy; it keeps the mapping alive. Writing to it changes this process's
  /// memory only, never the file.
  package func tensor(named name: String) throws(CheckpointError) -> Tensor {
    guard let position = index[name] else {
      throw .unknownTensor(path: path, name: name)
    }
    let entry = header.entries[position]
    guard let dtype = DType(safetensors: entry.type) else {
      throw .unsupportedType(path: path, name: name, type: entry.type)
    }
    let bytes = UnsafeRawBufferPointer(file.bytes)[
      dataStart + entry.range.lowerBound..<dataStart + entry.range.upperBound]
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

  /// The files that people put in a checkpoint's place.
  private static func diagnose(_ bytes: UnsafeRawBufferPointer, length: UInt64, path: String) -> CheckpointError {
    let start = bytes.prefix(64)
    if start.starts(with: "PK\u{3}\u{4}".utf8) || start.starts(with: [0x80, 0x02]) {
      return .notSafetensors(
        path: path, found: "it is a Python pickle (.ckpt, .bin or .pt), which can run code when read")
    }
    if start.starts(with: "version https://git-lfs".utf8) {
      return .notSafetensors(path: path, found: "it is a Git LFS pointer, not the file it points to")
    }
    if start.starts(with: "GGUF".utf8) {
      return .notSafetensors(path: path, found: "it is a GGUF file")
    }
    if start.allSatisfy({ $0 >= 0x20 && $0 < 0x7f || $0 == 0x0a || $0 == 0x0d || $0 == 0x09 }) {
      return .notSafetensors(path: path, found: "it is a text file")
    }
    if length > UInt64(bytes.count - 8), length <= UInt64(SafetensorsHeader.maximumLength), bytes.count > 8,
      bytes[8] == UInt8(ascii: "{")
    {
      return .malformed(path: path, reason: "it is truncated within its header")
    }
    return .notSafetensors(path: path, found: "it does not begin with a safetensors header")
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
