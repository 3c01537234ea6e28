import Foundation
import LorikeetAPI

/// Something a job has to say: a report, which may name a blob that is stored first.
struct JobMessage: Sendable {
  enum Content: Sendable {
    case report(BackendJobReport.Payload)
    case upload(Upload, @Sendable (BackendBlob) -> BackendJobReport.Payload)
  }

  enum Upload: Sendable {
    case bytes([UInt8])
    /// Removed when it is sent, or never will be.
    case file(String)
  }

  /// Of the messages in one of these, only the newest is worth sending.
  enum Slot: Hashable, Sendable {
    case progress
    case trainingState
    /// What an image of a generation looks like so far.
    case preview(index: Int)
  }

  var content: Content
  var slot: Slot?
  /// What is lost when the blob cannot be stored, if the job can go on without it.
  var dispensable: String?

  /// Removes the file that goes with a message.
  func discard() {
    if case .upload(.file(let path), _) = content { unlink(path) }
  }
}
