/// The networks of a checkpoint.
package enum CheckpointPart: String, Sendable, Hashable, CaseIterable {
  case unet
  case autoencoder
  case textEncoder
  /// The second text encoder of the XL family.
  case textEncoder2

  /// For messages.
  var title: String {
    switch self {
    case .unet: "U-Net"
    case .autoencoder: "VAE"
    case .textEncoder: "text encoder"
    case .textEncoder2: "second text encoder"
    }
  }
}
