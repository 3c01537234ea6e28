import Foundation
import GRDB
import LorikeetAPI
import Testing

@testable import Store

@Suite("Jobs in the store")
struct JobStoreTests {
  let directory: TemporaryDirectory
  let store: Store

  init() async throws {
    directory = try TemporaryDirectory()
    store = try await Store.temporary(directory)
  }

  private func events(_ tune: Tune, after: Int64 = 0, coalescing: Bool = false) async throws -> [TuneEvent] {
    try await store.events(Tune.self, ofJob: tune.id, after: after, limit: 1_000, coalescing: coalescing)
  }

  private func checkpoint(_ bytes: [UInt8], step: Int32) async throws -> (BackendTrainingCheckpoint, BlobHold) {
    let hold = try await store.blobs.write(bytes)
    var checkpoint = BackendTrainingCheckpoint()
    checkpoint.step = step
    var blob = BackendBlob()
    blob.sha256 = hold.digest.hex
    blob.sizeBytes = hold.count
    checkpoint.state = blob
    return (checkpoint, hold)
  }

  @Test("an accepted job is pending and has its first event")
  func accepted() async throws {
    let tune = try await store.makeTune("t")
    #expect(tune.state == .pending)
    #expect(tune.lastSequence == 1)
    #expect(try await store.job(Tune.self, "t") == tune)
    #expect(try await store.job(Tune.self, tune.id) == tune)
    #expect(try await events(tune).map(\.payload) == [.state(tune)])
  }

