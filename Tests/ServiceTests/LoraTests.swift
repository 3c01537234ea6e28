import LorikeetAPI
import ModelFiles
import RPC
import Testing

@testable import Service

@Suite("LoRA assets", .timeLimit(.minutes(2)))
struct LoraTests {
  let service: ServiceUnderTest

  /// The path of a layer of Stable Diffusion 1's U-Net that takes and gives 640.
  private static let query = "down_blocks.1.attentions.0.transformer_blocks.0.attn1.to_q"

  init() async throws { service = try await ServiceUnderTest(TestDirectory()) }

  /// A file of F16 tensors whose bytes count up.
  private func file(_ shapes: [(String, [Int])], metadata: [String: String] = [:]) -> [UInt8] {
    let tensors = shapes.map { TensorDescription(name: $0.0, type: "F16", shape: $0.1) }
    let count = shapes.reduce(0) { $0 + 2 * $1.1.reduce(1, *) }
    return SafetensorsHeaderText.make(tensors, metadata: metadata) + (0..<count).map { UInt8(truncatingIfNeeded: $0 % 60) }
  }

  private func pair(_ stem: String, rank: Int = 4, inputs: Int = 640, outputs: Int = 640) -> [(String, [Int])] {
    [("\(stem).lora_A.weight", [rank, inputs]), ("\(stem).lora_B.weight", [outputs, rank])]
  }

  @Test("an upload says how its tensors are named, what it adapts and how much of it fits")
  func described() async throws {
    let bytes = file(
      pair("unet.\(Self.query)") + pair("unet.down_blocks.0.resnets.0.conv1", inputs: 320, outputs: 320).map {
        ($0.0, $0.1 + ($0.0.contains("lora_A") ? [3, 3] : [1, 1]))
      } + pair("text_encoder.text_model.encoder.layers.11.mlp.fc1", rank: 8, inputs: 768, outputs: 3072)
        + [("unet.\(Self.query).lora_magnitude_vector", [640])],
      metadata: ["lora_adapter_metadata": #"{"unet.lora_alpha": 2, "text_encoder.lora_alpha": 4}"#])
    let asset = try await service.upload("style", bytes, kind: .lora)
    #expect(asset.family == .stableDiffusion1)
    let lora = try #require(asset.lora)
    #expect(lora.format == .peft)
    #expect((lora.rank, lora.alpha) == (8, 4))
    #expect((lora.matchedLayers, lora.unmatchedLayers, lora.tensorCount) == (3, 0, 7))
    #expect(lora.unmatchedNames.isEmpty)
    #expect(lora.hasTextEncoder && lora.hasConvolutions && lora.hasMagnitudes)
    try await service.stop()
  }

  @Test("what fits nothing is refused, or listed when the uploader accepts it")
  func unmatched() async throws {
    let stranger = pair("unet.down_blocks.9.attentions.0.proj_in")
    let shapes = pair("unet.\(Self.query)") + stranger + [("lora_unet_x.hada_w1_a", [4, 4])]
    let refused = await failure { try await service.upload("style", file(shapes), kind: .lora) }
    #expect(refused?.code == .invalidArgument)
    #expect(refused?.message.contains("allow_unmatched") == true)
    let loha = await failure {
      try await service.upload("loha", file(pair("unet.\(Self.query)") + [shapes[4]]), kind: .lora)
    }
    #expect(loha?.message.contains("LoHa") == true)
    let asset = try await service.upload("style", file(shapes), kind: .lora) { $0.allowUnmatched = true }
    let lora = try #require(asset.lora)
    #expect((lora.matchedLayers, lora.unmatchedLayers) == (1, 1))
    #expect(lora.unmatchedNames == ["lora_unet_x.hada_w1_a"] + stranger.map(\.0))
    // Of a LoRA for another architecture nothing is left to use.
    let flux = pair("unet.double_blocks.0.img_attn.proj", inputs: 3072, outputs: 3072)
    let other = await failure {
      try await service.upload("flux", file(flux), kind: .lora) { $0.allowUnmatched = true }
    }
    #expect(other?.code == .invalidArgument)
    try await service.stop()
  }

  @Test("a LoRA is sent in the layout that is asked for, with its own length and digest, from any offset")
  func converted() async throws {
    let shapes = pair("unet.\(Self.query)"), stored = file(shapes)
    try await service.upload("style", stored, kind: .lora)
    let (description, bytes) = try await service.download("style", as: .kohya)
    #expect(description?.sizeBytes == Int64(bytes.count))
    #expect(description?.sha256 == Samples.sha256(bytes))
    let stem = "lora_unet_\(LoRAKey(component: .unet, path: Self.query).layer)"
    let text = String(decoding: bytes.prefix(1_000), as: UTF8.self)
    for suffix in ["alpha", "lora_down.weight", "lora_up.weight"] { #expect(text.contains("\"\(stem).\(suffix)\"")) }
    #expect(text.contains(#""ss_base_model_version":"sd_v1""#))
    // The matrices are the very same bytes, behind the alpha of four.
    #expect(bytes.suffix(2 * 2 * 4 * 640).elementsEqual(stored.suffix(2 * 2 * 4 * 640)))
    for offset in [1, 900, bytes.count - 6_000, bytes.count] {
      #expect(try await service.download("style", as: .kohya, offset: Int64(offset)).1 == Array(bytes[offset...]))
    }
    // And it is a LoRA, of the same family.
    let again = try await service.upload("again", bytes, kind: .lora)
    #expect(again.lora?.format == .kohya && again.family == .stableDiffusion1 && again.lora?.alpha == 4)
    // As it is stored there is nothing to convert.
    #expect(try await service.download("style", as: .peft).1 == stored)
    #expect(try await service.download("style").1 == stored)
    try await service.stop()
  }

  @Test("a layout that is not written, or for what is no LoRA, is refused")
  func impossible() async throws {
    try await service.upload("style", file(pair("unet.\(Self.query)")), kind: .lora)
    try await service.upload("cat", Samples.png(64, 64))
    #expect(await code { _ = try await service.download("style", as: .oldDiffusers) } == .failedPrecondition)
    #expect(await code { _ = try await service.download("style", as: .unrecognized(77)) } == .invalidArgument)
    let picture = await failure { _ = try await service.download("cat", as: .kohya) }
    #expect(picture?.fieldViolations.map(\.field) == ["lora_format"])
    try await service.stop()
  }
}
