import Foundation
import Torch

extension Safetensors {
  /// Writes the tensors to a temporary file beside `path`, syncs it and moves it in place: a reader sees the old file
  /// or the whole new one.
  ///
  /// Tensors are laid out with the wider types first, so that each is aligned, and otherwise in the order given.
  package static func write(
    _ tensors: [(String, Tensor)], metadata: [String: String] = [:], to path: String
  ) throws(CheckpointError) {
    let (header, ordered) = try layout(tensors, metadata: metadata)
    let temporary = "\(path).\(UUID().uuidString).part"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw .inaccessible(path: path, reason: String(cString: strerror(errno)))
    }
    var failure: CheckpointError?
    do throws(CheckpointError) {
      try append(header, to: descriptor, path: path)
      for tensor in ordered {
        try append(try bytes(of: tensor), to: descriptor, path: path)
      }
      guard fsync(descriptor) == 0 else {
        throw .inaccessible(path: path, reason: String(cString: strerror(errno)))
      }
    } catch {
      failure = error
    }
    close(descriptor)
    if failure == nil, rename(temporary, path) != 0 {
      failure = .inaccessible(path: path, reason: String(cString: strerror(errno)))
    }
    if let failure {
      unlink(temporary)
      throw failure
    }
  }

  /// The same file in memory. `dataOffset` is where the tensors' bytes begin.
  package static func serialize(
    _ tensors: [(String, Tensor)], metadata: [String: String] = [:]
  ) throws(CheckpointError) -> (bytes: [UInt8], dataOffset: Int) {
    let (header, ordered) = try layout(tensors, metadata: metadata)
    var result = header
    for tensor in ordered {
      result += try bytes(of: tensor)
    }
    return (result, header.count)
  }

  private static func layout(
    _ tensors: [(String, Tensor)], metadata: [String: String]
  ) throws(CheckpointError) -> (header: [UInt8], tensors: [Tensor]) {
    // `sorted` is stable, so equals keep the caller's order.
    let ordered = tensors.sorted { $0.1.dtype.byteSize > $1.1.dtype.byteSize }
    var fields: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }.map { "\(quoted($0.key)):\(quoted($0.value))" }
      fields.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
    }
    var names: Set<String> = []
    var offset = 0
    for (name, tensor) in ordered {
      guard names.insert(name).inserted, name != "__metadata__" else {
        throw .invalidConfiguration(field: "tensor name \(name)", reason: "cannot be written twice to one file")
      }
      let end = offset + tensor.count * tensor.dtype.byteSize
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      fields.append(
        "\(quoted(name)):{\"dtype\":\"\(tensor.dtype.safetensorsName)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    var json = Array("{\(fields.joined(separator: ","))}".utf8)
    json += Array(repeating: UInt8(ascii: " "), count: (8 - json.count % 8) % 8)
    let length = withUnsafeBytes(of: UInt64(json.count).littleEndian) { Array($0) }
    return (length + json, ordered.map(\.1))
  }

  private static func bytes(of tensor: Tensor) throws(CheckpointError) -> [UInt8] {
    try wrappingTorchErrors { () throws(TorchError) in
      try tensor.detach().to(device: .cpu).contiguous().bytes()
    }
  }

  private static func append(_ bytes: [UInt8], to descriptor: Int32, path: String) throws(CheckpointError) {
    let fault: Int32 = bytes.withUnsafeBytes { buffer in
      var written = 0
      while written < buffer.count {
        let count = Foundation.write(descriptor, buffer.baseAddress?.advanced(by: written), buffer.count - written)
        if count < 0 {
          if errno == EINTR { continue }
          return errno
        }
        written += count
      }
      return 0
    }
    guard fault == 0 else {
      throw .inaccessible(path: path, reason: String(cString: strerror(fault)))
    }
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where scalar.value < 0x20:
        let hexadecimal = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - hexadecimal.count) + hexadecimal
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
