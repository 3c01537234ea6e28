internal import GRDB
import Foundation
import LorikeetAPI

extension Store {
  /// Accepts a job: state `PENDING`, with its first event, in one transaction.
  ///
  /// - Returns: the job, or the one that an earlier call with the same key made, and whether it is new.
  /// - Throws: `StoreError.alreadyExists` for a taken name, `.notFound` when an input was deleted meanwhile.
  package func createJob<Job: JobResource>(
    _ new: NewJob<Job>, key: RequestKey? = nil
  ) async throws(StoreError) -> (job: Job, isNew: Bool) {
    try await write { [blobs] db in
      if let key, let id = try key.existing(db), let earlier = try JobRow<Job>.fetch(db, id) { return (earlier, false) }
      var job = new.job
      if let name = job.uniqueName,
        try Bool.fetchOne(
          db, sql: "SELECT EXISTS (SELECT 1 FROM jobs WHERE kind = ? AND name = ?)",
          arguments: [Job.kind.rawValue, name]) == true
      {
        throw StoreError.alreadyExists("a \(Job.kind) named “\(name)”")
      }
      job.state = .pending
      job.createTime = .now
      job.updateTime = job.createTime
      try db.execute(
        sql: """
          INSERT INTO jobs (id, kind, name, state, attempt, checkpoint_id, checkpoint_name, checkpoint_digest, label,
            engine, message, assignment) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          job.id, Job.kind.rawValue, job.uniqueName, job.state.rawValue, job.attempt, new.checkpoint.id,
          new.checkpoint.name, new.checkpointDigest, job.label, new.engine?.stored, Data(), new.assignment.storedData,
        ])
      for sha256 in Set(new.inputs) {
        // The inputs were looked up before this transaction: whoever deleted one since then was first.
        let isThere = try Bool.fetchOne(
          db, sql: "SELECT EXISTS (SELECT 1 FROM asset_blobs WHERE sha256 = ?)", arguments: [sha256])
        guard isThere == true else { throw StoreError.notFound("an input that was deleted just now") }
        try db.execute(
          sql: "INSERT INTO job_blobs (job_id, sha256, purpose) VALUES (?, ?, ?)",
          arguments: [job.id, sha256, BlobPurpose.input.rawValue])
      }
      if let checkpoint = new.resumeFrom {
        _ = try JobRow<Job>.replaceTrainingCheckpoint(db, job.id, checkpoint, blobs: blobs)
      }
      var changes = JobChanges<Job>()
      changes.events = [.state]
      try JobRow.record(db, &job, changes)
      try key?.record(db, resource: job.id)
      return (job, true)
    }
  }

  /// The job with this id, or name.
  package func job<Job: JobResource>(_ type: Job.Type, _ idOrName: String) async throws(StoreError) -> Job? {
    try await read { db in try JobRow<Job>.fetch(db, idOrName) }
  }

  /// The job that an earlier call with this key made.
  package func job<Job: JobResource>(_ type: Job.Type, madeBy key: RequestKey) async throws(StoreError) -> Job? {
    try await read { db in try key.existing(db).flatMap { try JobRow<Job>.fetch(db, $0) } }
  }

  /// Changes a job, if it still is as the caller believes: the guard against reports that come too late.
  ///
  /// - Parameters:
  ///   - states: the states it may be in.
  ///   - attempt: the attempt it must be at; `nil` for any.
  ///   - isRepeated: whether an event that is stored already, progress apart, makes the change superfluous.
  ///   - change: makes the new job from the present one, and says what goes with it.
  /// - Returns: the job as it is now, or `nil` when it is gone, in another state or at another attempt, or when the
  ///   change would only repeat an event.
  package func updateJob<Job: JobResource>(
    _ type: Job.Type, _ id: String, ifIn states: Set<JobState>, attempt: Int32?,
    unless isRepeated: (@Sendable (Job.Event) -> Bool)? = nil,
    _ change: @escaping @Sendable (inout Job, inout JobChanges<Job>) -> Void
  ) async throws(StoreError) -> Job? {
    let (job, orphans): (Job?, [Digest]) = try await write { [blobs, inspection] db in
      guard let present = try JobRow<Job>.fetch(db, id), states.contains(present.state),
        attempt == nil || attempt == present.attempt
      else { return (nil, []) }
      if let isRepeated, try JobRow<Job>.hasEvent(db, id, where: isRepeated) { return (nil, []) }
      var job = present
      var changes = JobChanges<Job>()
      change(&job, &changes)
      job.updateTime = .now
      if job.state == .running, job.startTime == nil { job.startTime = job.updateTime }
      if job.state.isTerminal, job.endTime == nil { job.endTime = job.updateTime }
      for asset in changes.assets {
        _ = try AssetRow.insert(db, asset, nameIsFixed: false, inspection: inspection, blobs: blobs)
      }
      var orphans: [Digest] = []
      if let checkpoint = changes.trainingCheckpoint {
        orphans += try JobRow<Job>.replaceTrainingCheckpoint(db, id, checkpoint, blobs: blobs)
      }
      if job.state.isTerminal {
        orphans += try JobRow<Job>.dropInputs(db, id, keepsTrainingCheckpoint: changes.keepsTrainingCheckpoint)
      } else if changes.requestsKeeping {
        try db.execute(sql: "UPDATE jobs SET keep = 1 WHERE id = ?", arguments: [id])
      }
      try JobRow.record(db, &job, changes, guardedBy: (present.state, present.attempt))
      return (job, orphans)
    }
    await removeOrphans(orphans)
    return job
  }

  /// Deletes a job with its events. What it made stays.
  /// - Returns: the job as it was.
  /// - Throws: `StoreError.notFound`.
  package func deleteJob<Job: JobResource>(_ type: Job.Type, _ idOrName: String) async throws(StoreError) -> Job {
    let (job, orphans): (Job, [Digest]) = try await write { db in
      guard let job = try JobRow<Job>.fetch(db, idOrName) else {
        throw StoreError.notFound("\(Job.kind) “\(idOrName)”")
      }
      let orphans = try JobRow<Job>.dropInputs(db, job.id)
      try db.execute(sql: "DELETE FROM jobs WHERE id = ?", arguments: [job.id])
      try RequestKey.forget(db, resource: job.id)
      return (job, orphans)
    }
    await removeOrphans(orphans)
    return job
  }

  /// One page of the jobs of a kind, newest first.
  package func jobs<Job: JobResource>(
    _ type: Job.Type, _ filter: JobFilter, page: PageRequest
  ) async throws(StoreError) -> Page<Job> {
    try await read { db in
      var query = ListQuery(table: "jobs")
      query.among("kind", [Int32(Job.kind.rawValue)])
      query.among("state", filter.states.map(\.rawValue))
      query.contains("name", filter.nameContains)
      query.contains("label", filter.labelContains)
      if !filter.labelIs.isEmpty { query.add("label = ?", filter.labelIs) }
      if !filter.checkpoint.isEmpty {
        query.add("checkpoint_id = ? OR checkpoint_name = ?", filter.checkpoint, filter.checkpoint)
      }
      return try query.page(db, page, fingerprint: filter.fingerprint(Job.kind), as: Job.self)
    }
  }
}

/// Why a job keeps a blob.
enum BlobPurpose: Int {
  case input = 0
  case trainingCheckpoint = 1
}

/// The job's row, inside a transaction.
enum JobRow<Job: JobResource> {
  /// Progress events that are kept of each job; of older ones only the newest matter.
  private static var progressKept: Int { 200 }

  static func fetch(_ db: Database, _ idOrName: String) throws -> Job? {
    let bytes = try [UInt8].fetchBlob(
      db, sql: "SELECT message FROM jobs WHERE kind = ?1 AND (id = ?2 OR name = ?2) ORDER BY id = ?2 DESC LIMIT 1",
      [Job.kind.rawValue, idOrName])
    return try bytes.map { try Job(stored: $0) }
  }

  /// Whether such an event, other than progress, is stored.
  static func hasEvent(_ db: Database, _ id: String, where isWanted: (Job.Event) -> Bool) throws -> Bool {
    let events = try Data.fetchCursor(
      db, sql: "SELECT message FROM events WHERE job_id = ? AND progress = 0 ORDER BY sequence DESC", arguments: [id])
    return try events.contains { try isWanted(Job.Event(stored: Array($0))) }
  }

  /// Writes the job and its new events.
  /// - Parameter guarded: the state and attempt that the row must still have.
  static func record(
    _ db: Database, _ job: inout Job, _ changes: JobChanges<Job>, guardedBy guarded: (JobState, Int32)? = nil
  ) throws {
    if changes.replacesNewestEvent {
      try db.execute(
        sql: "DELETE FROM events WHERE job_id = ? AND sequence = ?", arguments: [job.id, job.lastSequence])
    }
    let first = job.lastSequence + 1
    job.lastSequence += Int64(changes.events.count)
    for (index, new) in changes.events.enumerated() {
      var event = Job.Event()
      event.sequence = first + Int64(index)
      event.time = job.updateTime
      switch new {
      case .state: event.payload = Job.stateEvent(of: job)
      case .other(let payload): event.payload = payload
      }
      try db.execute(
        sql: "INSERT INTO events (job_id, sequence, progress, message) VALUES (?, ?, ?, ?)",
        arguments: [job.id, event.sequence, event.isProgress, event.storedData])
    }
    try db.execute(
      sql: """
        DELETE FROM events WHERE job_id = ?1 AND progress = 1 AND sequence <= (SELECT sequence FROM events
          WHERE job_id = ?1 AND progress = 1 ORDER BY sequence DESC LIMIT 1 OFFSET ?2)
        """, arguments: [job.id, progressKept])

    let expected = guarded ?? (job.state, job.attempt)
    try db.execute(
      sql: """
        UPDATE jobs SET state = ?, attempt = ?, message = ?, available_at = coalesce(?, available_at),
          failures = CASE ? WHEN 0 THEN 0 WHEN 1 THEN failures + 1 ELSE failures END
        WHERE id = ? AND state = ? AND attempt = ?
        """,
      arguments: [
        job.state.rawValue, job.attempt, job.storedData, changes.availableAt.map(\.storedMilliseconds),
        changes.failures == .none ? 0 : changes.failures == .oneMore ? 1 : 2,
        job.id, expected.0.rawValue, expected.1,
      ])
    guard db.changesCount == 1 else { throw StoreError.corrupt("job \(job.id), whose columns and message differ") }
  }

  /// Forgets what only a running job needs; answers the blobs that may be orphans now.
  static func dropInputs(
    _ db: Database, _ id: String, keepsTrainingCheckpoint: Bool = false
  ) throws -> [Digest] {
    let kept = keepsTrainingCheckpoint ? BlobPurpose.trainingCheckpoint.rawValue : -1
    let digests = try String.fetchAll(
      db, sql: "DELETE FROM job_blobs WHERE job_id = ? AND purpose <> ? RETURNING sha256", arguments: [id, kept])
    if !keepsTrainingCheckpoint {
      try db.execute(sql: "UPDATE jobs SET assignment = NULL, resume = NULL WHERE id = ?", arguments: [id])
    }
    return digests.compactMap(Digest.init(hex:))
  }

  static func replaceTrainingCheckpoint(
    _ db: Database, _ id: String, _ checkpoint: BackendTrainingCheckpoint, blobs: BlobStore
  ) throws -> [Digest] {
    guard let digest = Digest(hex: checkpoint.state?.sha256 ?? ""), blobs.contains(digest) else {
      throw StoreError.notFound("blob \(checkpoint.state?.sha256 ?? "")")
    }
    let purpose = BlobPurpose.trainingCheckpoint.rawValue
    let earlier = try String.fetchAll(
      db, sql: "DELETE FROM job_blobs WHERE job_id = ? AND purpose = ? RETURNING sha256", arguments: [id, purpose])
    try db.execute(
      sql: "INSERT INTO job_blobs (job_id, sha256, purpose) VALUES (?, ?, ?)", arguments: [id, digest.hex, purpose])
    try db.execute(sql: "UPDATE jobs SET resume = ? WHERE id = ?", arguments: [checkpoint.storedData, id])
    return earlier.compactMap(Digest.init(hex:))
  }
}

extension Date {
  var storedMilliseconds: Int64 { Int64(timeIntervalSince1970 * 1000) }
}
