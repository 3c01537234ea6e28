/// Bytes that content checks read by offset, without loading the file.
package protocol ByteSource {
  associatedtype Failure: Error
  var count: Int64 { get }
  /// Up to `count` bytes; fewer only at the end.
  func read(at offset: Int64, count: Int) throws(Failure) -> [UInt8]
}

/// Why a file is not what it was said to be, in a sentence that says what to do.
package struct ContentError: Error, Equatable, CustomStringConvertible {
  package let description: String
  package init(_ description: String) { self.description = description }

  /// Two tensors for one parameter of a network.
  static func repeated(_ name: String, _ twin: String) -> ContentError {
    ContentError("the tensors \(name) and \(twin) are the same parameter; use a file that has it once")
  }
}

extension [UInt8] {
  /// A little-endian number of up to eight bytes; nil past the end.
  package func littleEndian(at offset: Int, bytes width: Int) -> UInt64? {
    guard offset >= 0, 0...8 ~= width, offset <= count - width else { return nil }
    return (0..<width).reversed().reduce(0) { $0 << 8 | UInt64(self[offset + $1]) }
  }
}
