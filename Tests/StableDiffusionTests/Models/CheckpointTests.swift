import Foundation
import Testing
import Torch

@testable import StableDiffusion

@Suite struct CheckpointTests {
  let folder: TemporaryFolder
  let saved: String

  init() throws {
    folder = try TemporaryFolder()
    saved = "\(folder.path)/saved"
  }

  private func expectError(_ check: (CheckpointError) -> Bool) throws {
    let error = #expect(throws: CheckpointError.self) { try StableDiffusionCheckpoint(folder: saved) }
    let found = try #require(error)
    #expect(check(found), "\(found)")
  }

  /// Changes one value of one configuration; nil removes it.
  private func edit(_ name: String, _ key: String, _ value: Any?) throws {
    let path = "\(saved)/\(name)"
    var object =
      try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: path))) as? [String: Any] ?? [:]
    object[key] = value
    try JSONSerialization.data(withJSONObject: object).write(to: URL(filePath: path))
  }

  @Test("a saved checkpoint loads as what it was: in float32 to the bit, in float16 to its precision")
  func roundTrip() throws {
    let original = try TinyModel.checkpoint(in: folder)
    for (dtype, tolerance) in [(DType.float32, 0.0), (.float16, 1e-3)] {
      try original.save(to: saved, dtype: dtype)
      let loaded = try StableDiffusionCheckpoint(folder: saved)
      #expect(loaded.schedulerConfiguration == original.schedulerConfiguration)
      #expect(loaded.unet.configuration == original.unet.configuration)
      #expect(loaded.textEncoder?.configuration == original.textEncoder?.configuration)
      #expect(loaded.autoencoder.configuration == original.autoencoder.configuration)
      #expect(loaded.tokenizer?.encode("abba") == original.tokenizer?.encode("abba"))
      #expect(loaded.networks.count == 3)
      for (now, before) in zip(loaded.networks, original.networks) {
        #expect(now.parameters.map(\.path) == before.parameters.map(\.path))
        for ((path, tensor), (_, expected)) in zip(now.parameters, before.parameters) {
          #expect(tensor.dtype == .float32)
          #expect(try (tensor - expected).abs().max().item() <= tolerance, "\(path)")
        }
      }
    }
  }

  @Test("a checkpoint may be saved over itself while it is mapped")
  func saveOverItself() throws {
    try TinyModel.checkpoint(in: folder).save(to: saved, dtype: .float32)
    let loaded = try StableDiffusionCheckpoint(folder: saved)
    let before = try loaded.unet.parameters[0].tensor.floats()
    try loaded.save(to: saved, dtype: .float32)
    #expect(try loaded.unet.parameters[0].tensor.floats() == before)
    #expect(try StableDiffusionCheckpoint(folder: saved).unet.parameters[0].tensor.floats() == before)
  }

  @Test(
    "text encoders that rested are as they were, whether they lie in their file, were converted or were drawn",
    arguments: [DType.float32, .float16, nil])
  func resting(dtype: DType?) throws {
    var checkpoint = try TinyModel.checkpoint(in: folder)
    if let dtype {
      try checkpoint.save(to: saved, dtype: dtype)
      checkpoint = try StableDiffusionCheckpoint(folder: saved)
    }
    func values() throws -> [[Float]] {
      try checkpoint.networks.flatMap(\.parameters).map { try $0.tensor.floats() }
    }
    let before = try values()
    checkpoint.restTextEncoders()
    #expect(try values() == before)
  }

  @Test("text encoders that rest take no memory, other networks keep theirs")
  func restingMemory() throws {
    try TinyModel.checkpoint(in: folder).save(to: saved, dtype: .float32)
    let checkpoint = try StableDiffusionCheckpoint(folder: saved)
    for parameter in checkpoint.networks.flatMap(\.parameters) { _ = try parameter.tensor.sum() }
    func resident() throws -> (text: Int, unet: Int) {
      // The system's name of the folder may be another, but for its end.
      let end = URL(filePath: folder.path).lastPathComponent + "/saved"
      return (try Self.residentBytes(mapping: "\(end)/text_encoder/"), try Self.residentBytes(mapping: "\(end)/unet/"))
    }
    let before = try resident()
    checkpoint.restTextEncoders()
    let after = try resident()
    // Pages that hold the ends of two tensors stay.
    #expect(before.text > 0 && after.text < before.text)
    #expect(before.unet > 0 && after.unet == before.unet)
  }

  /// What of the files in a folder that are mapped into this process is in memory.
  private static func residentBytes(mapping folder: String) throws -> Int {
    var isWanted = false, bytes = 0
    // Foundation reads no more than the first few of such a file, which has no size.
    let file = try #require(fopen("/proc/self/smaps", "r"))
    defer { fclose(file) }
    var room = [CChar](repeating: 0, count: 8192)
    while fgets(&room, Int32(room.count), file) != nil {
      let line = room.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
      let words = line.split(whereSeparator: \.isWhitespace)
      if words.first?.contains("-") == true { isWanted = line.contains(folder) }
      if isWanted, words.first == "Rss:", let kilobytes = Int(words[1]) { bytes += kilobytes * 1024 }
    }
    return bytes
  }

  @Test("the same seed draws the same model, another seed another")
  func seeds() throws {
    let first = try TinyModel.checkpoint(in: folder).unet.parameters.map { try $0.tensor.floats() }
    let second = try TinyModel.checkpoint(in: folder).unet.parameters.map { try $0.tensor.floats() }
    let other = try TinyModel.checkpoint(in: folder, seed: 2).unet.parameters.map { try $0.tensor.floats() }
    #expect(first == second)
    #expect(first != other)
  }

  @Test("the float16 variant is used where the full file is missing")
  func variant() throws {
    try TinyModel.checkpoint(in: folder).save(to: saved, dtype: .float16)
    let name = "\(saved)/unet/diffusion_pytorch_model"
    try FileManager.default.moveItem(atPath: "\(name).safetensors", toPath: "\(name).fp16.safetensors")
    #expect(try StableDiffusionCheckpoint(folder: saved).unet.parameterCount > 0)
  }

  @Test("a network in several files is put together by their index, which names no file outside its folder")
  func shards() throws {
    let original = try TinyModel.checkpoint(in: folder)
    try original.save(to: saved, dtype: .float32)
    let stem = "\(saved)/unet/diffusion_pytorch_model"
    let tensors = original.unet.parameters.map { ($0.path, $0.tensor) }
    try FileManager.default.removeItem(atPath: "\(stem).safetensors")
    for ending in ["safetensors.index.json", "safetensors.index.fp16.json"] {
      var map: [String: String] = [:]
      for (index, part) in [tensors.prefix(9), tensors.dropFirst(9)].enumerated() {
        let name = "diffusion_pytorch_model-0000\(index + 1)-of-00002.safetensors"
        try Safetensors.write(Array(part), to: "\(saved)/unet/\(name)")
        for (tensor, _) in part { map[tensor] = name }
      }
      try JSONEncoder().encode(["weight_map": map]).write(to: URL(filePath: "\(stem).\(ending)"))
      let loaded = try StableDiffusionCheckpoint(path: saved).unet
      #expect(try loaded.parameters.map { try $0.tensor.floats() } == tensors.map { try $0.1.floats() })
      map["conv_in.weight"] = "../vae/diffusion_pytorch_model.safetensors"
      try JSONEncoder().encode(["weight_map": map]).write(to: URL(filePath: "\(stem).\(ending)"))
      try expectError { if case .malformedConfiguration = $0 { true } else { false } }
      try FileManager.default.removeItem(atPath: "\(stem).\(ending)")
    }
    try expectError { $0 == .missingFile(path: "\(stem).safetensors") }
  }

  @Test("in float16 the autoencoder stays in float32 unless its configuration says that float16 suffices")
  func upcast() throws {
    try TinyModel.checkpoint(in: folder).save(to: saved, dtype: .float16)
    let careful = try StableDiffusionCheckpoint(path: saved, dtype: .float16)
    #expect(careful.autoencoder.dtype == .float32 && careful.unet.dtype == .float16)
    try edit("vae/config.json", "force_upcast", false)
    #expect(try StableDiffusionCheckpoint(path: saved, dtype: .float16).autoencoder.dtype == .float16)
  }

  @Test("an autoencoder with the attention names of the first releases loads")
  func oldNames() throws {
    let original = try TinyModel.checkpoint(in: folder)
    try original.save(to: saved, dtype: .float32)
    let names = ["to_q": "query", "to_k": "key", "to_v": "value", "to_out.0": "proj_attn"]
    let old = try original.autoencoder.parameters.map { parameter in
      var (name, tensor) = (parameter.path, parameter.tensor)
      for (present, old) in names where name.contains(".attentions.0.\(present).") {
        name = name.replacing(present, with: old)
        if name.hasSuffix("weight") { tensor = try tensor.reshape(tensor.shape + [1, 1]) }
      }
      return (name, tensor)
    }
    #expect(old.filter { $0.0.contains("proj_attn") }.count == 4)
    try Safetensors.write(old, to: "\(saved)/vae/diffusion_pytorch_model.safetensors")
    let images = try Tensor.randn(shape: [1, 3, 16, 16], generator: Generator(seed: 1))
    let loaded = try StableDiffusionCheckpoint(folder: saved).autoencoder
    #expect(try loaded.encode(images).mean.floats() == original.autoencoder.encode(images).mean.floats())
  }

  @Test("stored positions of old text encoders are passed over")
  func storedPositions() throws {
    let original = try TinyModel.checkpoint(in: folder)
    try original.save(to: saved, dtype: .float32)
    let extra = ("text_model.embeddings.position_ids", try Tensor.arange(77).reshape([1, 77]))
    try Safetensors.write(
      try #require(original.textEncoder).parameters.map { ($0.path, $0.tensor) } + [extra],
      to: "\(saved)/text_encoder/model.safetensors")
    #expect(try StableDiffusionCheckpoint(folder: saved).textEncoder != nil)
  }

  @Test("missing, superfluous and misshapen tensors are all named")
  func wrongTensors() throws {
    let original = try TinyModel.checkpoint(in: folder)
    try original.save(to: saved, dtype: .float32)
    let path = "\(saved)/unet/diffusion_pytorch_model.safetensors"
    let whole = original.unet.parameters.map { ($0.path, $0.tensor) }

    try Safetensors.write(whole.filter { !$0.0.hasPrefix("conv_out.") }, to: path)
    try expectError { $0 == .missingTensors(path: path, names: ["conv_out.weight", "conv_out.bias"]) }

    let extra = try Tensor.zeros(shape: [1])
    try Safetensors.write(whole + [("b.extra", extra), ("a.extra", extra)], to: path)
    try expectError { $0 == .unusedTensors(path: path, names: ["a.extra", "b.extra"]) }

    try Safetensors.write(
      whole.map { $0.0 == "conv_in.bias" ? ($0.0, try Tensor.zeros(shape: [5])) : $0 }, to: path)
    try expectError {
      $0 == .wrongShapes(path: path, [.init(name: "conv_in.bias", expected: [8], found: [5])])
    }
    #expect(
      "\(CheckpointError.wrongShapes(path: path, [.init(name: "conv_in.bias", expected: [8], found: [5])]))"
        .contains("conv_in.bias is [5], expected [8]"))
  }

  @Test(
    "a missing part is named",
    arguments: [
      "model_index.json", "unet/config.json", "unet/diffusion_pytorch_model.safetensors", "vae/config.json",
      "text_encoder/model.safetensors", "scheduler/scheduler_config.json",
    ])
  func missingPart(name: String) throws {
    try TinyModel.checkpoint(in: folder).save(to: saved, dtype: .float32)
    try FileManager.default.removeItem(atPath: "\(saved)/\(name)")
    try expectError { $0 == .missingFile(path: "\(saved)/\(name)") }
  }

  @Test("a folder without a tokenizer and a page of text in place of weights are refused")
  func wrongFiles() throws {
    try TinyModel.checkpoint(in: folder).save(to: saved, dtype: .float32)
    try Data("Access to this model is restricted.".utf8)
      .write(to: URL(filePath: "\(saved)/vae/diffusion_pytorch_model.safetensors"))
    try expectError {
      if case .notSafetensors(_, let found) = $0 { found == "it is a text file" } else { false }
    }
    try TinyModel.checkpoint(in: folder).save(to: saved, dtype: .float32)
    try FileManager.default.removeItem(atPath: "\(saved)/tokenizer/vocab.json")
    try expectError { if case .tokenizer = $0 { true } else { false } }
  }

  @Test("a configuration of another family or another kind of model says which field is at fault")
  func unsupported() throws {
    let edits: [(file: String, key: String, value: Any, field: String)] = [
      ("model_index.json", "_class_name", "StableDiffusion3Pipeline", "model_index.json _class_name"),
      ("unet/config.json", "addition_embed_type", "image", "unet addition_embed_type"),
      ("unet/config.json", "resnet_time_scale_shift", "scale_shift", "unet resnet_time_scale_shift"),
      ("unet/config.json", "only_cross_attention", [true, false], "unet only_cross_attention"),
      ("unet/config.json", "mid_block_type", "UNetMidBlock2D", "unet mid_block_type"),
      ("unet/config.json", "act_fn", "gelu", "unet act_fn"),
      ("vae/config.json", "in_channels", 4, "vae in_channels"),
      ("vae/config.json", "out_channels", 1, "vae out_channels"),
      ("vae/config.json", "down_block_types", ["AttnDownEncoderBlock2D", "DownEncoderBlock2D"], "vae down_block_types"),
    ]
    for edit in edits {
      try TinyModel.checkpoint(in: folder).save(to: saved, dtype: .float32)
      try self.edit(edit.file, edit.key, edit.value)
      try expectError {
        if case .unsupportedConfiguration(let field, _) = $0 { field == edit.field } else { false }
      }
    }
  }

  @Test("a configuration out of bounds or at odds with itself is refused before anything is built")
  func invalid() throws {
    let edits: [(file: String, key: String, value: Any, field: String)] = [
      ("unet/config.json", "norm_num_groups", 0, "unet norm_num_groups"),
      ("unet/config.json", "norm_num_groups", 3, "unet norm_num_groups"),
      ("unet/config.json", "block_out_channels", [8, 1 << 40], "unet block_out_channels"),
      ("unet/config.json", "block_out_channels", [Int](), "unet block_out_channels"),
      ("unet/config.json", "layers_per_block", -1, "unet layers_per_block"),
      ("unet/config.json", "attention_head_dim", [2, 2, 2], "unet attention_head_dim"),
      ("unet/config.json", "attention_head_dim", 3, "unet attention_head_dim"),
      ("unet/config.json", "up_block_types", ["UpBlock2D"], "unet down_block_types and up_block_types"),
      ("unet/config.json", "cross_attention_dim", 768, "unet cross_attention_dim"),
      ("unet/config.json", "in_channels", 8, "unet in_channels"),
      ("unet/config.json", "out_channels", 8, "unet out_channels"),
      ("unet/config.json", "sample_size", 0, "unet sample_size"),
      ("unet/config.json", "sample_size", Int.max, "unet sample_size"),
      ("unet/config.json", "block_out_channels", Array(repeating: 8, count: 9), "unet block_out_channels"),
      ("unet/config.json", "layers_per_block", 17, "unet layers_per_block"),
      ("unet/config.json", "transformer_layers_per_block", 17, "unet transformer_layers_per_block"),
      ("vae/config.json", "layers_per_block", 17, "vae layers_per_block"),
      ("vae/config.json", "scaling_factor", 0, "vae scaling_factor"),
      ("text_encoder/config.json", "num_attention_heads", 0, "text encoder num_attention_heads"),
      ("text_encoder/config.json", "vocab_size", Int.max, "text encoder vocab_size"),
      ("text_encoder/config.json", "vocab_size", 12, "text encoder vocab_size"),
    ]
    for edit in edits {
      try TinyModel.checkpoint(in: folder).save(to: saved, dtype: .float32)
      try self.edit(edit.file, edit.key, edit.value)
      let error = #expect(throws: CheckpointError.self) { try StableDiffusionCheckpoint(folder: saved) }
      switch try #require(error) {
      case .invalidConfiguration(let field, _): #expect(field == edit.field, "\(edit)")
      // The tokenizer is looked at after the weights are found not to fit the smaller vocabulary.
      case .wrongShapes: #expect(edit.key == "vocab_size")
      case let other: Issue.record("\(edit): \(other)")
      }
    }
    try TinyModel.checkpoint(in: folder).save(to: saved, dtype: .float32)
    try edit("unet/config.json", "block_out_channels", "wide")
    try expectError { if case .malformedConfiguration = $0 { true } else { false } }
  }

  @Test(
    "a noise schedule that leaves no signal or adds no noise is refused, whatever its numbers look like one by one",
    arguments: [
      ["num_train_timesteps": 100_000], ["num_train_timesteps": 1], ["beta_start": 0.9, "beta_end": 0.9],
      ["beta_end": 0.999_999_99], ["beta_start": 1e-300], ["clip_sample_range": 0],
    ] as [[String: Double]])
  func wrongSchedule(values: [String: Double]) throws {
    try TinyModel.checkpoint(in: folder).save(to: saved, dtype: .float32)
    for (key, value) in values { try edit("scheduler/scheduler_config.json", key, value) }
    try expectError {
      switch $0 {
      case .invalidConfiguration(let field, _): field.hasPrefix("scheduler ")
      case .malformedConfiguration(let path, _): path.hasSuffix("scheduler_config.json")
      default: false
      }
    }
  }

  @Test("Stable Diffusion 1.5's schedule and the other forms of β are accepted, and every sampler runs over them")
  func soundSchedules() throws {
    let published = """
      {"_class_name": "PNDMScheduler", "beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear",
       "clip_sample": false, "num_train_timesteps": 1000, "set_alpha_to_one": false, "skip_prk_steps": true,
       "steps_offset": 1, "trained_betas": null}
      """
    let read = try JSONDecoder().decode(SchedulerConfiguration.self, from: Data(published.utf8))
    for configuration in [
      read, SchedulerConfiguration(betaStart: 0.0001, betaEnd: 0.02, betaSchedule: .linear),
      SchedulerConfiguration(betaSchedule: .cosine), SchedulerConfiguration(trainTimesteps: 2),
    ] {
      try configuration.validate()
      for sampler in SamplerCatalog.all {
        let made = try sampler.make(NoiseSchedule(configuration), steps: min(20, configuration.trainTimesteps - 1))
        #expect(made.timesteps.allSatisfy { $0.isFinite && $0 >= 0 }, "\(sampler.name)")
      }
    }
  }

  @Test("a text encoder that calls for hundreds of tensors more than its file has is given up on early")
  func missingByTheHundred() throws {
    try TinyModel.checkpoint(in: folder).save(to: saved, dtype: .float32)
    try edit("text_encoder/config.json", "num_hidden_layers", 256)
    let error = #expect(throws: CheckpointError.self) { try StableDiffusionCheckpoint(folder: saved) }
    guard case .missingTensors(_, let names) = error else {
      Issue.record("threw \(String(describing: error))")
      return
    }
    #expect(names.count == ParameterStore.mostMissing + 1)
    #expect("\(try #require(error))".contains("lacks at least 201 tensors"))
  }

  @Test("tokenizer files beyond all measure are not read", arguments: ["vocab.json", "merges.txt"])
  func hugeTokenizer(name: String) throws {
    try TinyModel.checkpoint(in: folder).save(to: saved, dtype: .float32)
    let path = "\(saved)/tokenizer/\(name)"
    let file = try FileHandle(forWritingTo: URL(filePath: path))
    // Sparse: it takes no room.
    try file.truncate(atOffset: UInt64(CLIPTokenizer.longestFile) + 1)
    try file.close()
    try expectError { $0 == .tokenizer(.malformed(path: path, reason: "it is longer than 16 MiB")) }
  }

  @Test("a tokenizer setting beyond all measure is passed over like one that is not there")
  func hugeTokenizerSettings() throws {
    try TinyModel.checkpoint(in: folder).save(to: saved, dtype: .float32)
    let path = "\(saved)/tokenizer/tokenizer_config.json"
    let text = Data(#"{"model_max_length": 20}"#.utf8)
    try text.write(to: URL(filePath: path))
    #expect(try CLIPTokenizer(folder: "\(saved)/tokenizer").contextLength == 20)
    try (text + Data(repeating: 0x20, count: CLIPTokenizer.longestFile)).write(to: URL(filePath: path))
    #expect(try CLIPTokenizer(folder: "\(saved)/tokenizer").contextLength == 77)
  }

  @Test("what a configuration leaves out has the libraries' defaults, so that Stable Diffusion 1.5's own file suffices")
  func defaults() throws {
    let unet = try JSONDecoder().decode(UNetConfiguration.self, from: Data(#"{"cross_attention_dim": 768}"#.utf8))
    #expect(unet.blockOutChannels == [320, 640, 1280, 1280])
    #expect(unet.downBlockTypes == [.crossAttention, .crossAttention, .crossAttention, .plain])
    #expect(try unet.attentionHeads.expanded(to: 4, field: "") == [8, 8, 8, 8])
    #expect(try unet.layersPerBlock.expanded(to: 4, field: "") == [2, 2, 2, 2])
    #expect(unet.normGroups == 32 && unet.timeWidth == 1280)
    let text = try JSONDecoder().decode(CLIPTextConfiguration.self, from: Data("{}".utf8))
    #expect(text.vocabularySize == 49_408 && text.activation == .quickGELU && text.positions == 77)
  }

  @Test("the sizes of Stable Diffusion 1.5 are within the bounds, and those of the bundled model")
  func publishedSizes() throws {
    let text = """
      {"hidden_size": 768, "intermediate_size": 3072, "num_attention_heads": 12, "num_hidden_layers": 12,
       "max_position_embeddings": 77, "vocab_size": 49408, "bos_token_id": 0, "eos_token_id": 2, "pad_token_id": 1}
      """
    let unet = """
      {"sample_size": 64, "in_channels": 4, "out_channels": 4, "layers_per_block": 2, "attention_head_dim": 8,
       "block_out_channels": [320, 640, 1280, 1280], "cross_attention_dim": 768, "norm_num_groups": 32}
      """
    let autoencoder = """
      {"block_out_channels": [128, 256, 512, 512], "in_channels": 3, "out_channels": 3, "latent_channels": 4,
       "layers_per_block": 2, "norm_num_groups": 32, "sample_size": 512,
       "down_block_types": ["DownEncoderBlock2D", "DownEncoderBlock2D", "DownEncoderBlock2D", "DownEncoderBlock2D"],
       "up_block_types": ["UpDecoderBlock2D", "UpDecoderBlock2D", "UpDecoderBlock2D", "UpDecoderBlock2D"]}
      """
    let decoder = JSONDecoder()
    let family = try CheckpointConfigurations(
      textEncoders: [(.textEncoder, decoder.decode(CLIPTextConfiguration.self, from: Data(text.utf8)))],
      unet: decoder.decode(UNetConfiguration.self, from: Data(unet.utf8)),
      autoencoder: decoder.decode(AutoencoderConfiguration.self, from: Data(autoencoder.utf8)),
      scheduler: SchedulerConfiguration()
    ).family()
    #expect(family == .stableDiffusion1)
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardized
    let bundled = try StableDiffusionCheckpoint(folder: root.appending(path: "Models/lorikeet-tiny").path)
    #expect(ImageSynthesizer(bundled).nativeSide == 128)
  }
}
