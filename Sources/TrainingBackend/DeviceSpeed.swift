import Torch

/// How fast a device is, by a short trial.
package struct DeviceSpeed: Sendable {
  /// Multiplications and additions a second in a large matrix product.
  package let operationsPerSecond: Double
  /// What the smallest operation takes, beside its work.
  package let secondsPerOperation: Double

  /// Takes about a twentieth of a second.
  package static func measure(_ device: Device, dtype: DType) throws(TorchError) -> DeviceSpeed {
    let side = device == .cpu ? 384 : 4096
    let large = try Tensor.ones(shape: [side, side]).to(device: device).to(dtype: dtype)
    let small = try Tensor.ones(shape: [8]).to(device: device)
    let product = try best(device, repeats: 4) { () throws(TorchError) in _ = try large.matmul(large) }
    let calls = 200
    let sum = try best(device, repeats: 3) { () throws(TorchError) in
      for _ in 0..<calls { _ = try small + small }
    }
    return DeviceSpeed(
      operationsPerSecond: 2 * Double(side) * Double(side) * Double(side) / max(product, 1e-9),
      secondsPerOperation: sum / Double(calls))
  }

  /// The shortest of a few trials, after one that warms up: others want the device too.
  private static func best(
    _ device: Device, repeats: Int, _ work: () throws(TorchError) -> Void
  ) throws(TorchError) -> Double {
    var shortest = Double.infinity
    for trial in 0...repeats {
      let begin = ContinuousClock.now
      try work()
      try Torch.synchronize(device)
      let taken = ContinuousClock.now - begin
      let seconds = Double(taken.components.seconds) + Double(taken.components.attoseconds) * 1e-18
      if trial > 0 { shortest = min(shortest, seconds) }
    }
    return shortest
  }
}
