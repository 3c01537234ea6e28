import Foundation
import StableDiffusion
import Torch

extension MicroCheckpoint {
  /// What `config.json` beside the weights of `safetyChecker` holds.
  package static let safetySettings = """
    {"vision_config": {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, \
    "num_attention_heads": 2, "image_size": 16, "patch_size": 8}, "projection_dim": 8}
    """

  /// Writes a safety checker with random weights to a new temporary file, which can be used as it is.
  ///
  /// - Parameter threshold: of every concept. No cosine is above 1, and none is below −1.
  package static func safetyChecker(threshold: Double) throws -> String {
    let configuration = CLIPVisionConfiguration(
      hiddenSize: 16, intermediateSize: 16, layers: 1, heads: 2, imageSize: 16, patchSize: 8)
    let checker = try SafetyChecker(
      configuration, projectionSize: 8, concepts: (unsafe: 2, specialCare: 1),
      ParameterStore(seed: 1, dtype: .float32, device: .cpu))
    let tensors = try checker.parameters.map { name, tensor in
      (name, name.hasSuffix("_weights") ? try Tensor.zeros(shape: tensor.shape) + threshold : try tensor.detach())
    }
    let path = try temporaryFolder("checker") + "/model.safetensors"
    try Safetensors.write(tensors, metadata: ["config": safetySettings], to: path)
    return path
  }
}
