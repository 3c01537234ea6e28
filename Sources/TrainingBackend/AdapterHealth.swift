/// What is measured on a LoRA before it counts as a result.
package struct AdapterHealth: Sendable, Equatable {
  /// Layers with an update.
  package var layers = 0
  /// Layers whose update in the file is zero.
  package var zeroLayers = 0
  /// Layers with a value that is not finite.
  package var nonFiniteLayers = 0
  /// How much the U-Net's prediction changes with the adapter, relative to its size, on the first captions.
  package var outputChange = 0.0
  /// How far the prediction with the file read anew is from the one with the adapter in memory, relative to its size.
  package var reloadDifference = 0.0
  /// The largest and the median norm of an update relative to its layer's weight.
  package var largestRelativeNorm = 0.0
  package var medianRelativeNorm = 0.0
  /// What the numbers say, for people.
  package var remarks: [String] = []
  /// Why the LoRA is of no use; empty: it is sound.
  package var faults: [String] = []

  package init() {}

  /// A trained LoRA changes predictions by a few hundredths to some tenths of their size. One that changes them by more
  /// than they are has unlearned what a picture is.
  static let largestChange = 1.5
  /// From here on pictures tend to look burnt.
  static let strongChange = 0.7

  /// Draws the conclusions from the numbers.
  ///
  /// - Parameters:
  ///   - zeroUNetLayers: of the zero layers, those of the U-Net.
  ///   - precision: the relative difference that rounding alone makes.
  mutating func judge(zeroUNetLayers: Int, precision: Double) {
    if nonFiniteLayers > 0 {
      faults.append(
        "the training diverged: \(nonFiniteLayers) of \(layers) layers hold values that are not finite; use a lower "
          + "learning rate, or a smaller alpha")
      return
    }
    if zeroUNetLayers > 0 {
      faults.append(
        "\(zeroUNetLayers) of \(layers) layers have learned nothing: their update is zero; use a higher learning rate, "
          + "more steps or a shorter warm-up")
    } else if zeroLayers > 0 {
      // The XL family does not look at its text encoders' last layer.
      remarks.append("\(zeroLayers) layers of the text encoders are not used by this checkpoint and have no update")
    }
    if !outputChange.isFinite || outputChange > Self.largestChange {
      faults.append(
        "the training diverged: the LoRA changes predictions by \(Self.percent(outputChange)) of their size; use a "
          + "lower learning rate, or a smaller alpha")
    } else if outputChange == 0, faults.isEmpty {
      faults.append("the LoRA changes nothing of what the U-Net predicts; use a higher learning rate or more steps")
    } else if outputChange > Self.strongChange {
      remarks.append(
        "a strong change (\(Self.percent(outputChange))): pictures may look burnt; try a weight below 1, or train with "
          + "a lower learning rate")
    }
    if faults.isEmpty, !(reloadDifference <= 0.1 * outputChange + precision) {
      faults.append(
        "the written file does not work like the adapter in memory: predictions differ by "
          + "\(Self.percent(reloadDifference)); its numbers are too small or too large for float16: change alpha")
    }
    if largestRelativeNorm > 1, faults.isEmpty {
      remarks.append("the largest update is \(Self.percent(largestRelativeNorm)) of its layer's weight")
    }
  }

  private static func percent(_ share: Double) -> String {
    guard share.isFinite else { return "an infinite multiple" }
    let percent = share * 100
    return percent < 10 ? "\((percent * 100).rounded() / 100) %" : "\(percent.rounded()) %"
  }
}
