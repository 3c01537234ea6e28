import Torch

/// A table of vectors, looked up by whole numbers.
package final class Embedding {
  /// `[count, width]`.
  package let weight: Tensor

  init(_ scope: ParameterScope, count: Int, width: Int, deviation: Double) throws(CheckpointError) {
    weight = try scope.parameter("weight", shape: [count, width], .normal(deviation: deviation))
  }

  /// - Parameter ids: int64 of any shape; the result has one dimension more.
  package func forward(_ ids: Tensor) throws(TorchError) -> Tensor {
    try F.embedding(weight, ids)
  }
}
