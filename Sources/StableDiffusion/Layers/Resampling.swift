import Torch

/// Halves height and width by a convolution of stride 2.
package final class Downsample2D {
  private let conv: Conv2d
  private let padsAsymmetrically: Bool

  /// - Parameter padding: 1 in the U-Net; 0 in the autoencoder, which pads right and bottom by hand.
  init(_ scope: ParameterScope, channels: Int, padding: Int) throws(CheckpointError) {
    conv = try Conv2d(scope["conv"], channels, channels, kernel: 3, stride: 2, padding: padding)
    padsAsymmetrically = padding == 0
  }

  package func forward(_ x: Tensor) throws(TorchError) -> Tensor {
    try conv.forward(padsAsymmetrically ? F.pad(x, [0, 1, 0, 1]) : x)
  }
}

/// Doubles height and width by repeating pixels, then convolves.
package final class Upsample2D {
  private let conv: Conv2d

  init(_ scope: ParameterScope, channels: Int) throws(CheckpointError) {
    conv = try Conv2d(scope["conv"], channels, channels, kernel: 3, padding: 1)
  }

  /// - Parameter size: height and width to reach where the double does not fit, as after an odd size was halved.
  package func forward(_ x: Tensor, size: (height: Int, width: Int)? = nil) throws(TorchError) -> Tensor {
    let shape = x.shape
    let (height, width) = size ?? (2 * shape[2], 2 * shape[3])
    return try conv.forward(F.interpolateNearest(x, height: height, width: width))
  }
}
