import Torch

/// The XL family's second condition: pooled features and sizes, turned into what is added to the timestep's embedding.
final class AdditionEmbedding {
  private let encoding: TimestepEncoding
  private let embedding: TimestepEmbedding
  private let inputWidth: Int

  init(
    _ scope: ParameterScope, _ shape: UNetConfiguration.Addition, outputs: Int, cosineFirst: Bool,
    frequencyShift: Double
  ) throws(CheckpointError) {
    // The sizes are encoded just as timesteps are.
    encoding = TimestepEncoding(width: shape.timeWidth, cosineFirst: cosineFirst, frequencyShift: frequencyShift)
    embedding = try TimestepEmbedding(scope, inputs: shape.inputWidth, outputs: outputs)
    inputWidth = shape.inputWidth
  }

  /// - Throws: when the conditions lack pooled features or sizes, or have another width than the model's.
  func forward(_ conditioning: Conditioning, dtype: DType) throws(TorchError) -> Tensor {
    guard let pooled = conditioning.pooled, let timeIDs = conditioning.timeIDs else {
      throw TorchError(.invalidArgument, "a U-Net of the XL family needs pooled features and sizes")
    }
    let batch = timeIDs.shape[0]
    let sizes = try encoding.forward(timeIDs.flatten()).reshape([batch, -1]).to(dtype: dtype)
    let input = try Tensor.cat([pooled.to(dtype: dtype), sizes], dim: -1)
    guard input.shape.last == inputWidth else {
      throw TorchError(
        .invalidArgument,
        "pooled features \(pooled.shape) and sizes \(timeIDs.shape) make \(input.shape.last ?? 0) numbers a picture, "
          + "this U-Net takes \(inputWidth)")
    }
    return try embedding.forward(input)
  }
}
