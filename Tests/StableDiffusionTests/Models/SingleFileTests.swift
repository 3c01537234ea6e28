import Foundation
import MicroCheckpoint
import ModelFiles
import Testing
import Torch

@testable import StableDiffusion

/// Checkpoints in one file, in the names of the original code.
@Suite("checkpoints in one file") struct SingleFileTests {
  private let folder: TemporaryFolder
  private let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = "\(folder.path)/model.safetensors"
  }

  private func load(_ place: String? = nil, dtype: DType = .float32) throws -> StableDiffusionCheckpoint {
    try StableDiffusionCheckpoint(path: place ?? path, dtype: dtype, vocabulary: MicroCheckpoint.vocabularyPath)
  }

  private func refusal(_ tensors: [(String, Tensor)], metadata: [String: String] = [:]) throws -> String {
    try Safetensors.write(tensors, metadata: metadata, to: path)
    let error = #expect(throws: CheckpointError.self) { try load() }
    return "\(try #require(error))"
  }

  /// Mean and first number of every parameter, to compare models by.
  private func fingerprint(_ checkpoint: StableDiffusionCheckpoint) throws -> [[Float]] {
    try MicroCheckpoint.parameters(of: checkpoint)
  }

  @Test(
    "a file of either family loads as the model that it was made of, every tensor in its place",
    arguments: ModelFamily.allCases)
  func roundTrip(family: ModelFamily) throws {
    let original = try MicroCheckpoint.makeOriginal(family)
    try Safetensors.write(MicroCheckpoint.originalTensors(original), to: path)
    let loaded = try load()
    #expect(loaded.family == family)
    #expect(loaded.unet.configuration == original.unet.configuration)
    #expect(loaded.autoencoder.configuration == original.autoencoder.configuration)
    #expect(loaded.textTowers.map(\.model.configuration) == original.textTowers.map(\.model.configuration))
    #expect(loaded.schedulerConfiguration.predictionType == .epsilon)
    #expect(try fingerprint(loaded) == fingerprint(original))
    // The U-Net's own arithmetic, not only its parameters.
    let sizes = MicroConditioning(width: 16, height: 16)
    let conditioning = try PromptEncoder(original).encode(["a cat"], sizes: sizes)
    let again = try PromptEncoder(loaded).encode(["a cat"], sizes: sizes)
    #expect(try conditioning.context.floats() == again.context.floats())
    let latents = try Tensor.randn(shape: [1, 4, 8, 8], generator: Generator(seed: 3))
    let predictions = try [(original, conditioning), (loaded, again)].map { model, conditioning in
      try model.unet.forward(latents, timesteps: Tensor([7 as Float]), conditioning: conditioning).floats()
    }
    #expect(predictions[0] == predictions[1])
  }

  @Test("a folder that holds one such file alone is that checkpoint, and saving it makes a diffusers folder")
  func folderOfOne() throws {
    let original = try MicroCheckpoint.makeOriginal(.stableDiffusionXL)
    let alone = try TemporaryFolder()
    try Safetensors.write(MicroCheckpoint.originalTensors(original), to: "\(alone.path)/x")
    let loaded = try load(alone.path)
    let saved = "\(folder.path)/saved"
    try loaded.save(to: saved, dtype: .float32)
    let again = try StableDiffusionCheckpoint(path: saved)
    #expect(try fingerprint(again) == fingerprint(original))
    for (a, b) in zip(again.textTowers, loaded.textTowers) {
      #expect(a.tokenizer.encode("two cats, été!") == b.tokenizer.encode("two cats, été!"))
    }
    #expect(again.tokenizer2?.padID == 0 && again.tokenizer?.padID == 513)
  }

  @Test("moving averages are passed over beside the weights, and used where they are alone")
  func averages() throws {
    let original = try MicroCheckpoint.makeOriginal(.stableDiffusion1)
    let tensors = try MicroCheckpoint.originalTensors(original)
    let prefix = "model.diffusion_model."
    let averages = tensors.filter { $0.0.hasPrefix(prefix) }.map {
      ("model_ema.diffusion_model" + $0.0.dropFirst(prefix.count).replacing(".", with: ""), $0.1)
    }
    let extra = [
      ("model_ema.decay", try Tensor(scalar: 0.99)), ("model_ema.num_updates", try Tensor(scalar: 3)),
      ("alphas_cumprod", try Tensor.zeros(shape: [1000])),
      ("first_stage_model.loss.logvar", try Tensor(scalar: 0)),
      ("cond_stage_model.transformer.text_model.embeddings.position_ids", try Tensor.arange(77).reshape([1, 77])),
    ]
    let others = try averages.map { ($0.0, try $0.1 * 0.5) }
    try Safetensors.write(tensors + others + extra, to: path)
    #expect(try fingerprint(load()) == fingerprint(original))
    try Safetensors.write(tensors.filter { !$0.0.hasPrefix(prefix) } + averages + extra, to: path)
    #expect(try fingerprint(load()) == fingerprint(original))
  }

  @Test("a text encoder without its inner prefix is found")
  func withoutPrefix() throws {
    let original = try MicroCheckpoint.makeOriginal(.stableDiffusion1)
    let tensors = try MicroCheckpoint.originalTensors(original).map {
      ($0.0.replacing("cond_stage_model.transformer.text_model.", with: "cond_stage_model.transformer."), $0.1)
    }
    try Safetensors.write(tensors, to: path)
    #expect(try fingerprint(load()) == fingerprint(original))
  }

  @Test("velocity and zero-terminal noise are told by the file's marks or metadata, inpainting by its first layer")
  func marks() throws {
    let original = try MicroCheckpoint.makeOriginal(.stableDiffusionXL)
    let tensors = try MicroCheckpoint.originalTensors(original)
    let empty = try Tensor.zeros(shape: [0])
    func facts() throws -> CheckpointFacts {
      let file = try Safetensors(path: path)
      return CheckpointFacts(try OriginalCheckpoint(file.header), file.header)
    }
    try Safetensors.write(tensors + [("v_pred", empty), ("ztsnr", empty)], to: path)
    #expect(try load().schedulerConfiguration.predictionType == .velocity)
    #expect(try load().schedulerConfiguration.rescalesBetasToZeroSNR)
    #expect(try load().schedulerConfiguration.timestepSpacing == .trailing)
    #expect(try facts().predictsVelocity && facts().hasZeroTerminalSNR && !facts().isInpainting)
    try Safetensors.write(tensors, metadata: ["modelspec.prediction_type": "v"], to: path)
    #expect(try load().schedulerConfiguration.predictionType == .velocity)
    #expect(try !load().schedulerConfiguration.rescalesBetasToZeroSNR)
    #expect(try load().schedulerConfiguration.timestepSpacing == nil)
    try Safetensors.write(tensors, metadata: ["modelspec.prediction_type": "epsilon"], to: path)
    #expect(try load().schedulerConfiguration.predictionType == .epsilon)

    let painter = try MicroCheckpoint.makeOriginal(.stableDiffusion1, inpainting: true)
    try Safetensors.write(
      MicroCheckpoint.originalTensors(painter).map { ($0.0, try $0.1.to(dtype: .float16)) }, to: path)
    #expect(try load().unet.configuration.inChannels == 9)
    let found = try facts()
    #expect(found.isInpainting && found.precision == "F16" && found.family == .stableDiffusion1)
    #expect(found.unetParameters == Int64(painter.unet.parameterCount) && found.nativeSide == 512)
  }

  @Test("weights of mixed types are converted to the one asked for", arguments: [DType.float16, .bfloat16])
  func mixedTypes(dtype: DType) throws {
    let original = try MicroCheckpoint.makeOriginal(.stableDiffusion1)
    let tensors = try MicroCheckpoint.originalTensors(original).map {
      ($0.0, $0.0.hasPrefix("model.") ? try $0.1.to(dtype: dtype) : $0.1)
    }
    try Safetensors.write(tensors, to: path)
    let loaded = try load()
    #expect(loaded.networks.allSatisfy { $0.parameters.allSatisfy { $0.tensor.dtype == .float32 } })
    let (weight, wanted) = (loaded.unet.parameters[0].tensor, original.unet.parameters[0].tensor)
    #expect(try (weight - wanted).abs().max().item() < 0.01)
    #expect(try load(dtype: .bfloat16).unet.parameters.allSatisfy { $0.tensor.dtype == .bfloat16 })
  }

  @Test("what has no place, what is missing and what is something else is named")
  func refusals() throws {
    let tensors = try MicroCheckpoint.originalTensors(MicroCheckpoint.makeOriginal(.stableDiffusion1))
    let one = try Tensor.zeros(shape: [2, 2])
    #expect(try refusal(tensors + [("model.diffusion_model.strange.weight", one)]).contains("strange.weight"))
    #expect(try refusal(tensors + [("other.thing", one)]).contains("other.thing"))
    #expect(try refusal(tensors.filter { !$0.0.hasPrefix("first_stage") }).contains("has no VAE"))
    #expect(try refusal(tensors.filter { !$0.0.hasPrefix("first_stage_model.encoder") }).contains("lacks its VAE"))
    #expect(try refusal(tensors.filter { !$0.0.hasPrefix("cond_") }).contains("no text encoder"))
    #expect(try refusal(tensors.filter { !$0.0.hasSuffix("proj_in.bias") }).contains("proj_in.bias"))
    #expect(try refusal([("cond_stage_model.model.ln_final.weight", one)] + tensors.filter { $0.0.hasPrefix("model.") })
      .contains("Stable Diffusion 2"))
    #expect(try refusal([("lora_unet_x.lora_down.weight", one)]).contains("is a LoRA"))
    #expect(try refusal([("down_blocks.0.resnets.0.conv1.weight", one)]).contains("whole folder"))
    #expect(try refusal([("first_stage_model.decoder.conv_in.weight", one)]).contains("is a VAE"))
    #expect(try refusal(tensors + [("edm_vpred.sigma_max", one)]).contains("EDM"))
    #expect(try refusal([("a", one)]).contains("holds no checkpoint"))
    #expect(try refusal(
      tensors.map { ($0.0, $0.0.hasSuffix("proj_in.weight") ? try $0.1.to(dtype: .int32) : $0.1) }
    ).contains("I32"))

    try Data([0x80, 0x02] + Array(repeating: 0x8a, count: 100)).write(to: URL(filePath: path))
    let pickle = #expect(throws: CheckpointError.self) { try load() }
    #expect("\(try #require(pickle))".contains("pickle"))
  }

  @Test("two tensors for one parameter are refused by their names, in a checkpoint and in a VAE")
  func repeated() throws {
    let tensors = try MicroCheckpoint.originalTensors(MicroCheckpoint.makeOriginal(.stableDiffusion1))
    let place = "cond_stage_model.transformer."
    let norm = try #require(tensors.first(where: { $0.0 == "\(place)text_model.final_layer_norm.weight" }))
    let reason = try refusal(tensors + [("\(place)final_layer_norm.weight", norm.1)])
    #expect(reason.contains("\(place)final_layer_norm.weight") && reason.contains(norm.0))
    let attention = "decoder.mid_block.attentions.0."
    let names = ["\(attention)query.weight", "\(attention)to_q.weight"]
    try Safetensors.write(names.map { ($0, norm.1) }, metadata: [:], to: path)
    let header = try Safetensors(path: path).header
    let error = #expect(throws: ContentError.self) { try AutoencoderFile(header) }
    let text = try #require(error).description
    #expect(names.allSatisfy { text.contains($0) })
  }

  @Test("8-bit weights are refused with the reason")
  func eightBits() throws {
    let header = #"{"model.diffusion_model.conv_in.weight":{"dtype":"F8_E4M3","shape":[2],"data_offsets":[0,2]},"#
      + #""model.diffusion_model.input_blocks.0.0.weight":{"dtype":"F8_E4M3","shape":[2],"data_offsets":[2,4]},"#
      + #""model.diffusion_model.input_blocks.1.0.in_layers.0.weight":{"dtype":"F8_E4M3","shape":[2],"#
      + #""data_offsets":[4,6]},"cond_stage_model.transformer.x":{"dtype":"F16","shape":[1],"data_offsets":[6,8]}}"#
    let length = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian, Array.init)
    try Data(length + Array(header.utf8) + Array(repeating: 0, count: 8)).write(to: URL(filePath: path))
    let error = #expect(throws: CheckpointError.self) { try load() }
    #expect("\(try #require(error))".contains("8 bits"))
  }

  @Test("a VAE in a file of its own, in either layout, takes the checkpoint's place")
  func separateAutoencoder() throws {
    let base = try MicroCheckpoint.makeOriginal(.stableDiffusionXL)
    let other = try MicroCheckpoint.makeOriginal(.stableDiffusionXL, seed: 12)
    let prefix = "first_stage_model."
    let original = try MicroCheckpoint.originalTensors(other).filter { $0.0.hasPrefix(prefix) }
    let stripped = original.map { (String($0.0.dropFirst(prefix.count)), $0.1) }
    let present = other.autoencoder.parameters.map { ($0.path, $0.tensor) }
    let wanted = try other.autoencoder.parameters.map { try $0.tensor.floats() }
    for tensors in [original, stripped, present] {
      try Safetensors.write(tensors, to: path)
      let loaded = try AutoencoderKL(
        path: path, replacing: base.autoencoder.configuration, dtype: .float32)
      #expect(try loaded.parameters.map { try $0.tensor.floats() } == wanted)
      #expect(loaded.scalingFactor == 0.13025)
    }
    var wider = base.autoencoder.configuration
    wider.latentChannels = 16
    let configuration = wider
    #expect(throws: CheckpointError.self) {
      try AutoencoderKL(path: path, replacing: configuration, dtype: .float32)
    }
    try Safetensors.write([("decoder.conv_in.weight", Tensor.zeros(shape: [1]))], to: path)
    #expect(throws: CheckpointError.self) {
      try AutoencoderKL(path: path, replacing: base.autoencoder.configuration, dtype: .float32)
    }
  }
}
