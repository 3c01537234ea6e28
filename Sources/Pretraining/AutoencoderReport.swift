import Foundation
import StableDiffusion
import TinyWorld
import Torch

/// Measures a trained autoencoder, sets its scaling factor and saves it in the diffusers layout.
struct AutoencoderReport {
  /// The reconstructions' error on drawings that no training saw, in decibels: the mean over pictures.
  let signalToNoise: Double
  /// The share of the demo subject's photos that are still detected after encoding and decoding.
  let subjectScore: Double
  /// One over the latents' standard deviation.
  let scalingFactor: Double
  private let model: AutoencoderKL

  /// Drawings are named by seeds that no training uses.
  private static let heldOutSeed: UInt64 = 999_331

  init(_ model: AutoencoderKL) throws {
    self.model = model
    let drawings = (0..<160).map { CaptionedScene.training(index: $0, seed: Self.heldOutSeed).scene.picture() }
    var deviation = 0.0
    var decibels = 0.0
    for start in stride(from: 0, to: drawings.count, by: 16) {
      let batch = Array(drawings[start..<(start + 16)])
      let (latents, pictures) = try Self.reconstruct(batch, model)
      deviation += try latents.std().item() * 16 / Double(drawings.count)
      for (a, b) in zip(batch, pictures) { decibels += Self.decibels(a, b) / Double(drawings.count) }
    }
    signalToNoise = decibels
    scalingFactor = 1 / max(deviation, 1e-6)
    let photos = DemoSubject.photos().map { $0.drawing.scene.picture() }
    subjectScore = SubjectDetector.score(try Self.reconstruct(photos, model).pictures)
  }

  func write(to folder: String) throws {
    try Console.say(
      String(
        format: "autoencoder: %.2f dB, subject found in %.0f %% of its reconstructions, scaling factor %.5f",
        signalToNoise, subjectScore * 100, scalingFactor))
    var configuration = model.configuration
    configuration.scalingFactor = scalingFactor
    try FileManager.default.createDirectory(atPath: "\(folder)/vae", withIntermediateDirectories: true)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try encoder.encode(configuration).write(to: URL(fileURLWithPath: "\(folder)/vae/config.json"))
    try model.save(to: "\(folder)/vae/diffusion_pytorch_model.safetensors", dtype: .float32)
  }

  private static func reconstruct(
    _ pictures: [Picture], _ model: AutoencoderKL
  ) throws -> (latents: Tensor, pictures: [Picture]) {
    try inferenceMode {
      let latents = try model.encode(WorldTensors.tensor(pictures, dtype: model.dtype)).mean
      return (try latents.to(dtype: .float32), try WorldTensors.pictures(model.decode(latents)))
    }
  }

  private static func decibels(_ a: Picture, _ b: Picture) -> Double {
    var sum = 0.0
    for (left, right) in zip(a.pixels, b.pixels) {
      let difference = Double(left) - Double(right)
      sum += difference * difference
    }
    return 10 * log10(255 * 255 / max(sum / Double(a.pixels.count), 1e-6))
  }
}
