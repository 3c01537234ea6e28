import Foundation
import ModelFiles
import StableDiffusion
import Torch

extension MicroCheckpoint {
  /// A small checkpoint in one of the forms that files of the original code have: 32 groups in every norm, heads 64
  /// wide in the XL family and 8 of them in Stable Diffusion 1, two layers a level.
  package static func makeOriginal(
    _ family: ModelFamily, seed: UInt64 = 11, inpainting: Bool = false
  ) throws -> StableDiffusionCheckpoint {
    try Torch.setThreads(1)
    func tower(_ component: LoRAComponent) throws -> StableDiffusionCheckpoint.RandomTower {
      let second = component == .textEncoder2
      let tokenizer = try CLIPTokenizer(
        compressedVocabulary: vocabularyPath, padding: second ? "!" : CLIPTokenizer.endText)
      return .init(
        component, tokenizer: tokenizer,
        CLIPTextConfiguration(
          vocabularySize: 514, hiddenSize: 64, intermediateSize: 96, layers: 2, heads: 1,
          activation: second ? .gelu : .quickGELU, beginToken: 512, endToken: 513, padToken: second ? 0 : 513,
          projectionSize: second ? 48 : nil))
    }
    let components: [LoRAComponent] =
      switch family {
      case .stableDiffusion1: [.textEncoder]
      case .stableDiffusionXL: [.textEncoder, .textEncoder2]
      case .stableDiffusionXLRefiner: [.textEncoder2]
      }
    let sizes = family == .stableDiffusionXL ? 6 : 5
    var unet = UNetConfiguration(
      sampleSize: family.nativeSide / 8, blockOutChannels: [32, 64],
      downBlockTypes: family.isXL ? [.plain, .crossAttention] : [.crossAttention, .plain], layersPerBlock: 2,
      transformerLayers: PerBlock(family.isXL ? [1, 2] : [1, 1]),
      attentionHeads: family.isXL ? PerBlock([1, 1]) : PerBlock(8), crossAttentionWidth: 64 * components.count,
      usesLinearProjection: family.isXL,
      addition: family.isXL ? .init(timeWidth: 256, inputWidth: 48 + sizes * 256) : nil)
    if inpainting { unet.inChannels = 9 }
    return try .random(
      towers: components.map(tower), unet: unet,
      autoencoder: AutoencoderConfiguration(
        blockOutChannels: [32, 64], layersPerBlock: 1, normGroups: 32, sampleSize: family.nativeSide,
        scalingFactor: family.isXL ? 0.13025 : 0.18215),
      seed: seed)
  }

  /// A vocabulary in the form of CLIP's published one, without any merge.
  package static let vocabularyPath: String = {
    let text = Array("\"bpe_simple_vocab_16e6.txt#version: 0.2\n".utf8)
    func bytes(_ value: UInt32, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(value >> (8 * $0) & 0xFF) } }
    var sum = UInt32.max
    for byte in text {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
    }
    let length = UInt32(text.count)
    // One stored block (RFC 1951, section 3.2.4).
    let packed: [UInt8] =
      [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff, 1] + bytes(length, 2) + bytes(~length, 2) + text + bytes(~sum, 4)
      + bytes(length, 4)
    let path = FileManager.default.temporaryDirectory.appending(path: "vocabulary-\(UUID().uuidString).gz").path
    try? Data(packed).write(to: URL(filePath: path))
    return path
  }()

  /// A checkpoint's tensors under the names of the original code.
  package static func originalTensors(_ checkpoint: StableDiffusionCheckpoint) throws -> [(String, Tensor)] {
    var tensors: [(String, Tensor)] = []
    for (path, tensor) in checkpoint.unet.parameters {
      // The first upward level attends where the last downward one does.
      tensors.append(("model.diffusion_model.\(OriginalName.unet(path, attends: checkpoint.family.isXL))", tensor))
    }
    for (path, tensor) in checkpoint.autoencoder.parameters {
      // Attention was made of 1×1 convolutions.
      let isConvolution = path.contains(".attentions.0.to_") && path.hasSuffix("weight")
      tensors.append(
        (
          "first_stage_model.\(OriginalName.autoencoder(path, levels: 2))",
          isConvolution ? try tensor.reshape(tensor.shape + [1, 1]) : tensor
        ))
    }
    for tower in checkpoint.textTowers {
      switch (checkpoint.family, tower.component) {
      case (.stableDiffusion1, _):
        tensors += tower.model.parameters.map { ("cond_stage_model.transformer.\($0.path)", $0.tensor) }
      case (_, .textEncoder):
        tensors += tower.model.parameters.map { ("conditioner.embedders.0.transformer.\($0.path)", $0.tensor) }
      default:
        let place = checkpoint.family == .stableDiffusionXL ? 1 : 0
        tensors += try OriginalName.openCLIP(tower.model.parameters).map {
          ("conditioner.embedders.\(place).model.\($0.0)", $0.1)
        }
      }
    }
    return tensors
  }
}

