import Foundation

/// Reads a plain file piece by piece: a checkpoint of gigabytes costs one piece of memory.
final class FileReader {
  /// Well within the message limit, and large enough that a call a piece costs little.
  static let pieceSize = 512 << 10

  let path: String
  let size: Int64
  private let descriptor: Int32

  init(_ path: String) throws(CommandError) {
    func fault(_ reason: String) -> CommandError { .usage("Cannot read \(path.printable): \(reason).") }
    // O_NONBLOCK: opening a named pipe must not wait for its writer.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw fault(String(cString: strerror(errno))) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw fault("it is no plain file")
    }
    self.path = path
    self.size = Int64(status.st_size)
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// The next piece; nil at the end.
  func next() throws(CommandError) -> [UInt8]? {
    while true {
      var failed = false
      let piece = [UInt8](unsafeUninitializedCapacity: Self.pieceSize) { buffer, count in
        let got = read(descriptor, buffer.baseAddress, buffer.count)
        failed = got < 0
        count = max(0, got)
      }
      if !failed { return piece.isEmpty ? nil : piece }
      guard errno == EINTR else {
        throw CommandError(.failure, "Reading \(path.printable) failed: \(String(cString: strerror(errno))).")
      }
    }
  }
}
