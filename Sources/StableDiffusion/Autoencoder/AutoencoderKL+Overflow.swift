import Torch

/// Activations of many autoencoders leave float16's range (SDXL's own does): what comes out then are no numbers. Files
/// that know it say so (`force_upcast`); where one does not, it shows, and the work is done again in float32.
extension AutoencoderKL {
  /// Whether a result can be used as it is. In wider types what is not finite came in so.
  func holds(_ result: Tensor) throws(TorchError) -> Bool {
    guard dtype == .float16 else { return true }
    return try result.isFiniteAll
  }

  /// The same autoencoder in float32.
  func wide() throws(TorchError) -> AutoencoderKL {
    if let wideTwin { return wideTwin }
    let twin: AutoencoderKL
    do throws(CheckpointError) {
      twin = try AutoencoderKL(configuration, ParameterStore(seed: 0, dtype: .float32, device: device))
    } catch {
      if case .torch(let reason) = error { throw reason }
      throw TorchError(.internalError, error.description)
    }
    try noGrad { () throws(TorchError) in
      for (own, other) in zip(parameters, twin.parameters) { _ = try other.tensor.copy_(own.tensor) }
    }
    wideTwin = twin
    return twin
  }
}
