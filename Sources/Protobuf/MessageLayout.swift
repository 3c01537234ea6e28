internal import CProtobufC

/// protobuf-c's static description of one message type.
public struct MessageLayout: @unchecked Sendable {  // the pointer is to constant data of the program
  let descriptor: UnsafePointer<ProtobufCMessageDescriptor>

  /// - Parameters:
  ///   - byteCount: the size of protobuf-c's structure.
  ///   - initialize: protobuf-c's `…__init` for the type. It is the one way to the descriptor from Swift: the address
  ///     of an imported C constant is not dependable.
  public init(byteCount: Int, initialize: (UnsafeMutableRawPointer) -> Void) {
    descriptor = withUnsafeTemporaryAllocation(byteCount: byteCount, alignment: 16) { buffer in
      let start = buffer.baseAddress.unsafelyUnwrapped
      initialize(start)
      return start.assumingMemoryBound(to: ProtobufCMessage.self).pointee.descriptor
    }
  }
}
