/// Gives a layer's name its dots back.
///
/// Layers of U-Nets and of CLIP are named with few words, some of which hold underscores themselves. Reading them from
/// the left, the longest first, leaves one way to part a name.
package enum LayerPath {
  private static let unetWords = words(
    """
    down_blocks mid_block up_blocks attentions resnets downsamplers upsamplers transformer_blocks attn1 attn2 to_q to_k \
    to_v to_out ff net proj_in proj_out proj conv1 conv2 conv_shortcut conv_in conv_out conv time_emb_proj \
    time_embedding add_embedding linear_1 linear_2
    """)
  private static let textWords = words(
    "text_model encoder layers self_attn q_proj k_proj v_proj out_proj mlp fc1 fc2 text_projection")

  private static func words(_ text: String) -> [String] {
    text.split(separator: " ").map(String.init).sorted { $0.count > $1.count }
  }

  /// The path in the diffusers layout; nil for a name with other words: no layer of these architectures.
  package static func dotted(_ key: LoRAKey) -> String? {
    let words = key.component == .unet ? unetWords : textWords
    var rest = key.layer[...]
    var path: [Substring] = []
    while !rest.isEmpty {
      let number = rest.prefix { $0.isASCII && $0.isNumber }
      let word =
        number.isEmpty
        ? words.first { rest.hasPrefix($0) && (rest.count == $0.count || rest.dropFirst($0.count).first == "_") }
          .map { rest.prefix($0.count) }
        : number
      guard let word else { return nil }
      path.append(word)
      rest = rest.dropFirst(word.count)
      guard rest.isEmpty || (rest.first == "_" && rest.count > 1) else { return nil }
      rest = rest.dropFirst()
    }
    return path.isEmpty ? nil : path.joined(separator: ".")
  }
}
