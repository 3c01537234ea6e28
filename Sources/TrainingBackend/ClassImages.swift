import Images
import ModelFiles
import StableDiffusion
import Torch

/// Images of the subject's class, made by the checkpoint itself before anything is trained: they keep it from
/// forgetting the class (DreamBooth). The same seed makes the same ones, so a run that goes on makes them anew.
struct ClassImages {
  /// Of the sampler, for each image.
  static let steps = 25

  let latents: LatentCache
  /// For each bucket of the training images, the order of its own class images.
  private let orders: [BatchOrder]
  private let first: [Int]

  /// - Parameters:
  ///   - sizes: of each bucket that has training images, with their number: class images come in the same shapes.
  ///   - onImage: called after each one with how many there are; what it throws ends the work.
  init(
    _ checkpoint: StableDiffusionCheckpoint, _ prior: TrainingSettings.PriorPreservation,
    sizes: [(size: PixelSize, images: Int)], batchSize: Int, randomness: StepRandomness,
    cancellation: CancellationFlag, onImage: (Int) throws -> Void
  ) throws {
    var latents = LatentCache(checkpoint.autoencoder, mirrored: false)
    var orders: [BatchOrder] = []
    var first: [Int] = []
    let synthesizer = ImageSynthesizer(checkpoint)
    for (bucket, count) in Self.counts(prior.imageCount, over: sizes.map(\.images)).enumerated() {
      let size = sizes[bucket].size
      first.append(latents.count)
      let request = try Self.request(prior.classPrompt, size)
      for _ in 0..<count {
        let seed = randomness.derive(.classImages, latents.count)
        for pixels in try synthesizer.images(request, seeds: [seed], onStep: { _ in try cancellation.check() }) {
          let image = PixelImage(width: size.width, height: size.height, pixels: pixels)
          try latents.add(image, framing: Framing(of: size, in: size))
        }
        try onImage(latents.count)
      }
      orders.append(
        BatchOrder(
          bucketOf: Array(repeating: 0, count: count), batchSize: batchSize, randomness: randomness,
          use: .classOrder, stream: bucket))
    }
    self.latents = latents
    self.orders = orders
    self.first = first
  }

  /// As many class images as a batch of the bucket has places.
  func members(_ number: Int, bucket: Int) throws(TorchError) -> [Int] {
    try orders[bucket].members(number).map { first[bucket] + $0 }
  }

  /// Shares in proportion to the training images, at least one each.
  static func counts(_ total: Int, over images: [Int]) -> [Int] {
    let all = max(images.reduce(0, +), 1)
    return images.map { max(Int((Double(total * $0) / Double(all)).rounded()), 1) }
  }

  private static func request(_ prompt: String, _ size: PixelSize) throws -> ImageSynthesizer.Request {
    ImageSynthesizer.Request(
      prompt: prompt, sampler: try SamplerCatalog.named("dpmpp_2m_karras"), steps: steps,
      guidance: Guidance(scale: 7.5), width: size.width, height: size.height)
  }
}
