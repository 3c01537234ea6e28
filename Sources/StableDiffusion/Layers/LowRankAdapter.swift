import Torch

/// A low-rank update of one layer (LoRA, Hu et al. 2021): `scale · up(down(x))` is added to the layer's output.
package final class LowRankAdapter {
  /// Which adapter this is a part of, the same on every layer; a layer may carry several.
  package let name: String
  /// `[rank, in]` for a linear layer, `[rank, in, height, width]` for a convolution.
  package let down: Tensor
  /// `[out, rank]` for a linear layer, `[out, rank, 1, 1]` for a convolution.
  package let up: Tensor
  /// `multiplier · alpha / rank`.
  package var scale: Double

  package init(name: String, down: Tensor, up: Tensor, scale: Double) {
    self.name = name
    self.down = down
    self.up = up
    self.scale = scale
  }

  package var rank: Int { down.shape.first ?? 0 }
}

/// A layer that low-rank adapters can be hung on.
package protocol AdaptableLayer: AnyObject {
  /// As in the diffusers layout, such as `down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q`.
  var path: String { get }
  var weight: Tensor { get }
  /// Summed in this order.
  var adapters: [LowRankAdapter] { get set }
  /// The shapes of an adapter's two matrices at this rank.
  func adapterShapes(rank: Int) -> (down: [Int], up: [Int])
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

  /// Adds every adapter's update to `output`. The update is computed in the adapter's own type: a float32 adapter can
  /// be trained over a model in bfloat16.
  func addUpdates(
    to output: Tensor, of input: Tensor,
    _ update: (LowRankAdapter, Tensor) throws(TorchError) -> Tensor
  ) throws(TorchError) -> Tensor {
    var result = output
    for adapter in adapters where adapter.scale != 0 {
      let delta = try update(adapter, try input.to(dtype: adapter.down.dtype))
      result = try result.add_(delta.to(dtype: output.dtype), alpha: adapter.scale)
    }
    return result
  }
}
