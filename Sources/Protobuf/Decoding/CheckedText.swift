extension String {
  /// The text, or nil when it is not UTF-8.
  ///
  /// The initializer that validates takes a thousand instructions to begin with. ASCII needs no validation, and what
  /// is short enough to lie in the `String` itself has a cheaper way there.
  init?(checking utf8: UnsafeBufferPointer<UInt8>) {
    if !utf8.isASCII {
      self.init(validating: utf8, as: UTF8.self)
    } else if utf8.count > 15 {
      self.init(decoding: utf8, as: UTF8.self)
    } else {
      self.init(unsafeUninitializedCapacity: utf8.count) { buffer in buffer.initialize(fromContentsOf: utf8) }
    }
  }
}

extension UnsafeBufferPointer<UInt8> {
  fileprivate var isASCII: Bool {
    let bytes = UnsafeRawBufferPointer(self)
    guard count >= 8 else { return allSatisfy { $0 < 0x80 } }
    var bits: UInt64 = 0
    for index in stride(from: 0, to: count - 8, by: 8) {
      bits |= bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
    }
    // The last eight, some of them for the second time.
    bits |= bytes.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
    return bits & 0x8080_8080_8080_8080 == 0
  }
}
