import Torch

/// Takes steps of several images, several to a call of the U-Net where that pays.
package struct DenoisingBatch {
  /// The most images of one call.
  private let imagesPerCall: Int?

  /// - Parameter imagesPerCall: nil: as suits the device. On the CPU that is one: matrix products of another size may
  ///   round the last bit otherwise, and an image's bits must not depend on what is made beside it. Elsewhere it is
  ///   as many as there are: a large batch costs little more than a small one.
  package init(imagesPerCall: Int? = nil) {
    self.imagesPerCall = imagesPerCall
  }

  /// A run's part in a call of the U-Net.
  package struct Share {
    package let run: ImageRun
    /// Its rows of the call's batch; those of the negative prompt come first.
    package let rows: Range<Int>
  }

  /// Takes one step of each run. Finished ones stay as they are.
  ///
  /// - Parameter prepare: called before each call of a U-Net with the runs that take part in it, all of which use the
  ///   same one: the moment to give the rows their adapters.
  package func step(_ runs: [ImageRun], prepare: ([Share]) throws -> Void = { _ in }) throws {
    try inferenceMode {
      var parts: [Part] = []
      for run in runs {
        if let unet = run.unet, let input = try run.nextInput() {
          parts.append(Part(run: run, unet: unet, input: input))
        }
      }
      for call in calls(parts) { try answer(call, prepare: prepare) }
    }
  }

  private struct Part {
    let run: ImageRun
    let unet: UNet2DConditionModel
    let input: ImageRun.Input

    /// Whether both fit one call.
    func fits(_ other: Part) -> Bool {
      unet === other.unet && input.rows.shape.dropFirst() == other.input.rows.shape.dropFirst()
        && input.conditioning.canJoin(other.input.conditioning)
    }
  }

  /// In the runs' order, as far as they fit together.
  private func calls(_ parts: [Part]) -> [[Part]] {
    var calls: [[Part]] = []
    for part in parts {
      let most = max(imagesPerCall ?? (part.unet.device == .cpu ? 1 : .max), 1)
      if let index = calls.firstIndex(where: { $0.count < most && $0[0].fits(part) }) {
        calls[index].append(part)
      } else {
        calls.append([part])
      }
    }
    return calls
  }

  private func answer(_ call: [Part], prepare: ([Share]) throws -> Void) throws {
    var shares: [Share] = []
    var timesteps: [Float] = []
    for part in call {
      let count = part.input.rows.shape[0]
      shares.append(Share(run: part.run, rows: timesteps.count..<timesteps.count + count))
      timesteps += Array(repeating: part.input.timestep, count: count)
    }
    try prepare(shares)
    let unet = call[0].unet
    // Rows of one image share their timestep: one embedding for all of them.
    let times = call.count == 1 ? Array(timesteps.prefix(1)) : timesteps
    let (rows, conditioning) =
      call.count == 1
      ? (call[0].input.rows, call[0].input.conditioning)
      : (
        try Tensor.cat(call.map(\.input.rows), dim: 0), try Conditioning.cat(call.map(\.input.conditioning))
      )
    let prediction = try unet.forward(
      rows, timesteps: Tensor(times).to(device: unet.device), conditioning: conditioning)
    for share in shares {
      try share.run.take(prediction.narrow(dim: 0, start: share.rows.lowerBound, length: share.rows.count))
    }
  }
}
