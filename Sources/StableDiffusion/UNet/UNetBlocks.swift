import Torch

/// What the blocks of one level of the U-Net have in common.
struct UNetLevel {
  var layers: Int
  var timeWidth: Int
  var groups: Int
  var epsilon: Double
  /// How its attention blocks are made, nil for a level without attention.
  var transformer: TransformerShape?
}

/// What every block is told besides its features.
struct UNetConditions {
  /// The timestep's embedding after SiLU, `[batch, timeWidth]`.
  var activatedTime: Tensor
  /// The prompt's features, `[batch, length, crossAttentionWidth]`.
  var context: Tensor
  /// Of each residual block and of each transformer block.
  var activations = Activations.kept
}

extension ResnetBlock2D {
  fileprivate func forward(_ x: Tensor, _ conditions: UNetConditions) throws(TorchError) -> Tensor {
    let inputs = [x, conditions.activatedTime]
    return try conditions.activations.of(inputs, hasLeaves: hasAdapters) { (inputs) throws(TorchError) in
      try self.forward(inputs[0], activatedTime: inputs[1])
    }
  }
}

/// A level on the way down; it hands every intermediate result across to the way up.
final class UNetDownBlock {
  private let resnets: [ResnetBlock2D]
  private let transformers: [Transformer2DModel]
  private let downsample: Downsample2D?

  init(
    _ scope: ParameterScope, inputs: Int, outputs: Int, level: UNetLevel, downsamplePadding: Int?
  ) throws(CheckpointError) {
    var resnets: [ResnetBlock2D] = []
    var transformers: [Transformer2DModel] = []
    for index in 0..<level.layers {
      if let shape = level.transformer {
        transformers.append(try Transformer2DModel(scope["attentions"][index], shape))
      }
      resnets.append(
        try ResnetBlock2D(
          scope["resnets"][index], inputs: index == 0 ? inputs : outputs, outputs: outputs, groups: level.groups,
          epsilon: level.epsilon, timeWidth: level.timeWidth))
    }
    self.resnets = resnets
    self.transformers = transformers
    downsample =
      if let downsamplePadding {
        try Downsample2D(scope["downsamplers"][0], channels: outputs, padding: downsamplePadding)
      } else { nil }
  }

  func forward(
    _ x: Tensor, _ conditions: UNetConditions, skips: inout [Tensor]
  ) throws(TorchError) -> Tensor {
    var h = x
    for (index, resnet) in resnets.enumerated() {
      h = try resnet.forward(h, conditions)
      if !transformers.isEmpty {
        h = try transformers[index].forward(h, context: conditions.context, conditions.activations)
      }
      skips.append(h)
    }
    if let downsample {
      h = try downsample.forward(h)
      skips.append(h)
    }
    return h
  }
}

/// The lowest level: attention between two blocks.
final class UNetMidBlock {
  private let first: ResnetBlock2D
  private let transformer: Transformer2DModel
  private let second: ResnetBlock2D

  init(_ scope: ParameterScope, shape: TransformerShape, level: UNetLevel) throws(CheckpointError) {
    transformer = try Transformer2DModel(scope["attentions"][0], shape)
    func resnet(_ index: Int) throws(CheckpointError) -> ResnetBlock2D {
      try ResnetBlock2D(
        scope["resnets"][index], inputs: shape.channels, outputs: shape.channels, groups: level.groups,
        epsilon: level.epsilon, timeWidth: level.timeWidth)
    }
    first = try resnet(0)
    second = try resnet(1)
  }

  func forward(_ x: Tensor, _ conditions: UNetConditions) throws(TorchError) -> Tensor {
    let h = try first.forward(x, conditions)
    return try second.forward(
      transformer.forward(h, context: conditions.context, conditions.activations), conditions)
  }
}

/// A level on the way up; each of its layers takes one result from the way down.
final class UNetUpBlock {
  private let resnets: [ResnetBlock2D]
  private let transformers: [Transformer2DModel]
  private let upsample: Upsample2D?

  /// - Parameters:
  ///   - inputs: width of what comes from below.
  ///   - skips: widths of the results it takes from the way down, in the order of use; one a layer.
  init(
    _ scope: ParameterScope, inputs: Int, skips: [Int], outputs: Int, level: UNetLevel, upsamples: Bool
  ) throws(CheckpointError) {
    var resnets: [ResnetBlock2D] = []
    var transformers: [Transformer2DModel] = []
    for (index, skip) in skips.enumerated() {
      if let shape = level.transformer {
        transformers.append(try Transformer2DModel(scope["attentions"][index], shape))
      }
      resnets.append(
        try ResnetBlock2D(
          scope["resnets"][index], inputs: (index == 0 ? inputs : outputs) + skip, outputs: outputs,
          groups: level.groups, epsilon: level.epsilon, timeWidth: level.timeWidth))
    }
    self.resnets = resnets
    self.transformers = transformers
    upsample = upsamples ? try Upsample2D(scope["upsamplers"][0], channels: outputs) : nil
  }

  func forward(
    _ x: Tensor, _ conditions: UNetConditions, skips: inout [Tensor]
  ) throws(TorchError) -> Tensor {
    var h = x
    for (index, resnet) in resnets.enumerated() {
      h = try resnet.forward(Tensor.cat([h, skips.removeLast()], dim: 1), conditions)
      if !transformers.isEmpty {
        h = try transformers[index].forward(h, context: conditions.context, conditions.activations)
      }
    }
    guard let upsample else { return h }
    // The size to meet is the next result's from the way down: an odd size was rounded up when it was halved.
    let next = skips.last?.shape
    return try upsample.forward(h, size: next.map { ($0[2], $0[3]) })
  }
}
