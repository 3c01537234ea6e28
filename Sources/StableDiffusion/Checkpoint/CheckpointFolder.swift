import Foundation
import ModelFiles
import Torch

/// A checkpoint in the diffusers layout: one folder a component, each with its configuration, and `model_index.json`.
///
/// Opening reads the configurations only.
package struct CheckpointFolder: CheckpointSource {
  package let path: String
  package let family: ModelFamily
  /// Whether no negative prompt is zeros to the U-Net; nil where `model_index.json` does not say.
  package let zeroesEmptyNegativePrompt: Bool?
  package var hasAutoencoder: Bool { true }
  private let configurations: CheckpointConfigurations

  package init(_ path: String) throws(CheckpointError) {
    self.path = path
    let index: ModelIndex = try JSONFile.read("\(path)/model_index.json")
    guard index.className.hasPrefix("StableDiffusion"), !index.className.hasPrefix("StableDiffusion3") else {
      throw .unsupportedConfiguration(field: "model_index.json _class_name", value: index.className)
    }
    var textEncoders: [(LoRAComponent, CLIPTextConfiguration)] = []
    for (component, entry) in [(LoRAComponent.textEncoder, index.textEncoder), (.textEncoder2, index.textEncoder2)] {
      let file = "\(path)/\(Self.folderName(component))/config.json"
      if ModelIndex.names(entry) ?? FileManager.default.fileExists(atPath: file) {
        textEncoders.append((component, try JSONFile.read(file)))
      }
    }
    configurations = CheckpointConfigurations(
      textEncoders: textEncoders, unet: try JSONFile.read("\(path)/unet/config.json"),
      autoencoder: try JSONFile.read("\(path)/vae/config.json"),
      scheduler: try JSONFile.read("\(path)/scheduler/scheduler_config.json"))
    family = try configurations.family()
    zeroesEmptyNegativePrompt = index.forceZerosForEmptyPrompt
  }

  var textEncoderConfigurations: [(component: LoRAComponent, configuration: CLIPTextConfiguration)] {
    configurations.textEncoders
  }
  package var unetConfiguration: UNetConfiguration { configurations.unet }
  package var autoencoderConfiguration: AutoencoderConfiguration { configurations.autoencoder }
  package var schedulerConfiguration: SchedulerConfiguration { configurations.scheduler }

  /// The family's text encoders with their tokenizers, in the order in which their features stand side by side.
  package func textTowers(dtype: DType, device: Device) throws(CheckpointError) -> [TextTower] {
    var towers: [TextTower] = []
    for (component, configuration) in configurations.textEncoders {
      let model = try CLIPTextModel(
        configuration,
        store(
          Self.folderName(component), stem: "model", dtype: dtype, device: device,
          renaming: CLIPTextModel.presentName))
      let tokenizer: CLIPTokenizer
      do {
        tokenizer = try CLIPTokenizer(folder: "\(path)/\(Self.tokenizerFolderName(component))")
      } catch {
        throw .tokenizer(error)
      }
      towers.append(try TextTower(component, tokenizer: tokenizer, model: model))
    }
    return towers
  }

  package func unet(dtype: DType, device: Device) throws(CheckpointError) -> UNet2DConditionModel {
    try UNet2DConditionModel(
      unetConfiguration, store("unet", stem: "diffusion_pytorch_model", dtype: dtype, device: device))
  }

  package func autoencoder(dtype: DType, device: Device) throws(CheckpointError) -> AutoencoderKL {
    try AutoencoderKL(
      autoencoderConfiguration,
      store(
        "vae", stem: "diffusion_pytorch_model", dtype: dtype, device: device, renaming: AutoencoderKL.presentName))
  }

  static func folderName(_ component: LoRAComponent) -> String {
    switch component {
    case .unet: "unet"
    case .textEncoder: "text_encoder"
    case .textEncoder2: "text_encoder_2"
    }
  }

  static func tokenizerFolderName(_ component: LoRAComponent) -> String {
    component == .textEncoder2 ? "tokenizer_2" : "tokenizer"
  }

  private func store(
    _ component: String, stem: String, dtype: DType, device: Device, renaming: (String) -> String? = { $0 }
  ) throws(CheckpointError) -> ParameterStore {
    let stem = "\(path)/\(component)/\(stem)"
    let files = try Self.weights(stem)
    return ParameterStore(
      files: files, path: files.count == 1 ? files[0].path : "\(path)/\(component)", dtype: dtype, device: device,
      renaming: renaming)
  }

  /// The component's files: the full one, or where there is none its shards, or those of the float16 variant.
  ///
  /// - Parameter stem: the file's path without its endings.
  static func weights(_ stem: String) throws(CheckpointError) -> [Safetensors] {
    let exists = FileManager.default.fileExists(atPath:)
    for (whole, index) in [
      ("\(stem).safetensors", "\(stem).safetensors.index.json"),
      ("\(stem).fp16.safetensors", "\(stem).safetensors.index.fp16.json"),
    ] {
      if exists(whole) { return [try Safetensors(path: whole)] }
      if exists(index) { return try shards(index) }
    }
    throw .missingFile(path: "\(stem).safetensors")
  }

  /// The files that an index names, each once.
  private static func shards(_ index: String) throws(CheckpointError) -> [Safetensors] {
    struct Index: Decodable {
      var weightMap: [String: String]
      enum CodingKeys: String, CodingKey { case weightMap = "weight_map" }
    }
    let map: Index = try JSONFile.read(index)
    let folder = index.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    var files: [Safetensors] = []
    for name in Set(map.weightMap.values).sorted() {
      guard !name.contains("/"), name.hasSuffix(".safetensors") else {
        throw .malformedConfiguration(path: index, reason: "it names \(name.prefix(64)), no safetensors file beside it")
      }
      files.append(try Safetensors(path: "\(folder)/\(name)"))
    }
    return files
  }
}
