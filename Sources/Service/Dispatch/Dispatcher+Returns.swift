import Foundation
import LorikeetAPI
import Logging
import Store

extension Dispatcher {
  /// A job that its backend will not finish.
  struct JobReturn {
    var kind: JobKind
    var attempt: Int32
    var reason: String
    /// Counts toward the limit of attempts.
    var isFailure: Bool
  }

  /// Puts a running job back into the queue, or ends it when it has failed too often in a row.
  func giveBack(_ id: String, _ back: JobReturn) async {
    do {
      switch back.kind {
      case .tune where try await store.keepingIsRequested(ofJob: id):
        _ = try await endKept(id, in: .running, attempt: back.attempt, because: back.reason)
      case .tune: try await giveBackNow(Tune.self, id, back)
      case .generation: try await giveBackNow(Generation.self, id, back)
      }
      unstoredReturns[id] = nil
    } catch {
      logger.error("a job's return could not be stored", metadata: ["job": "\(id)", "error": "\(error)"])
      unstoredReturns[id] = back
    }
  }

  private func giveBackNow<Job: JobResource>(_ type: Job.Type, _ id: String, _ back: JobReturn) async throws {
    let failures = back.isFailure ? try await store.failures(ofJob: id) + 1 : 0
    let isLast = failures >= limits.maxAttempts
    // The first return is at once: a lost backend is mostly not the job's fault.
    let wait = failures <= 1 ? 0 : min(timing.retryDelay.seconds * pow(2, Double(failures - 2)), 60)
    let availableAt = Date(timeIntervalSinceNow: wait)
    let job = try await store.updateJob(Job.self, id, ifIn: [.running], attempt: back.attempt) { job, changes in
      if isLast {
        job.state = .failed
        job.stateReason = "given up after \(failures) attempts in a row; the last one ended because \(back.reason)"
      } else {
        job.state = .pending
        job.stateReason = "waits to run again: \(back.reason)"
        changes.availableAt = availableAt
      }
      changes.failures = back.isFailure ? .oneMore : .unchanged
      changes.events = [.state]
    }
    guard let job else { return }
    logger.log(
      level: back.isFailure ? .warning : .info, "job did not end",
      metadata: ["job": "\(id)", "reason": "\(back.reason)", "state": "\(job.state)", "failures": "\(failures)"])
    if job.state == .pending {
      wake(at: availableAt)
      jobsChanged()
      // The engine that it waits for may be gone, with this backend or before.
      if Job.kind == .generation { explainPinned() }
    }
    signals.notify(id)
  }
}
