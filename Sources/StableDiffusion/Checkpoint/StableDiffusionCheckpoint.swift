import Foundation
import Torch

/// All parts of a Stable Diffusion 1.x model in memory.
package final class StableDiffusionCheckpoint {
  package let tokenizer: CLIPTokenizer
  /// Where the tokenizer's files lie; saving copies them.
  package let tokenizerFolder: String
  package let textEncoder: CLIPTextModel
  package let unet: UNet2DConditionModel
  package let autoencoder: AutoencoderKL
  package let schedulerConfiguration: SchedulerConfiguration

  /// - Parameter tokenizerFolder: holds `vocab.json` and `merges.txt`.
  package init(
    tokenizerFolder: String, textEncoder: CLIPTextModel, unet: UNet2DConditionModel, autoencoder: AutoencoderKL,
    schedulerConfiguration: SchedulerConfiguration
  ) throws(CheckpointError) {
    try checkCompatibility(
      textEncoder: textEncoder.configuration, unet: unet.configuration, autoencoder: autoencoder.configuration,
      scheduler: schedulerConfiguration)
    do {
      tokenizer = try CLIPTokenizer(folder: tokenizerFolder)
    } catch {
      throw .tokenizer(error)
    }
    let vocabularySize = textEncoder.configuration.vocabularySize
    guard tokenizer.vocabularyCount <= vocabularySize else {
      throw .invalidConfiguration(
        field: "text encoder vocab_size",
        reason: "is \(vocabularySize) but the tokenizer has \(tokenizer.vocabularyCount) tokens")
    }
    self.tokenizerFolder = tokenizerFolder
    self.textEncoder = textEncoder
    self.unet = unet
    self.autoencoder = autoencoder
    self.schedulerConfiguration = schedulerConfiguration
  }

  /// Loads every part of a folder in the diffusers layout.
  ///
  /// - Parameter autoencoderType: the autoencoder's own type where the other is float16: many autoencoders leave its
  ///   range (`force_upcast`).
  package convenience init(
    folder path: String, dtype: DType = .float32, device: Device = .cpu, autoencoderType: DType? = nil
  ) throws(CheckpointError) {
    let folder = try CheckpointFolder(path)
    let upcast = dtype == .float16 && folder.autoencoderConfiguration.forceUpcast
    try self.init(
      tokenizerFolder: folder.tokenizerPath, textEncoder: try folder.textEncoder(dtype: dtype, device: device),
      unet: try folder.unet(dtype: dtype, device: device),
      autoencoder: try folder.autoencoder(dtype: autoencoderType ?? (upcast ? .float32 : dtype), device: device),
      schedulerConfiguration: folder.schedulerConfiguration)
  }

  /// A model with freshly drawn parameters, the same for the same seed.
  package static func random(
    tokenizerFolder: String, textEncoder: CLIPTextConfiguration, unet: UNetConfiguration,
    autoencoder: AutoencoderConfiguration, schedulerConfiguration: SchedulerConfiguration = .init(), seed: UInt64,
    dtype: DType = .float32, device: Device = .cpu
  ) throws(CheckpointError) -> StableDiffusionCheckpoint {
    // A seed of its own for each part: changing one part's size leaves the others as they were.
    try StableDiffusionCheckpoint(
      tokenizerFolder: tokenizerFolder,
      textEncoder: CLIPTextModel(textEncoder, ParameterStore(seed: seed, dtype: dtype, device: device)),
      unet: UNet2DConditionModel(unet, ParameterStore(seed: seed &+ 1, dtype: dtype, device: device)),
      autoencoder: AutoencoderKL(autoencoder, ParameterStore(seed: seed &+ 2, dtype: dtype, device: device)),
      schedulerConfiguration: schedulerConfiguration)
  }

  /// Writes the diffusers layout, which diffusers' `StableDiffusionPipeline.from_pretrained` reads.
  /// - Parameter dtype: `.float16` or `.float32`.
  package func save(to folder: String, dtype: DType) throws(CheckpointError) {
    let parts: [(name: String, file: String, model: any Model, configuration: any Encodable)] = [
      ("text_encoder", "model", textEncoder, textEncoder.configuration),
      ("unet", "diffusion_pytorch_model", unet, unet.configuration),
      ("vae", "diffusion_pytorch_model", autoencoder, autoencoder.configuration),
    ]
    for name in parts.map(\.name) + ["scheduler", "tokenizer"] {
      let path = "\(folder)/\(name)"
      do {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      } catch {
        throw .inaccessible(path: path, reason: "\(error.localizedDescription)")
      }
    }
    for part in parts {
      try part.model.save(to: "\(folder)/\(part.name)/\(part.file).safetensors", dtype: dtype)
      try Self.write(part.configuration, to: "\(folder)/\(part.name)/config.json")
    }
    try Self.write(schedulerConfiguration, to: "\(folder)/scheduler/scheduler_config.json")
    try copyTokenizer(to: "\(folder)/tokenizer")
    // Last: a folder with an index is a whole checkpoint.
    try Self.write(ModelIndex.stableDiffusion, to: "\(folder)/model_index.json")
  }

  private func copyTokenizer(to folder: String) throws(CheckpointError) {
    let manager = FileManager.default
    for name in ["vocab.json", "merges.txt", "special_tokens_map.json", "tokenizer_config.json"] {
      let (source, target) = ("\(tokenizerFolder)/\(name)", "\(folder)/\(name)")
      // The first two are there, or the tokenizer had not been read; a checkpoint may be saved over itself.
      guard source != target, manager.fileExists(atPath: source) else { continue }
      do {
        try Data(contentsOf: URL(filePath: source)).write(to: URL(filePath: target), options: .atomic)
      } catch {
        throw .inaccessible(path: target, reason: "\(error.localizedDescription)")
      }
    }
  }

  private static func write(_ value: any Encodable, to path: String) throws(CheckpointError) {
    do {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      try (encoder.encode(value) + Data("\n".utf8)).write(to: URL(filePath: path), options: .atomic)
    } catch {
      throw .inaccessible(path: path, reason: "\(error.localizedDescription)")
    }
  }
}
