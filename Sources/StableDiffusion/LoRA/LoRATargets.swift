import ModelFiles

/// Which layers a training run adapts.
package enum LoRATargets: String, Sendable, Codable, CaseIterable {
  /// Queries, keys, values and outputs of the attentions.
  case attention
  /// Every linear layer and 1×1 convolution of the transformers, the feed-forward networks and the projections in and
  /// out included: kohya's choice.
  case attentionAndFeedForward = "attention_and_feed_forward"

  /// Whether a layer of this network is adapted.
  ///
  /// - Parameter path: as in the diffusers layout. Other linear layers, such as those of the timestep embedding, are
  ///   never adapted: loaders have no place for them.
  package func contains(_ path: String, component: LoRAComponent) -> Bool {
    switch component {
    case .unet:
      path.contains("attentions.") && (self == .attentionAndFeedForward || path.contains(".attn"))
    case .textEncoder, .textEncoder2:
      path.contains("encoder.layers.") && (self == .attentionAndFeedForward || path.contains(".self_attn."))
    }
  }
}
