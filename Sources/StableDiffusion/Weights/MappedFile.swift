import Foundation
import ModelFiles

/// A file mapped into memory, private to this process: pages are read when touched and copied when written to, so
/// tensors over them may be changed in place and the file stays as it is. What was changed must not be released.
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
    // No room is set aside for copies of the pages: few or none are ever written to.
    let start = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE, descriptor, 0)
    guard let start, start != MAP_FAILED else {
      throw .inaccessible(path: path, reason: String(cString: strerror(errno)))
    }
    bytes = UnsafeMutableRawBufferPointer(start: start, count: size)
  }

  /// A copy of a small file; nil where it is longer than `limit` bytes.
  static func contents(path: String, limit: Int) throws(CheckpointError) -> Data? {
    let file = try MappedFile(path: path)
    return file.bytes.count <= limit ? Data(file.bytes) : nil
  }

  /// Lets go of the pages that lie wholly within these bytes: they are read from the file again when touched, without
  /// what was written to them.
  func release(_ range: Range<Int>) {
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    let first = (range.lowerBound + page - 1) / page * page, end = range.upperBound / page * page
    if first < end { madvise(bytes.baseAddress?.advanced(by: first), end - first, MADV_DONTNEED) }
  }

  deinit {
    munmap(bytes.baseAddress, bytes.count)
  }
}

extension MappedFile: ByteSource {
  var count: Int64 { Int64(bytes.count) }

  func read(at offset: Int64, count: Int) throws(CheckpointError) -> [UInt8] {
    guard offset >= 0, offset < self.count, count > 0 else { return [] }
    let start = Int(offset)
    return Array(bytes[start..<start + min(count, bytes.count - start)])
  }
}
