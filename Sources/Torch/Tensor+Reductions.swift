internal import CTorch

extension Tensor {
  private func reduce(_ op: CTReduction, _ dims: [Int] = [], keepDim: Bool = false) throws(TorchError) -> Tensor {
    try made { ct_reduce(op, handle, dims, dims.count, keepDim, $0) }
  }

  // MARK: Over everything

  package func sum() throws(TorchError) -> Tensor { try reduce(CTSum) }
  package func mean() throws(TorchError) -> Tensor { try reduce(CTMean) }
  /// The standard deviation with Bessel's correction, PyTorch's default.
  package func std() throws(TorchError) -> Tensor { try reduce(CTStd) }
  package func max() throws(TorchError) -> Tensor { try reduce(CTAmax) }
  package func min() throws(TorchError) -> Tensor { try reduce(CTAmin) }
  /// The 2-norm.
  package func norm() throws(TorchError) -> Tensor { try reduce(CTNorm) }
  package func all() throws(TorchError) -> Bool { try reduce(CTAll).item() != 0 }
  package func any() throws(TorchError) -> Bool { try reduce(CTAny).item() != 0 }

  // MARK: Over some dimensions (an empty list means all)

  package func sum(dims: [Int], keepDim: Bool = false) throws(TorchError) -> Tensor {
    try reduce(CTSum, dims, keepDim: keepDim)
  }

  package func mean(dims: [Int], keepDim: Bool = false) throws(TorchError) -> Tensor {
    try reduce(CTMean, dims, keepDim: keepDim)
  }

  package func std(dims: [Int], keepDim: Bool = false) throws(TorchError) -> Tensor {
    try reduce(CTStd, dims, keepDim: keepDim)
  }

  package func max(dims: [Int], keepDim: Bool = false) throws(TorchError) -> Tensor {
    try reduce(CTAmax, dims, keepDim: keepDim)
  }

  package func min(dims: [Int], keepDim: Bool = false) throws(TorchError) -> Tensor {
    try reduce(CTAmin, dims, keepDim: keepDim)
  }

  package func norm(dims: [Int], keepDim: Bool = false) throws(TorchError) -> Tensor {
    try reduce(CTNorm, dims, keepDim: keepDim)
  }

  // MARK: Along one dimension

  package func argmax(dim: Int, keepDim: Bool = false) throws(TorchError) -> Tensor {
    try reduce(CTArgmax, [dim], keepDim: keepDim)
  }

  package func argmin(dim: Int, keepDim: Bool = false) throws(TorchError) -> Tensor {
    try reduce(CTArgmin, [dim], keepDim: keepDim)
  }

  package func cumsum(dim: Int) throws(TorchError) -> Tensor { try reduce(CTCumsum, [dim]) }
  package func cumprod(dim: Int) throws(TorchError) -> Tensor { try reduce(CTCumprod, [dim]) }
  package func softmax(dim: Int) throws(TorchError) -> Tensor { try reduce(CTSoftmax, [dim]) }
  package func logSoftmax(dim: Int) throws(TorchError) -> Tensor { try reduce(CTLogSoftmax, [dim]) }

  /// The q-th quantile (0 … 1) of a float32 or float64 tensor, interpolated linearly.
  package func quantile(_ q: Double, dim: Int, keepDim: Bool = false) throws(TorchError) -> Tensor {
    try made { ct_quantile(handle, q, dim, keepDim, $0) }
  }
}
