internal import CTorch

/// An n-dimensional array on a device: one owner of one libtorch tensor.
///
/// Operations have PyTorch's names and semantics (broadcasting, type promotion, views that share memory) and throw
/// `TorchError`. Memory is freed when the last Swift reference goes, unless a view, a graph or a mapping still needs
/// it. A tensor belongs to one thread of work at a time; pass it on with `sending`.
package final class Tensor {
  let handle: OpaquePointer

  /// Takes over a handle's count.
  init(adopting handle: OpaquePointer) {
    self.handle = handle
  }

  deinit { ct_tensor_release(handle) }

  // MARK: What it is

  package var shape: [Int] {
    let rank = ct_rank(handle)
    return [Int](unsafeUninitializedCapacity: rank) { sizes, count in
      for dim in 0..<rank { sizes.initializeElement(at: dim, to: ct_size(handle, dim)) }
      count = rank
    }
  }

  /// The number of dimensions; 0 for a scalar.
  package var rank: Int { ct_rank(handle) }

  /// The number of elements.
  package var count: Int { ct_count(handle) }

  package var dtype: DType {
    guard let dtype = DType(rawValue: ct_dtype(handle)) else {
      preconditionFailure("no operation of this module makes tensors of element type \(ct_dtype(handle))")
    }
    return dtype
  }

  package var device: Device { Device(number: ct_device(handle)) }

  package var isContiguous: Bool { ct_is_contiguous(handle) }

  /// The size of one dimension; negative dimensions count from the end.
  package func size(_ dim: Int) throws(TorchError) -> Int {
    let rank = self.rank
    guard -rank..<rank ~= dim else {
      throw TorchError(.invalidArgument, "dimension \(dim) is outside a tensor of shape \(shape)")
    }
    return ct_size(handle, dim < 0 ? dim + rank : dim)
  }

  // MARK: Its elements

  /// All elements, row-major, as Float, from any device and dtype.
  package func floats() throws(TorchError) -> [Float] { try read(as: .float32) }

  /// All elements, row-major, as Double.
  package func doubles() throws(TorchError) -> [Double] { try read(as: .float64) }

  /// All elements, row-major, as Int64; fractions are cut off.
  package func int64s() throws(TorchError) -> [Int64] { try read(as: .int64) }

  /// The elements' own bytes, row-major, little-endian: what a safetensors file stores.
  package func bytes() throws(TorchError) -> [UInt8] {
    let byteCount = count * dtype.byteSize
    return try filled(capacity: byteCount, byteCount: byteCount, dtype: dtype)
  }

  /// The one element of a tensor that has just one.
  package func item() throws(TorchError) -> Double { try checked { ct_item(handle, $0) } }

  /// Whether no element is NaN or infinite.
  package var isFiniteAll: Bool {
    get throws(TorchError) { try isFinite().all() }
  }

  private func read<Element: BitwiseCopyable>(as dtype: DType) throws(TorchError) -> [Element] {
    try filled(capacity: count, byteCount: count * dtype.byteSize, dtype: dtype)
  }

  private func filled<Element: BitwiseCopyable>(
    capacity: Int, byteCount: Int, dtype: DType
  ) throws(TorchError) -> [Element] {
    var error = CTError()
    let values = [Element](unsafeUninitializedCapacity: capacity) { buffer, count in
      ct_read(handle, dtype.rawValue, buffer.baseAddress, byteCount, &error)
      count = error.code == 0 ? capacity : 0
    }
    if error.code != 0 { throw TorchError(taking: &error) }
    return values
  }

  // MARK: Copies elsewhere

  /// The same tensor when nothing changes, as in PyTorch.
  package func to(dtype: DType) throws(TorchError) -> Tensor {
    try made { ct_to(handle, dtype.rawValue, ct_device(handle), $0) }
  }

  package func to(device: Device) throws(TorchError) -> Tensor {
    try made { ct_to(handle, ct_dtype(handle), device.number, $0) }
  }

  package func to(dtype: DType, device: Device) throws(TorchError) -> Tensor {
    try made { ct_to(handle, dtype.rawValue, device.number, $0) }
  }

  package func clone() throws(TorchError) -> Tensor { try made { ct_clone(handle, $0) } }

  /// The same memory, outside the graph.
  package func detach() throws(TorchError) -> Tensor { try made { ct_detach(handle, $0) } }

  /// Row-major memory: the same tensor when it is already so.
  package func contiguous() throws(TorchError) -> Tensor { try made { ct_contiguous(handle, $0) } }

  /// [N, C, H, W] with the channels innermost in memory, which some convolutions prefer. The shape stays.
  package func channelsLast() throws(TorchError) -> Tensor { try made { ct_channels_last(handle, $0) } }
}

extension Tensor: CustomStringConvertible {
  package var description: String { "Tensor(\(shape), \(dtype), \(device))" }
}
