import Foundation
import ModelFiles
import Torch

/// A checkpoint in the diffusers layout: one folder a component, each with its configuration, and `model_index.json`.
///
/// Opening reads the configurations only; each component is loaded when it is asked for, so that a program that needs
/// the autoencoder alone does not read the U-Net.
package struct CheckpointFolder {
  package let path: String
  package let family: ModelFamily
  /// Whether no negative prompt is zeros to the U-Net; nil where `model_index.json` does not say.
  let zeroesEmptyNegativePrompt: Bool?
  private let configurations: CheckpointConfigurations

  package init(_ path: String) throws(CheckpointError) {
    self.path = path
    let index: ModelIndex = try Self.configuration("\(path)/model_index.json")
    guard index.className.hasPrefix("StableDiffusion"), !index.className.hasPrefix("StableDiffusion3") else {
      throw .unsupportedConfiguration(field: "model_index.json _class_name", value: index.className)
    }
    var textEncoders: [(LoRAComponent, CLIPTextConfiguration)] = []
    for (component, entry) in [(LoRAComponent.textEncoder, index.textEncoder), (.textEncoder2, index.textEncoder2)] {
      let file = "\(path)/\(Self.folderName(component))/config.json"
      if ModelIndex.names(entry) ?? FileManager.default.fileExists(atPath: file) {
        textEncoders.append((component, try Self.configuration(file)))
      }
    }
    configurations = CheckpointConfigurations(
      textEncoders: textEncoders, unet: try Self.configuration("\(path)/unet/config.json"),
      autoencoder: try Self.configuration("\(path)/vae/config.json"),
      scheduler: try Self.configuration("\(path)/scheduler/scheduler_config.json"))
    family = try configurations.family()
    zeroesEmptyNegativePrompt = index.forceZerosForEmptyPrompt
  }

  package var unetConfiguration: UNetConfiguration { configurations.unet }
  package var autoencoderConfiguration: AutoencoderConfiguration { configurations.autoencoder }
  package var schedulerConfiguration: SchedulerConfiguration { configurations.scheduler }

  /// The family's text encoders with their tokenizers, in the order in which their features stand side by side.
  package func textTowers(dtype: DType, device: Device) throws(CheckpointError) -> [TextTower] {
    var towers: [TextTower] = []
    for (component, configuration) in configurations.textEncoders {
      let file = try weights(Self.folderName(component), stem: "model")
      let model = try CLIPTextModel(
        configuration, ParameterStore(file: file, dtype: dtype, device: device, renaming: CLIPTextModel.presentName))
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
    let file = try weights("unet", stem: "diffusion_pytorch_model")
    return try UNet2DConditionModel(unetConfiguration, ParameterStore(file: file, dtype: dtype, device: device))
  }

  package func autoencoder(dtype: DType, device: Device) throws(CheckpointError) -> AutoencoderKL {
    let file = try weights("vae", stem: "diffusion_pytorch_model")
    return try AutoencoderKL(
      autoencoderConfiguration,
      ParameterStore(file: file, dtype: dtype, device: device, renaming: AutoencoderKL.presentName))
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

  /// The component's file: the full one, or where there is none the float16 variant.
  private func weights(_ component: String, stem: String) throws(CheckpointError) -> Safetensors {
    try Self.weights("\(path)/\(component)/\(stem)")
  }

  /// - Parameter stem: the file's path without its endings.
  static func weights(_ stem: String) throws(CheckpointError) -> Safetensors {
    let full = "\(stem).safetensors", half = "\(stem).fp16.safetensors"
    let exists = FileManager.default.fileExists(atPath:)
    return try Safetensors(path: !exists(full) && exists(half) ? half : full)
  }

  static func configuration<Value: Decodable>(_ path: String) throws(CheckpointError) -> Value {
    guard let data = try MappedFile.contents(path: path, limit: 1 << 20) else {
      throw .malformedConfiguration(path: path, reason: "it is longer than 1 MiB")
    }
    do {
      return try JSONDecoder().decode(Value.self, from: data)
    } catch {
      throw .malformedConfiguration(path: path, reason: SafetensorsHeader.brief(error))
    }
  }
}
