/// An autoencoder in a file of its own, in the names of diffusers or of the original code.
package struct AutoencoderFile: Sendable {
  /// Where each parameter lies, by its name in diffusers.
  package let tensors: [String: TensorPlace]
  package let shape: AutoencoderShape

  /// - Throws: when the file holds none, or more than one.
  package init(_ header: SafetensorsHeader) throws(ContentError) {
    // Files cut out of checkpoints keep the prefix that the network had there.
    let prefix = ["first_stage_model.", "vae."].first { prefix in
      header.entries.contains { $0.name.hasPrefix("\(prefix)decoder.") }
    } ?? ""
    var names: [String: String] = [:]
    for entry in header.entries where entry.name.hasPrefix(prefix) {
      let name = String(entry.name.dropFirst(prefix.count))
      // What judges pictures in an autoencoder's training, and its averages.
      if !name.hasPrefix("loss."), !name.hasPrefix("model_ema.") { names[name] = entry.name }
    }
    var tensors: [String: TensorPlace] = [:]
    let original = OriginalAutoencoderNames(names.keys)
    // Sorted, that the same file is always refused with the same names.
    for (name, full) in names.sorted(by: { $0.key < $1.key }) {
      guard let present = original.map({ $0.diffusersName(name) }) ?? name else {
        throw ContentError("the file's tensor \(full) is none of a VAE's; choose a VAE's safetensors")
      }
      if let twin = tensors.updateValue(TensorPlace(name: full), forKey: Self.presentName(present)) {
        throw .repeated(twin.name, full)
      }
    }
    let shapes = tensors.compactMapValues { header[$0.name]?.shape }
    guard let shape = AutoencoderShape(shapes) else {
      throw ContentError("the file holds no VAE (an encoder and a decoder of images); choose a VAE's safetensors")
    }
    self.tensors = tensors
    self.shape = shape
  }

  /// The present name of a tensor in a file of any age: attention was once called `query`, `key`, `value`, `proj_attn`.
  package static func presentName(_ name: String) -> String {
    guard let range = name.firstRange(of: "mid_block.attentions.0.") else { return name }
    let (place, rest) = (name[..<range.upperBound], name[range.upperBound...])
    for (old, present) in [("query.", "to_q."), ("key.", "to_k."), ("value.", "to_v."), ("proj_attn.", "to_out.0.")]
    where rest.hasPrefix(old) {
      return place + present + rest.dropFirst(old.count)
    }
    return name
  }
}