/// The original code's names, written down from its structure with two layers a level.
private enum OriginalName {
  private static let inResnet = [
    "norm1": "in_layers.0", "conv1": "in_layers.2", "time_emb_proj": "emb_layers.1", "norm2": "out_layers.0",
    "conv2": "out_layers.3", "conv_shortcut": "skip_connection",
  ]

  /// - Parameter attends: whether the level that leads up has attention, which the way up then stands behind.
  static func unet(_ path: String, attends: Bool) -> String {
    let outer = [
      ("conv_in.", "input_blocks.0.0."), ("conv_norm_out.", "out.0."), ("conv_out.", "out.2."),
      ("time_embedding.linear_1.", "time_embed.0."), ("time_embedding.linear_2.", "time_embed.2."),
      ("add_embedding.linear_1.", "label_emb.0.0."), ("add_embedding.linear_2.", "label_emb.0.2."),
    ]
    for (new, old) in outer where path.hasPrefix(new) { return old + path.dropFirst(new.count) }
    let parts = path.split(separator: ".").map(String.init)
    if parts[0] == "mid_block" {
      return parts[1] == "attentions"
        ? "middle_block.1." + parts.dropFirst(3).joined(separator: ".")
        : "middle_block.\(Int(parts[2])! * 2).\(inResnet[parts[3]]!).\(parts[4])"
    }
    let level = Int(parts[1])!, index = Int(parts[3])!
    let isDown = parts[0] == "down_blocks"
    let block = isDown ? "input_blocks.\(3 * level + index + 1)" : "output_blocks.\(3 * level + index)"
    switch parts[2] {
    case "resnets": return "\(block).0.\(inResnet[parts[4]]!).\(parts[5])"
    case "attentions": return "\(block).1." + parts.dropFirst(4).joined(separator: ".")
    case "downsamplers": return "input_blocks.\(3 * level + 3).0.op.\(parts[5])"
    default: return "output_blocks.2.\(attends ? 2 : 1).conv.\(parts[5])"
    }
  }

  static func autoencoder(_ path: String, levels: Int) -> String {
    var name = path
    for level in 0..<levels {
      name = name.replacing("encoder.down_blocks.\(level).", with: "encoder.down.\(level).")
      name = name.replacing("decoder.up_blocks.\(level).", with: "decoder.up.\(levels - 1 - level).")
    }
    let rules = [
      (".mid_block.resnets.0.", ".mid.block_1."), (".mid_block.resnets.1.", ".mid.block_2."),
      (".mid_block.attentions.0.group_norm.", ".mid.attn_1.norm."), (".mid_block.attentions.0.to_q.", ".mid.attn_1.q."),
      (".mid_block.attentions.0.to_k.", ".mid.attn_1.k."), (".mid_block.attentions.0.to_v.", ".mid.attn_1.v."),
      (".mid_block.attentions.0.to_out.0.", ".mid.attn_1.proj_out."), (".resnets.", ".block."),
      (".conv_shortcut.", ".nin_shortcut."), (".downsamplers.0.", ".downsample."), (".upsamplers.0.", ".upsample."),
      (".conv_norm_out.", ".norm_out."),
    ]
    for (new, old) in rules { name = name.replacing(new, with: old) }
    return name
  }

  static func openCLIP(_ parameters: [(path: String, tensor: Tensor)]) throws -> [(String, Tensor)] {
    let rules = [
      ("text_model.encoder.layers.", "transformer.resblocks."), (".layer_norm1.", ".ln_1."),
      (".layer_norm2.", ".ln_2."), (".self_attn.out_proj.", ".attn.out_proj."), (".mlp.fc1.", ".mlp.c_fc."),
      (".mlp.fc2.", ".mlp.c_proj."), ("text_model.final_layer_norm.", "ln_final."),
      ("text_model.embeddings.token_embedding.weight", "token_embedding.weight"),
      ("text_model.embeddings.position_embedding.weight", "positional_embedding"),
    ]
    let byPath = Dictionary(uniqueKeysWithValues: parameters.map { ($0.path, $0.tensor) })
    var result: [(String, Tensor)] = []
    for (path, tensor) in parameters {
      if path == "text_projection.weight" {
        result.append(("text_projection", try tensor.transpose(0, 1).contiguous()))
      } else if path.contains(".self_attn.q_proj.") {
        let others = ["q_proj", "k_proj", "v_proj"].compactMap { byPath[path.replacing("q_proj", with: $0)] }
        let place = path.replacing("text_model.encoder.layers.", with: "transformer.resblocks.")
        result.append(
          (
            place.replacing(".self_attn.q_proj.", with: ".attn.in_proj_"), try Tensor.cat(others, dim: 0)
          ))
      } else if !path.contains(".self_attn.k_proj."), !path.contains(".self_attn.v_proj.") {
        result.append((rules.reduce(path) { $0.replacing($1.0, with: $1.1) }, tensor))
      }
    }
    return result
  }
}
