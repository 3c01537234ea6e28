import Torch

/// Which images make which batch: all of one size, every image as often as every other, and the sizes taking turns as
/// evenly as their numbers allow. A function of the seed and the batch's number.
struct BatchOrder {
  private let randomness: StepRandomness
  private let use: StepRandomness.Use
  private let batchSize: Int
  /// Keeps this order's draws apart from others'.
  private let stream: Int
  /// The images of each bucket that has any.
  private let buckets: [[Int]]
  /// The bucket of each batch of a round, in which a bucket of n images gets n batches: after it every image has been
  /// seen as often as a batch has places.
  private let round: [Int]
  /// How many batches of its own bucket came before each batch of a round.
  private let earlier: [Int]

  /// - Parameter bucketOf: of each image.
  init(
    bucketOf: [Int], batchSize: Int, randomness: StepRandomness, use: StepRandomness.Use = .order, stream: Int = 0
  ) {
    self.randomness = randomness
    self.stream = stream
    self.use = use
    self.batchSize = batchSize
    let members = Dictionary(grouping: bucketOf.indices) { bucketOf[$0] }
    buckets = members.sorted { $0.key < $1.key }.map(\.value)
    var turns: [(time: Double, bucket: Int)] = []
    for (bucket, images) in buckets.enumerated() {
      // Evenly spaced; the offset keeps buckets of equal size from always coming in the same order.
      let offset = Double(randomness.derive(.turns, bucket) >> 11) / Double(1 << 53)
      turns += images.indices.map { ((Double($0) + offset) / Double(images.count), bucket) }
    }
    round = turns.sorted { ($0.time, $0.bucket) < ($1.time, $1.bucket) }.map(\.bucket)
    var counts = [Int](repeating: 0, count: buckets.count)
    var earlier: [Int] = []
    for bucket in round {
      earlier.append(counts[bucket])
      counts[bucket] += 1
    }
    self.earlier = earlier
  }

  /// The bucket of a batch: its place among those that have images.
  func bucket(_ number: Int) -> Int { round[number % round.count] }

  /// The images of a batch. Within a bucket every epoch is a new order of its images, cut into batches without regard
  /// to its ends.
  func members(_ number: Int) throws(TorchError) -> [Int] {
    let place = number % round.count
    let images = buckets[round[place]]
    let batch = number / round.count * images.count + earlier[place]
    return try randomness.batch(
      step: batch, size: batchSize, count: images.count, use: use, stream: stream + round[place]
    ).map { images[$0] }
  }
}
