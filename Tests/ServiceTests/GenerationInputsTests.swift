import LorikeetAPI
import RPC
import Testing

@testable import Service

@Suite("What a generation is made from", .timeLimit(.minutes(2)))
struct GenerationInputsTests {
  let service: ServiceUnderTest

  init() async throws { service = try await ServiceUnderTest(TestDirectory()) }

  /// A VAE, a textual inversion and a safety checker with the tensors that tell them, told apart by a salt.
  private func uploadParts(salt: UInt8 = 1) async throws {
    func file(_ tensors: [(String, [Int])]) -> [UInt8] {
      var offset = 0
      let entries = tensors.map { name, shape in
        let bytes = shape.reduce(4, *)
        defer { offset += bytes }
        let dims = shape.map(String.init).joined(separator: ",")
        return "\"\(name)\":{\"dtype\":\"F32\",\"shape\":[\(dims)],\"data_offsets\":[\(offset),\(offset + bytes)]}"
      }
      let header = "{\(entries.joined(separator: ","))}"
      return Samples.safetensors(header, data: [UInt8](repeating: salt, count: offset))
    }
    let autoencoder = [
      ("encoder.down_blocks.0.resnets.0.conv1.weight", [1, 1, 1, 1]), ("decoder.conv_in.weight", [1, 4, 1, 1]),
    ]
    try await service.upload("vae", file(autoencoder), kind: .vae)
    try await service.upload("word", file([("emb_params", [2, 768])]), kind: .textualInversion)
    let checker = [
      "concept_embeds", "concept_embeds_weights", "special_care_embeds", "special_care_embeds_weights",
      "visual_projection.weight",
    ]
    try await service.upload("checker", file(checker.map { ($0, [1]) }), kind: .safetyChecker)
  }

