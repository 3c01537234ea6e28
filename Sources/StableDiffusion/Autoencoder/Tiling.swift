import Torch

/// How a side is cut into tiles that overlap, and how much of each tile shows where.
///
/// All tiles are of one length: the last one is moved back rather than cut short, for a narrow tile's normalisation
/// would see too little of the picture.
struct TileAxis: Equatable {
  /// The tiles' first places, rising.
  let starts: [Int]
  let length: Int
  private let side: Int

  /// - Parameters:
  ///   - side, length: at least 1.
  ///   - overlap: of neighbours, less than `length`.
  init(side: Int, length: Int, overlap: Int) {
    self.side = side
    self.length = min(length, side)
    let stride = max(self.length - overlap, 1)
    let count = side <= length ? 1 : (side - length + stride - 1) / stride + 1
    let end = side - self.length
    starts = (0..<count).map { min($0 * stride, end) }
  }

  /// Each tile's share of the result at each of its places: it fades towards its neighbours, and the shares add up to 1
  /// everywhere.
  ///
  /// - Parameter scale: places of the result to one of this side.
  func shares(scale: Int) -> [[Float]] {
    let (side, length) = (side * scale, length * scale)
    var sums = [Float](repeating: 0, count: side)
    var shares: [[Float]] = []
    for (index, start) in starts.enumerated() {
      let begin = start * scale
      let before = index > 0 ? (starts[index - 1] - start) * scale + length : 0
      let after = index + 1 < starts.count ? (start - starts[index + 1]) * scale + length : 0
      let share = (0..<length).map { place -> Float in
        let rise = before > 0 ? (Float(place) + 0.5) / Float(before) : 1
        let fall = after > 0 ? (Float(length - place) - 0.5) / Float(after) : 1
        return min(rise, fall, 1)
      }
      for place in 0..<length { sums[begin + place] += share[place] }
      shares.append(share)
    }
    for (index, start) in starts.enumerated() {
      for place in 0..<length { shares[index][place] /= sums[start * scale + place] }
    }
    return shares
  }
}

extension AutoencoderKL {
  /// What a picture's activations may take before it is worked on in tiles, in bytes: Stable Diffusion's and SDXL's
  /// 1,024 pixels in float32 fit.
  package static let activationBudget = 4 << 30

  /// About what encoding or decoding takes at its widest place, in bytes: two results of the two widest layers at the
  /// full size (measured for Stable Diffusion's at 512 pixels in float32: 808 MiB, where this says 768).
  func activationBytes(latentHeight: Int, latentWidth: Int) -> Int {
    let widths = configuration.blockOutChannels, factor = configuration.downsamplingFactor
    let pixels = latentHeight * latentWidth * factor * factor
    return pixels * (widths[0] + widths[min(1, widths.count - 1)]) * 2 * dtype.byteSize
  }

  /// The tiles' side in latents; nil when the whole fits the budget.
  func tileSide(latentHeight: Int, latentWidth: Int, budget: Int) -> Int? {
    guard activationBytes(latentHeight: latentHeight, latentWidth: latentWidth) > budget else { return nil }
    // Half of it: the whole's features and results are there too.
    var side = 32
    while side < 256, activationBytes(latentHeight: side + 8, latentWidth: side + 8) <= budget / 2 { side += 8 }
    return side
  }

  /// Works on tiles that overlap by a quarter, and blends their results. Only for what looks at its surroundings alone:
  /// the middle of the networks, where attention sees the whole picture, is small enough to be done in one piece, and
  /// halves the steps at seams that tiling all of it (diffusers' way) would leave. What stays is that normalisation
  /// averages over a tile.
  ///
  /// - Parameters:
  ///   - input: `[batch, channels, height, width]`.
  ///   - side: of a tile, in latents.
  ///   - unit: places of the input to a latent's side.
  ///   - scale: places of the result to a latent's side.
  func tiled(
    _ input: Tensor, side: Int, unit: Int, scale: Int, _ work: (Tensor) throws(TorchError) -> Tensor
  ) throws(TorchError) -> Tensor {
    let rows = TileAxis(side: input.shape[2] / unit, length: side, overlap: side / 4)
    let columns = TileAxis(side: input.shape[3] / unit, length: side, overlap: side / 4)
    let (down, across) = (rows.shares(scale: scale), columns.shares(scale: scale))
    var result: Tensor?
    for (top, rowShare) in zip(rows.starts, down) {
      let band = try input.narrow(dim: 2, start: top * unit, length: rows.length * unit)
      let vertical = try Tensor(rowShare, shape: [1, 1, rowShare.count, 1])
      for (left, columnShare) in zip(columns.starts, across) {
        let tile = try work(band.narrow(dim: 3, start: left * unit, length: columns.length * unit).contiguous())
        let share = try vertical * Tensor(columnShare, shape: [1, 1, 1, columnShare.count])
        let whole =
          if let result { result } else {
            try Tensor.zeros(
              shape: [tile.shape[0], tile.shape[1], input.shape[2] / unit * scale, input.shape[3] / unit * scale]
            ).to(device: input.device)
          }
        _ = try whole.narrow(dim: 2, start: top * scale, length: rowShare.count)
          .narrow(dim: 3, start: left * scale, length: columnShare.count)
          .add_(tile.to(dtype: .float32) * share.to(device: input.device))
        result = whole
      }
    }
    guard let result else { throw TorchError(.invalidArgument, "an empty image cannot be tiled") }
    return try result.to(dtype: input.dtype)
  }
}
