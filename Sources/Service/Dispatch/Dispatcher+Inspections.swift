import LorikeetAPI
import Logging
import RPC
import Store

/// A question that a backend was asked, and who waits for the answer.
struct PendingInspection {
  let backend: AttachedBackend.Token
  /// nil once the caller has gone: until the backend has stopped, it has this to do all the same.
  var waiter: CheckedContinuation<Result<BackendInspectionResult, RPCError>, Never>?
}

/// Questions about tunes that are not there yet: a training backend answers them beside its job.
extension Dispatcher {
  /// Questions that one backend is asked at once, withdrawn ones that it still works on included; it answers them one
  /// by one.
  private static let mostInspections = 8

  /// Asks an attached training backend, and waits for as long as the caller's task lives.
  ///
  /// - Throws: `UNAVAILABLE` while none is attached or when it is lost, `RESOURCE_EXHAUSTED` when all have enough to
  ///   answer, or what the backend answers in place of a result.
  func inspect(_ tune: BackendTuneAssignment, lint: Bool, forecast: Bool) async throws -> BackendInspectionResult {
    var inspection = BackendInspection()
    nextInspection += 1
    inspection.id = "\(nextInspection)"
    inspection.tune = tune
    inspection.lint = lint
    inspection.forecast = forecast
    let id = inspection.id
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { waiter in ask(inspection, waiter) }
    } onCancel: {
      Task { await self.forgetInspection(id) }
    }
    let answer = try result.get()
    if let failed = answer.failed {
      let code = StatusCode(rawValue: Int(failed.code)).flatMap { $0 == .ok ? nil : $0 } ?? .internalError
      throw RPCError(code, String(failed.message.prefix(bytes: 4_096)))
    }
    return answer
  }

  private func ask(
    _ inspection: BackendInspection,
    _ waiter: CheckedContinuation<Result<BackendInspectionResult, RPCError>, Never>
  ) {
    guard !Task.isCancelled else {
      return waiter.resume(returning: .failure(RPCError(.cancelled, "the caller has gone")))
    }
    let attached = backends.values.filter { $0.kind == .tune && !$0.isDraining }
    func asked(_ backend: AttachedBackend) -> Int { inspections.values.count { $0.backend == backend.token } }
    guard let backend = attached.min(by: { (asked($0), $0.token) < (asked($1), $1.token) }) else {
      return waiter.resume(
        returning: .failure(RPCError(.unavailable, "no training backend is attached; try again when one is")))
    }
    guard asked(backend) < Self.mostInspections else {
      return waiter.resume(
        returning: .failure(RPCError(.resourceExhausted, "the training backends have enough to answer; try again")))
    }
    inspections[inspection.id] = PendingInspection(backend: backend.token, waiter: waiter)
    backend.send(.inspection(inspection))
  }

  /// A backend has answered, if only that it was stopped. Of an answer that nobody waits for any more nothing remains.
  func answerInspection(_ result: BackendInspectionResult, from token: AttachedBackend.Token) {
    guard let pending = inspections[result.id], pending.backend == token else { return }
    inspections[result.id] = nil
    pending.waiter?.resume(returning: .success(result))
  }

  func failInspections(on token: AttachedBackend.Token) {
    for (id, pending) in inspections where pending.backend == token {
      inspections[id] = nil
      pending.waiter?.resume(
        returning: .failure(RPCError(.unavailable, "the training backend was lost before it had answered; try again")))
    }
  }

  /// The caller has gone, or waited for as long as it would. The backend is told, as of a job that was never tried.
  private func forgetInspection(_ id: String) {
    guard let pending = inspections[id], let waiter = pending.waiter else { return }
    inspections[id]?.waiter = nil
    waiter.resume(returning: .failure(RPCError(.cancelled, "the caller has gone")))
    backends[pending.backend]?.sendCancel(job: id, attempt: 0)
  }
}
