import Torch

/// Epsilon of every normalisation in the autoencoder.
private let epsilon = 1e-6

/// A level of the encoder: blocks of one width, then half the size.
final class EncoderBlock {
  private let resnets: [ResnetBlock2D]
  private let downsample: Downsample2D?

  init(
    _ scope: ParameterScope, inputs: Int, outputs: Int, layers: Int, groups: Int, downsamples: Bool
  ) throws(CheckpointError) {
    var resnets: [ResnetBlock2D] = []
    for layer in 0..<layers {
      resnets.append(
        try ResnetBlock2D(
          scope["resnets"][layer], inputs: layer == 0 ? inputs : outputs, outputs: outputs, groups: groups,
          epsilon: epsilon))
    }
    self.resnets = resnets
    downsample = downsamples ? try Downsample2D(scope["downsamplers"][0], channels: outputs, padding: 0) : nil
  }

  func forward(_ x: Tensor) throws(TorchError) -> Tensor {
    var h = x
    for resnet in resnets { h = try resnet.forward(h) }
    return try downsample?.forward(h) ?? h
  }
}

/// A level of the decoder: blocks of one width, then twice the size.
final class DecoderBlock {
  private let resnets: [ResnetBlock2D]
  private let upsample: Upsample2D?

  init(
    _ scope: ParameterScope, inputs: Int, outputs: Int, layers: Int, groups: Int, upsamples: Bool
  ) throws(CheckpointError) {
    var resnets: [ResnetBlock2D] = []
    for layer in 0..<layers {
      resnets.append(
        try ResnetBlock2D(
          scope["resnets"][layer], inputs: layer == 0 ? inputs : outputs, outputs: outputs, groups: groups,
          epsilon: epsilon))
    }
    self.resnets = resnets
    upsample = upsamples ? try Upsample2D(scope["upsamplers"][0], channels: outputs) : nil
  }

  func forward(_ x: Tensor) throws(TorchError) -> Tensor {
    var h = x
    for resnet in resnets { h = try resnet.forward(h) }
    return try upsample?.forward(h) ?? h
  }
}

/// The narrowest part of encoder and decoder: attention of one head over all pixels, between two blocks.
final class AutoencoderMidBlock {
  private let first: ResnetBlock2D
  private let norm: GroupNorm?
  private let attention: Attention?
  private let second: ResnetBlock2D

  init(_ scope: ParameterScope, channels: Int, groups: Int, attends: Bool) throws(CheckpointError) {
    first = try ResnetBlock2D(
      scope["resnets"][0], inputs: channels, outputs: channels, groups: groups, epsilon: epsilon)
    let place = scope["attentions"][0]
    norm =
      attends ? try GroupNorm(place["group_norm"], groups: groups, channels: channels, epsilon: epsilon) : nil
    attention =
      attends
      ? try Attention(place, width: channels, contextWidth: channels, heads: 1, projectionBias: true) : nil
    second = try ResnetBlock2D(
      scope["resnets"][1], inputs: channels, outputs: channels, groups: groups, epsilon: epsilon)
  }

  func forward(_ x: Tensor) throws(TorchError) -> Tensor {
    var h = try first.forward(x)
    if let norm, let attention {
      let shape = h.shape
      let pixels = try norm.forward(h).flatten(from: 2, to: 3).transpose(1, 2)
      h = try h + attention.forward(pixels).transpose(1, 2).reshape(shape)
    }
    return try second.forward(h)
  }
}
