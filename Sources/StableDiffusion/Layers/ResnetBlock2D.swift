import Torch

/// Two convolutions with a way around them; the U-Net's also hear of the timestep.
package final class ResnetBlock2D {
  private let norm1: GroupNorm
  private let conv1: Conv2d
  private let timeProjection: Linear?
  private let norm2: GroupNorm
  private let conv2: Conv2d
  private let shortcut: Conv2d?

  /// - Parameter timeWidth: width of the timestep's embedding, nil where there is none.
  init(
    _ scope: ParameterScope, inputs: Int, outputs: Int, groups: Int, epsilon: Double, timeWidth: Int? = nil
  ) throws(CheckpointError) {
    norm1 = try GroupNorm(scope["norm1"], groups: groups, channels: inputs, epsilon: epsilon)
    conv1 = try Conv2d(scope["conv1"], inputs, outputs, kernel: 3, padding: 1)
    timeProjection =
      if let timeWidth { try Linear(scope["time_emb_proj"], timeWidth, outputs) } else { nil }
    norm2 = try GroupNorm(scope["norm2"], groups: groups, channels: outputs, epsilon: epsilon)
    conv2 = try Conv2d(scope["conv2"], outputs, outputs, kernel: 3, padding: 1)
    shortcut = inputs == outputs ? nil : try Conv2d(scope["conv_shortcut"], inputs, outputs, kernel: 1)
  }

  /// Whether there is anything to train in it.
  var hasAdapters: Bool {
    let layers: [(any AdaptableLayer)?] = [conv1, timeProjection, conv2, shortcut]
    return layers.contains { $0?.adapters.isEmpty == false }
  }

  /// - Parameters:
  ///   - x: `[batch, inputs, height, width]`.
  ///   - activatedTime: the timestep's embedding after SiLU, `[batch, timeWidth]`: the same for every block, so the
  ///     U-Net applies SiLU once.
  package func forward(_ x: Tensor, activatedTime: Tensor? = nil) throws(TorchError) -> Tensor {
    var time: Tensor?
    if let timeProjection, let activatedTime { time = try timeProjection.forward(activatedTime) }
    let h = try conv1.forward(norm1.forward(x, silu: true), perImage: time)
    return try conv2.forward(norm2.forward(h, silu: true), residual: shortcut?.forward(x) ?? x)
  }
}
