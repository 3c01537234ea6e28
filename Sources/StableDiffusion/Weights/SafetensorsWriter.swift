import Foundation
import ModelFiles
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
    var names: Set<String> = []
    for (name, _) in ordered {
      guard names.insert(name).inserted, name != "__metadata__" else {
        throw .invalidConfiguration(field: "tensor name \(name)", reason: "cannot be written twice to one file")
      }
    }
    let descriptions = ordered.map { name, tensor in
      TensorDescription(name: name, type: tensor.dtype.safetensorsName, shape: tensor.shape)
    }
    return (SafetensorsHeaderText.make(descriptions, metadata: metadata), ordered.map(\.1))
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
}
