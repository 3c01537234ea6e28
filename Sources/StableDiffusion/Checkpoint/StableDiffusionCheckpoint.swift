import Foundation
import ModelFiles
import Torch

/// All parts of a Stable Diffusion model, of version 1 or of the XL family, in memory.
package final class StableDiffusionCheckpoint {
  package let family: ModelFamily
  /// In the order in which their features stand side by side: one in Stable Diffusion 1, two in XL, XL's second alone
  /// in its refiner.
  package let textTowers: [TextTower]
  package let unet: UNet2DConditionModel
  package let autoencoder: AutoencoderKL
  package let schedulerConfiguration: SchedulerConfiguration
  /// Whether the U-Net is told zeros where there is no negative prompt, as SDXL's was in training, and not the features
  /// of an empty one.
  package private(set) var zeroesEmptyNegativePrompt: Bool

  /// - Throws: when the parts do not fit each other.
  package init(
    textTowers: [TextTower], unet: UNet2DConditionModel, autoencoder: AutoencoderKL,
    schedulerConfiguration: SchedulerConfiguration
  ) throws(CheckpointError) {
    family = try CheckpointConfigurations(
      textEncoders: textTowers.map { ($0.component, $0.model.configuration) }, unet: unet.configuration,
      autoencoder: autoencoder.configuration, scheduler: schedulerConfiguration
    ).family()
    zeroesEmptyNegativePrompt = family == .stableDiffusionXL
    self.textTowers = textTowers
    self.unet = unet
    self.autoencoder = autoencoder
    self.schedulerConfiguration = schedulerConfiguration
  }

  /// Loads every part of a checkpoint: a folder in the diffusers layout, or one safetensors file in that of the original
  /// code.
  ///
  /// - Parameters:
  ///   - autoencoderType: the autoencoder's own type where the other is float16: many autoencoders leave its range
  ///     (`force_upcast`).
  ///   - autoencoderPath: a safetensors file with another autoencoder, in place of the checkpoint's, or where it has
  ///     none.
  ///   - vocabulary: CLIP's published vocabulary, which single files need; nil: where the program finds it.
  package convenience init(
    path: String, dtype: DType = .float32, device: Device = .cpu, autoencoderType: DType? = nil,
    autoencoderPath: String? = nil, vocabulary: String? = nil
  ) throws(CheckpointError) {
    let source = try CheckpointSources.open(path, vocabulary: vocabulary)
    let upcast = dtype == .float16 && source.autoencoderConfiguration.forceUpcast
    let ownType = autoencoderType ?? (upcast ? .float32 : dtype)
    let autoencoder =
      if let autoencoderPath {
        try AutoencoderKL(
          path: autoencoderPath, replacing: source.autoencoderConfiguration, dtype: ownType, device: device)
      } else {
        try source.autoencoder(dtype: ownType, device: device)
      }
    try self.init(
      textTowers: try source.textTowers(dtype: dtype, device: device),
      unet: try source.unet(dtype: dtype, device: device),
      autoencoder: autoencoder, schedulerConfiguration: source.schedulerConfiguration)
    zeroesEmptyNegativePrompt = source.zeroesEmptyNegativePrompt ?? zeroesEmptyNegativePrompt
  }

  package convenience init(
    folder path: String, dtype: DType = .float32, device: Device = .cpu, autoencoderType: DType? = nil
  ) throws(CheckpointError) {
    try self.init(path: path, dtype: dtype, device: device, autoencoderType: autoencoderType)
  }

  /// The same with another autoencoder; all other networks are shared.
  package func replacing(_ autoencoder: AutoencoderKL) throws(CheckpointError) -> StableDiffusionCheckpoint {
    let other = try StableDiffusionCheckpoint(
      textTowers: textTowers, unet: unet, autoencoder: autoencoder, schedulerConfiguration: schedulerConfiguration)
    other.zeroesEmptyNegativePrompt = zeroesEmptyNegativePrompt
    return other
  }

  /// How a text encoder with random weights is made.
  package struct RandomTower {
    package var component: LoRAComponent
    package var tokenizer: CLIPTokenizer
    package var configuration: CLIPTextConfiguration

    package init(_ component: LoRAComponent, tokenizer: CLIPTokenizer, _ configuration: CLIPTextConfiguration) {
      self.component = component
      self.tokenizer = tokenizer
      self.configuration = configuration
    }
  }

  /// A model with freshly drawn parameters, the same for the same seed.
  package static func random(
    towers: [RandomTower], unet: UNetConfiguration, autoencoder: AutoencoderConfiguration,
    schedulerConfiguration: SchedulerConfiguration = .init(), seed: UInt64, dtype: DType = .float32,
    device: Device = .cpu
  ) throws(CheckpointError) -> StableDiffusionCheckpoint {
    // A seed of its own for each part: changing one part's size leaves the others as they were.
    func store(_ part: UInt64) throws(CheckpointError) -> ParameterStore {
      try ParameterStore(seed: seed &+ part, dtype: dtype, device: device)
    }
    var textTowers: [TextTower] = []
    for tower in towers {
      let model = try CLIPTextModel(tower.configuration, store(tower.component == .textEncoder2 ? 3 : 0))
      textTowers.append(try TextTower(tower.component, tokenizer: tower.tokenizer, model: model))
    }
    return try StableDiffusionCheckpoint(
      textTowers: textTowers, unet: UNet2DConditionModel(unet, store(1)),
      autoencoder: AutoencoderKL(autoencoder, store(2)), schedulerConfiguration: schedulerConfiguration)
  }

  private func tower(_ component: LoRAComponent) -> TextTower? { textTowers.first { $0.component == component } }

  /// CLIP ViT-L: Stable Diffusion 1's only text encoder and XL's first; nil in a refiner.
  package var textEncoder: CLIPTextModel? { tower(.textEncoder)?.model }
  package var tokenizer: CLIPTokenizer? { tower(.textEncoder)?.tokenizer }
  /// OpenCLIP's ViT-bigG of the XL family, whose pooled features it is told too.
  package var textEncoder2: CLIPTextModel? { tower(.textEncoder2)?.model }
  package var tokenizer2: CLIPTokenizer? { tower(.textEncoder2)?.tokenizer }

  /// Gives back the memory of text encoders until the next prompt: they are a quarter of SDXL, and the U-Net works for
  /// minutes without them.
  package func restTextEncoders() {
    for tower in textTowers { tower.model.store.rest() }
  }

  /// Every network, the U-Net first.
  package var networks: [any Model] { [unet] + textTowers.map(\.model) + [autoencoder] }

  /// Bytes that all parameters take.
  package var parameterBytes: Int { networks.reduce(0) { $0 + $1.parameterCount * $1.dtype.byteSize } }
}
