/// What can be told of a checkpoint without loading its weights: what it would take, and how it reads captions.
package struct CheckpointOutline: Sendable {
  package let unet: UNetConfiguration
  package let autoencoder: AutoencoderConfiguration
  package let textEncoders: [CLIPTextConfiguration]
  package let tokenizers: [CLIPTokenizer]

  /// The side that it was trained at, in pixels; Stable Diffusion 1's where the file does not say.
  package var nativeSide: Int { (unet.sampleSize ?? 64) * autoencoder.downsamplingFactor }

  /// What the sides of pictures have to be multiples of: each level of the U-Net but the last halves the latents.
  package var sideMultiple: Int { autoencoder.downsamplingFactor << (unet.blockOutChannels.count - 1) }

  /// Of all networks.
  package func parameterCount() throws(CheckpointError) -> Int {
    try unetParameterCount() + autoencoder.parameterCount + textEncoders.reduce(0) { $0 + $1.parameterCount }
  }

  package func unetParameterCount() throws(CheckpointError) -> Int {
    try UNetCost(unet, width: 8, height: 8, attentionOnly: true).parameters
  }

  /// Tokens of a caption, without start and end, that the text encoders see.
  package var captionWindow: Int { (tokenizers.map(\.contextLength).min() ?? 77) - 2 }

  /// Tokens of a caption, without start and end.
  package func countTokens(_ caption: String) -> Int {
    tokenizers.map { $0.tokens(of: caption).count }.max() ?? 0
  }
}

extension CheckpointFolder {
  /// - Throws: for tokenizers that are missing or damaged.
  package func outline() throws(CheckpointError) -> CheckpointOutline {
    var tokenizers: [CLIPTokenizer] = []
    for (component, _) in textEncoderConfigurations {
      do {
        tokenizers.append(try CLIPTokenizer(folder: "\(path)/\(Self.tokenizerFolderName(component))"))
      } catch {
        throw .tokenizer(error)
      }
    }
    return CheckpointOutline(
      unet: unetConfiguration, autoencoder: autoencoderConfiguration,
      textEncoders: textEncoderConfigurations.map(\.configuration), tokenizers: tokenizers)
  }
}

extension StableDiffusionCheckpoint {
  package var outline: CheckpointOutline {
    CheckpointOutline(
      unet: unet.configuration, autoencoder: autoencoder.configuration,
      textEncoders: textTowers.map(\.model.configuration), tokenizers: textTowers.map(\.tokenizer))
  }
}

extension CLIPTextConfiguration {
  /// Embeddings, and in each layer four projections of attention, two of the feed-forward network and two norms.
  fileprivate var parameterCount: Int {
    let attention = 4 * hiddenSize * (hiddenSize + 1)
    let layer = attention + 2 * hiddenSize * intermediateSize + intermediateSize + 5 * hiddenSize
    return (vocabularySize + positions) * hiddenSize + layers * layer + 2 * hiddenSize
      + (projects ? hiddenSize * projectionSize : 0)
  }
}

extension AutoencoderConfiguration {
  /// Of the encoder and the decoder, whose levels have one more block.
  fileprivate var parameterCount: Int {
    func convolution(_ inputs: Int, _ outputs: Int, _ kernel: Int = 9) -> Int { kernel * inputs * outputs + outputs }
    func resnet(_ inputs: Int, _ outputs: Int) -> Int {
      convolution(inputs, outputs) + convolution(outputs, outputs) + 2 * (inputs + outputs)
        + (inputs == outputs ? 0 : convolution(inputs, outputs, 1))
    }
    let first = blockOutChannels.first ?? 0, last = blockOutChannels.last ?? 0
    var count = convolution(inChannels, first) + convolution(last, 2 * latentChannels) + 2 * last
    count += convolution(latentChannels, last) + convolution(first, outChannels) + 2 * first
    count += 2 * (2 * resnet(last, last) + 4 * last * (last + 1) + 2 * last)
    for (level, width) in blockOutChannels.enumerated() {
      let isLast = level == blockOutChannels.count - 1
      count += resnet(blockOutChannels[max(level - 1, 0)], width) + (layersPerBlock - 1) * resnet(width, width)
      let below = blockOutChannels[min(level + 1, blockOutChannels.count - 1)]
      count += resnet(below, width) + layersPerBlock * resnet(width, width)
      if !isLast { count += convolution(width, width) }
      if level > 0 { count += convolution(width, width) }
    }
    return count
  }
}
