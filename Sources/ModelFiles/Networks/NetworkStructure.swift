/// A linear layer or a convolution, as far as an adapter has to know it.
package struct LayerShape: Sendable, Equatable {
  /// In the diffusers layout.
  package var path: String
  package var inputs: Int
  package var outputs: Int
  /// Side of the convolution's kernel; 1 of a linear layer.
  package var kernel = 1
}

/// The layers of a U-Net, computed from what its configuration says of its levels.
package struct UNetStructure: Sendable {
  /// From the widest latents down.
  package var widths: [Int]
  /// Transformer blocks in each attention of a level; 0 where the level has none.
  package var transformerBlocks: [Int]
  package var middleTransformerBlocks: Int
  package var contextWidth: Int
  /// Width of the pooled features and sizes that the XL family is told.
  package var additionWidth: Int?
  package var layersPerBlock = 2
  package var channels = 4

  package var layers: [LayerShape] {
    var list = LayerList()
    let timeWidth = 4 * (widths.first ?? 0)
    list.add("conv_in", channels, widths.first ?? 0, kernel: 3)
    list.embedding("time_embedding", widths.first ?? 0, timeWidth)
    if let additionWidth { list.embedding("add_embedding", additionWidth, timeWidth) }

    var skips = [widths.first ?? 0]
    var width = widths.first ?? 0
    for (level, outputs) in widths.enumerated() {
      let block = "down_blocks.\(level)"
      for index in 0..<layersPerBlock {
        list.resnet("\(block).resnets.\(index)", index == 0 ? width : outputs, outputs, timeWidth)
        list.attention(
          "\(block).attentions.\(index)", outputs, blocks: transformerBlocks[level], contextWidth: contextWidth)
        skips.append(outputs)
      }
      if level < widths.count - 1 {
        list.add("\(block).downsamplers.0.conv", outputs, outputs, kernel: 3)
        skips.append(outputs)
      }
      width = outputs
    }

    list.resnet("mid_block.resnets.0", width, width, timeWidth)
    list.attention("mid_block.attentions.0", width, blocks: middleTransformerBlocks, contextWidth: contextWidth)
    list.resnet("mid_block.resnets.1", width, width, timeWidth)

    for (position, outputs) in widths.reversed().enumerated() {
      let block = "up_blocks.\(position)", level = widths.count - 1 - position
      for index in 0...layersPerBlock {
        let skip = skips.popLast() ?? 0
        list.resnet("\(block).resnets.\(index)", (index == 0 ? width : outputs) + skip, outputs, timeWidth)
        list.attention(
          "\(block).attentions.\(index)", outputs, blocks: transformerBlocks[level], contextWidth: contextWidth)
      }
      if level > 0 { list.add("\(block).upsamplers.0.conv", outputs, outputs, kernel: 3) }
      width = outputs
    }
    list.add("conv_out", widths.first ?? 0, channels, kernel: 3)
    return list.layers
  }
}

/// The linear layers of one of CLIP's text encoders.
package struct CLIPTextStructure: Sendable {
  package var width: Int
  package var layerCount: Int
  /// Of the pooled features; nil where they are not projected.
  package var projectionWidth: Int?

  package var layers: [LayerShape] {
    var list = LayerList()
    for index in 0..<layerCount {
      let layer = "text_model.encoder.layers.\(index)"
      for name in ["q_proj", "k_proj", "v_proj", "out_proj"] { list.add("\(layer).self_attn.\(name)", width, width) }
      list.add("\(layer).mlp.fc1", width, 4 * width)
      list.add("\(layer).mlp.fc2", 4 * width, width)
    }
    if let projectionWidth { list.add("text_projection", width, projectionWidth) }
    return list.layers
  }
}

private struct LayerList {
  private(set) var layers: [LayerShape] = []

  mutating func add(_ path: String, _ inputs: Int, _ outputs: Int, kernel: Int = 1) {
    layers.append(LayerShape(path: path, inputs: inputs, outputs: outputs, kernel: kernel))
  }

  mutating func embedding(_ path: String, _ inputs: Int, _ outputs: Int) {
    add("\(path).linear_1", inputs, outputs)
    add("\(path).linear_2", outputs, outputs)
  }

  mutating func resnet(_ path: String, _ inputs: Int, _ outputs: Int, _ timeWidth: Int) {
    add("\(path).conv1", inputs, outputs, kernel: 3)
    add("\(path).time_emb_proj", timeWidth, outputs)
    add("\(path).conv2", outputs, outputs, kernel: 3)
    if inputs != outputs { add("\(path).conv_shortcut", inputs, outputs) }
  }

  mutating func attention(_ path: String, _ width: Int, blocks: Int, contextWidth: Int) {
    guard blocks > 0 else { return }
    add("\(path).proj_in", width, width)
    for index in 0..<blocks {
      let block = "\(path).transformer_blocks.\(index)"
      for (name, context) in [("attn1", width), ("attn2", contextWidth)] {
        add("\(block).\(name).to_q", width, width)
        add("\(block).\(name).to_k", context, width)
        add("\(block).\(name).to_v", context, width)
        add("\(block).\(name).to_out.0", width, width)
      }
      add("\(block).ff.net.0.proj", width, 8 * width)
      add("\(block).ff.net.2", 4 * width, width)
    }
    add("\(path).proj_out", width, width)
  }
}
