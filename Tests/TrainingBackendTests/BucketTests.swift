import Images
import StableDiffusion
import Testing
import Torch

@testable import TrainingBackend

@Suite("Buckets and batches")
struct BucketTests {
  private let plan = BucketPlan(resolution: 512, sideMultiple: 64, isBucketed: true)

  @Test("no size has more pixels than the square, and each has sides that the checkpoint takes", arguments: [
    (512, 64), (1024, 64), (768, 64), (128, 8), (16, 4), (64, 64), (576, 48),
  ])
  func sizes(resolution: Int, multiple: Int) {
    let plan = BucketPlan(resolution: resolution, sideMultiple: multiple, isBucketed: true)
    #expect(plan.sizes.contains(PixelSize(width: resolution, height: resolution)))
    for size in plan.sizes {
      #expect(size.area <= resolution * resolution && size.width > 0 && size.height > 0, "\(size)")
      #expect(size.width <= 2 * resolution && size.height <= 2 * resolution)
      #expect(size.width % multiple == 0 && size.height % multiple == 0, "\(size)")
      #expect(plan.sizes.contains(PixelSize(width: size.height, height: size.width)), "\(size)")
    }
  }

  @Test("an image goes to the shape nearest to its own")
  func nearest() {
    func size(_ width: Int, _ height: Int) -> PixelSize {
      plan.sizes[plan.index(for: PixelSize(width: width, height: height))]
    }
    #expect(size(900, 900) == PixelSize(width: 512, height: 512))
    #expect(size(3000, 2000) == PixelSize(width: 640, height: 384))
    #expect(size(2000, 3000).aspectRatio == 1 / size(3000, 2000).aspectRatio)
    #expect(size(10_000, 10).width == 1024)
    #expect(size(10, 10_000).height == 1024)
  }

  @Test("without buckets the square is the only size")
  func square() {
    let plan = BucketPlan(resolution: 512, sideMultiple: 64, isBucketed: false)
    #expect(plan.sizes == [PixelSize(width: 512, height: 512)])
    #expect(plan.index(for: PixelSize(width: 9, height: 1)) == 0)
  }

  @Test("the cut is in the middle, and its place is told in pixels of the scaled image")
  func framing() {
    let wide = Framing(of: PixelSize(width: 2000, height: 1000), in: PixelSize(width: 512, height: 512))
    #expect(wide.scale == 0.512 && wide.left == 256 && wide.top == 0)
    #expect(abs(wide.lost - 0.5) < 1e-9)
    let sizes = MicroConditioning(wide)
    #expect(sizes.originalWidth == 2000 && sizes.originalHeight == 1000 && sizes.cropLeft == 256 && sizes.cropTop == 0)
    #expect(sizes.targetWidth == 512 && sizes.targetHeight == 512)
    let small = Framing(of: PixelSize(width: 100, height: 100), in: PixelSize(width: 512, height: 512))
    #expect(small.scale == 5.12 && small.lost == 0)
  }

  @Test("every batch is of one bucket, and after a round every image was seen equally often", arguments: [1, 2, 3, 5])
  func order(batchSize: Int) throws {
    let bucketOf = [0, 2, 0, 1, 2, 2, 0, 2, 2]
    let order = BatchOrder(bucketOf: bucketOf, batchSize: batchSize, randomness: StepRandomness(seed: 5))
    var seen = [Int](repeating: 0, count: bucketOf.count)
    for number in 0..<bucketOf.count * 3 {
      let members = try order.members(number)
      #expect(members.count == batchSize)
      #expect(Set(members.map { bucketOf[$0] }).count == 1)
      for member in members { seen[member] += 1 }
      // On the way, too, nobody is far ahead.
      let ahead = seen.indices.map { Double(seen[$0]) }
      #expect((ahead.max() ?? 0) - (ahead.min() ?? 0) <= Double(2 * batchSize) + 1)
    }
    #expect(Set(seen) == [3 * batchSize])
  }

  @Test("the order is a function of the seed")
  func orderOfSeed() throws {
    func members(_ seed: UInt64) throws -> [[Int]] {
      let order = BatchOrder(
        bucketOf: [0, 0, 0, 0, 1, 1, 1], batchSize: 2, randomness: StepRandomness(seed: seed))
      return try (0..<20).map(order.members)
    }
    #expect(try members(1) == members(1))
    #expect(try members(1) != members(2))
  }

  @Test("one bucket is walked as a list of images always was")
  func oneBucket() throws {
    let randomness = StepRandomness(seed: 3)
    let order = BatchOrder(bucketOf: Array(repeating: 4, count: 5), batchSize: 2, randomness: randomness)
    for number in 0..<12 {
      #expect(try order.members(number) == randomness.batch(step: number, size: 2, count: 5))
    }
  }

  @Test("a mask is averaged over each latent, framed like its image, and mirrored with it")
  func mask() throws {
    // The left half counts; the image is twice as wide as it is trained at, so that a quarter at each side is cut off.
    var mask = PixelImage(width: 16, height: 8, red: 0, green: 0, blue: 0)
    mask.paste(PixelImage(width: 8, height: 8, red: 255, green: 255, blue: 255), left: 0, top: 0)
    let framing = Framing(of: PixelSize(width: 16, height: 8), in: PixelSize(width: 8, height: 8))
    let loss = try LossMask(mask, framing: framing, pixelsPerLatent: 4, unmaskedWeight: 0.25)
    #expect(loss.weights == [1, 0.25, 1, 0.25])
    #expect(try loss.tensor(mirrored: true).floats() == [0.25, 1, 0.25, 1])
    let black = PixelImage(width: 8, height: 8, red: 0, green: 0, blue: 0)
    #expect(throws: ImageError.self) { try LossMask(black, framing: framing, pixelsPerLatent: 4, unmaskedWeight: 0) }
  }
}

@Suite("Captions at each use")
struct CaptionStyleTests {
  private func style(_ change: (inout TrainingSettings) -> Void) -> CaptionStyle {
    var settings = TrainingSettings(steps: 1, resolution: 16)
    settings.captionDropout = 0
    change(&settings)
    return CaptionStyle(settings, trigger: "sks1")
  }

  @Test("shuffling keeps all parts, the first ones and the trigger word in their places, and follows the seed")
  func shuffling() {
    let style = style {
      $0.shuffleCaptions = true
      $0.keepTokens = 1
    }
    let caption = "a photo, red, sks1 bird, green, blue, on a branch"
    var orders: Set<String> = []
    for seed in 0..<40 as Range<UInt64> {
      let shuffled = style.varied(caption, coin: 0.5, seed: seed)
      let parts = shuffled.split(separator: ", ").map(String.init)
      #expect(parts[0] == "a photo" && parts[2] == "sks1 bird")
      #expect(parts.sorted() == caption.split(separator: ", ").map(String.init).sorted())
      #expect(shuffled == style.varied(caption, coin: 0.5, seed: seed))
      orders.insert(shuffled)
    }
    #expect(orders.count > 10)
  }

  @Test("without shuffling a caption stays as it is, and dropout leaves nothing of it")
  func dropout() {
    let style = style { $0.captionDropout = 0.3 }
    #expect(style.varied("b,  a", coin: 0.3, seed: 1) == "b,  a")
    #expect(style.varied("b,  a", coin: 0.29, seed: 1) == "")
  }
}