  @Test("every input reaches the backend, each in its place, and outlives its asset")
  func assignment() async throws {
    try await uploadParts()
    try await service.upload("photo", Samples.png(salt: 1))
    try await service.upload("mask", Samples.png(salt: 2))
    try await service.upload("style", Samples.lora, kind: .lora)
    let generation = try await service.createGeneration { settings in
      settings.vae = "vae"
      settings.initImage = "photo"
      settings.inpainting = .with { $0.maskImage = "mask" }
      settings.loras = [.with { ($0.asset, $0.weight) = ("style", 0.5) }]
      settings.textualInversions = [.with { $0.asset = "word" }]
      settings.refinement = .with { $0.checkpoint = "lorikeet-tiny" }
      settings.checkSafety = true
      settings.safetyChecker = "checker"
    }
    let settings = try #require(generation.settings)
    #expect(settings.inpainting?.maskBlur == 4 && settings.inpainting?.padding == nil)
    #expect(settings.refinement?.highNoiseFraction == 0.8)
    #expect(settings.textualInversions.map(\.trigger) == ["word"])
    for name in ["vae", "photo", "mask", "style", "word", "checker"] {
      _ = try await service.assets.deleteAsset(.with { $0.asset = name })
    }
    let backend = try await ScriptedBackend(service, .sampling)
    guard case .generation(let job) = try await backend.assignment().job else {
      throw RPCError(.unknown, "not a generation")
    }
    let names = job.inputs.map { "\($0.role.rawValue) \($0.asset.name)" }
    #expect(
      names == [
        "checkpoint lorikeet-tiny", "vae vae", "lora style", "textual_inversion word", "init_image photo",
        "mask_image mask", "refiner lorikeet-tiny", "safety_checker checker",
      ])
    #expect(job.loras.map(\.weight) == [0.5] && job.embeddings.map(\.trigger) == ["word"])
    for input in job.inputs {
      for file in input.asset.files {
        let content = try await backend.service.readBlob(.with { $0.sha256 = file.blob?.sha256 ?? "" })
        var count = 0
        for try await piece in content { count += piece.chunk.count }
        #expect(Int64(count) == file.blob?.sizeBytes, "\(input.role)")
      }
      #expect(input.asset.files.allSatisfy { !$0.localPath.isEmpty })
    }
    try await service.stop()
  }

  @Test("an input of another kind, or for another family, is refused by the name of its field")
  func misfits() async throws {
    let xl = Samples.safetensors(
      """
      {"__metadata__":{"ss_base_model_version":"sdxl_base_v1-0"},\
      "lora_unet_mid_block_attentions_0_proj_in.lora_down.weight":{"dtype":"F16","shape":[4,8],"data_offsets":[0,64]},\
      "lora_unet_mid_block_attentions_0_proj_in.lora_up.weight":{"dtype":"F16","shape":[8,4],"data_offsets":[64,128]}}
      """, data: [UInt8](repeating: 1, count: 128))
    try await service.upload("photo", Samples.png())
    try await service.upload("large", xl, kind: .lora)
    var request = GenerationSettings()
    request.vae = "photo"
    request.loras = [.with { $0.asset = "large" }]
    let asked = request
    let refused = await failure { _ = try await service.createGeneration { $0 = asked } }
    #expect(refused?.code == .failedPrecondition)
    #expect(refused?.fieldViolations.map(\.field) == ["settings.vae", "settings.loras[0].asset"])
    let clash = await failure {
      _ = try await service.createGeneration { settings in
        settings.textualInversions = Array(repeating: .with { ($0.asset, $0.trigger) = ("word", "w") }, count: 2)
      }
    }
    #expect(clash?.fieldViolations.map(\.field).first == "settings.textual_inversions[1].trigger")
    try await service.stop()
  }

  @Test("style presets are listed, and asked for by a name that exists")
  func styles() async throws {
    let presets = try await service.generations.listStylePresets(ListStylePresetsRequest()).presets
    #expect(presets.map(\.name).contains("watercolour") && presets.map(\.name) == presets.map(\.name).sorted())
    #expect(presets.allSatisfy { $0.prompt.contains("{prompt}") && !$0.negativePrompt.isEmpty })
    var settings = GenerationSettings()
    settings.stylePreset = "watercolour"
    #expect(GenerationRules.check(settings).isEmpty)
    try await service.stop()
  }

  @Test("one answer names every wrong field of pictures and models")
  func violations() {
    var settings = GenerationSettings()
    settings.prompt2 = String(repeating: "x", count: 10_001)
    settings.negativePrompt2 = settings.prompt2
    (settings.clipSkip, settings.guidanceRescale) = (13, 1.1)
    (settings.sigmaSchedule, settings.timestepSpacing) = (.unrecognized(9), .unrecognized(9))
    settings.inpainting = .with { inpainting in
      (inpainting.maskBlur, inpainting.padding) = (65, 513)
      inpainting.outpainting = .with { ($0.left, $0.top, $0.right) = (7, 32, .min) }
    }
    settings.height = 32
    settings.refinement = .with { $0.highNoiseFraction = 1.5 }
    settings.textualInversions = [.init()]
    settings.safetyChecker = "checker"
    settings.stylePreset = "no such style"
    let error = GenerationRules.check(settings).error(.invalidArgument)
    #expect(
      Set(error.fieldViolations.map(\.field)) == [
        "settings.prompt_2", "settings.negative_prompt_2", "settings.clip_skip", "settings.guidance_rescale",
        "settings.sigma_schedule", "settings.timestep_spacing", "settings.init_image", "settings.inpainting.mask_blur",
        "settings.inpainting.padding", "settings.inpainting.outpainting.left", "settings.inpainting.outpainting.right",
        "settings.height", "settings.refinement.checkpoint", "settings.refinement.high_noise_fraction",
        "settings.textual_inversions[0].asset", "settings.safety_checker",
        "settings.style_preset",
      ])
    // Neither a mask nor room to paint in.
    var empty = GenerationSettings()
    empty.initImage = "photo"
    empty.inpainting = Inpainting()
    #expect(
      GenerationRules.check(empty).error(.invalidArgument).fieldViolations.map(\.field)
        == ["settings.inpainting.mask_image"])
    empty.inpainting?.outpainting = Outpainting()
    #expect(
      GenerationRules.check(empty).error(.invalidArgument).fieldViolations.map(\.field)
        == ["settings.inpainting.outpainting"])
    empty.inpainting?.outpainting?.left = 64
    #expect(GenerationRules.check(empty).isEmpty)
  }
}