  @Test("a second tune of the same name is refused and leaves nothing")
  func duplicateName() async throws {
    let tune = try await store.makeTune("t")
    let image = try #require(try await store.asset("t-image"))
    await #expect(throws: StoreError.alreadyExists("a tune named “t”")) {
      try await store.createJob(.sample("t", checkpoint: image, inputs: [image]))
    }
    #expect(try await store.queue(.tune, limit: 10).map(\.id) == [tune.id])
  }

  @Test("a change is made only in the expected state and attempt")
  func guarded() async throws {
    let tune = try await store.makeTune("t")
    let running = try #require(try await store.start(tune))
    #expect(running.attempt == 1)
    #expect(running.startTime != nil)
    #expect(try await store.start(tune) == nil)
    for attempt: Int32 in [0, 2] {
      let late = try await store.updateJob(Tune.self, tune.id, ifIn: [.running], attempt: attempt) { tune, _ in
        tune.state = .failed
      }
      #expect(late == nil)
    }
    #expect(try await store.job(Tune.self, "t") == running)
  }

  @Test("of many who try to take a job, one gets it")
  func race() async throws {
    let tune = try await store.makeTune("t")
    let winners = try await withThrowingTaskGroup(of: Tune?.self) { group in
      for _ in 0..<16 { group.addTask { try await store.start(tune) } }
      return try await group.reduce(into: []) { $0.append($1) }.compactMap(\.self)
    }
    #expect(winners.count == 1)
    #expect(try await store.job(Tune.self, "t")?.attempt == 1)
  }

  @Test("events count up by one, and old progress is forgotten while the newest stays")
  func boundedProgress() async throws {
    let tune = try await store.makeTune("t")
    _ = try await store.start(tune)
    for step in 1...450 as ClosedRange<Int32> {
      _ = try await store.updateJob(Tune.self, tune.id, ifIn: [.running], attempt: 1) { tune, changes in
        var progress = TuneProgress()
        progress.step = step
        tune.progress = progress
        changes.events = [.other(.progress(progress))]
      }
    }
    let all = try await events(tune)
    #expect(all.count == 202)
    #expect(all.map(\.sequence) == [1, 2] + Array(253...452))
    let coalesced = try await events(tune, after: 1, coalescing: true)
    #expect(coalesced.map(\.sequence) == [2, 452])
    #expect(try await store.job(Tune.self, "t")?.lastSequence == 452)
  }

  @Test("a transition stores job, events and assets together, or nothing of it")
  func atomic() async throws {
    let tune = try await store.makeTune("t")
    let running = try #require(try await store.start(tune))
    let hold = try await store.blobs.write([1, 2])
    await #expect(throws: StoreError.self) {
      _ = try await store.updateJob(Tune.self, tune.id, ifIn: [.running], attempt: 1) { tune, changes in
        var broken = Asset.sample("lora", hold, kind: .lora)
        broken.files[0].sha256 = String(repeating: "1", count: 64)
        tune.state = .succeeded
        changes.assets = [broken]
        changes.events = [.state]
      }
    }
    #expect(try await store.job(Tune.self, "t") == running)
    #expect(try await events(tune).count == 2)

    let asset = Asset.sample("lora", hold, kind: .lora)
    let done = try await store.updateJob(Tune.self, tune.id, ifIn: [.running], attempt: 1) { tune, changes in
      tune.state = .succeeded
      changes.assets = [asset]
      changes.events = [.state]
    }
    #expect(done?.endTime != nil)
    #expect(try await store.asset("lora")?.id == asset.id)
    #expect(try await events(tune).last?.isLast == true)
  }

  @Test("a pending job keeps its inputs when their assets are deleted, and lets them go at its end")
  func pinnedInputs() async throws {
    let tune = try await store.makeTune("t")
    let image = try #require(try await store.asset("t-image"))
    let digest = try #require(Digest(hex: image.files[0].sha256))
    try await store.deleteAsset(image.id)
    #expect(store.blobs.contains(digest))
    #expect(try await store.assignment(ofJob: tune.id)?.assignment.jobId == tune.id)
    _ = try await store.updateJob(Tune.self, tune.id, ifIn: [.pending], attempt: 0) { tune, _ in
      tune.state = .cancelled
    }
    #expect(!store.blobs.contains(digest))
    #expect(try await store.assignment(ofJob: tune.id) == nil)
  }

  @Test("an input that was deleted just before makes no job")
  func vanishedInput() async throws {
    let image = try await store.makeAsset("i", "i")
    try await store.deleteAsset("i")
    await #expect(throws: StoreError.self) {
      try await store.createJob(.sample("t", checkpoint: image, inputs: [image]))
    }
    #expect(try await store.job(Tune.self, "t") == nil)
  }

  @Test("the newest training checkpoint replaces the one before, and goes with the job")
  func trainingCheckpoints() async throws {
    let tune = try await store.makeTune("t")
    _ = try await store.start(tune)
    var digests: [Digest] = []
    for step: Int32 in [10, 20] {
      let (checkpoint, hold) = try await checkpoint([UInt8(step)], step: step)
      digests.append(hold.digest)
      _ = try await store.updateJob(Tune.self, tune.id, ifIn: [.running], attempt: 1) { _, changes in
        changes.trainingCheckpoint = checkpoint
      }
      hold.release()
    }
    try await store.collectAllGarbage()
    #expect(try await store.assignment(ofJob: tune.id)?.resumeFrom?.step == 20)
    #expect(digests.map(store.blobs.contains) == [false, true])
    _ = try await store.deleteJob(Tune.self, tune.id)
    #expect(digests.map(store.blobs.contains) == [false, false])
  }

  @Test("a change that is done is answered, even when its leftovers cannot be removed")
  func failedCleaning() async throws {
    let tune = try await store.makeTune("t")
    try await store.write { db in try db.execute(sql: "DROP TABLE asset_blobs") }
    let cancelled = try await store.updateJob(Tune.self, tune.id, ifIn: [.pending], attempt: 0) { tune, _ in
      tune.state = .cancelled
    }
    #expect(cancelled?.state == .cancelled)
    #expect(try await store.deleteJob(Tune.self, tune.id).id == tune.id)
    #expect(try await store.job(Tune.self, tune.id) == nil)
  }

  @Test("failures are counted, forgotten, and outlive a restart")
  func failures() async throws {
    let tune = try await store.makeTune("t")
    func change(_ failures: JobChanges<Tune>.Failures) async throws -> Int {
      _ = try await store.updateJob(Tune.self, tune.id, ifIn: [.pending], attempt: 0) { $1.failures = failures }
      return try await store.failures(ofJob: tune.id)
    }
    #expect(try await change(.oneMore) == 1)
    #expect(try await change(.unchanged) == 1)
    #expect(try await change(.oneMore) == 2)
    #expect(try await change(.none) == 0)
  }

  @Test("the queue is in order of arrival, and holds back what waits for a retry")
  func queue() async throws {
    let first = try await store.makeTune("a")
    let second = try await store.makeTune("b")
    #expect(try await store.queue(.tune, limit: 10).map(\.id) == [first.id, second.id])
    #expect(try await store.jobsAhead(of: second) == 1)
    #expect(try await store.queue(.generation, limit: 10).isEmpty)
    let later = Date(timeIntervalSinceNow: 3_600)
    _ = try await store.updateJob(Tune.self, first.id, ifIn: [.pending], attempt: 0) { $1.availableAt = later }
    #expect(try await store.queue(.tune, limit: 10).map(\.id) == [second.id])
    let next = try #require(try await store.nextAvailability())
    #expect(abs(next.timeIntervalSince(later)) < 0.01)
  }

  /// Counts the transactions that change something.
  private final class Commits: TransactionObserver, @unchecked Sendable {
    private(set) var count = 0

    func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { true }
    func databaseDidChange(with event: DatabaseEvent) {}
    func databaseDidCommit(_ db: Database) { count += 1 }
    func databaseDidRollback(_ db: Database) {}
  }

  @Test("jobs that wait for an engine are told in one transaction what they wait for, and in none where they know")
  func pinnedJobs() async throws {
    let image = try await store.makeAsset("image", "an image")
    for name in ["a", "b", "c"] {
      var new = NewJob<Tune>.sample(name, checkpoint: image, inputs: [image])
      if name != "c" { new.engine = EngineIdentity(version: "1", device: name, precision: "float32") }
      _ = try await store.createJob(new)
    }
    let commits = Commits()
    store.database.add(transactionObserver: commits)
    func explain() async throws -> Int {
      try await store.explainPinned(Tune.self) { engine, present in
        let text = "waits for \(engine.device)"
        return present == text ? nil : WaitingReason(text: text, replacesNewestEvent: engine.device == "a")
      }.count
    }
    #expect(try await explain() == 2)
    #expect(commits.count == 1)
    #expect(try await explain() == 0)
    #expect(commits.count == 1)
    for (name, reason, sequences) in [("a", "waits for a", [2]), ("b", "waits for b", [1, 2]), ("c", "", [1])] {
      let job = try #require(try await store.job(Tune.self, name))
      #expect(job.stateReason == reason)
      #expect(try await events(job).map(\.sequence) == sequences.map { Int64($0) })
    }
  }

  @Test("deleting a job takes its events and keeps the assets it used and made")
  func deletion() async throws {
    let tune = try await store.makeTune("t")
    _ = try await store.start(tune)
    let hold = try await store.blobs.write([5])
    let lora = Asset.sample("lora", hold, kind: .lora, source: tune.id)
    _ = try await store.updateJob(Tune.self, tune.id, ifIn: [.running], attempt: 1) { tune, changes in
      tune.state = .succeeded
      changes.assets = [lora]
    }
    hold.release()
    _ = try await store.deleteJob(Tune.self, "t")
    #expect(try await store.job(Tune.self, tune.id) == nil)
    #expect(try await events(tune).isEmpty)
    #expect(try await store.asset("t-image") != nil)
    #expect(try await store.asset("lora") != nil)
    #expect(store.blobs.contains(hold.digest))
  }

  @Test("lists filter by state, name, trigger word and checkpoint")
  func lists() async throws {
    let first = try await store.makeTune("alpha")
    try await store.makeTune("beta")
    _ = try await store.start(first)
    func names(_ filter: JobFilter) async throws -> [String] {
      try await store.jobs(Tune.self, filter, page: PageRequest(size: 10, token: "")).elements.map(\.name)
    }
    #expect(try await names(JobFilter()) == ["beta", "alpha"])
    #expect(try await names(JobFilter(states: [.running])) == ["alpha"])
    #expect(try await names(JobFilter(nameContains: "ET")) == ["beta"])
    #expect(try await names(JobFilter(labelIs: "zorp")) == ["beta", "alpha"])
    #expect(try await names(JobFilter(labelIs: "zor")) == [])
    #expect(try await names(JobFilter(checkpoint: "alpha-checkpoint")) == ["alpha"])
  }

  @Test("a database without room refuses with a typed error, keeps what it has, and goes on when there is room")
  func fullDatabase() async throws {
    let tune = try await store.makeTune("t")
    func limitPages(_ limit: Int) async throws {
      try await store.write { db in try db.execute(sql: "PRAGMA max_page_count = \(limit)") }
    }
    func describe(_ text: String) async throws -> Tune? {
      try await store.updateJob(Tune.self, tune.id, ifIn: [.pending], attempt: 0) { tune, changes in
        tune.description = text
        changes.events = [.state]
      }
    }
    try await limitPages(1)  // SQLite takes the present size as the least.
    let long = String(repeating: "x", count: 1_000_000)
    await #expect(throws: StoreError.diskFull("the database")) { try await describe(long) }
    #expect(try await store.job(Tune.self, "t") == tune)
    #expect(try await events(tune).count == 1)
    try await limitPages(1_000_000)
    #expect(try await describe(long)?.lastSequence == 2)
  }

  @Test("ids sort by time, have their form, and names may not look like one")
  func identifiers() {
    let id = Identifier.make(.tune)
    #expect(id.hasPrefix("tune_") && id.count == 31)
    #expect(Identifier.isIdentifier(id))
    #expect(!Identifier.isIdentifier("tune_1"))
    #expect(!Identifier.isIdentifier("my-tune"))
    #expect(Set((0..<1_000).map { _ in Identifier.make(.asset) }).count == 1_000)
  }
}
