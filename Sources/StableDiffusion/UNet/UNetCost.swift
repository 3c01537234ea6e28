/// What a pass of the U-Net takes for one picture, counted layer by layer from its configuration: the work of a forward
/// pass, and what a backward pass to adapters needs kept of it.
///
/// Counts are of numbers, not bytes. What is kept follows from PyTorch's derivatives: a normalisation, a SiLU and a
/// convolution keep their input, attention its queries, keys, values and result, a linear layer with an adapter its
/// input; frozen weights add nothing.
package struct UNetCost: Sendable, Equatable {
  /// Parameters of the U-Net.
  package private(set) var parameters = 0
  /// Multiplications and additions of a forward pass.
  package private(set) var operations = 0.0
  /// Layers with weights: each is several operations of the library whatever its size.
  package private(set) var layers = 0
  /// Numbers kept for the way back.
  package private(set) var kept = 0
  /// Of these, the inputs of blocks: all that stays with gradient checkpointing.
  package private(set) var blockInputs = 0
  /// What the block that keeps the most keeps.
  package private(set) var largestBlock = 0
  /// The largest single result.
  package private(set) var largestResult = 0
  /// Inputs of adapted layers: copied where the adapters' type is not the network's.
  package private(set) var adaptedInputs = 0
  /// Rows of all adapted layers' inputs: times the rank, the results of the adapters' first matrices.
  package private(set) var adaptedRows = 0
  /// Inputs plus outputs of all adapted layers: times the rank, the adapters' parameters.
  package private(set) var adaptedWidths = 0
  package private(set) var adaptedLayers = 0

  private static let contextLength = 77
  private let attentionOnly: Bool

  /// - Parameters:
  ///   - width: of the latents; `height` likewise.
  ///   - attentionOnly: whether only queries, keys, values and outputs have adapters.
  package init(
    _ configuration: UNetConfiguration, width: Int, height: Int, attentionOnly: Bool
  ) throws(CheckpointError) {
    self.attentionOnly = attentionOnly
    let widths = configuration.blockOutChannels, count = widths.count
    let depths = try configuration.layersPerBlock.expanded(to: count, field: "unet layers_per_block")
    let transformers = try configuration.transformerLayers.expanded(
      to: count, field: "unet transformer_layers_per_block")
    let contexts = try configuration.crossAttentionWidth.expanded(to: count, field: "unet cross_attention_dim")
    let heads = try configuration.attentionHeads.expanded(to: count, field: "unet attention_head_dim")
    let time = configuration.timeWidth
    let places = (0..<count).map { level in
      max((width + (1 << level) - 1) >> level, 1) * max((height + (1 << level) - 1) >> level, 1)
    }
    func resnet(_ level: Int, _ inputs: Int, _ outputs: Int) {
      addResnet(inputs: inputs, outputs: outputs, places: places[level], timeWidth: time)
    }
    func transformer(_ level: Int) {
      addTransformer(
        channels: widths[level], places: places[level], layers: transformers[level], contextWidth: contexts[level],
        heads: heads[level])
    }
    addConvolution(inputs: configuration.inChannels, outputs: widths[0], places: places[0], kernel: 9)
    addLinear(inputs: widths[0], outputs: time, rows: 1)
    addLinear(inputs: time, outputs: time, rows: 1)
    if let addition = configuration.addition {
      addLinear(inputs: addition.inputWidth, outputs: time, rows: 1)
      addLinear(inputs: time, outputs: time, rows: 1)
    }
    var skips = [widths[0]]
    for level in 0..<count {
      for layer in 0..<depths[level] {
        resnet(level, layer == 0 ? widths[max(level - 1, 0)] : widths[level], widths[level])
        if configuration.downBlockTypes[level] == .crossAttention { transformer(level) }
        skips.append(widths[level])
      }
      if level < count - 1 {
        addConvolution(inputs: widths[level], outputs: widths[level], places: places[level + 1], kernel: 9)
        keep(widths[level] * places[level])
        skips.append(widths[level])
      }
    }
    resnet(count - 1, widths[count - 1], widths[count - 1])
    transformer(count - 1)
    resnet(count - 1, widths[count - 1], widths[count - 1])
    for position in 0..<count {
      let level = count - 1 - position
      for layer in 0...depths[level] {
        let below = layer == 0 ? widths[min(level + 1, count - 1)] : widths[level]
        resnet(level, below + (skips.popLast() ?? 0), widths[level])
        if configuration.upBlockTypes[position] == .crossAttention { transformer(level) }
      }
      if level > 0 {
        addConvolution(inputs: widths[level], outputs: widths[level], places: places[level - 1], kernel: 9)
        keep(widths[level] * places[level - 1])
      }
    }
    addConvolution(inputs: widths[0], outputs: configuration.outChannels, places: places[0], kernel: 9)
    keep(3 * widths[0] * places[0])
  }

  /// Kept outside of the blocks that checkpointing computes anew.
  private mutating func keep(_ numbers: Int) {
    kept += numbers
    blockInputs += numbers
  }

  private mutating func keepBlock(_ numbers: Int, input: Int) {
    kept += numbers
    blockInputs += input
    largestBlock = max(largestBlock, numbers)
  }

  private mutating func addConvolution(inputs: Int, outputs: Int, places: Int, kernel: Int) {
    parameters += kernel * inputs * outputs + outputs
    operations += 2 * Double(kernel * inputs) * Double(outputs * places)
    layers += 1
    largestResult = max(largestResult, max(inputs, outputs) * places)
  }

  private mutating func addLinear(inputs: Int, outputs: Int, rows: Int, isAdapted: Bool = false) {
    parameters += inputs * outputs + outputs
    operations += 2 * Double(inputs) * Double(outputs * rows)
    layers += 1
    largestResult = max(largestResult, outputs * rows)
    guard isAdapted else { return }
    adaptedInputs += inputs * rows
    adaptedRows += rows
    adaptedWidths += inputs + outputs
    adaptedLayers += 1
  }

  private mutating func addResnet(inputs: Int, outputs: Int, places: Int, timeWidth: Int) {
    addConvolution(inputs: inputs, outputs: outputs, places: places, kernel: 9)
    addConvolution(inputs: outputs, outputs: outputs, places: places, kernel: 9)
    addLinear(inputs: timeWidth, outputs: outputs, rows: 1)
    if inputs != outputs { addConvolution(inputs: inputs, outputs: outputs, places: places, kernel: 1) }
    parameters += 2 * (inputs + outputs)
    layers += 2
    // The inputs of both normalisations, both SiLUs and both convolutions.
    keepBlock(3 * (inputs + outputs) * places, input: inputs * places)
  }

  private mutating func addTransformer(channels: Int, places: Int, layers: Int, contextWidth: Int, heads: Int) {
    let width = channels, rows = places, context = Self.contextLength
    let feedsForward = !attentionOnly
    addLinear(inputs: width, outputs: width, rows: rows, isAdapted: feedsForward)
    addLinear(inputs: width, outputs: width, rows: rows, isAdapted: feedsForward)
    parameters += 2 * width
    for _ in 0..<layers {
      for _ in 0..<4 { addLinear(inputs: width, outputs: width, rows: rows, isAdapted: true) }
      addLinear(inputs: width, outputs: width, rows: rows, isAdapted: true)
      addLinear(inputs: width, outputs: width, rows: rows, isAdapted: true)
      for _ in 0..<2 { addLinear(inputs: contextWidth, outputs: width, rows: context, isAdapted: true) }
      addLinear(inputs: width, outputs: 8 * width, rows: rows, isAdapted: feedsForward)
      addLinear(inputs: 4 * width, outputs: width, rows: rows, isAdapted: feedsForward)
      // Scores and their product with the values, for the picture's own places and for the prompt's.
      operations += 4 * Double(rows) * Double(rows + context) * Double(width)
      parameters += 6 * width
      self.layers += 5
    }
    // Around the layers: the normalisation's input and result, the layers' input and result as sequences.
    let around = 4 * width * rows
    // The inputs and results of the three normalisations (6), queries, keys, values and result of attention to itself
    // (4), queries and result of attention to the prompt (2), and of the feed-forward network the widened result (8),
    // the gate's activation (4) and the product (4).
    let each = 28 * width * rows + 2 * width * context + 2 * heads * rows
    // Each layer is computed anew by itself; what is around the layers stays.
    keep(around)
    for _ in 0..<layers { keepBlock(each, input: width * rows) }
  }
}
