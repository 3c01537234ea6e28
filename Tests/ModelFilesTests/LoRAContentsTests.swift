import Foundation
import ModelFiles
import Testing

@Suite("what a LoRA file holds")
struct LoRAContentsTests {
  /// One layer of Stable Diffusion 1's U-Net.
  private static let query = "down_blocks.1.attentions.0.transformer_blocks.0.attn1.to_q"

  private func tensors(_ shapes: [(String, [Int])]) -> [TensorDescription] {
    shapes.map { TensorDescription(name: $0.0, type: "F16", shape: $0.1) }
  }

  private func contents(
    _ shapes: [(String, [Int])], metadata: [String: String] = [:]
  ) throws(LoRAContentsError) -> LoRAContents {
    try LoRAContents(tensors(shapes), metadata: metadata)
  }

  /// Every layer that kohya's trainer adapts by default.
  private func kohyaDefault(_ family: ModelFamily) -> [(String, [Int])] {
    var shapes: [(String, [Int])] = []
    for (key, layer) in PublishedNetworks.of(family).layers
    where layer.path.contains("attentions.") || layer.path.contains("encoder.layers.") {
      shapes.append((KohyaLayout.tensorName(key, .down, twoTextEncoders: family.isXL), [4, layer.inputs]))
      shapes.append((KohyaLayout.tensorName(key, .up, twoTextEncoders: family.isXL), [layer.outputs, 4]))
    }
    return shapes
  }

  @Test("kohya's default modules are as many as its files have")
  func counts() throws {
    for (family, count) in [(ModelFamily.stableDiffusion1, 192 + 72), (.stableDiffusionXL, 722 + 72 + 192)] {
      let match = LoRAMatch(try contents(kohyaDefault(family)))
      #expect(match.family == family)
      #expect(match.matched.count == count)
      #expect(match.unmatched.isEmpty)
    }
  }

  @Test("a layer without a place in the family is counted and named")
  func unmatched() throws {
    let strangers = [
      ("lora_unet_down_blocks_7_attentions_0_proj_in.lora_down.weight", [4, 320]),
      ("lora_unet_down_blocks_7_attentions_0_proj_in.lora_up.weight", [320, 4]),
      // The name of a layer, with another one's shape.
      ("lora_unet_mid_block_resnets_0_conv1.lora_down.weight", [4, 640, 3, 3]),
      ("lora_unet_mid_block_resnets_0_conv1.lora_up.weight", [1280, 4, 1, 1]),
    ]
    let match = LoRAMatch(try contents(kohyaDefault(.stableDiffusion1) + strangers))
    #expect(match.family == .stableDiffusion1)
    #expect(match.matched.count == 264)
    #expect(match.unmatched.map(\.layer) == ["down_blocks_7_attentions_0_proj_in", "mid_block_resnets_0_conv1"])
  }

  @Test("a LoRA for a model of other widths is told from one of another architecture by its names")
  func customWidths() throws {
    let match = LoRAMatch(
      try contents([
        ("unet.\(Self.query).lora_A.weight", [4, 48]), ("unet.\(Self.query).lora_B.weight", [48, 4]),
        ("lora_unet_double_blocks_0_img_attn_proj.lora_down.weight", [4, 48]),
        ("lora_unet_double_blocks_0_img_attn_proj.lora_up.weight", [48, 4]),
      ]))
    #expect(match.family == nil)
    #expect(match.matched.map(\.layer) == [LoRAKey(component: .unet, path: Self.query).layer])
    #expect(match.unmatched.map(\.layer) == ["double_blocks_0_img_attn_proj"])
  }

  @Test("the layout is that of most layers, and what no layout knows is listed")
  func formats() throws {
    let file = try contents([
      ("unet.\(Self.query).lora.down.weight", [4, 640]), ("unet.\(Self.query).lora.up.weight", [640, 4]),
      ("lora_te_x.alpha", []), ("lora_unet_y.hada_w1_a", [1]),
    ])
    #expect(file.format == .diffusers)
    #expect(file.unknown == ["lora_te_x.alpha", "lora_unet_y.hada_w1_a"])
    #expect(ForeignAdapter.kinds(of: file.unknown) == ["LoHa"])
  }

  @Test("mixed ranks and kernels are each layer's own")
  func shapes() throws {
    let file = try contents([
      ("lora_unet_a.lora_down.weight", [4, 640]), ("lora_unet_a.lora_up.weight", [320, 4]),
      ("lora_unet_b.lora_down.weight", [8, 32, 3, 3]), ("lora_unet_b.lora_up.weight", [16, 8, 1, 1]),
      ("lora_unet_c.lora_down.weight", [8, 32, 1, 1]), ("lora_unet_c.lora_mid.weight", [6, 8, 3, 3]),
      ("lora_unet_c.lora_up.weight", [16, 6, 1, 1]), ("lora_unet_c.dora_scale", [16, 1, 1, 1]),
      ("lora_unet_a.alpha", [1]), ("lora_unet_b.alpha", []),
    ])
    #expect(file.layers.map(\.rank) == [4, 8, 6])
    #expect(file.layers.map(\.kernel) == [1, 3, 3])
    #expect(file.layers.map(\.inputs) == [640, 32, 32])
    #expect(file.layers.map(\.outputs) == [320, 16, 16])
    #expect(file.layers.map(\.hasMagnitudes) == [false, false, true])
  }

