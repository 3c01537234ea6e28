import ModelFiles
import Torch

/// A LoRA whose matrices are in the types and shapes of one checkpoint's layers, to be attached to it again and again.
package struct PreparedAdapter {
  let members: [Member]
  package let report: AdapterSet.Report

  /// What the matrices take in memory.
  package var byteCount: Int {
    members.reduce(0) { $0 + ($1.down.count + $1.up.count) * $1.down.dtype.byteSize }
  }

  final class Member {
    let layer: any AdaptableLayer
    let down: Tensor
    let up: Tensor
    /// Of the file: `alpha / rank`.
    let scale: Double
    private let magnitudes: (values: Tensor, perOutput: Bool)?
    /// Of the weight that it was attached with last: the norms of all the model's weights take a while.
    private var lengths: (scale: Double, magnitudes: WeightMagnitudes)?

    init(_ update: LoRAFile.Layer, for layer: any AdaptableLayer) throws(LoRAError) {
      let shapes = layer.adapterShapes(rank: update.rank)
      self.layer = layer
      down = try Self.fitted(update.down, to: shapes.down, like: layer.weight, layer: update.key)
      up = try Self.fitted(update.up, to: shapes.up, like: layer.weight, layer: update.key)
      scale = update.alpha / Double(update.rank)
      magnitudes = update.magnitudes
    }

    func adapter(name: String, weight: Double, rows: [Range<Int>]?) throws(TorchError) -> LowRankAdapter {
      let plain = LowRankAdapter(name: name, down: down, up: up, scale: weight * scale, rows: rows)
      guard let magnitudes, weight != 0 else { return plain }
      if lengths?.scale != plain.scale {
        lengths = (
          plain.scale,
          try WeightMagnitudes(
            values: magnitudes.values, perOutput: magnitudes.perOutput, weight: layer.weight, product: plain.product())
        )
      }
      return LowRankAdapter(
        name: name, down: down, up: up, scale: plain.scale, magnitudes: lengths?.magnitudes, rows: rows)
    }

    /// The matrix in the layer's type and on its device. Some writers give a linear layer 1×1 kernels or leave them
    /// off a convolution: the same numbers in the same order.
    private static func fitted(
      _ matrix: Tensor, to shape: [Int], like weight: Tensor, layer: LoRAKey
    ) throws(LoRAError) -> Tensor {
      func withoutKernel(_ shape: [Int]) -> [Int] {
        shape.count == 4 && shape[2] == 1 && shape[3] == 1 ? Array(shape.prefix(2)) : shape
      }
      guard withoutKernel(matrix.shape) == withoutKernel(shape) else {
        throw .wrongShape(layer: layer.description, expected: shape, found: matrix.shape)
      }
      let converted: Tensor
      let isFinite: Bool
      do {
        converted = try matrix.reshape(shape).to(device: weight.device).to(dtype: weight.dtype)
        // What float32 holds may be too large for float16: the pictures would be black.
        isFinite = try converted.isFiniteAll
      } catch {
        throw .torch(error)
      }
      guard isFinite else { throw .notFinite(layers: [layer.description]) }
      return converted
    }
  }
}
