internal import CTorch

// Negative dimensions count from the end. Views share memory with the tensor they came from.
extension Tensor {
  /// A view when memory allows, otherwise a copy. One size may be -1.
  package func reshape(_ shape: [Int]) throws(TorchError) -> Tensor {
    try made { ct_reshape(handle, shape, shape.count, $0) }
  }

  package func flatten(from first: Int = 0, to last: Int = -1) throws(TorchError) -> Tensor {
    try made { ct_flatten(handle, first, last, $0) }
  }

  package func transpose(_ a: Int, _ b: Int) throws(TorchError) -> Tensor {
    try made { ct_transpose(handle, a, b, $0) }
  }

  package func permute(_ dims: [Int]) throws(TorchError) -> Tensor {
    try made { ct_permute(handle, dims, dims.count, $0) }
  }

  /// Drops a dimension of size 1.
  package func squeeze(_ dim: Int) throws(TorchError) -> Tensor { try made { ct_squeeze(handle, dim, $0) } }

  package func unsqueeze(_ dim: Int) throws(TorchError) -> Tensor { try made { ct_unsqueeze(handle, dim, $0) } }

  /// Repeats dimensions of size 1 without copying. -1 keeps a size.
  package func expand(_ shape: [Int]) throws(TorchError) -> Tensor {
    try made { ct_expand(handle, shape, shape.count, $0) }
  }

  package func narrow(dim: Int, start: Int, length: Int) throws(TorchError) -> Tensor {
    try made { ct_narrow(handle, dim, start, length, $0) }
  }

  /// One slice; the dimension goes.
  package func select(dim: Int, index: Int) throws(TorchError) -> Tensor {
    try made { ct_select(handle, dim, index, $0) }
  }

  /// The index-th slice of the first dimension.
  package subscript(_ index: Int) -> Tensor {
    get throws(TorchError) { try select(dim: 0, index: index) }
  }

  /// `count` views of equal size; the last is smaller when the dimension is no multiple, as in PyTorch.
  package func chunk(_ count: Int, dim: Int = 0) throws(TorchError) -> [Tensor] {
    let total = try size(dim)
    guard count >= 1 else { throw TorchError(.invalidArgument, "a tensor cannot be split into \(count) chunks") }
    let size = Swift.max(1, total.isMultiple(of: count) ? total / count : total / count + 1)
    let starts = stride(from: 0, to: Swift.max(1, total), by: size)
    return try split(sizes: starts.map { Swift.min(size, total - $0) }, dim: dim)
  }

  /// Views of the given sizes, which add up to the dimension.
  package func split(sizes: [Int], dim: Int = 0) throws(TorchError) -> [Tensor] {
    try Tensor.handles(sizes.count) { out, error in
      ct_split(handle, sizes, sizes.count, dim, out, error)
    }.map { Tensor(adopting: $0!) }
  }

  /// The slices named by an int64 tensor of one dimension.
  package func indexSelect(dim: Int, _ index: Tensor) throws(TorchError) -> Tensor {
    try made { ct_index_select(handle, dim, index.handle, $0) }
  }

  package func gather(dim: Int, _ index: Tensor) throws(TorchError) -> Tensor {
    try made { ct_gather(handle, dim, index.handle, $0) }
  }

  package static func cat(_ tensors: [Tensor], dim: Int = 0) throws(TorchError) -> Tensor {
    try tensors.withHandles { handles, error in ct_cat(handles, tensors.count, dim, error) }.adopted()
  }

  package static func stack(_ tensors: [Tensor], dim: Int = 0) throws(TorchError) -> Tensor {
    try tensors.withHandles { handles, error in ct_stack(handles, tensors.count, dim, error) }.adopted()
  }

  /// The whole tensor again and again: [a, b] twice is [a, b, a, b].
  package func `repeat`(_ repeats: [Int]) throws(TorchError) -> Tensor {
    try made { ct_repeat(handle, repeats, repeats.count, $0) }
  }

  /// Each slice again and again: [a, b] twice is [a, a, b, b].
  package func repeatInterleave(_ repeats: Int, dim: Int = 0) throws(TorchError) -> Tensor {
    try made { ct_repeat_interleave(handle, repeats, dim, $0) }
  }

  package func flip(dims: [Int]) throws(TorchError) -> Tensor {
    try made { ct_flip(handle, dims, dims.count, $0) }
  }

  /// The upper triangle, zeros below the diagonal.
  package func triu(diagonal: Int = 0) throws(TorchError) -> Tensor {
    try made { ct_triu(handle, diagonal, $0) }
  }

  /// Sorted values along one dimension; equal ones keep their order.
  package func sorted(dim: Int = -1, descending: Bool = false) throws(TorchError) -> Tensor {
    try made { ct_sort(handle, dim, descending, $0) }
  }
}
