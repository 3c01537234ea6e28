import Torch

/// A low-rank update of one layer (LoRA, Hu et al. 2021): `scale · up(down(x))` is added to the layer's output.
///
/// With magnitudes (DoRA, Liu et al. 2024) the updated weight is also brought to these lengths.
package final class LowRankAdapter {
  /// Which adapter this is a part of, the same on every layer; a layer may carry several.
  package let name: String
  /// `[rank, in]` for a linear layer, `[rank, in, height, width]` for a convolution.
  package let down: Tensor
  /// `[out, rank]` for a linear layer, `[out, rank, 1, 1]` for a convolution.
  package let up: Tensor
  /// `multiplier · alpha / rank`.
  package let scale: Double
  package let magnitudes: WeightMagnitudes?
  /// The rows of a batch that it acts on; nil: all. Images with different adapters share a batch by it.
  package var rows: [Range<Int>]?

  package init(
    name: String, down: Tensor, up: Tensor, scale: Double, magnitudes: WeightMagnitudes? = nil,
    rows: [Range<Int>]? = nil
  ) {
    self.name = name
    self.down = down
    self.up = up
    self.scale = scale
    self.magnitudes = magnitudes
    self.rows = rows
  }

  package var rank: Int { down.shape.first ?? 0 }

  /// `scale · up · down` in float32, shaped like the layer's weight.
  package func product() throws(TorchError) -> Tensor {
    let up = try up.detach().to(dtype: .float32).flatten(from: 1, to: -1)
    let down = try down.detach().to(dtype: .float32)
    let shape = [up.shape[0]] + down.shape.dropFirst()
    return try (up.matmul(down.flatten(from: 1, to: -1)) * scale).reshape(shape)
  }

  /// What it adds to a weight, in float32: what merging it takes.
  ///
  /// - Parameter weight: the layer's own, without other adapters.
  func update(of weight: Tensor) throws(TorchError) -> Tensor {
    guard let magnitudes else { return try product() }
    let own = try weight.detach().to(dtype: .float32)
    return try (own + product()) * magnitudes.factor - own
  }
}

/// The lengths that DoRA gives a weight's vectors, as factors on them.
///
/// Like PEFT, `w' = m · (w + Δw) / ‖w + Δw‖` with the norm over everything but an output; older files of LyCORIS have
/// it over everything but an input.
package struct WeightMagnitudes {
  /// `m` itself, one number for each output or input.
  package let values: Tensor
  package let perOutput: Bool
  /// `m / ‖w + Δw‖` in float32, shaped to be multiplied with the weight.
  let factor: Tensor

  /// - Parameters:
  ///   - values: as many as the weight has outputs, or inputs.
  ///   - weight: the layer's own.
  ///   - product: the update with its scale, in float32.
  package init(
    values: Tensor, perOutput: Bool, weight: Tensor, product: Tensor
  ) throws(TorchError) {
    let updated = try weight.detach().to(dtype: .float32) + product
    let axis = perOutput ? 0 : 1
    let others = (0..<updated.rank).filter { $0 != axis }
    let norm = try updated.norm(dims: others, keepDim: true)
    self.values = values
    self.perOutput = perOutput
    factor = try values.to(device: weight.device).to(dtype: .float32).reshape(norm.shape) / norm
  }
}

/// A layer's weight with adapters multiplied out and added, and these adapters.
package struct MergedWeight {
  let weight: Tensor
  let adapters: [LowRankAdapter]
}

/// A layer that low-rank adapters can be hung on.
package protocol AdaptableLayer: AnyObject {
  /// As in the diffusers layout, such as `down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q`.
  var path: String { get }
  /// Never written: without adapters the layer always is what was loaded.
  var weight: Tensor { get }
  /// Summed in this order.
  var adapters: [LowRankAdapter] { get set }
  /// Used in the weight's place while there is one.
  var merged: MergedWeight? { get set }
  /// What several adapters on different rows are computed with at once.
  var stacks: LowRankStacks { get }
  /// The shapes of an adapter's two matrices at this rank.
  func adapterShapes(rank: Int) -> (down: [Int], up: [Int])
  /// The layer without its bias, by its own weight.
  func unbiased(_ x: Tensor) throws(TorchError) -> Tensor
  /// An adapter's two products, without its scale.
  func lowRank(_ adapter: LowRankAdapter, _ x: Tensor) throws(TorchError) -> Tensor
}

