/// The algorithms an end takes, as `grpc-accept-encoding` lists them; `identity` is always among them.
struct CompressionSet: Sendable {
  private var bits: UInt8

  init() { bits = Self.bit(.identity) }

  init(_ algorithms: Set<CompressionAlgorithm>) {
    self.init()
    for algorithm in algorithms { insert(algorithm) }
  }

  /// Reads a list; names we do not have count for nothing.
  init(_ list: UnsafeRawBufferPointer) {
    self.init()
    var rest = list[...]
    while let first = rest.first {
      if first == UInt8(ascii: ",") || first == UInt8(ascii: " ") {
        rest.removeFirst()
        continue
      }
      let name = rest.prefix { $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: " ") }
      // By length and first letter, since a list comes with nearly every call.
      switch (name.count, first) {
      case (4, UInt8(ascii: "g")) where name.elementsEqual("gzip".utf8): insert(.gzip)
      case (7, UInt8(ascii: "d")) where name.elementsEqual("deflate".utf8): insert(.deflate)
      default: break
      }
      rest = rest[name.endIndex...]
    }
  }

  func contains(_ algorithm: CompressionAlgorithm) -> Bool { bits & Self.bit(algorithm) != 0 }

  mutating func insert(_ algorithm: CompressionAlgorithm) { bits |= Self.bit(algorithm) }

  mutating func formUnion(_ other: CompressionSet) { bits |= other.bits }

  /// The value of `grpc-accept-encoding`.
  var header: String { CompressionAlgorithm.allCases.filter(contains).map(\.rawValue).joined(separator: ",") }

  private static func bit(_ algorithm: CompressionAlgorithm) -> UInt8 {
    switch algorithm {
    case .identity: 1
    case .gzip: 2
    case .deflate: 4
    }
  }
}

/// What a request's headers say about compression.
struct RequestEncodings: Sendable {
  /// What the request's messages are compressed with.
  var messages = CompressionAlgorithm.identity
  /// What the client takes in response.
  var accepted = CompressionSet()
}
