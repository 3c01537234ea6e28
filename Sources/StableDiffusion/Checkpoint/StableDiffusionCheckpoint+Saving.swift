import Foundation
import ModelFiles
import Torch

extension StableDiffusionCheckpoint {
  /// Writes the diffusers layout, which diffusers' pipelines read with `from_pretrained`.
  /// - Parameter dtype: `.float16` or `.float32`.
  package func save(to folder: String, dtype: DType) throws(CheckpointError) {
    try Self.save(unet, unet.configuration, to: "\(folder)/unet", stem: "diffusion_pytorch_model", dtype: dtype)
    try Self.save(
      autoencoder, autoencoder.configuration, to: "\(folder)/vae", stem: "diffusion_pytorch_model", dtype: dtype)
    for tower in textTowers {
      try Self.save(
        tower.model, tower.model.configuration, to: "\(folder)/\(CheckpointFolder.folderName(tower.component))",
        stem: "model", dtype: dtype)
      let target = "\(folder)/\(CheckpointFolder.tokenizerFolderName(tower.component))"
      try Self.makeFolder(target)
      try tower.tokenizer.save(to: target)
    }
    try Self.makeFolder("\(folder)/scheduler")
    try Self.write(schedulerConfiguration, to: "\(folder)/scheduler/scheduler_config.json")
    // Last: a folder with an index is a whole checkpoint.
    try Self.write(ModelIndex(family), to: "\(folder)/model_index.json")
  }

  private static func save(
    _ model: any Model, _ configuration: any Encodable, to folder: String, stem: String, dtype: DType
  ) throws(CheckpointError) {
    try makeFolder(folder)
    try model.save(to: "\(folder)/\(stem).safetensors", dtype: dtype)
    try write(configuration, to: "\(folder)/config.json")
  }

  private static func makeFolder(_ path: String) throws(CheckpointError) {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw .inaccessible(path: path, reason: "\(error.localizedDescription)")
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
