/// The architectures that checkpoints and what goes with them (adapters, embeddings) are made for.
package enum ModelFamily: String, Sendable, Hashable, CaseIterable {
  /// One text encoder (CLIP ViT-L), 512 pixels: Stable Diffusion 1 and what was trained from it.
  case stableDiffusion1
  /// Two text encoders, their pooled features and the picture's sizes as conditions, 1024 pixels.
  case stableDiffusionXL
  /// The last part of the XL family's work only: the second text encoder alone, and an aesthetic score for a size.
  case stableDiffusionXLRefiner

  /// Whether the U-Net is told pooled features and sizes besides the prompt.
  package var isXL: Bool { self != .stableDiffusion1 }
}
