import ModelFiles
import Testing

@Suite("names of LoRA tensors")
struct LoRALayoutTests {
  private static let toOut = "down_blocks_0_attentions_1_transformer_blocks_0_attn1_to_out_0"
  private static let query = "text_model_encoder_layers_3_self_attn_q_proj"

  @Test("a name of kohya's is written as it is read", arguments: LoRAComponent.allCases)
  func roundTrip(component: LoRAComponent) throws {
    let key = LoRAKey(component: component, path: "encoder.layers.3.self_attn.q_proj")
    for part in [LoRAPart.down, .mid, .up, .alpha, .doraScale] {
      let name = KohyaLayout.tensorName(key, part, twoTextEncoders: true)
      let parsed = try #require(KohyaLayout.parse(name))
      #expect(parsed.key == key)
      #expect(parsed.part == part)
    }
  }

  @Test(
    "every layout's names are read",
    arguments: [
      ("lora_unet_\(toOut).lora_down.weight", LoRAFormat.kohya, LoRAPart.down, LoRAComponent.unet, toOut),
      ("lora_unet_\(toOut).lora_mid.weight", .kohya, .mid, .unet, toOut),
      ("lora_unet_\(toOut).dora_scale", .kohya, .doraScale, .unet, toOut),
      ("lora_te_\(query).lora_up.weight", .kohya, .up, .textEncoder, query),
      ("lora_te1_\(query).alpha", .kohya, .alpha, .textEncoder, query),
      ("lora_te2_\(query).alpha", .kohya, .alpha, .textEncoder2, query),
      (
        "unet.down_blocks.0.attentions.1.transformer_blocks.0.attn1.to_out.0.lora.down.weight", .diffusers, .down, .unet,
        toOut
      ),
      (
        "text_encoder.text_model.encoder.layers.3.self_attn.q_proj.lora_linear_layer.up.weight", .diffusers, .up,
        .textEncoder, query
      ),
      ("text_encoder_2.text_model.encoder.layers.3.self_attn.q_proj.alpha", .diffusers, .alpha, .textEncoder2, query),
      (
        "unet.down_blocks.0.attentions.1.transformer_blocks.0.attn1.to_out.0.lora_A.weight", .peft, .down, .unet, toOut
      ),
      (
        "base_model.model.down_blocks.0.attentions.1.transformer_blocks.0.attn1.to_out.0.lora_B.weight", .peft, .up,
        .unet, toOut
      ),
      (
        "unet.base_model.model.down_blocks.0.attentions.1.transformer_blocks.0.attn1.to_out.0.lora_B.default.weight",
        .peft, .up, .unet, toOut
      ),
      (
        "unet.down_blocks.0.attentions.1.transformer_blocks.0.attn1.to_out.0.lora_magnitude_vector", .peft, .magnitude,
        .unet, toOut
      ),
      (
        "text_encoder_2.text_model.encoder.layers.3.self_attn.q_proj.lora_magnitude_vector.weight", .peft, .magnitude,
        .textEncoder2, query
      ),
      ("text_encoder.encoder.layers.3.self_attn.q_proj.lora_A.weight", .peft, .down, .textEncoder, query),
      (
        "unet.down_blocks.0.attentions.1.transformer_blocks.0.attn1.processor.to_out_lora.down.weight", .oldDiffusers,
        .down, .unet, toOut
      ),
      (
        "down_blocks.0.attentions.1.transformer_blocks.0.attn1.processor.to_out_lora.up.weight", .oldDiffusers, .up,
        .unet, toOut
      ),
      (
        "text_encoder.text_model.encoder.layers.3.self_attn.to_q_lora.down.weight", .oldDiffusers, .down, .textEncoder,
        query
      ),
    ] as [(String, LoRAFormat, LoRAPart, LoRAComponent, String)])
  func parse(name: String, format: LoRAFormat, part: LoRAPart, component: LoRAComponent, layer: String) throws {
    let found = try #require(LoRALayouts.parse(name))
    #expect(found.key == LoRAKey(component: component, layer: layer))
    #expect(found.part == part)
    #expect(found.format == format)
  }

