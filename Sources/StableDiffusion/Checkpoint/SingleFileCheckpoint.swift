import ModelFiles
import Torch

/// A checkpoint in one safetensors file of the original code's layout (CompVis, SGM).
///
/// Such a file has no configurations: sizes follow from the tensors' shapes, and what shapes do not tell is what all
/// published models of the family have in common.
package struct SingleFileCheckpoint: CheckpointSource {
  package let path: String
  package let family: ModelFamily
  package let unetConfiguration: UNetConfiguration
  package let autoencoderConfiguration: AutoencoderConfiguration
  package let hasAutoencoder: Bool
  package let schedulerConfiguration: SchedulerConfiguration
  package var zeroesEmptyNegativePrompt: Bool? { nil }
  private let textEncoders: [(part: CheckpointPart, configuration: CLIPTextConfiguration)]
  private let file: Safetensors
  private let places: [CheckpointPart: [String: TensorPlace]]
  private let vocabulary: String?

  /// - Parameter vocabulary: CLIP's published vocabulary; nil: where the program finds it.
  package init(_ path: String, vocabulary: String? = nil) throws(CheckpointError) {
    self.path = path
    file = try Safetensors(path: path)
    let checkpoint: OriginalCheckpoint
    do {
      checkpoint = try OriginalCheckpoint(file.header)
    } catch {
      throw .unsuitable(path: path, reason: error.description)
    }
    family = checkpoint.family
    places = checkpoint.tensors
    unetConfiguration = UNetConfiguration(checkpoint.unet, family)
    hasAutoencoder = checkpoint.autoencoder != nil
    autoencoderConfiguration = AutoencoderConfiguration(checkpoint.autoencoder, family)
    schedulerConfiguration = SchedulerConfiguration(
      predictionType: checkpoint.predictsVelocity ? .velocity : .epsilon,
      // A schedule that ends in pure noise must be walked from its very end (arXiv 2305.08891, section 3.3).
      timestepSpacing: checkpoint.hasZeroTerminalSNR ? .trailing : nil,
      rescalesBetasToZeroSNR: checkpoint.hasZeroTerminalSNR)
    textEncoders = [CheckpointPart.textEncoder, .textEncoder2].compactMap { part in
      checkpoint.textEncoders[part].map { (part, CLIPTextConfiguration($0, part)) }
    }
    let checked = try CheckpointConfigurations(
      textEncoders: textEncoders.map { ($0.part == .textEncoder2 ? .textEncoder2 : .textEncoder, $0.configuration) },
      unet: unetConfiguration, autoencoder: autoencoderConfiguration, scheduler: schedulerConfiguration
    ).family()
    guard checked == family else {
      throw .unsuitable(path: path, reason: "its text encoders and its U-Net are of different families")
    }
    self.vocabulary = vocabulary
  }

  package func textTowers(dtype: DType, device: Device) throws(CheckpointError) -> [TextTower] {
    var towers: [TextTower] = []
    for (part, configuration) in textEncoders {
      towers.append(
        try TextTower(
          part == .textEncoder2 ? .textEncoder2 : .textEncoder, tokenizer: tokenizer(part),
          model: CLIPTextModel(configuration, store(part, dtype: dtype, device: device))))
    }
    return towers
  }

  private func tokenizer(_ part: CheckpointPart) throws(CheckpointError) -> CLIPTokenizer {
    guard let vocabulary = vocabulary ?? PublishedVocabulary.path else {
      throw .tokenizer(
        .inaccessible(
          path: PublishedVocabulary.fileName,
          reason: "CLIP's vocabulary, which checkpoints in one file need, was not found; name it by "
            + "\(PublishedVocabulary.variable)"))
    }
    do {
      // OpenCLIP fills prompts up with id 0, CLIP with the end token.
      return try CLIPTokenizer(
        compressedVocabulary: vocabulary, padding: part == .textEncoder2 ? "!" : CLIPTokenizer.endText)
    } catch {
      throw .tokenizer(error)
    }
  }

  package func outline() throws(CheckpointError) -> CheckpointOutline {
    var tokenizers: [CLIPTokenizer] = []
    for (part, _) in textEncoders { tokenizers.append(try tokenizer(part)) }
    return CheckpointOutline(
      unet: unetConfiguration, autoencoder: autoencoderConfiguration, textEncoders: textEncoders.map(\.configuration),
      tokenizers: tokenizers)
  }

  package func unet(dtype: DType, device: Device) throws(CheckpointError) -> UNet2DConditionModel {
    try UNet2DConditionModel(unetConfiguration, store(.unet, dtype: dtype, device: device))
  }

  package func autoencoder(dtype: DType, device: Device) throws(CheckpointError) -> AutoencoderKL {
    guard hasAutoencoder else {
      throw .unsuitable(
        path: path,
        reason: "the checkpoint has no VAE (first_stage_model.…); name one of its family beside it, or where that is "
          + "not possible, as for training, use a file with all of its parts")
    }
    return try AutoencoderKL(autoencoderConfiguration, store(.autoencoder, dtype: dtype, device: device))
  }

  private func store(_ part: CheckpointPart, dtype: DType, device: Device) -> ParameterStore {
    ParameterStore(file: file, places: places[part] ?? [:], dtype: dtype, device: device)
  }
}

