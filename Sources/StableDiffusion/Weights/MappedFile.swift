import Foundation

/// A file mapped into memory, private to this process: pages are read when touched and copied when written to, so
/// tensors over them may be changed in place and the file stays as it is.
final class MappedFile {
  let bytes: UnsafeMutableRawBufferPointer

  init(path: String) throws(CheckpointError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      guard errno != ENOENT else { throw .missingFile(path: path) }
      throw .inaccessible(path: path, reason: String(cString: strerror(errno)))
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw .inaccessible(path: path, reason: String(cString: strerror(errno)))
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw .inaccessible(path: path, reason: "not a regular file")
    }
    let size = Int(status.st_size)
    guard size > 0 else {
      throw .notSafetensors(path: path, found: "it is empty")
    }
    guard let start = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else {
      throw .inaccessible(path: path, reason: String(cString: strerror(errno)))
    }
    bytes = UnsafeMutableRawBufferPointer(start: start, count: size)
  }

  /// A copy of a small file; nil where it is longer than `limit` bytes.
  static func contents(path: String, limit: Int) throws(CheckpointError) -> Data? {
    let file = try MappedFile(path: path)
    return file.bytes.count <= limit ? Data(file.bytes) : nil
  }

  deinit {
    munmap(bytes.baseAddress, bytes.count)
  }
}
