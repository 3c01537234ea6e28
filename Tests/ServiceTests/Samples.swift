import Store

/// Small files with true headers.
enum Samples {
  static func sha256(_ bytes: [UInt8]) -> String { Digest(of: bytes).hex }

  static func bigEndian(_ value: UInt32) -> [UInt8] {
    [UInt8(value >> 24 & 255), UInt8(value >> 16 & 255), UInt8(value >> 8 & 255), UInt8(value & 255)]
  }

  static func littleEndian(_ value: UInt64, bytes: Int) -> [UInt8] {
    (0..<bytes).map { UInt8(value >> UInt64(8 * $0) & 255) }
  }

  /// A PNG's signature and IHDR, then a payload that makes files differ.
  static func png(_ width: UInt32 = 64, _ height: UInt32 = 48, salt: UInt8 = 0) -> [UInt8] {
    [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + bigEndian(13) + Array("IHDR".utf8) + bigEndian(width)
      + bigEndian(height) + [8, 2, 0, 0, 0] + [0, 0, 0, 0] + [salt]
  }

  /// SOI, a segment to step over, fill bytes, and a baseline or progressive frame header.
  static func jpeg(_ width: Int, _ height: Int, marker: UInt8 = 0xC0, profile: Int = 70_000) -> [UInt8] {
    var bytes: [UInt8] = [0xFF, 0xD8]
    var rest = profile
    while rest > 0 {
      let part = min(rest, 60_000)
      bytes += [0xFF, 0xE2, UInt8((part + 2) >> 8), UInt8((part + 2) & 255)] + [UInt8](repeating: 7, count: part)
      rest -= part
    }
    bytes += [0xFF, 0xFF, 0xFF, marker, 0, 17, 8, UInt8(height >> 8), UInt8(height & 255), UInt8(width >> 8)]
    return bytes + [UInt8(width & 255), 3] + [UInt8](repeating: 0, count: 20)
  }

  enum WebP { case lossy, lossless, extended }

  static func webp(_ width: Int, _ height: Int, _ form: WebP) -> [UInt8] {
    let head = Array("RIFF".utf8) + [0, 0, 0, 0] + Array("WEBP".utf8)
    switch form {
    case .lossy:
      return head + Array("VP8 ".utf8) + [0, 0, 0, 0, 0, 0, 0, 0x9D, 0x01, 0x2A]
        + littleEndian(UInt64(width), bytes: 2) + littleEndian(UInt64(height), bytes: 2)
    case .lossless:
      let bits = UInt64(width - 1) | UInt64(height - 1) << 14
      return head + Array("VP8L".utf8) + [0, 0, 0, 0, 0x2F] + littleEndian(bits, bytes: 4) + [0, 0]
    case .extended:
      return head + Array("VP8X".utf8) + [10, 0, 0, 0, 0, 0, 0, 0] + littleEndian(UInt64(width - 1), bytes: 3)
        + littleEndian(UInt64(height - 1), bytes: 3)
    }
  }

  /// A safetensors file with this header and data.
  static func safetensors(_ header: String, data: [UInt8] = []) -> [UInt8] {
    littleEndian(UInt64(header.utf8.count), bytes: 8) + Array(header.utf8) + data
  }

  /// A LoRA of rank 4 on one layer in kohya's layout, with alpha 2 in half precision.
  static let lora = safetensors(
    """
    {"__metadata__":{"ss_base_model_version":"sd_v1"},\
    "lora_unet_mid_block_attentions_0_proj_in.lora_down.weight":{"dtype":"F16","shape":[4,8],"data_offsets":[0,64]},\
    "lora_unet_mid_block_attentions_0_proj_in.lora_up.weight":{"dtype":"F16","shape":[8,4],"data_offsets":[64,128]},\
    "lora_unet_mid_block_attentions_0_proj_in.alpha":{"dtype":"F16","shape":[],"data_offsets":[128,130]}}
    """, data: [UInt8](repeating: 1, count: 128) + [0x00, 0x40])

  /// The least that is a checkpoint in one file, in half precision.
  static func originalCheckpoint(channels: Int = 4, marks: [String] = []) -> [UInt8] {
    let unet = "model.diffusion_model.", vae = "first_stage_model.", text = "cond_stage_model.transformer.text_model."
    let tensors: [(String, [Int])] = [
      ("\(unet)input_blocks.0.0.weight", [1, channels, 1, 1]), ("\(unet)input_blocks.1.0.in_layers.2.weight", [1, 1]),
      ("\(unet)input_blocks.2.0.op.weight", [1, 1]), ("\(unet)input_blocks.3.0.in_layers.2.weight", [2, 1]),
      ("\(unet)middle_block.1.proj_in.weight", [1, 1, 1, 1]),
      ("\(unet)middle_block.1.transformer_blocks.0.attn2.to_k.weight", [1, 1]), ("\(unet)out.2.weight", [4, 1]),
      ("\(vae)encoder.down.0.block.0.conv1.weight", [1, 1]), ("\(vae)decoder.conv_in.weight", [1, 4, 1, 1]),
      ("\(vae)decoder.up.0.block.0.conv1.weight", [1, 1]), ("\(text)embeddings.token_embedding.weight", [3, 1]),
      ("\(text)embeddings.position_embedding.weight", [2, 1]), ("\(text)encoder.layers.0.mlp.fc1.weight", [1, 1]),
    ]
    var end = 0
    var fields: [String] = []
    for (name, shape) in tensors + marks.map({ ($0, [0]) }) {
      let start = end
      end += shape.reduce(2, *)
      fields.append("\"\(name)\":{\"dtype\":\"F16\",\"shape\":\(shape),\"data_offsets\":[\(start),\(end)]}")
    }
    return safetensors("{\(fields.joined(separator: ","))}", data: [UInt8](repeating: 0, count: end))
  }

  /// The least that is a checkpoint folder.
  static let checkpointFiles: [String: [UInt8]] = {
    var files: [String: [UInt8]] = [
      "model_index.json": Array(
        """
        {"_class_name": "StableDiffusionPipeline", "_diffusers_version": "0.30", "feature_extractor": [null, null],
         "scheduler": ["diffusers", "DDIMScheduler"], "unet": ["diffusers", "UNet2DConditionModel"]}
        """.utf8),
      "scheduler/scheduler_config.json": Array("{\"a\": 1}".utf8),
      "tokenizer/vocab.json": Array("{\"b\": 2}".utf8),
      "tokenizer/merges.txt": Array("a b\n".utf8),
    ]
    for (index, part) in ["unet", "vae", "text_encoder"].enumerated() {
      files["\(part)/config.json"] = Array("{\"part\": \(index)}".utf8)
      files["\(part)/model.safetensors"] = safetensors(
        "{\"w\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}", data: [UInt8(index)])
    }
    return files
  }()
}
