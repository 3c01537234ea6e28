import ModelFiles
import Torch

/// Turns prompts into what the U-Net is told.
///
/// Stable Diffusion 1 attends to its text encoder's last state. The XL family attends to each encoder's last state but
/// one, side by side, and is told the second encoder's projected pooled features and the picture's sizes.
///
/// A prompt longer than the encoders' window is read in chunks, each by itself, whose states follow one another; pooled
/// features are the first chunk's. All of this, emphasis and `BREAK` are as in AUTOMATIC1111's web UI.
package struct PromptEncoder {
  /// What 10,000 characters can take at four tokens each. More are made of `BREAK` alone, and cost time and memory at
  /// every step.
  package static let mostChunks = 600

  private let family: ModelFamily
  private let towers: [Tower]

  private struct Tower {
    let component: LoRAComponent
    let model: CLIPTextModel
    let chunker: PromptChunker
    let vectors: [Tensor]
  }

  package init(_ checkpoint: StableDiffusionCheckpoint) {
    family = checkpoint.family
    towers = checkpoint.textTowers.map {
      Tower(
        component: $0.component, model: $0.model, chunker: PromptChunker($0.tokenizer, embeddings: []), vectors: [])
    }
  }

  /// - Parameter embeddings: textual inversions that prompts may name. They stand in this encoder's prompts only: the
  ///   checkpoint stays as it is.
  /// - Throws: `PromptError.embedding` for one that does not fit the checkpoint.
  package init(_ checkpoint: StableDiffusionCheckpoint, embeddings: [PromptEmbedding]) throws {
    try self.init(family: checkpoint.family, towers: checkpoint.textTowers, embeddings: embeddings)
  }

  init(family: ModelFamily, towers: [TextTower], embeddings: [PromptEmbedding] = []) throws {
    self.family = family
    self.towers = try towers.map { tower in
      let entries = try embeddings.map { try $0.entry(for: tower) }
      return Tower(
        component: tower.component, model: tower.model, chunker: PromptChunker(tower.tokenizer, embeddings: entries),
        vectors: entries.map(\.vectors))
    }
  }

  /// One row a prompt, all as long as the longest.
  ///
  /// - Parameters:
  ///   - sizes: of each prompt's picture; looked at by the XL family only.
  ///   - clipSkip: which layer of the text encoders is read, counted from the last, 1; nil: the family's own, 1 for
  ///     Stable Diffusion 1 and 2 for XL. Stable Diffusion 1 reads it through the final norm (diffusers' `clip_skip` is
  ///     one less), XL without (there diffusers counts from its own layer, two less).
  /// - Throws: `PromptError`, `TorchError`.
  package func encode(_ prompts: [Prompt], sizes: [MicroConditioning], clipSkip: Int? = nil) throws -> Conditioning {
    let layers = towers.map(\.model.configuration.layers).min() ?? 0
    if let clipSkip, !(1...max(layers, 1)).contains(clipSkip) { throw PromptError.clipSkip(clipSkip, layers: layers) }
    var chunks: [[[PromptChunk]]] = []
    for tower in towers {
      chunks.append(
        try prompts.map { prompt in
          let text = tower.component == .textEncoder2 ? prompt.text2 ?? prompt.text : prompt.text
          return tower.chunker.chunks(try PromptSyntax.parse(text))
        })
    }
    let count = chunks.joined().map(\.count).max() ?? 1
    guard count <= Self.mostChunks else { throw PromptError.tooLong(chunks: count, most: Self.mostChunks) }
    return try encode(chunks, count: count, sizes: sizes, clipSkip: clipSkip)
  }

  /// One row a caption, brackets being text. Gradients flow when the caller allows them.
  ///
  /// - Parameters:
  ///   - sizes: of the pictures, the same for all captions; looked at by the XL family only.
  ///   - chunks: how much is read of each: the rows of a batch must have one length.
  package func encode(
    _ captions: [String], sizes: MicroConditioning, chunks count: Int = 1
  ) throws(TorchError) -> Conditioning {
    let chunks = towers.map { tower in
      captions.map { Array(tower.chunker.chunks([.text($0, weight: 1)]).prefix(count)) }
    }
    return try encode(
      chunks, count: count, sizes: Array(repeating: sizes, count: captions.count), clipSkip: nil)
  }

  /// How many tokens of a caption lie past the encoders' window, which a single chunk does not show them.
  package func overflow(_ caption: String) -> Int {
    towers.map { tower in
      max(tower.chunker.tokenizer.tokens(of: caption).count - (tower.chunker.tokenizer.contextLength - 2), 0)
    }.max() ?? 0
  }

  /// - Parameter chunks: for each encoder, for each row.
  private func encode(
    _ chunks: [[[PromptChunk]]], count: Int, sizes: [MicroConditioning], clipSkip: Int?
  ) throws(TorchError) -> Conditioning {
    var features: [Tensor] = []
    var pooled: Tensor?
    for (tower, rows) in zip(towers, chunks) {
      var states: [Tensor] = []
      for index in 0..<count {
        // Empty chunks fill up shorter prompts.
        let column = rows.map { index < $0.count ? $0[index] : PromptChunk() }
        let output = try forward(column, tower, clipSkip: clipSkip)
        states.append(try emphasize(family.isXL ? output.state(fromEnd: clipSkip ?? 2) : output.lastHiddenState, column))
        if index == 0, tower.component == .textEncoder2 { pooled = output.pooled }
      }
      features.append(states.count == 1 ? states[0] : try Tensor.cat(states, dim: 1))
    }
    guard let first = features.first else { throw TorchError(.invalidArgument, "the checkpoint has no text encoder") }
    let timeIDs = try MicroConditioning.timeIDs(sizes, for: family)
    return Conditioning(
      context: features.count == 1 ? first : try Tensor.cat(features, dim: -1), pooled: pooled,
      timeIDs: try timeIDs?.to(device: first.device))
  }

  private func forward(
    _ column: [PromptChunk], _ tower: Tower, clipSkip: Int?
  ) throws(TorchError) -> CLIPTextModel.Output {
    let tokenizer = tower.chunker.tokenizer
    let ids = try Tensor(column.flatMap { $0.ids(tokenizer) }, shape: [column.count, tokenizer.contextLength])
    let insertions = column.enumerated().flatMap { row, chunk in
      chunk.embeddings.map {
        CLIPTextModel.Insertion(row: row, position: 1 + $0.position, vectors: tower.vectors[$0.index])
      }
    }
    return try tower.model.forward(
      ids.to(device: tower.model.device), clipSkip: family.isXL ? 0 : (clipSkip ?? 1) - 1, inserting: insertions)
  }

  /// Multiplies each token's state by its weight, then brings each row's mean back to what it was, so that emphasis
  /// shifts attention and not brightness (A1111's "Original" emphasis, there over the whole batch).
  private func emphasize(_ states: Tensor, _ column: [PromptChunk]) throws(TorchError) -> Tensor {
    guard column.contains(where: { $0.weights.contains { $0 != 1 } }) else { return states }
    let length = states.shape[1]
    let weights = try Tensor(column.flatMap { $0.weights(contextLength: length) }, shape: [column.count, length, 1])
    let plain = try states.to(dtype: .float32)
    let weighted = try plain * weights.to(device: states.device)
    let before = try plain.mean(dims: [1, 2], keepDim: true), after = try weighted.mean(dims: [1, 2], keepDim: true)
    // A mean of nothing cannot be brought back.
    let ratio = try Tensor.where(after.eq(0), Tensor.ones(shape: [1], device: states.device), before / after)
    return try (weighted * ratio).to(dtype: states.dtype)
  }
}
