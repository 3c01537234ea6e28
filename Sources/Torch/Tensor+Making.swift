internal import CTorch

extension Tensor {
  package static func zeros(
    shape: [Int], dtype: DType = .float32, device: Device = .cpu
  ) throws(TorchError) -> Tensor {
    try full(shape: shape, value: 0, dtype: dtype, device: device)
  }

  package static func ones(
    shape: [Int], dtype: DType = .float32, device: Device = .cpu
  ) throws(TorchError) -> Tensor {
    try full(shape: shape, value: 1, dtype: dtype, device: device)
  }

  package static func full(
    shape: [Int], value: Double, dtype: DType = .float32, device: Device = .cpu
  ) throws(TorchError) -> Tensor {
    try made { ct_full(shape, shape.count, value, dtype.rawValue, device.number, $0) }
  }

  /// Memory with whatever it held before.
  package static func empty(
    shape: [Int], dtype: DType = .float32, device: Device = .cpu
  ) throws(TorchError) -> Tensor {
    try made { ct_empty(shape, shape.count, dtype.rawValue, device.number, $0) }
  }

  /// 0, 1, …, end - 1 as int64.
  package static func arange(_ end: Int, device: Device = .cpu) throws(TorchError) -> Tensor {
    try arange(start: 0, end: Double(end), dtype: .int64, device: device)
  }

  /// start, start + step, … below `end`.
  package static func arange(
    start: Double, end: Double, step: Double = 1, dtype: DType = .float32, device: Device = .cpu
  ) throws(TorchError) -> Tensor {
    try made { ct_arange(start, end, step, dtype.rawValue, device.number, $0) }
  }

  /// `steps` numbers from `start` to `end`, both included.
  package static func linspace(
    start: Double, end: Double, steps: Int, dtype: DType = .float32, device: Device = .cpu
  ) throws(TorchError) -> Tensor {
    try made { ct_linspace(start, end, steps, dtype.rawValue, device.number, $0) }
  }

  /// A scalar: a tensor of no dimensions.
  package convenience init(
    scalar value: Double, dtype: DType = .float32, device: Device = .cpu
  ) throws(TorchError) {
    var error = CTError()
    try self.init(ct_full(nil, 0, value, dtype.rawValue, device.number, &error), or: &error)
  }

  /// Copies the values, row-major. Without a shape: one dimension.
  package convenience init(_ values: [Float], shape: [Int]? = nil) throws(TorchError) {
    try self.init(copying: values, shape: shape, dtype: .float32)
  }

  package convenience init(_ values: [Double], shape: [Int]? = nil) throws(TorchError) {
    try self.init(copying: values, shape: shape, dtype: .float64)
  }

  package convenience init(_ values: [Int64], shape: [Int]? = nil) throws(TorchError) {
    try self.init(copying: values, shape: shape, dtype: .int64)
  }

  package convenience init(_ values: [UInt8], shape: [Int]? = nil) throws(TorchError) {
    try self.init(copying: values, shape: shape, dtype: .uint8)
  }

  private convenience init<Element: BitwiseCopyable>(
    copying values: [Element], shape: [Int]?, dtype: DType
  ) throws(TorchError) {
    var error = CTError()
    let handle = values.withUnsafeBytes { bytes in
      Tensor.copy(bytes, shape: shape ?? [values.count], dtype: dtype, error: &error)
    }
    try self.init(handle, or: &error)
  }

  /// Copies raw elements, row-major and little-endian; their bytes must be exactly what shape and dtype need.
  package convenience init(
    copying bytes: UnsafeRawBufferPointer, shape: [Int], dtype: DType
  ) throws(TorchError) {
    var error = CTError()
    try self.init(Tensor.copy(bytes, shape: shape, dtype: dtype, error: &error), or: &error)
  }

  /// Uses memory where it lies, without a copy: a mapped file's weights.
  ///
  /// `owner` is retained until the last tensor that shares the memory is gone, and must keep the memory valid as
  /// long. Memory mapped read-only must not be written to (copy_, add_, …): clone first.
  /// - Throws: `invalidArgument` when the pointer is not aligned to the dtype: use `init(copying:)` then.
  package convenience init(
    mapping pointer: UnsafeRawPointer, shape: [Int], dtype: DType, owner: AnyObject
  ) throws(TorchError) {
    guard let byteCount = dtype.byteCount(shape: shape) else {
      throw TorchError(.invalidArgument, "the shape \(shape) is larger than memory can be")
    }
    var error = CTError()
    let context = Unmanaged.passRetained(owner).toOpaque()
    let handle = ct_from_mapping(
      pointer, byteCount, shape, shape.count, dtype.rawValue, context,
      { Unmanaged<AnyObject>.fromOpaque($0!).release() }, &error)
    try self.init(handle, or: &error)
  }

  private static func copy(
    _ bytes: UnsafeRawBufferPointer, shape: [Int], dtype: DType, error: inout CTError
  ) -> OpaquePointer? {
    ct_from_bytes(bytes.baseAddress, bytes.count, shape, shape.count, dtype.rawValue, &error)
  }

  private convenience init(_ handle: OpaquePointer?, or error: inout CTError) throws(TorchError) {
    guard let handle else { throw TorchError(taking: &error) }
    self.init(adopting: handle)
  }
}
