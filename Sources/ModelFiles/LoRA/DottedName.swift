/// The part of a tensor's name that is a module's path, as diffusers and PEFT write it:
/// `unet.down_blocks.0.attentions.0.proj_in`.
enum DottedName {
  private static let components: [(prefix: String, component: LoRAComponent)] = [
    ("unet.", .unet), ("diffusion_model.", .unet), ("text_encoder_2.", .textEncoder2), ("text_encoder.", .textEncoder),
  ]

  /// What the paths of a file with one network alone begin with: such a file may leave the network's name out.
  private static let roots: [(prefix: String, component: LoRAComponent)] =
    ["down_blocks.", "mid_block.", "up_blocks.", "conv_in.", "conv_out.", "time_embedding.", "add_embedding."].map {
      ($0, .unet)
    } + [("text_model.", .textEncoder)]

  /// What PEFT's wrappers put before the paths of the model that they wrap.
  private static let wrapper = "base_model.model."

  /// - Returns: nil when the path belongs to no network known here.
  static func key(_ stem: some StringProtocol) -> LoRAKey? {
    var path = withoutWrapper(Substring(stem))
    guard !path.isEmpty else { return nil }
    let component: LoRAComponent
    if let named = components.first(where: { path.hasPrefix($0.prefix) }) {
      component = named.component
      path = withoutWrapper(path.dropFirst(named.prefix.count))
    } else if let bare = roots.first(where: { "\(path).".hasPrefix($0.prefix) }) {
      component = bare.component
    } else {
      return nil
    }
    guard !path.isEmpty else { return nil }
    // transformers 5 left the outer module of CLIP's text model out of its names.
    if component != .unet, path.hasPrefix("encoder.") { path = "text_model.\(path)" }
    return LoRAKey(component: component, path: path)
  }

  private static func withoutWrapper(_ path: Substring) -> Substring {
    path.hasPrefix(wrapper) ? path.dropFirst(wrapper.count) : path
  }
}

extension StringProtocol {
  /// The text before this ending; nil when it does not end so.
  func without(suffix: String) -> SubSequence? {
    hasSuffix(suffix) ? dropLast(suffix.count) : nil
  }
}
