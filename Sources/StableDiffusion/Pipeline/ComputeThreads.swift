import Foundation
import Torch

/// How many threads an operation on the CPU is cut into.
package enum ComputeThreads {
  /// U-Nets below this many parameters compute on one thread; Stable Diffusion 1 has 860 million.
  private static let smallModel = 50_000_000

  /// - Parameter parameters: of the U-Net.
  package static func isSmall(_ parameters: Int) -> Bool { parameters < smallModel }

  /// Sets the number for the calling thread.
  ///
  /// A small model's operations take microseconds. Cutting them gains little, and when another program wants one of
  /// the cores, every operation waits for its slower half: a training step was seen to take a hundred times as long.
  ///
  /// - Parameter wanted: the user's choice; nil: one thread for a small model, a core each for a large one.
  package static func use(_ wanted: Int?, for checkpoint: StableDiffusionCheckpoint) throws(TorchError) {
    guard checkpoint.unet.device == .cpu else { return }
    let count =
      isSmall(checkpoint.unet.parameterCount) ? 1 : max(ProcessInfo.processInfo.activeProcessorCount, 1)
    try Torch.setThreads(wanted ?? count)
  }
}
