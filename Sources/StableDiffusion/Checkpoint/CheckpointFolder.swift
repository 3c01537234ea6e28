import Foundation
import Torch

/// A checkpoint in the diffusers layout: one folder a component, each with its configuration, and `model_index.json`.
///
/// Opening reads the configurations only; each component is loaded when it is asked for, so that a program that needs
/// the autoencoder alone does not read the U-Net.
package struct CheckpointFolder {
  package let path: String
  package let textEncoderConfiguration: CLIPTextConfiguration
  package let unetConfiguration: UNetConfiguration
  package let autoencoderConfiguration: AutoencoderConfiguration
  package let schedulerConfiguration: SchedulerConfiguration

  package init(_ path: String) throws(CheckpointError) {
    self.path = path
    let index: ModelIndex = try Self.configuration("\(path)/model_index.json")
    guard index.className.hasPrefix("StableDiffusion"), !index.className.contains("XL"),
      !index.className.contains("3")
    else {
      throw .unsupportedConfiguration(field: "model_index.json _class_name", value: index.className)
    }
    textEncoderConfiguration = try Self.configuration("\(path)/text_encoder/config.json")
    unetConfiguration = try Self.configuration("\(path)/unet/config.json")
    autoencoderConfiguration = try Self.configuration("\(path)/vae/config.json")
    schedulerConfiguration = try Self.configuration("\(path)/scheduler/scheduler_config.json")
    try checkCompatibility(
      textEncoder: textEncoderConfiguration, unet: unetConfiguration, autoencoder: autoencoderConfiguration,
      scheduler: schedulerConfiguration)
  }

  package var tokenizerPath: String { "\(path)/tokenizer" }

  package func textEncoder(dtype: DType, device: Device) throws(CheckpointError) -> CLIPTextModel {
    let file = try weights("text_encoder", stem: "model")
    return try CLIPTextModel(
      textEncoderConfiguration,
      ParameterStore(file: file, dtype: dtype, device: device, renaming: CLIPTextModel.presentName))
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

/// `model_index.json`: which pipeline the components are parts of, and which library reads each.
struct ModelIndex: Codable {
  var className: String
  var featureExtractor: [String?]?
  var requiresSafetyChecker: Bool?
  var safetyChecker: [String?]?
  var scheduler: [String?]?
  var textEncoder: [String?]?
  var tokenizer: [String?]?
  var unet: [String?]?
  var vae: [String?]?

  enum CodingKeys: String, CodingKey {
    case className = "_class_name"
    case featureExtractor = "feature_extractor"
    case requiresSafetyChecker = "requires_safety_checker"
    case safetyChecker = "safety_checker"
    case scheduler, tokenizer, unet, vae
    case textEncoder = "text_encoder"
  }

  static let stableDiffusion = ModelIndex(
    className: "StableDiffusionPipeline", featureExtractor: [nil, nil], requiresSafetyChecker: false,
    safetyChecker: [nil, nil], scheduler: ["diffusers", "DDIMScheduler"],
    textEncoder: ["transformers", "CLIPTextModel"], tokenizer: ["transformers", "CLIPTokenizer"],
    unet: ["diffusers", "UNet2DConditionModel"], vae: ["diffusers", "AutoencoderKL"])
}

/// Whether the parts fit each other.
func checkCompatibility(
  textEncoder: CLIPTextConfiguration, unet: UNetConfiguration, autoencoder: AutoencoderConfiguration,
  scheduler: SchedulerConfiguration
) throws(CheckpointError) {
  try textEncoder.validate()
  try unet.validate()
  try autoencoder.validate()
  try scheduler.validate()
  let widths = try unet.crossAttentionWidth.expanded(
    to: unet.blockOutChannels.count, field: "unet cross_attention_dim")
  if let width = widths.first(where: { $0 != textEncoder.hiddenSize }) {
    throw .invalidConfiguration(
      field: "unet cross_attention_dim",
      reason: "is \(width) but the text encoder's features are \(textEncoder.hiddenSize) wide")
  }
  guard unet.inChannels == autoencoder.latentChannels else {
    throw .invalidConfiguration(
      field: "unet in_channels",
      reason: "is \(unet.inChannels) but latents have \(autoencoder.latentChannels) channels; inpainting and editing "
        + "models are not supported, use a text-to-image checkpoint")
  }
  guard unet.outChannels == unet.inChannels else {
    throw .invalidConfiguration(
      field: "unet out_channels",
      reason: "is \(unet.outChannels) but in_channels is \(unet.inChannels); models that predict the noise's variance "
        + "too are not supported")
  }
}