  @Test(
    "shapes that no LoRA has are refused by name",
    arguments: [
      [("lora_unet_a.lora_down.weight", [4, 640]), ("lora_unet_a.lora_up.weight", [320, 8])],
      [("lora_unet_a.lora_down.weight", [0, 640]), ("lora_unet_a.lora_up.weight", [320, 0])],
      [("lora_unet_a.lora_down.weight", [4]), ("lora_unet_a.lora_up.weight", [320, 4])],
      [("lora_unet_a.lora_down.weight", [4, 8, 3, 1]), ("lora_unet_a.lora_up.weight", [320, 4, 1, 1])],
      [("lora_unet_a.lora_down.weight", [4, 8]), ("lora_unet_a.lora_up.weight", [320, 4, 3, 3])],
      [("lora_unet_a.lora_down.weight", [4, 8]), ("lora_unet_a.lora_up.weight", [32, 4]), ("lora_unet_a.alpha", [2])],
      [
        ("lora_unet_a.lora_down.weight", [4, 8]), ("lora_unet_a.lora_up.weight", [32, 4]),
        ("lora_unet_a.dora_scale", [9, 1]),
      ],
      [
        ("lora_unet_a.lora_down.weight", [4, 8, 1, 1]), ("lora_unet_a.lora_up.weight", [32, 4, 1, 1]),
        ("lora_unet_a.lora_mid.weight", [4, 5, 3, 3]),
      ],
      [
        ("lora_unet_a.lora_down.weight", [1, 8, 1, 1]), ("lora_unet_a.lora_up.weight", [32, 1, 1, 1]),
        ("lora_unet_a.lora_mid.weight", [1, 1, 1000, 1000]),
      ],
    ] as [[(String, [Int])]])
  func oddShapes(shapes: [(String, [Int])]) {
    #expect { _ = try contents(shapes) } throws: { error in
      if case .oddShape = error as? LoRAContentsError { true } else { false }
    }
  }

  @Test("half a layer, and one layer in two layouts, are refused")
  func broken() {
    let half: [(String, [Int])] = [("lora_unet_x.lora_up.weight", [4, 4])]
    #expect(throws: LoRAContentsError.incompleteLayers(["unet:x"])) { try contents(half) }
    let path = LoRAKey(component: .unet, path: Self.query).layer
    let twice: [(String, [Int])] = [
      ("unet.\(Self.query).lora_A.weight", [4, 4]), ("lora_unet_\(path).lora_down.weight", [4, 4]),
    ]
    #expect { _ = try contents(twice) } throws: { error in
      if case .repeatedTensor = error as? LoRAContentsError { true } else { false }
    }
  }

  @Test("PEFT's alphas come from the metadata: one for all, its patterns, or the root of the rank")
  func settings() throws {
    let shapes: [(String, [Int])] = [
      ("unet.\(Self.query).lora_A.weight", [4, 640]), ("unet.\(Self.query).lora_B.weight", [640, 4]),
    ]
    func scale(_ json: String) throws -> Double {
      let file = try contents(shapes, metadata: [PEFTSettings.metadataKey: json])
      return file.scale(of: file.layers[0], alpha: nil)
    }
    #expect(try scale(#"{"unet.r": 4, "unet.lora_alpha": 8, "unet.target_modules": ["to_q"]}"#) == 2)
    #expect(try scale(#"{"lora_alpha": 2.0}"#) == 0.5)
    #expect(try scale(#"{"unet.lora_alpha": 8, "unet.use_rslora": true}"#) == 4)
    #expect(try scale(#"{"unet.lora_alpha": 8, "unet.alpha_pattern": {"attn1.to_q": 1, "to_k": 7}}"#) == 0.25)
    #expect(try scale(#"{"unet.lora_alpha": 8, "unet.alpha_pattern": {"^\#(Self.query)": 6}}"#) == 1.5)
    #expect(try scale(#"{"unet.lora_alpha": 8, "unet.alpha_pattern": {"q": 1}}"#) == 2)
    #expect(try scale(#"{"text_encoder.lora_alpha": 8}"#) == 1)
    // A tensor's own alpha goes before.
    let file = try contents(shapes, metadata: [PEFTSettings.metadataKey: #"{"unet.lora_alpha": 8}"#])
    #expect(file.scale(of: file.layers[0], alpha: 1) == 0.25)
    for json in ["[]", "{", #"{"unet.alpha_pattern": {"blocks.(1|2)": 1}}"#] {
      #expect(throws: LoRAContentsError.self) { try scale(json) }
    }
  }
}

@Suite("the families' layers")
struct PublishedNetworksTests {
  private struct Layers: Decodable {
    var count: Int
    var checksum: String
  }

  @Test("are those of the full-size networks as diffusers builds them")
  func golden() throws {
    let folder = URL(filePath: #filePath).appending(path: "../../Goldens").standardized
    let golden = try JSONDecoder().decode(
      [String: [String: Layers]].self, from: Data(contentsOf: folder.appending(path: "lora-layers.json")))
    for family in ModelFamily.allCases {
      let networks = try #require(golden[family.rawValue])
      let own = PublishedNetworks.of(family).layers
      #expect(Set(own.keys.map(\.component.rawValue)) == Set(networks.keys))
      for (component, layers) in networks {
        let lines = own.filter { $0.key.component.rawValue == component }.values
          .map { "\($0.path) \($0.inputs) \($0.outputs) \($0.kernel)" }
        #expect(lines.count == layers.count)
        #expect(Self.checksum(lines) == layers.checksum)
      }
    }
  }

  /// FNV-1a of the sorted lines, as `make_lora_goldens.py` has it.
  private static func checksum(_ lines: [String]) -> String {
    var value: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in lines.sorted().joined(separator: "\n").utf8 { value = (value ^ UInt64(byte)) &* 0x100_0000_01B3 }
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
