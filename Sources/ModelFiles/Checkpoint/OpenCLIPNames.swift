/// OpenCLIP's names for a text encoder's tensors, turned into those of transformers. Queries, keys and values are one
/// matrix there, and the projection of the pooled features multiplies from the right.
enum OpenCLIPNames {
  private static let outer: [String: (name: String, part: TensorPlace.Part)] = [
    "positional_embedding": ("text_model.embeddings.position_embedding.weight", .whole),
    "token_embedding.weight": ("text_model.embeddings.token_embedding.weight", .whole),
    "ln_final.weight": ("text_model.final_layer_norm.weight", .whole),
    "ln_final.bias": ("text_model.final_layer_norm.bias", .whole),
    "text_projection": ("text_projection.weight", .transposed),
    "text_projection.weight": ("text_projection.weight", .whole),
  ]

  private static let inBlock = [
    "ln_1": "layer_norm1", "ln_2": "layer_norm2", "attn.out_proj": "self_attn.out_proj", "mlp.c_fc": "mlp.fc1",
    "mlp.c_proj": "mlp.fc2",
  ]

  /// What of a network's parameters a tensor holds; empty for a name that is none of a text encoder's.
  /// - Parameter name: without its prefix.
  static func parameters(_ name: String) -> [(name: String, part: TensorPlace.Part)] {
    if let found = outer[name] { return [found] }
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count >= 5, parts[0] == "transformer", parts[1] == "resblocks", let block = Int(parts[2]) else {
      return []
    }
    let place = "text_model.encoder.layers.\(block)", ending = parts[parts.count - 1]
    for (joint, kind) in [("in_proj_weight", "weight"), ("in_proj_bias", "bias")]
    where parts[3] == "attn" && ending == joint && parts.count == 5 {
      return ["q_proj", "k_proj", "v_proj"].enumerated().map { ("\(place).self_attn.\($1).\(kind)", .third($0)) }
    }
    return inBlock[parts[3..<parts.count - 1].joined(separator: ".")].map { [("\(place).\($0).\(ending)", .whole)] }
      ?? []
  }
}
