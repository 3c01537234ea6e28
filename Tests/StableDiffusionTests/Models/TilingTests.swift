import Foundation
import Testing
import Torch

@testable import StableDiffusion

@Suite("Large pictures and cheap looks at latents") struct TilingTests {
  private let bundled: AutoencoderKL

  init() throws {
    try Torch.setThreads(1)
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardized
    bundled = try CheckpointFolder(root.appending(path: "Models/lorikeet-tiny").path)
      .autoencoder(dtype: .float32, device: .cpu)
  }

  /// Soft colours with some shapes, `[1, 3, side, side]`.
  private func drawing(side: Int) throws -> Tensor {
    let generator = try Generator(seed: 5)
    let soft = try F.interpolate(
      Tensor.rand(shape: [1, 3, 4, 4], generator: generator) * 2 - 1, height: side, width: side, mode: .bilinear)
    let shapes = try F.interpolate(
      Tensor.rand(shape: [1, 3, 7, 7], generator: generator).gt(0.8).to(dtype: .float32), height: side, width: side,
      mode: .nearest)
    return try (soft + shapes).clamp(min: -1, max: 1)
  }

  private func rootMeanSquare(_ a: Tensor, _ b: Tensor) throws -> Double {
    try ((a - b) * (a - b)).mean().item().squareRoot()
  }

  @Test("tiles cover a side, are of one length, and their shares add up to 1 everywhere")
  func axes() {
    for side in 1...90 {
      let axis = TileAxis(side: side, length: 32, overlap: 8)
      #expect(axis.length == min(32, side) && axis.starts.first == 0)
      #expect(axis.starts.last == side - axis.length)
      #expect(zip(axis.starts, axis.starts.dropFirst()).allSatisfy { $0 < $1 && $1 - $0 <= 24 })
      var sums = [Float](repeating: 0, count: 2 * side)
      for (start, share) in zip(axis.starts, axis.shares(scale: 2)) {
        #expect(share.count == 2 * axis.length && share.allSatisfy { $0 > 0 && $0 <= 1 })
        for (place, value) in share.enumerated() { sums[2 * start + place] += value }
      }
      #expect(sums.allSatisfy { abs($0 - 1) < 1e-5 })
    }
  }

  @Test("pictures in tiles are those in one piece but for a little, and show no seams")
  func seams() throws {
    try inferenceMode {
      let image = try drawing(side: 384)
      let whole = try bundled.encode(image)
      let budget = bundled.activationBytes(latentHeight: 48, latentWidth: 48) - 1
      #expect(bundled.tileSide(latentHeight: 48, latentWidth: 48, budget: budget) == 32)
      let tiled = try bundled.encode(image, budget: budget)
      let spread = try whole.mean.std().item()
      let deviation = try rootMeanSquare(whole.mean, tiled.mean) / spread
      #expect(deviation < 0.06)
      let decoded = try bundled.decode(whole.mean), pieces = try bundled.decode(whole.mean, budget: budget)
      #expect(pieces.shape == decoded.shape)
      let error = try rootMeanSquare(decoded, pieces)
      #expect(error < 0.03)
      // A seam would be a step between neighbours that the picture in one piece does not have.
      func step(_ picture: Tensor) throws -> Double {
        let difference = try picture - decoded
        let left = try difference.narrow(dim: 3, start: 0, length: 383), right = try difference.narrow(
          dim: 3, start: 1, length: 383)
        return try (left - right).abs().mean(dims: [0, 1, 2]).max().item()
      }
      #expect(try step(pieces) < 0.025)
    }
  }

  @Test("what leaves float16's range is encoded and decoded again in float32")
  func overflow() throws {
    try inferenceMode {
      let half = try AutoencoderKL(
        TinyModel.autoencoder, ParameterStore(seed: 2, dtype: .float16, device: .cpu))
      let latents = try (Tensor.randn(shape: [1, 4, 4, 4], generator: Generator(seed: 3)) * 9).to(dtype: .float16)
      #expect(try half.decode(latents).dtype == .float16 && half.wideTwin == nil)
      // Latents of an encode that fell back are float32's.
      #expect(try half.decode(latents.to(dtype: .float32)).dtype == .float16)
      // The first convolution's results no longer fit.
      for (path, tensor) in half.parameters where path.hasSuffix("coder.conv_in.weight") { try tensor.fill_(30_000) }
      let seen = try half.decode(latents)
      let twin = try #require(half.wideTwin)
      #expect(try seen.dtype == .float32 && seen.isFiniteAll)
      #expect(try seen.floats() == twin.decode(latents.to(dtype: .float32)).floats())
      let image = try drawing(side: 16)
      let distribution = try half.encode(image.to(dtype: .float16))
      #expect(try distribution.mean.isFiniteAll && distribution.mean.dtype == .float32 && half.wideTwin === twin)
    }
  }

  @Test("a picture that fits its budget is in one piece")
  func small() throws {
    #expect(bundled.tileSide(latentHeight: 16, latentWidth: 16, budget: AutoencoderKL.activationBudget) == nil)
    let budget = bundled.activationBytes(latentHeight: 40, latentWidth: 60)
    #expect(bundled.tileSide(latentHeight: 40, latentWidth: 60, budget: budget) == nil)
    let tile = bundled.tileSide(latentHeight: 80, latentWidth: 80, budget: budget)
    #expect(tile == 32 && bundled.activationBytes(latentHeight: 32, latentWidth: 32) <= budget / 2)
  }

  @Test("the cheap look has the decoded picture's colours, on the bundled model and any other")
  func preview() throws {
    try inferenceMode {
      let latents = try bundled.encode(drawing(side: 128)).mean
      let seen = try F.avgPool2d(bundled.decode(latents), kernel: 8)
      let cheap = try bundled.preview().colours(latents * bundled.scalingFactor)
      func centred(_ image: Tensor) throws -> Tensor { try image - image.mean(dims: [2, 3], keepDim: true) }
      let (a, b) = (try centred(seen), try centred(cheap))
      let correlation = try (a * b).sum().item() / ((a * a).sum().item() * (b * b).sum().item()).squareRoot()
      #expect(correlation > 0.85, "\(correlation)")
    }
  }
}
