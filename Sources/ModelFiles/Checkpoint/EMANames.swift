/// Moving averages in a file of the original code: `model_ema.` and the U-Net's names with their dots left out.
///
/// The names are made of few words, and a number's place tells its parts, so that there is one way to put the dots
/// back.
enum EMANames {
  static let prefix = "model_ema.diffusion_model"

  /// Longest first: `norm1` before `norm`, `to_out` before `out`.
  private static let words = [
    "transformer_blocks", "skip_connection", "output_blocks", "input_blocks", "middle_block", "time_embed",
    "out_layers", "emb_layers", "label_emb", "in_layers", "proj_out", "proj_in", "to_out", "weight", "norm1", "norm2",
    "norm3", "attn1", "attn2", "to_q", "to_k", "to_v", "conv", "norm", "proj", "bias", "net", "out", "ff", "op",
  ]

  /// The U-Net's own name, without prefix; nil for other entries of the averages.
  static func dotted(_ name: String) -> String? {
    guard name.hasPrefix(prefix) else { return nil }
    var rest = name.dropFirst(prefix.count)
    var parts: [Substring] = []
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      if !digits.isEmpty {
        switch parts.last {
        // The block's number, then its part's, which has one digit.
        case "input_blocks", "output_blocks", "label_emb":
          guard digits.count > 1 else { return nil }
          parts += [digits.dropLast(), digits.suffix(1)]
        default: parts.append(digits)
        }
        rest = rest.dropFirst(digits.count)
      } else if let word = words.first(where: { rest.hasPrefix($0) }) {
        parts.append(rest.prefix(word.count))
        rest = rest.dropFirst(word.count)
      } else {
        return nil
      }
    }
    return parts.joined(separator: ".")
  }
}