extension AdaptableLayer {
  /// A new adapter that does nothing yet: `down` uniform by He's rule with a = √5, `up` zero, in float32 and ready for
  /// training. It is not attached.
  package func makeAdapter(
    name: String, rank: Int, scale: Double, generator: Generator
  ) throws(TorchError) -> LowRankAdapter {
    let (downShape, upShape) = adapterShapes(rank: rank)
    let bound = 1 / Double(max(downShape.dropFirst().reduce(1, *), 1)).squareRoot()
    let drawn = try (Tensor.rand(shape: downShape, generator: generator) - 0.5) * (2 * bound)
    let down = try drawn.to(device: weight.device)
    let up = try Tensor.zeros(shape: upShape, device: weight.device)
    down.requiresGrad = true
    up.requiresGrad = true
    return LowRankAdapter(name: name, down: down, up: up, scale: scale)
  }

  /// The one adapter on this layer where it can be computed together with it: of the same element type, acting on all
  /// rows, without magnitudes, the layer frozen.
  func soleAdapter(for input: Tensor, bias: Tensor?) -> LowRankAdapter? {
    guard adapters.count == 1, let adapter = adapters.first, adapter.scale != 0, adapter.rows == nil,
      adapter.magnitudes == nil, !weight.requiresGrad, bias?.requiresGrad != true
    else { return nil }
    let dtype = weight.dtype
    return adapter.down.dtype == dtype && adapter.up.dtype == dtype && input.dtype == dtype ? adapter : nil
  }

  /// Adds every adapter's update to `output`, which it may change. The update is computed in the adapter's own type: a
  /// float32 adapter can be trained over a model in bfloat16.
  func addUpdates(to output: Tensor, of input: Tensor) throws(TorchError) -> Tensor {
    var result = output
    var placed: [LowRankAdapter] = []
    for adapter in adapters where adapter.scale != 0 {
      guard adapter.rows == nil else {
        placed.append(adapter)
        continue
      }
      let (delta, factor) = try update(adapter, input)
      result = try result.add_(delta.to(dtype: output.dtype), alpha: factor)
    }
    if !placed.isEmpty { try addPlaced(placed, to: result, of: input) }
    return result
  }

  /// An adapter's update of these rows, and what it is still to be multiplied with.
  private func update(
    _ adapter: LowRankAdapter, _ x: Tensor
  ) throws(TorchError) -> (delta: Tensor, factor: Double) {
    let input = try x.to(dtype: adapter.down.dtype)
    guard let magnitudes = adapter.magnitudes else { return (try lowRank(adapter, input), adapter.scale) }
    let factor = try magnitudes.factor.to(dtype: x.dtype)
    if magnitudes.perOutput {
      // [out, 1, 1, 1] becomes [1, out, 1, 1], and [out, 1] becomes [1, out]: outputs are along the second axis.
      let across = try factor.transpose(0, 1)
      let low = try lowRank(adapter, input).to(dtype: x.dtype) * adapter.scale
      return (try unbiased(x) * (across - 1) + low * across, 1)
    }
    let low = try lowRank(adapter, (x * factor).to(dtype: adapter.down.dtype)).to(dtype: x.dtype)
    return (try unbiased(x * (factor - 1)) + low * adapter.scale, 1)
  }

  /// Adapters that act on some rows only: those that can be multiplied together are, the others one after the other.
  private func addPlaced(
    _ adapters: [LowRankAdapter], to result: Tensor, of input: Tensor
  ) throws(TorchError) {
    let (stacked, single) = stacks.parted(adapters, of: self)
    for stack in stacked { try stack.add(to: result, of: input) }
    for adapter in single {
      for rows in adapter.rows ?? [] where !rows.isEmpty {
        let part = try input.narrow(dim: 0, start: rows.lowerBound, length: rows.count)
        let (delta, factor) = try update(adapter, part)
        _ = try result.narrow(dim: 0, start: rows.lowerBound, length: rows.count)
          .add_(delta.to(dtype: result.dtype), alpha: factor)
      }
    }
  }
}
