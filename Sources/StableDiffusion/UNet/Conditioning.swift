import Torch

/// What the U-Net is told of each picture of a batch: the prompt's features and, in the XL family, its pooled features
/// and the picture's sizes.
package struct Conditioning {
  /// `[batch, length, crossAttentionWidth]`.
  package var context: Tensor
  /// `[batch, pooledWidth]` (1280 for SDXL): the second text encoder's projected features; nil for Stable Diffusion 1.
  package var pooled: Tensor?
  /// `[batch, 6]`, or `[batch, 5]` for a refiner, float32: see `MicroConditioning`; nil for Stable Diffusion 1.
  package var timeIDs: Tensor?

  package init(context: Tensor, pooled: Tensor? = nil, timeIDs: Tensor? = nil) {
    self.context = context
    self.pooled = pooled
    self.timeIDs = timeIDs
  }

  /// How many pictures it speaks of.
  package var count: Int { context.shape.first ?? 0 }

  /// Whether `cat` takes both: prompts of one length, and the same parts.
  package func canJoin(_ other: Conditioning) -> Bool {
    func row(_ tensor: Tensor?) -> [Int]? { tensor.map { Array($0.shape.dropFirst()) } }
    return row(context) == row(other.context) && row(pooled) == row(other.pooled)
      && row(timeIDs) == row(other.timeIDs)
  }

  /// One below the other, in order.
  ///
  /// - Throws: when the prompts' lengths differ, or only some have pooled features or sizes.
  package static func cat(_ parts: [Conditioning]) throws(TorchError) -> Conditioning {
    func joined(_ tensors: [Tensor?]) throws(TorchError) -> Tensor? {
      let present = tensors.compactMap { $0 }
      guard !present.isEmpty else { return nil }
      guard present.count == tensors.count else {
        throw TorchError(.invalidArgument, "conditions with and without pooled features or sizes cannot share a batch")
      }
      return try Tensor.cat(present, dim: 0)
    }
    return Conditioning(
      context: try Tensor.cat(parts.map(\.context), dim: 0), pooled: try joined(parts.map(\.pooled)),
      timeIDs: try joined(parts.map(\.timeIDs)))
  }

  /// The rows from `start` on, `count` of them: a view.
  package func rows(from start: Int, count: Int = 1) throws(TorchError) -> Conditioning {
    try map { (tensor) throws(TorchError) in try tensor.narrow(dim: 0, start: start, length: count) }
  }

  /// A single row for `count` pictures: a view.
  package func repeated(_ count: Int) throws(TorchError) -> Conditioning {
    try map { (tensor) throws(TorchError) in try tensor.expand([count] + tensor.shape.dropFirst()) }
  }

  /// The same but for one row, whose prompt is zeros.
  package func zeroingPrompt(ofRow row: Int) throws(TorchError) -> Conditioning {
    func zeroed(_ tensor: Tensor) throws(TorchError) -> Tensor {
      let kept = try Tensor((0..<count).map { $0 == row ? 0 : 1 } as [Float])
        .reshape([count] + Array(repeating: 1, count: tensor.rank - 1))
      return try tensor * kept.to(dtype: tensor.dtype, device: tensor.device)
    }
    var result = self
    result.context = try zeroed(context)
    if let pooled { result.pooled = try zeroed(pooled) }
    return result
  }

  package func to(device: Device) throws(TorchError) -> Conditioning {
    try map { (tensor) throws(TorchError) in try tensor.to(device: device) }
  }

  package func detached() throws(TorchError) -> Conditioning {
    try map { (tensor) throws(TorchError) in try tensor.detach() }
  }

  private func map(_ change: (Tensor) throws(TorchError) -> Tensor) throws(TorchError) -> Conditioning {
    func optional(_ tensor: Tensor?) throws(TorchError) -> Tensor? {
      guard let tensor else { return nil }
      return try change(tensor)
    }
    return Conditioning(context: try change(context), pooled: try optional(pooled), timeIDs: try optional(timeIDs))
  }
}
