internal import GRDB
import Foundation
import LorikeetAPI

extension Store {
  /// The jobs that may be handed out now, oldest first.
  ///
  /// - Parameter engines: those that have room: a job that asks for another one is passed over.
  package func queue(
    _ kind: JobKind, engines: Set<EngineIdentity> = [], limit: Int
  ) async throws(StoreError) -> [QueuedJob] {
    try await read { db in
      let known = engines.map(\.stored)
      let marks = known.map { _ in "?" }.joined(separator: ", ")
      let fixed: [any DatabaseValueConvertible] = [
        kind.rawValue, JobState.pending.rawValue, Date().storedMilliseconds,
      ]
      return try Row.fetchAll(
        db,
        sql: """
          SELECT id, attempt, checkpoint_digest, engine FROM jobs
          WHERE kind = ? AND state = ? AND available_at <= ? AND (engine IS NULL OR engine IN (\(marks)))
          ORDER BY seq LIMIT ?
          """,
        arguments: StatementArguments(fixed + known + [limit])
      ).map(QueuedJob.init)
    }
  }

  /// Changes what the jobs say that wait for one engine, and for no other: all of them in one transaction, and in none
  /// where there is nothing new to say.
  ///
  /// - Parameter reason: what a job is to say, from its engine and what it says now; `nil`: what it says is true.
  /// - Returns: the ids of those that changed.
  package func explainPinned<Job: JobResource>(
    _ type: Job.Type, _ reason: @escaping @Sendable (EngineIdentity, String) -> WaitingReason?
  ) async throws(StoreError) -> [String] {
    // Looked for outside of the transaction, which every other change has to wait for.
    let outdated = try await read { db in
      try JobRow<Job>.pinned(db).compactMap { job, engine in reason(engine, job.stateReason) == nil ? nil : job.id }
    }
    guard !outdated.isEmpty else { return [] }
    return try await write { db in
      let ids = Set(outdated)
      var changed: [String] = []
      for (job, engine) in try JobRow<Job>.pinned(db) where ids.contains(job.id) {
        guard let new = reason(engine, job.stateReason) else { continue }
        var job = job
        job.stateReason = new.text
        job.updateTime = .now
        var changes = JobChanges<Job>()
        changes.events = [.state]
        changes.replacesNewestEvent = new.replacesNewestEvent
        try JobRow.record(db, &job, changes)
        changed.append(job.id)
      }
      return changed
    }
  }

  /// When the next job that has to wait may be handed out; `nil` when none waits.
  package func nextAvailability() async throws(StoreError) -> Date? {
    try await read { db in
      try Int64.fetchOne(
        db, sql: "SELECT min(available_at) FROM jobs WHERE state = ? AND available_at > ?",
        arguments: [JobState.pending.rawValue, Date().storedMilliseconds]
      ).map { Date(timeIntervalSince1970: Double($0) / 1000) }
    }
  }

  /// Jobs of the same kind that wait or run before this one.
  package func jobsAhead<Job: JobResource>(of job: Job) async throws(StoreError) -> Int {
    try await read { db in
      try Int.fetchOne(
        db,
        sql: """
          SELECT count(*) FROM jobs WHERE kind = ?1 AND state IN (?2, ?3)
            AND seq < (SELECT seq FROM jobs WHERE id = ?4)
          """,
        arguments: [Job.kind.rawValue, JobState.pending.rawValue, JobState.running.rawValue, job.id]) ?? 0
    }
  }

  /// The running jobs of a kind, with their attempts: after a start of the service, those whose backend is gone.
  package func runningJobs(_ kind: JobKind) async throws(StoreError) -> [QueuedJob] {
    try await read { db in
      try Row.fetchAll(
        db, sql: "SELECT id, attempt, checkpoint_digest, engine FROM jobs WHERE kind = ? AND state = ? ORDER BY seq",
        arguments: [kind.rawValue, JobState.running.rawValue]
      ).map(QueuedJob.init)
    }
  }

  /// How often in a row the job was lost or failed without getting anywhere.
  package func failures(ofJob id: String) async throws(StoreError) -> Int {
    try await read { db in
      try Int.fetchOne(db, sql: "SELECT failures FROM jobs WHERE id = ?", arguments: [id]) ?? 0
    }
  }

  /// Whether the user wants the job stopped and what it has learned kept.
  package func keepingIsRequested(ofJob id: String) async throws(StoreError) -> Bool {
    try await read { db in
      try Bool.fetchOne(db, sql: "SELECT keep FROM jobs WHERE id = ?", arguments: [id]) ?? false
    }
  }

  /// What a backend needs to take the job up; `nil` when the job has ended, unless another can go on from it.
  package func assignment(ofJob id: String) async throws(StoreError) -> StoredAssignment? {
    try await read { db in
      guard let row = try Row.fetchOne(db, sql: "SELECT assignment, resume FROM jobs WHERE id = ?", arguments: [id]),
        let assignment = row["assignment"] as Data?
      else { return nil }
      return StoredAssignment(
        assignment: try BackendAssignment(stored: Array(assignment)),
        resumeFrom: try (row["resume"] as Data?).map { try BackendTrainingCheckpoint(stored: Array($0)) })
    }
  }

  /// Events after a sequence number, oldest first.
  ///
  /// Of progress only the newest in the range is answered when `coalescing`: a slow watcher catches up at once.
  package func events<Job: JobResource>(
    _ type: Job.Type, ofJob id: String, after sequence: Int64, limit: Int, coalescing: Bool
  ) async throws(StoreError) -> [Job.Event] {
    try await read { db in
      let condition =
        coalescing
        ? """
          AND (progress = 0 OR sequence = (SELECT max(sequence) FROM events WHERE job_id = ?1 AND progress = 1))
          """ : ""
      return try Data.fetchAll(
        db,
        sql: """
          SELECT message FROM events WHERE job_id = ?1 AND sequence > ?2 \(condition) ORDER BY sequence LIMIT ?3
          """, arguments: [id, sequence, limit]
      ).map { try Job.Event(stored: Array($0)) }
    }
  }
}

extension JobRow {
  /// The pending jobs that wait for one engine, oldest first.
  fileprivate static func pinned(_ db: Database) throws -> [(job: Job, engine: EngineIdentity)] {
    try Row.fetchAll(
      db, sql: "SELECT message, engine FROM jobs WHERE kind = ? AND state = ? AND engine IS NOT NULL ORDER BY seq",
      arguments: [Job.kind.rawValue, JobState.pending.rawValue]
    ).compactMap { row in
      guard let message = row["message"] as Data?, let stored = row["engine"] as String?,
        let engine = EngineIdentity(stored: stored)
      else { return nil }
      return (job: try Job(stored: Array(message)), engine: engine)
    }
  }
}

extension QueuedJob {
  fileprivate init(_ row: Row) {
    id = row["id"]
    attempt = row["attempt"]
    checkpointDigest = row["checkpoint_digest"]
    engine = (row["engine"] as String?).flatMap(EngineIdentity.init(stored:))
  }
}