  @Test(
    "names of other things are not read",
    arguments: [
      "", ".", "lora_unet_mid_block", "lora_unet_mid_block.diff", "lora_unet_mid_block.hada_w1_a", "unet.lora_A.weight",
      "transformer.blocks.0.attn.to_q.lora_A.weight", "unet.mid_block.attn1.to_q.lora_A.bias", "lora_A.weight",
      "unet..lora.down.weight", "_lora.down.weight", "to_q_lora.down.weight", "base_model.model.lora_A.weight",
    ])
  func foreign(name: String) {
    #expect(LoRALayouts.parse(name) == nil)
  }

  @Test("every layer's path comes back from its name with underscores", arguments: ModelFamily.allCases)
  func paths(family: ModelFamily) {
    for (key, layer) in PublishedNetworks.of(family).layers { #expect(LayerPath.dotted(key) == layer.path) }
    for name in ["", "down_blocks_0_", "_0", "down_blocks_0__to_q", "down_blocks_0_something", "to_queue"] {
      #expect(LayerPath.dotted(LoRAKey(component: .unet, layer: name)) == nil)
    }
  }

  @Test("every layer has one name of the original code, which leads back to it", arguments: ModelFamily.allCases)
  func sgm(family: ModelFamily) {
    let networks = PublishedNetworks.of(family), names = networks.sgmNames
    var seen: Set<LoRAKey> = []
    for key in networks.layers.keys where key.component == .unet {
      let sgm = names.sgmKey(key)
      #expect(sgm != key && seen.insert(sgm).inserted)
      #expect(names.diffusersLayer(sgm.layer) == key.layer)
    }
  }

  @Test("the original code's names are those of published files")
  func publishedSGM() {
    let pairs = [
      ("input_blocks_4_1_transformer_blocks_0_attn1_to_q", "down_blocks_1_attentions_0_transformer_blocks_0_attn1_to_q"),
      ("input_blocks_8_1_proj_in", "down_blocks_2_attentions_1_proj_in"),
      ("input_blocks_3_0_op", "down_blocks_0_downsamplers_0_conv"),
      ("input_blocks_4_0_skip_connection", "down_blocks_1_resnets_0_conv_shortcut"),
      ("middle_block_1_transformer_blocks_9_ff_net_0_proj", "mid_block_attentions_0_transformer_blocks_9_ff_net_0_proj"),
      ("middle_block_2_out_layers_3", "mid_block_resnets_1_conv2"),
      ("output_blocks_5_1_transformer_blocks_1_ff_net_2", "up_blocks_1_attentions_2_transformer_blocks_1_ff_net_2"),
      ("output_blocks_2_2_conv", "up_blocks_0_upsamplers_0_conv"),
      ("output_blocks_8_0_emb_layers_1", "up_blocks_2_resnets_2_time_emb_proj"),
      ("input_blocks_0_0", "conv_in"), ("label_emb_0_2", "add_embedding_linear_2"), ("out_2", "conv_out"),
    ]
    for (sgm, diffusers) in pairs { #expect(SGMNames().diffusersLayer(sgm) == diffusers) }
    for (sgm, diffusers) in pairs { #expect(SGMNames().sgmLayer(diffusers) == sgm) }
    // Stable Diffusion 1 has levels without attention: there the way up follows the resnet.
    #expect(SGMNames().diffusersLayer("output_blocks_2_1_conv") == "up_blocks_0_upsamplers_0_conv")
    for name in ["input_blocks_0_1_proj_in", "input_blocks_3_1_proj_in", "middle_block_3_in_layers_2", "input_blocks_x",
      "output_blocks_-1_0_in_layers_2", "input_blocks_99999999999999999999_0_op", "input_blocks_4"] {
      #expect(SGMNames().diffusersLayer(name) == nil)
    }
  }
}
