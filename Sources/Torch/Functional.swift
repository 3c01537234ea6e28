internal import CTorch

/// torch.nn.functional: layers without weights of their own, and losses. Images are [N, C, H, W].
package enum F {
  /// x @ weightᵀ + bias + residual, for x [..., in], weight [out, in], bias [out], residual [..., out].
  package static func linear(
    _ x: Tensor, _ weight: Tensor, _ bias: Tensor? = nil, residual: Tensor? = nil
  ) throws(TorchError) -> Tensor {
    try made { ct_linear(x.handle, weight.handle, bias?.handle, residual?.handle, $0) }
  }

  /// A frozen linear layer and a LoRA on it, all of one element type.
  package struct LowRankLayer {
    /// [out, in], and [out] or nil.
    let weight: Tensor, bias: Tensor?
    /// [rank, in] and [out, rank].
    let down: Tensor, up: Tensor
    let scale: Double

    package init(_ weight: Tensor, _ bias: Tensor?, down: Tensor, up: Tensor, scale: Double) {
      self.weight = weight
      self.bias = bias
      self.down = down
      self.up = up
      self.scale = scale
    }
  }

  /// `linear` plus scale · (x @ downᵀ) @ upᵀ, for each of at least one layer of the same x, which has two dimensions or
  /// more: one node of the graph for all of them. One layer alone may have a residual added to its result.
  package static func lowRankLinears(
    _ x: Tensor, _ layers: [LowRankLayer], residual: Tensor? = nil
  ) throws(TorchError) -> [Tensor] {
    guard !layers.isEmpty else { return [] }
    let list = layers.map {
      CTLowRankLayer(
        weight: $0.weight.handle, bias: $0.bias?.handle, down: $0.down.handle, up: $0.up.handle, scale: $0.scale)
    }
    let handles = try Tensor.handles(layers.count) { results, error in
      withExtendedLifetime((x, layers, residual)) {
        ct_low_rank_linears(x.handle, list, list.count, residual?.handle, results, error)
      }
    }
    return try handles.map { (handle) throws(TorchError) in try handle.adopted() }
  }

  /// weight [out, in / groups, kH, kW], bias [out]; the numbers count for both directions.
  ///
  /// - Parameters:
  ///   - perImage: [N, out], added to every pixel of its image.
  ///   - residual: added to the result, whose shape it has. Both sums are free of a pass of their own where the
  ///     convolution is one of our kernels: 3 × 3 in float32 on a CPU with AVX-512, weights frozen.
  package static func conv2d(
    _ x: Tensor, _ weight: Tensor, _ bias: Tensor? = nil, perImage: Tensor? = nil, residual: Tensor? = nil,
    stride: Int = 1, padding: Int = 0, dilation: Int = 1, groups: Int = 1
  ) throws(TorchError) -> Tensor {
    try made {
      ct_conv2d(
        x.handle, weight.handle, bias?.handle, perImage?.handle, residual?.handle, [stride, stride],
        [padding, padding], [dilation, dilation], groups, $0)
    }
  }

  /// weight and bias are [C]; `silu` applies SiLU to the result, without a pass of its own where the kernel is ours:
  /// for float32 images with the channels last on a CPU with AVX-512, weight and bias frozen.
  package static func groupNorm(
    _ x: Tensor, groups: Int, weight: Tensor? = nil, bias: Tensor? = nil, eps: Double = 1e-5, silu: Bool = false
  ) throws(TorchError) -> Tensor {
    try made { ct_group_norm(x.handle, groups, weight?.handle, bias?.handle, eps, silu, $0) }
  }

  /// [..., 2 n] → [..., n]: the first half times GELU of the second (GEGLU, Shazeer 2020).
  package static func gatedGELU(_ x: Tensor) throws(TorchError) -> Tensor {
    try made { ct_gated_gelu(x.handle, $0) }
  }

  /// Over the last dimensions, which are `normalizedShape`.
  package static func layerNorm(
    _ x: Tensor, normalizedShape: [Int], weight: Tensor? = nil, bias: Tensor? = nil, eps: Double = 1e-5
  ) throws(TorchError) -> Tensor {
    try made {
      ct_layer_norm(x.handle, normalizedShape, normalizedShape.count, weight?.handle, bias?.handle, eps, $0)
    }
  }

  /// softmax(q kᵀ · scale + mask) v for [batch, heads, tokens, width]; a bool mask is true where attention may go.
  package static func scaledDotProductAttention(
    _ q: Tensor, _ k: Tensor, _ v: Tensor, mask: Tensor? = nil, causal: Bool = false, scale: Double? = nil
  ) throws(TorchError) -> Tensor {
    try made { ct_attention(q.handle, k.handle, v.handle, mask?.handle, causal, scale ?? 0, $0) }
  }

  /// As `scaledDotProductAttention` without a mask, for tokens that have their heads next to each other: q [batch,
  /// tokens, heads · width], k and v [batch, others, heads · width]; the result is shaped like q.
  ///
  /// In float32 on a CPU with AVX-512 by a kernel of our own, forward and back.
  package static func attention(_ q: Tensor, _ k: Tensor, _ v: Tensor, heads: Int) throws(TorchError) -> Tensor {
    try made { ct_head_attention(q.handle, k.handle, v.handle, heads, $0) }
  }

  package static func silu(_ x: Tensor) throws(TorchError) -> Tensor { try made { ct_unary(CTSilu, x.handle, $0) } }

  /// Exact with erf, or by the tanh approximation.
  package static func gelu(_ x: Tensor, tanh: Bool = false) throws(TorchError) -> Tensor {
    try made { ct_unary(tanh ? CTGeluTanh : CTGelu, x.handle, $0) }
  }

  /// x · sigmoid(1.702 x): what CLIP ViT-L was trained with.
  package static func quickGELU(_ x: Tensor) throws(TorchError) -> Tensor {
    try x * (x * 1.702).sigmoid()
  }

  package static func relu(_ x: Tensor) throws(TorchError) -> Tensor { try x.relu() }

  package static func softmax(_ x: Tensor, dim: Int) throws(TorchError) -> Tensor { try x.softmax(dim: dim) }

  /// Rows of weight [count, width] by int64 ids of any shape.
  package static func embedding(_ weight: Tensor, _ ids: Tensor) throws(TorchError) -> Tensor {
    try made { ct_embedding(weight.handle, ids.handle, $0) }
  }

  /// Drops elements at random, by the process-wide generator, and scales the others up.
  package static func dropout(_ x: Tensor, probability: Double) throws(TorchError) -> Tensor {
    try made { ct_dropout(x.handle, probability, $0) }
  }

  package enum Interpolation: Sendable {
    case nearest, bilinear, bilinearAntialias, bicubic, bicubicAntialias
  }

  /// Resizes images, corners not aligned (PyTorch's default).
  package static func interpolate(
    _ x: Tensor, height: Int, width: Int, mode: Interpolation
  ) throws(TorchError) -> Tensor {
    let number =
      switch mode {
      case .nearest: CTNearest
      case .bilinear: CTBilinear
      case .bilinearAntialias: CTBilinearAntialias
      case .bicubic: CTBicubic
      case .bicubicAntialias: CTBicubicAntialias
      }
    return try made { ct_interpolate(x.handle, height, width, number, $0) }
  }

  package static func interpolateNearest(_ x: Tensor, height: Int, width: Int) throws(TorchError) -> Tensor {
    try interpolate(x, height: height, width: width, mode: .nearest)
  }

  /// Each pixel becomes scale × scale pixels.
  package static func interpolateNearest(_ x: Tensor, scale: Int) throws(TorchError) -> Tensor {
    try interpolateNearest(x, height: try x.size(-2) * scale, width: try x.size(-1) * scale)
  }

  /// Amounts before and after, from the last dimension backwards: [left, right, top, bottom].
  package static func pad(_ x: Tensor, _ amounts: [Int], value: Double = 0) throws(TorchError) -> Tensor {
    try made { ct_pad(x.handle, amounts, amounts.count, value, $0) }
  }

  /// The stride is the kernel's size unless given.
  package static func avgPool2d(_ x: Tensor, kernel: Int, stride: Int? = nil) throws(TorchError) -> Tensor {
    let stride = stride ?? kernel
    return try made { ct_avg_pool2d(x.handle, [kernel, kernel], [stride, stride], $0) }
  }

  // MARK: Losses

  package enum Reduction: Sendable {
    case none, mean, sum

    var number: CTLossReduction {
      switch self {
      case .none: CTLossNone
      case .mean: CTLossMean
      case .sum: CTLossSum
      }
    }
  }

  private static func loss(
    _ loss: CTLoss, _ x: Tensor, _ target: Tensor, _ reduction: Reduction, parameter: Double = 1
  ) throws(TorchError) -> Tensor {
    try made { ct_loss(loss, x.handle, target.handle, reduction.number, parameter, $0) }
  }

  /// Unlike PyTorch's, the losses refuse to broadcast: prediction and target have the same shape.
  package static func mseLoss(
    _ x: Tensor, _ target: Tensor, reduction: Reduction = .mean
  ) throws(TorchError) -> Tensor {
    try loss(CTMSELoss, x, target, reduction)
  }

  package static func l1Loss(
    _ x: Tensor, _ target: Tensor, reduction: Reduction = .mean
  ) throws(TorchError) -> Tensor {
    try loss(CTL1Loss, x, target, reduction)
  }

  package static func huberLoss(
    _ x: Tensor, _ target: Tensor, delta: Double = 1, reduction: Reduction = .mean
  ) throws(TorchError) -> Tensor {
    try loss(CTHuberLoss, x, target, reduction, parameter: delta)
  }

  package static func smoothL1Loss(
    _ x: Tensor, _ target: Tensor, beta: Double = 1, reduction: Reduction = .mean
  ) throws(TorchError) -> Tensor {
    try loss(CTSmoothL1Loss, x, target, reduction, parameter: beta)
  }

  /// Logits [N, classes, ...] against int64 class numbers [N, ...]; targets of -100 are left out.
  package static func crossEntropy(
    _ logits: Tensor, _ target: Tensor, labelSmoothing: Double = 0, reduction: Reduction = .mean
  ) throws(TorchError) -> Tensor {
    try made { ct_cross_entropy(logits.handle, target.handle, reduction.number, labelSmoothing, $0) }
  }
}
