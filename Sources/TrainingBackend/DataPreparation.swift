import Images
import StableDiffusion
import Torch

/// The images of a run as it trains on them.
struct PreparedData {
  var latents: LatentCache
  /// Of each image in the cache.
  var ids: [String] = []
  /// Of each image in the cache.
  var captions: [String] = []
  /// Of each image in the cache: its size's index in `plan`.
  var buckets: [Int] = []
  let plan: BucketPlan
  var rejections: [TrainingError.Rejection] = []

  /// The sizes that have images, with their numbers, in the plan's order.
  var sizes: [(size: PixelSize, images: Int)] {
    let counts = Dictionary(grouping: buckets) { $0 }.mapValues(\.count)
    return counts.sorted { $0.key < $1.key }.map { (plan.sizes[$0.key], $0.value) }
  }
}

/// Decodes, judges, frames and encodes every image of a plan, one at a time.
struct DataPreparation {
  let checkpoint: StableDiffusionCheckpoint
  let plan: LoRATrainer.Plan
  /// Of each example, with the trigger word.
  let captions: [String]
  let cancellation: CancellationFlag
  let onEvent: (TrainingEvent) throws -> Void

  /// - Throws: `TrainingError.imagesRejected` or `.noImages`, and `CancellationError` between two images.
  func run() throws -> PreparedData {
    let settings = plan.settings
    var data = PreparedData(
      latents: LatentCache(checkpoint.autoencoder, mirrored: settings.randomFlip),
      plan: BucketPlan(
        resolution: settings.resolution, sideMultiple: checkpoint.outline.sideMultiple,
        isBucketed: settings.aspectRatioBuckets))
    let checker = try plan.safetyCheck?.load(checkpoint)
    for (example, caption) in zip(plan.examples, captions) {
      try cancellation.check()
      let framed: Framed
      do throws(ImageError) {
        framed = try frame(example, data.plan)
      } catch {
        try reject(.init(image: example.id, reason: error.message), &data)
        continue
      }
      let whole = framed.whole
      if let verdict = try checker?.check(whole.pixels, width: whole.width, height: whole.height), verdict.isUnsafe {
        try reject(.init(image: example.id, reason: "its content is unsafe", safetyScore: verdict.score), &data)
        continue
      }
      try data.latents.add(framed.image, framing: framed.framing, mask: framed.mask)
      data.ids.append(example.id)
      data.captions.append(caption)
      data.buckets.append(framed.bucket)
      // What is kept of an image lies amid what its encoding took: left to itself the allocator finds no room there for
      // the next one's, and takes more for each: after three images of 512 pixels in Stable Diffusion's autoencoder
      // 2.8 GB in a backend, and with this 1.7.
      if checkpoint.autoencoder.device == .cpu { Torch.releaseUnusedMemory() }
    }
    guard data.rejections.isEmpty || plan.continuesOnRejection else {
      throw TrainingError.imagesRejected(data.rejections)
    }
    guard data.latents.count > 0 else { throw TrainingError.noImages(data.rejections) }
    return data
  }

  private func reject(_ rejection: TrainingError.Rejection, _ data: inout PreparedData) throws {
    data.rejections.append(rejection)
    try onEvent(.rejected(rejection))
  }

  /// An image brought to the size that it is trained at.
  private struct Framed {
    let whole: PixelImage
    let image: PixelImage
    let framing: Framing
    let bucket: Int
    let mask: LossMask?
  }

  private func frame(_ example: TrainingExample, _ sizes: BucketPlan) throws(ImageError) -> Framed {
    let whole = try example.source.load(plan.imageLimits)
    let bucket = sizes.index(for: whole.size)
    let framing = Framing(of: whole.size, in: sizes.sizes[bucket])
    var mask: LossMask?
    if let source = example.mask {
      mask = try LossMask(
        source.load(plan.imageLimits), framing: framing,
        pixelsPerLatent: checkpoint.autoencoder.configuration.downsamplingFactor,
        unmaskedWeight: plan.settings.unmaskedWeight)
    }
    return Framed(
      whole: whole, image: try Images.cover(whole, width: framing.target.width, height: framing.target.height),
      framing: framing, bucket: bucket, mask: mask)
  }

  /// The class images that the settings ask for, told of as they are made.
  func classImages(_ data: PreparedData, _ randomness: StepRandomness) throws -> ClassImages? {
    guard let prior = plan.settings.priorPreservation else { return nil }
    let sizes = data.sizes
    let total = ClassImages.counts(prior.imageCount, over: sizes.map(\.images)).reduce(0, +)
    return try ClassImages(
      checkpoint, prior, sizes: sizes, batchSize: plan.settings.batchSize, randomness: randomness,
      cancellation: cancellation
    ) { count in try onEvent(.preparing(classImages: count, of: total)) }
  }
}

extension TrainingExample.Source {
  func load(_ limits: ImageLimits) throws(ImageError) -> PixelImage {
    switch self {
    case .file(let path): try Images.decode(path: path, limits: limits)
    case .image(let image): image
    }
  }
}