extension UNetConfiguration {
  /// As the original code builds every U-Net of the family: a head is 64 wide where linear layers stand around the
  /// attention, and there are 8 where convolutions do; each of the sizes is encoded in 256 numbers.
  init(_ shape: UNetShape, _ family: ModelFamily) {
    // A level without attention says nothing; the middle block goes by the last level's number.
    var transformerLayers = shape.transformerLayers.map { max($0, 1) }
    if shape.transformerLayers.last == 0 { transformerLayers[transformerLayers.count - 1] = shape.midTransformerLayers }
    self.init(
      sampleSize: family.nativeSide / 8, blockOutChannels: shape.widths,
      downBlockTypes: shape.transformerLayers.map { $0 > 0 ? .crossAttention : .plain },
      upBlockTypes: shape.upTransformerLayers.map { $0 > 0 ? .crossAttention : .plain },
      layersPerBlock: shape.layersPerBlock, transformerLayers: PerBlock(transformerLayers),
      attentionHeads: shape.usesLinearProjection ? PerBlock(shape.widths.map { max($0 / 64, 1) }) : PerBlock(8),
      crossAttentionWidth: shape.contextWidth, usesLinearProjection: shape.usesLinearProjection,
      addition: shape.additionInputWidth.map { Addition(timeWidth: 256, inputWidth: $0) })
    inChannels = shape.inChannels
    outChannels = shape.outChannels
  }
}

extension AutoencoderConfiguration {
  /// Latents of the two families are scaled differently.
  ///
  /// - Parameter shape: nil: that of all published models.
  init(_ shape: AutoencoderShape?, _ family: ModelFamily) {
    self.init(
      blockOutChannels: [128, 256, 512, 512], layersPerBlock: 2, normGroups: 32, sampleSize: family.nativeSide,
      scalingFactor: family.isXL ? 0.13025 : 0.18215)
    if let shape { setShape(shape) }
  }
}

extension CLIPTextConfiguration {
  /// Of every published CLIP a head is 64 wide, and the last two ids begin and end a prompt.
  init(_ shape: TextEncoderShape, _ part: CheckpointPart) {
    self.init(
      vocabularySize: shape.vocabularySize, hiddenSize: shape.hiddenSize, intermediateSize: shape.intermediateSize,
      layers: shape.layers, heads: max(shape.hiddenSize / 64, 1), positions: shape.positions,
      activation: part == .textEncoder2 ? .gelu : .quickGELU, beginToken: shape.vocabularySize - 2,
      endToken: shape.vocabularySize - 1, padToken: part == .textEncoder2 ? 0 : shape.vocabularySize - 1,
      projectionSize: shape.projectionSize)
  }
}
