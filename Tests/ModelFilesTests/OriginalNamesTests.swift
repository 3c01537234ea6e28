import Testing

@testable import ModelFiles

@Suite("names of the original code")
struct OriginalNamesTests {
  /// Two layers a level, as in all published models: the third number of each level is its way down.
  private static let unet = OriginalUNetNames(["input_blocks.0.0.weight", "input_blocks.3.0.op.weight"])

  @Test("the U-Net's blocks are found by their numbers", arguments: [
    ("input_blocks.0.0.weight", "conv_in.weight"),
    ("input_blocks.1.0.in_layers.0.bias", "down_blocks.0.resnets.0.norm1.bias"),
    ("input_blocks.2.1.norm.weight", "down_blocks.0.attentions.1.norm.weight"),
    ("input_blocks.3.0.op.bias", "down_blocks.0.downsamplers.0.conv.bias"),
    ("input_blocks.4.0.skip_connection.weight", "down_blocks.1.resnets.0.conv_shortcut.weight"),
    ("input_blocks.8.1.transformer_blocks.9.attn2.to_k.weight",
      "down_blocks.2.attentions.1.transformer_blocks.9.attn2.to_k.weight"),
    ("input_blocks.11.0.emb_layers.1.weight", "down_blocks.3.resnets.1.time_emb_proj.weight"),
    ("middle_block.0.out_layers.3.weight", "mid_block.resnets.0.conv2.weight"),
    ("middle_block.1.proj_out.weight", "mid_block.attentions.0.proj_out.weight"),
    ("middle_block.2.out_layers.0.weight", "mid_block.resnets.1.norm2.weight"),
    ("output_blocks.0.0.in_layers.2.weight", "up_blocks.0.resnets.0.conv1.weight"),
    ("output_blocks.2.1.conv.weight", "up_blocks.0.upsamplers.0.conv.weight"),
    ("output_blocks.5.2.conv.bias", "up_blocks.1.upsamplers.0.conv.bias"),
    ("output_blocks.11.1.transformer_blocks.0.ff.net.0.proj.weight",
      "up_blocks.3.attentions.2.transformer_blocks.0.ff.net.0.proj.weight"),
    ("out.0.weight", "conv_norm_out.weight"), ("out.2.bias", "conv_out.bias"),
    ("time_embed.2.weight", "time_embedding.linear_2.weight"),
    ("label_emb.0.0.weight", "add_embedding.linear_1.weight"),
  ])
  func unetNames(name: String, expected: String) throws {
    #expect(try #require(Self.unet).diffusersName(name) == expected)
    // The same from the averages, whose names have lost their dots.
    let flat = "model_ema.diffusion_model" + name.replacing(".", with: "")
    #expect(EMANames.dotted(flat) == name)
  }

  @Test("names that are none of a U-Net's are not taken for one", arguments: [
    "input_blocks.0.0.in_layers.0.weight", "input_blocks.3.0.in_layers.0.weight", "input_blocks.1.2.norm.weight",
    "input_blocks.x.0.op.weight", "input_blocks.99999999999999999999.0.op.weight", "middle_block.3.norm.weight",
    "output_blocks.0.1.conv.weight", "middle_block..weight", "", ".", "weight", "input_blocks.-1.0.op.weight",
  ])
  func strangers(name: String) throws {
    #expect(try #require(Self.unet).diffusersName(name) == nil)
  }

  @Test("the autoencoder's decoder is counted from its other end", arguments: [
    ("encoder.down.0.block.1.norm2.weight", "encoder.down_blocks.0.resnets.1.norm2.weight"),
    ("encoder.down.2.downsample.conv.bias", "encoder.down_blocks.2.downsamplers.0.conv.bias"),
    ("decoder.up.3.block.0.nin_shortcut.weight", "decoder.up_blocks.0.resnets.0.conv_shortcut.weight"),
    ("decoder.up.1.upsample.conv.weight", "decoder.up_blocks.2.upsamplers.0.conv.weight"),
    ("encoder.mid.block_2.conv1.weight", "encoder.mid_block.resnets.1.conv1.weight"),
    ("decoder.mid.attn_1.proj_out.bias", "decoder.mid_block.attentions.0.to_out.0.bias"),
    ("decoder.mid.attn_1.norm.weight", "decoder.mid_block.attentions.0.group_norm.weight"),
    ("decoder.norm_out.weight", "decoder.conv_norm_out.weight"), ("post_quant_conv.weight", "post_quant_conv.weight"),
  ])
  func autoencoderNames(name: String, expected: String) throws {
    let names = try #require(OriginalAutoencoderNames(["decoder.up.3.block.0.conv1.weight"]))
    #expect(names.diffusersName(name) == expected)
    for stranger in ["decoder.up.4.block.0.conv1.weight", "decoder.up.0", "encoder.mid.block_3.conv1.weight", "x"] {
      #expect(names.diffusersName(stranger) == nil)
    }
  }

  @Test("OpenCLIP's joint matrix is three parameters, and its projection lies on its side")
  func openCLIP() {
    let joint = OpenCLIPNames.parameters("transformer.resblocks.31.attn.in_proj_bias")
    #expect(joint.map(\.name) == ["q", "k", "v"].map { "text_model.encoder.layers.31.self_attn.\($0)_proj.bias" })
    #expect(joint.map(\.part) == [.third(0), .third(1), .third(2)])
    #expect(OpenCLIPNames.parameters("text_projection").map(\.part) == [.transposed])
    #expect(
      OpenCLIPNames.parameters("transformer.resblocks.0.mlp.c_proj.weight").map(\.name)
        == ["text_model.encoder.layers.0.mlp.fc2.weight"])
    #expect(OpenCLIPNames.parameters("visual.proj").isEmpty)
    #expect(TensorPlace(name: "x", part: .third(1)).shape([6, 2]) == [2, 2])
    #expect(TensorPlace(name: "x", part: .third(1)).shape([7, 2]) == nil)
    #expect(TensorPlace(name: "x", part: .transposed).shape([6, 2]) == [2, 6])
  }
}
