/// A tensor's element type. The raw values are c10::ScalarType's.
package enum DType: Int32, Sendable, CaseIterable {
  case uint8 = 0
  case int32 = 3
  case int64 = 4
  case float16 = 5
  case float32 = 6
  case float64 = 7
  case bool = 11
  case bfloat16 = 15

  /// Bytes of one element.
  package var byteSize: Int {
    switch self {
    case .uint8, .bool: 1
    case .float16, .bfloat16: 2
    case .float32, .int32: 4
    case .float64, .int64: 8
    }
  }

  package var isFloatingPoint: Bool {
    switch self {
    case .float16, .float32, .float64, .bfloat16: true
    case .uint8, .int32, .int64, .bool: false
    }
  }

  /// Bytes of a tensor of this type, or nil when the shape is negative or larger than memory can be.
  package func byteCount(shape: [Int]) -> Int? {
    var bytes = byteSize
    for size in shape {
      let (product, overflow) = bytes.multipliedReportingOverflow(by: size)
      if overflow || size < 0 { return nil }
      bytes = product
    }
    return bytes
  }
}
