import Torch

/// All the randomness of a run, as a function of the seed and the place it is used in.
///
/// Nothing is carried from step to step, so a run that goes on at step n draws what it would have drawn had it never
/// stopped, and no other use of random numbers can disturb it.
struct StepRandomness {
  /// What the numbers are for: each use has a stream of its own.
  enum Use: UInt64 {
    case adapters = 1
    case order
    /// Timesteps and noise.
    case step
    case preview
    /// What a batch shows: latents, mirroring, captions.
    case batch
    case captions
    case classImages
    case classOrder
    /// Of the buckets' turns.
    case turns
    case health
  }

  let seed: UInt64

  func generator(_ use: Use, _ index: Int = 0) throws(TorchError) -> Generator {
    try Generator(seed: derive(use, index))
  }

  /// A 64-bit seed by the finaliser of SplitMix64 (Steele, Lea and Flood 2014), which keeps neighbours apart.
  func derive(_ use: Use, _ index: Int) -> UInt64 {
    var state = Self.mix(seed &+ 0x9E37_79B9_7F4A_7C15)
    state = Self.mix(state ^ (use.rawValue &* 0xBF58_476D_1CE4_E5B9))
    return Self.mix(state &+ UInt64(index) &* 0x9E37_79B9_7F4A_7C15)
  }

  /// The images of a batch: every epoch is a new order of all of them, cut into batches without regard to its ends.
  ///
  /// - Parameter stream: tells sets of images apart that are drawn from side by side.
  func batch(
    step number: Int, size: Int, count: Int, use: Use = .order, stream: Int = 0
  ) throws(TorchError) -> [Int] {
    var orders: [Int: [Int64]] = [:]
    var batch: [Int] = []
    for position in number * size..<(number + 1) * size {
      let epoch = position / count
      if orders[epoch] == nil {
        orders[epoch] = try Tensor.randperm(count, generator: generator(use, epoch + stream << 32)).int64s()
      }
      batch.append(Int(orders[epoch]?[position % count] ?? 0))
    }
    return batch
  }

  static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
