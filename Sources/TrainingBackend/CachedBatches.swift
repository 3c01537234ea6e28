import StableDiffusion
import Torch

/// Batches of cached latents: every epoch in an order of its own, all images of a batch of one size, mirrored and with
/// captions varied as the settings say; with prior preservation, as many class images behind them.
struct CachedBatches: BatchSource {
  private let settings: TrainingSettings
  private let style: CaptionStyle
  private let randomness: StepRandomness
  private let latents: LatentCache
  /// One for each image in the cache.
  private let captions: [String]
  private let order: BatchOrder
  private let classImages: ClassImages?

  init(
    settings: TrainingSettings, triggerWord: String, data: PreparedData, classImages: ClassImages?,
    randomness: StepRandomness
  ) {
    self.settings = settings
    latents = data.latents
    captions = data.captions
    self.classImages = classImages
    self.randomness = randomness
    style = CaptionStyle(settings, trigger: triggerWord)
    order = BatchOrder(bucketOf: data.buckets, batchSize: settings.batchSize, randomness: randomness)
  }

  func batch(_ number: Int) throws -> TrainingBatch {
    let members = try order.members(number)
    let generator = try randomness.generator(.batch, number)
    let coins = try Tensor.rand(shape: [2, members.count], generator: generator).floats()
    var rows: [Row] = []
    for (row, member) in members.enumerated() {
      let mirrored = settings.randomFlip && coins[row] < 0.5
      let caption = style.varied(
        captions[member], coin: Double(coins[members.count + row]),
        seed: randomness.derive(.captions, number * settings.batchSize + row))
      rows.append(try draw(latents, member, mirrored: mirrored, caption: caption, generator))
    }
    guard let classImages, let prior = settings.priorPreservation else { return try batch(rows) }
    for member in try classImages.members(number, bucket: order.bucket(number)) {
      rows.append(try draw(classImages.latents, member, mirrored: false, caption: prior.classPrompt, generator))
    }
    var batch = try batch(rows)
    // DreamBooth's loss is the mean over the subject's images plus the weighted one over the class's; the batch's is
    // one mean over both halves.
    batch.sampleWeights = members.map { _ in 2 } + members.map { _ in 2 * prior.weight }
    return batch
  }

  private struct Row {
    let latents: Tensor
    let caption: String
    let sizes: MicroConditioning
    let mask: Tensor?
  }

  private func draw(
    _ cache: LatentCache, _ member: Int, mirrored: Bool, caption: String, _ generator: Generator
  ) throws -> Row {
    let noise = try Tensor.randn(shape: cache.shape(member), generator: generator)
    return Row(
      latents: try cache.sample(member, mirrored: mirrored, noise: noise), caption: caption,
      sizes: MicroConditioning(cache.framing(member)), mask: try cache.mask(member)?.tensor(mirrored: mirrored))
  }

  private func batch(_ rows: [Row]) throws -> TrainingBatch {
    let latents = try Tensor.cat(rows.map(\.latents), dim: 0)
    var batch = TrainingBatch(latents: latents, captions: rows.map(\.caption), sizes: rows.map(\.sizes))
    if rows.contains(where: { $0.mask != nil }) {
      let shape = latents.shape
      let all = try Tensor.ones(shape: [1, 1, shape[2], shape[3]])
      batch.pixelWeights = try Tensor.cat(rows.map { $0.mask ?? all }, dim: 0)
    }
    return batch
  }
}

extension MicroConditioning {
  /// What Stable Diffusion XL is told of a training image: the size it had, the place of the cut in the scaled image,
  /// and the size it is trained at (Podell et al., arXiv 2307.01952, 2.2).
  init(_ framing: Framing) {
    self.init(width: framing.target.width, height: framing.target.height)
    originalWidth = framing.original.width
    originalHeight = framing.original.height
    cropLeft = framing.left
    cropTop = framing.top
  }
}
