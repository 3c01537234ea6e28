import Torch

/// A cheap look at latents: each latent's colour as a function of its channels alone, in place of a decode.
///
/// Stable Diffusion's latents are nearly linear in a small picture's colours, so that matrices for it are passed
/// around; other autoencoders are less so. Here the function is a linear one of the channels and of fixed random ramps
/// over them (Rahimi and Recht 2008), fitted to the autoencoder at hand by ridge regression over what it makes of a
/// few drawings.
package struct LatentPreview {
  private static let ramps = 128
  /// `[ramps, channels]`.
  private let directions: Tensor
  /// `[ramps, 1]`.
  private let offsets: Tensor
  /// `[3, channels + ramps + 1]`.
  private let colourWeights: Tensor

  /// - Parameter latents: scaled, `[1, channels, height, width]`.
  /// - Returns: the image, `[1, 3, height, width]`, about −1…1, one pixel a latent.
  func colours(_ latents: Tensor) throws(TorchError) -> Tensor {
    let pixels = try latents.to(dtype: .float32).flatten(from: 2, to: 3).select(dim: 0, index: 0)
    let colours = try colourWeights.matmul(Self.features(pixels, directions, offsets))
    return try colours.reshape([1, 3, latents.shape[2], latents.shape[3]])
  }

  /// Fits the function to an autoencoder.
  init(_ autoencoder: AutoencoderKL) throws(TorchError) {
    let factor = autoencoder.configuration.downsamplingFactor, channels = autoencoder.configuration.latentChannels
    let generator = try Generator(seed: 1)
    directions = try (Tensor.randn(shape: [Self.ramps, channels], generator: generator) / Double(channels).squareRoot())
      .to(device: autoencoder.device)
    offsets = try Tensor.randn(shape: [Self.ramps, 1], generator: generator).to(device: autoencoder.device)
    var latents: [Tensor] = []
    var colours: [Tensor] = []
    for drawing in try Self.drawings(side: 16 * factor, generator) {
      let clean = try autoencoder.encode(drawing.to(dtype: autoencoder.dtype, device: autoencoder.device)).mean
      let seen = try autoencoder.decode(clean).to(dtype: .float32)
      latents.append(try (clean.to(dtype: .float32) * autoencoder.scalingFactor).flatten(from: 2, to: 3))
      colours.append(try F.avgPool2d(seen, kernel: factor).flatten(from: 2, to: 3))
    }
    let inputs = try Self.features(Tensor.cat(latents, dim: 2).select(dim: 0, index: 0), directions, offsets)
    let targets = try Tensor.cat(colours, dim: 2).select(dim: 0, index: 0)
    let gram = try inputs.matmul(inputs.transpose(0, 1)).doubles()
    let right = try inputs.matmul(targets.transpose(0, 1)).doubles()
    let weights = RidgeRegression.solve(gram, right, count: inputs.shape[0], strength: 0.01)
    colourWeights = try Tensor(weights.flatMap { $0.map { Float($0) } }, shape: [3, inputs.shape[0]])
      .to(device: autoencoder.device)
  }

  /// Of `[channels, pixels]`: `[channels + ramps + 1, pixels]`.
  private static func features(
    _ pixels: Tensor, _ directions: Tensor, _ offsets: Tensor
  ) throws(TorchError) -> Tensor {
    let one = try Tensor.ones(shape: [1, pixels.shape[1]]).to(device: pixels.device)
    return try Tensor.cat([pixels, (directions.matmul(pixels) + offsets).relu(), one], dim: 0)
  }

  /// Smooth colours, patches and fine grain: what pictures are made of. The same every time.
  private static func drawings(side: Int, _ generator: Generator) throws(TorchError) -> [Tensor] {
    var drawings: [Tensor] = []
    for cells in [1, 2, 3, 4, 8, 16] {
      let patches = try Tensor.rand(shape: [1, 3, cells + 1, cells + 1], generator: generator) * 2 - 1
      let mode: F.Interpolation = cells % 2 == 0 ? .nearest : .bilinear
      let grain = try Tensor.randn(shape: [1, 3, side, side], generator: generator) * 0.02
      drawings.append(
        try (F.interpolate(patches, height: side, width: side, mode: mode) + grain).clamp(min: -1, max: 1))
    }
    return drawings
  }
}

private enum RidgeRegression {
  /// The weights of each of three outputs, by elimination.
  ///
  /// - Parameters:
  ///   - gram: inputs times inputs, `count` × `count`.
  ///   - right: inputs times outputs, `count` × 3.
  ///   - strength: how much weights cost, to the mean square of the inputs: without it an input that says nothing would
  ///     get any weight.
  static func solve(_ gram: [Double], _ right: [Double], count: Int, strength: Double) -> [[Double]] {
    var rows = (0..<count).map { row in
      Array(gram[row * count..<(row + 1) * count]) + right[row * 3..<(row + 1) * 3]
    }
    let ridge = max(strength * (0..<count).reduce(0) { $0 + rows[$1][$1] } / Double(count), 1e-9)
    for row in 0..<count { rows[row][row] += ridge }
    for pivot in 0..<count {
      let pivotRow = rows[pivot]
      for row in 0..<count where row != pivot {
        let factor = rows[row][pivot] / pivotRow[pivot]
        for column in pivot..<count + 3 { rows[row][column] -= factor * pivotRow[column] }
      }
    }
    return (0..<3).map { colour in (0..<count).map { rows[$0][count + colour] / rows[$0][$0] } }
  }
}
