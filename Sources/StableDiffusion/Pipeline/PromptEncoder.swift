import ModelFiles
import Torch

/// Turns prompts into what the U-Net is told.
///
/// Stable Diffusion 1 attends to its text encoder's last state. The XL family attends to each encoder's last state but
/// one, side by side, and is told the second encoder's projected pooled features and the picture's sizes.
package struct PromptEncoder {
  private let family: ModelFamily
  private let towers: [TextTower]

  package init(_ checkpoint: StableDiffusionCheckpoint) {
    family = checkpoint.family
    towers = checkpoint.textTowers
  }

  /// One row a prompt. Gradients flow when the caller allows them.
  ///
  /// - Parameter sizes: of the picture, the same for all prompts; looked at by the XL family only.
  package func encode(_ prompts: [String], sizes: MicroConditioning) throws(TorchError) -> Conditioning {
    var features: [Tensor] = []
    var pooled: Tensor?
    for tower in towers {
      let output = try tower.model.forward(tokens(prompts, tower))
      features.append(family.isXL ? output.penultimateHiddenState : output.lastHiddenState)
      if tower.component == .textEncoder2 { pooled = output.pooled }
    }
    let timeIDs = try MicroConditioning.timeIDs(Array(repeating: sizes, count: prompts.count), for: family)
    guard let first = features.first else { throw TorchError(.invalidArgument, "the checkpoint has no text encoder") }
    return Conditioning(
      context: features.count == 1 ? first : try Tensor.cat(features, dim: -1), pooled: pooled,
      timeIDs: try timeIDs?.to(device: first.device))
  }

  private func tokens(_ prompts: [String], _ tower: TextTower) throws(TorchError) -> Tensor {
    let ids = prompts.flatMap { tower.tokenizer.encode($0).map(Int64.init) }
    return try Tensor(ids, shape: [prompts.count, tower.tokenizer.contextLength]).to(device: tower.model.device)
  }

  /// How many tokens of the prompt lie past the encoders' window and are not seen.
  package func overflow(_ prompt: String) -> Int {
    towers.map { max($0.tokenizer.tokens(of: prompt).count - ($0.tokenizer.contextLength - 2), 0) }.max() ?? 0
  }
}
