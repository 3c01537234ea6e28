import LorikeetAPI
import RPC
import Synchronization

/// The questions that a session has begun to answer. There are never more than a few: each brings files here and waits
/// for its turn to be looked at.
final class RunningInspections: Sendable {
  typealias Answer = Task<BackendInspectionResult, Never>

  /// The service asks no backend more than eight at once; whoever does must wait.
  static let most = 8

  private let running = Mutex<[String: Answer]>([:])

  /// Begins at once, so that a withdrawal that comes next finds it.
  ///
  /// - Parameter id: of none that is being answered: an answer is known by it.
  /// - Returns: waits for the answer, and stops the work when its own task is cancelled.
  func begin(
    _ id: String, _ work: @escaping @Sendable () async -> BackendInspectionResult
  ) -> @Sendable () async -> BackendInspectionResult {
    let answer = running.withLock { running -> Result<Answer, Refusal> in
      guard running[id] == nil else { return .failure(.repeated) }
      guard running.count < Self.most else { return .failure(.full) }
      let answer = Answer {
        let result = await work()
        self.end(id)
        return result
      }
      running[id] = answer
      return .success(answer)
    }
    switch answer {
    case .failure(let refusal):
      return { .failed(id, refusal.report(of: id)) }
    case .success(let answer):
      return {
        await withTaskCancellationHandler {
          await answer.value
        } onCancel: {
          answer.cancel()
        }
      }
    }
  }

  private enum Refusal: Error {
    /// A fault of whoever asks.
    case repeated
    case full

    func report(of id: String) -> BackendJobFailed {
      .with {
        switch self {
        case .repeated:
          $0.code = Int32(StatusCode.alreadyExists.rawValue)
          $0.message = "the inspection “\(id)” is being answered already; give each one an id of its own"
        case .full:
          $0.code = Int32(StatusCode.resourceExhausted.rawValue)
          $0.message = "this backend has enough to answer; try again"
          $0.retryable = true
        }
      }
    }
  }

  /// Nobody waits for the answer any more. It comes all the same, as soon as the work has stopped.
  func cancel(_ id: String) { running.withLock { $0[id] }?.cancel() }

  private func end(_ id: String) { running.withLock { $0[id] = nil } }
}

extension BackendInspectionResult {
  /// In place of an answer.
  static func failed(_ id: String, _ failure: BackendJobFailed) -> BackendInspectionResult {
    .with { ($0.id, $0.failed) = (id, failure) }
  }
}
