internal import CTorch

/// A source of random numbers with a state of its own.
///
/// On the CPU it is PyTorch's Mersenne Twister: `Tensor.randn` gives the very numbers of
/// `torch.randn(…, generator=torch.Generator("cpu").manual_seed(seed))`.
package final class Generator {
  let handle: OpaquePointer
  package let device: Device

  package init(seed: UInt64, device: Device = .cpu) throws(TorchError) {
    let handle = try checked { ct_generator(seed, device.number, $0) }
    guard let handle else { throw TorchError(.internalError, "there is no generator and no error") }
    self.handle = handle
    self.device = device
  }

  deinit { ct_generator_release(handle) }

  /// Starts over from a seed.
  package func seed(_ seed: UInt64) throws(TorchError) {
    try checked { ct_generator_seed(handle, seed, $0) }
  }

  /// Everything that decides the numbers to come.
  package func state() throws(TorchError) -> [UInt8] {
    try made { ct_generator_state(handle, $0) }.bytes()
  }

  /// Goes on from a state that a generator of the same kind of device gave.
  /// - Throws: `invalidArgument` when the bytes are no such state.
  package func setState(_ state: [UInt8]) throws(TorchError) {
    let tensor = try Tensor(state)
    try checked { ct_generator_set_state(handle, tensor.handle, $0) }
  }
}

extension Tensor {
  /// Standard normal numbers. They are drawn on the generator's device and then moved, so that one seed gives the
  /// same numbers on every device.
  package static func randn(
    shape: [Int], generator: Generator? = nil, dtype: DType = .float32, device: Device = .cpu
  ) throws(TorchError) -> Tensor {
    try random(CTNormal, shape, generator, dtype, device)
  }

  /// Numbers in 0 ..< 1, all equally likely.
  package static func rand(
    shape: [Int], generator: Generator? = nil, dtype: DType = .float32, device: Device = .cpu
  ) throws(TorchError) -> Tensor {
    try random(CTUniform, shape, generator, dtype, device)
  }

  /// Whole numbers in low ..< high, int64.
  package static func randint(
    low: Int = 0, high: Int, shape: [Int], generator: Generator? = nil, device: Device = .cpu
  ) throws(TorchError) -> Tensor {
    let source = generator?.device ?? device
    return try made { ct_randint(low, high, shape, shape.count, generator?.handle, source.number, $0) }
      .to(device: device)
  }

  /// 0 ..< count in random order, int64.
  package static func randperm(
    _ count: Int, generator: Generator? = nil, device: Device = .cpu
  ) throws(TorchError) -> Tensor {
    let source = generator?.device ?? device
    return try made { ct_randperm(count, generator?.handle, source.number, $0) }.to(device: device)
  }

  private static func random(
    _ distribution: CTDistribution, _ shape: [Int], _ generator: Generator?, _ dtype: DType, _ device: Device
  ) throws(TorchError) -> Tensor {
    let source = generator?.device ?? device
    return try made {
      ct_random(distribution, shape, shape.count, generator?.handle, dtype.rawValue, source.number, $0)
    }.to(device: device)
  }
}
