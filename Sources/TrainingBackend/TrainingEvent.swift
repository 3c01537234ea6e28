import Images

/// What a run tells while it works, in order, on the thread that computes.
package enum TrainingEvent: Sendable {
  /// The step that the run goes on from: 0, or where an earlier one stopped.
  case started(step: Int)
  /// Class images are being made; training has not begun.
  case preparing(classImages: Int, of: Int)
  /// Something the user should know.
  case warning(String)
  /// An image left out.
  case rejected(TrainingError.Rejection)
  /// After each step.
  case progress(TrainingProgress)
  /// A sample made with the adapter as it is.
  case preview(step: Int, prompt: String, image: PixelImage)
  /// A training checkpoint lies at this path, whole; the next one replaces it.
  case checkpoint(step: Int, path: String)
}

package struct TrainingProgress: Sendable, Equatable {
  /// Steps done.
  package var step: Int
  package var totalSteps: Int
  /// Of this step's batch.
  package var loss: Double
  /// Smoothed over about the last twenty steps.
  package var smoothedLoss: Double
  /// Of the U-Net's adapters at this step.
  package var learningRate: Double
  package var imagesPerSecond: Double
  package var secondsLeft: Double
  /// What this step took by itself, without previews and training checkpoints.
  package var stepSeconds: Double
}
