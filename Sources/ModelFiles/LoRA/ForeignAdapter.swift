/// Adapters of other kinds, known by their tensors' names: to say what a file is that cannot be used.
package enum ForeignAdapter {
  private static let marks: [(mark: String, kind: String)] = [
    ("hada_", "LoHa"), ("lokr_", "LoKr"), (".on_input", "(IA)³"), ("ia3_l", "(IA)³"), (".oft_", "OFT"), (".boft_", "OFT"),
    ("glora", "GLoRA"), (".a1.weight", "GLoRA"), (".a2.weight", "GLoRA"), (".b1.weight", "GLoRA"),
    (".b2.weight", "GLoRA"), (".diff", "a full weight difference"), (".w_norm", "a difference of norms"),
    (".b_norm", "a difference of norms"), (".set_weight", "replaced weights"), ("lora_embedding_", "an embedding's LoRA"),
    ("lora_A.bias", "a LoRA with biases"), ("lora_B.bias", "a LoRA with biases"), ("modules_to_save", "whole modules"),
    ("emb_params", "a textual inversion"), ("string_to_param", "a textual inversion"),
    ("double_blocks", "a LoRA for another architecture (Flux)"), ("single_blocks", "a LoRA for another architecture (Flux)"),
    ("single_transformer_blocks", "a LoRA for another architecture (Flux)"),
    ("joint_blocks", "a LoRA for another architecture (Stable Diffusion 3)"),
    ("model.diffusion_model.", "a checkpoint"), ("first_stage_model.", "a checkpoint"),
  ]

  /// What the tensors belong to, as far as their names tell.
  package static func kinds(of names: some Sequence<String>) -> [String] {
    var kinds: [String] = []
    for name in names {
      if let kind = marks.first(where: { name.contains($0.mark) })?.kind, !kinds.contains(kind) { kinds.append(kind) }
      if kinds.count == 4 { break }
    }
    return kinds
  }

  /// A sentence on tensors that are no part of a LoRA known here.
  package static func explanation(of names: [String]) -> String {
    let kinds = kinds(of: names)
    return "\(names.count) tensors are no part of a LoRA in the layouts of kohya, diffusers or PEFT"
      + (kinds.isEmpty ? "" : " but of \(kinds.joined(separator: " and ")), which is not supported")
      + ": \(NameList.text(names))"
  }
}
