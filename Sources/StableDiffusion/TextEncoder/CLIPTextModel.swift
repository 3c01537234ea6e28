import Torch

/// The text half of CLIP (Radford et al. 2021): turns token ids into the features that the U-Net attends to.
package final class CLIPTextModel: Model {
  package let configuration: CLIPTextConfiguration
  package let store: ParameterStore
  private let tokens: Embedding
  private let positions: Embedding
  private let layers: [CLIPEncoderLayer]
  private let finalNorm: LayerNorm
  private let projection: Linear?

  package struct Output {
    /// `[batch, length, hiddenSize]` after the final norm: what Stable Diffusion 1.x is conditioned on.
    package let lastHiddenState: Tensor
    /// The last state at each prompt's end token: `[batch, hiddenSize]`, or projected `[batch, projectionSize]` by an
    /// encoder that projects.
    package let pooled: Tensor
    /// The embedded prompts, then what each layer makes of them.
    fileprivate let states: [Tensor]

    /// A layer's state without the final norm, counted from the last layer, 1.
    package func state(fromEnd place: Int) -> Tensor { states[max(states.count - max(place, 1), 0)] }

    /// The last layer but one, without the final norm: what Stable Diffusion XL is conditioned on.
    package var penultimateHiddenState: Tensor { state(fromEnd: 2) }
  }

  /// Vectors, `[count, hiddenSize]`, in place of the tokens' own from a position on.
  package struct Insertion {
    package let row: Int
    package let position: Int
    package let vectors: Tensor
  }

  package init(_ configuration: CLIPTextConfiguration, _ store: ParameterStore) throws(CheckpointError) {
    try configuration.validate()
    self.configuration = configuration
    self.store = store
    let root = store.root["text_model"]
    let width = configuration.hiddenSize
    tokens = try Embedding(
      root["embeddings"]["token_embedding"], count: configuration.vocabularySize, width: width, deviation: 0.02)
    positions = try Embedding(
      root["embeddings"]["position_embedding"], count: configuration.positions, width: width, deviation: 0.02)
    var layers: [CLIPEncoderLayer] = []
    for index in 0..<configuration.layers {
      layers.append(try CLIPEncoderLayer(root["encoder"]["layers"][index], configuration.encoderShape))
    }
    self.layers = layers
    finalNorm = try LayerNorm(root["final_layer_norm"], width, epsilon: configuration.normEpsilon)
    projection =
      configuration.projects
      ? try Linear(store.root["text_projection"], width, configuration.projectionSize, bias: false) : nil
    try store.finish()
  }

  /// Layers that adapters go on by convention: attention and feed-forward of every encoder layer.
  package var adaptableLayers: [(path: String, layer: any AdaptableLayer)] {
    store.layers.filter { $0.path.contains(".layers.") }.map { ($0.path, $0) }
  }

  /// - Parameters:
  ///   - ids: `[batch, length]` of int64, length at most `configuration.positions`, every id below the vocabulary's
  ///     size.
  ///   - clipSkip: how many of the last layers `lastHiddenState` leaves out ("clip skip" of 2 elsewhere is 1 here).
  ///   - insertions: textual inversions.
  package func forward(
    _ ids: Tensor, clipSkip: Int = 0, inserting insertions: [Insertion] = []
  ) throws(TorchError) -> Output {
    let shape = ids.shape
    guard shape.count == 2, shape[1] <= configuration.positions, (0..<layers.count).contains(clipSkip) else {
      throw TorchError(
        .invalidArgument,
        "token ids of shape \(shape) with clip skip \(clipSkip): expected [batch, up to "
          + "\(configuration.positions)] and a skip below \(layers.count)")
    }
    let embedded = try tokens.forward(ids)
    for insertion in insertions {
      try embedded.select(dim: 0, index: insertion.row)
        .narrow(dim: 0, start: insertion.position, length: insertion.vectors.shape[0]).copy_(insertion.vectors)
    }
    var states = [try embedded + positions.weight.narrow(dim: 0, start: 0, length: shape[1])]
    for layer in layers {
      states.append(try layer.forward(states[states.count - 1], causal: true))
    }
    let last = try finalNorm.forward(states[layers.count])
    let skipped = clipSkip == 0 ? last : try finalNorm.forward(states[layers.count - clipSkip])
    return Output(lastHiddenState: skipped, pooled: try pool(last, ids), states: states)
  }

  private func pool(_ states: Tensor, _ ids: Tensor) throws(TorchError) -> Tensor {
    let shape = states.shape
    let marks =
      configuration.endToken == 2 ? ids : try ids.eq(Double(configuration.endToken)).to(dtype: .int32)
    // argmax finds the first of equal marks: the end token proper, not the padding, which may be the same token.
    let ends = try marks.argmax(dim: 1).reshape([shape[0], 1, 1]).expand([shape[0], 1, shape[2]])
    let pooled = try states.gather(dim: 1, ends).squeeze(1)
    return try projection?.forward(pooled) ?? pooled
  }

  /// The present name of a tensor in a file of any age: newer writers leave out the `text_model.` prefix, older ones
  /// store the positions 0, 1, 2 … as a tensor.
  package static func presentName(_ name: String) -> String? {
    if name.hasSuffix("position_ids") { return nil }
    for part in ["embeddings.", "encoder.", "final_layer_norm."] where name.hasPrefix(part) {
      return "text_model.\(name)"
    }
    return name
  }
}
