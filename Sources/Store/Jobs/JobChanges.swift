import Foundation
import LorikeetAPI

/// What a transition writes beside the job itself, in the same transaction.
package struct JobChanges<Job: JobResource>: Sendable {
  /// One event; the store numbers and dates it.
  package enum NewEvent: Sendable {
    /// The job as it is after the transition.
    case state
    case other(Job.Event.Payload)
  }

  /// How often the job failed in a row without getting anywhere.
  package enum Failures: Sendable {
    case unchanged, oneMore, none
  }

  package var events: [NewEvent] = []
  /// The job's newest event goes: the new ones say anew what it said.
  package var replacesNewestEvent = false
  /// New assets that the job made. A taken name gets a number.
  package var assets: [Asset] = []
  /// Replaces the point from which a tune can go on.
  package var trainingCheckpoint: BackendTrainingCheckpoint?
  /// With a state that ends the job: its training checkpoint stays, with the assignment that it belongs to, so that
  /// another tune can go on from there.
  package var keepsTrainingCheckpoint = false
  /// The user wants it stopped and what it has learned kept: true of it until its end, whatever happens on the way.
  package var requestsKeeping = false
  package var failures = Failures.unchanged
  /// Not before then will the job be handed out.
  package var availableAt: Date?

  package init() {}
}

/// A new job, with all it needs to run: the assets it names may be deleted meanwhile.
package struct NewJob<Job: JobResource>: Sendable {
  package var job: Job
  /// What a backend is to be told, without what is known only when it is handed out.
  package var assignment: BackendAssignment
  package var checkpoint: Asset
  /// `InputAsset.digest` of the checkpoint: a backend that has it warm is preferred.
  package var checkpointDigest: String
  /// The files it reads: kept until it has ended.
  package var inputs: [String]
  /// The engine it must be handed to; `nil`: any.
  package var engine: EngineIdentity?
  /// Where it goes on from.
  package var resumeFrom: BackendTrainingCheckpoint?

  package init(job: Job, assignment: BackendAssignment, checkpoint: Asset, checkpointDigest: String, inputs: [String]) {
    self.job = job
    self.assignment = assignment
    self.checkpoint = checkpoint
    self.checkpointDigest = checkpointDigest
    self.inputs = inputs
  }
}

/// What a backend needs to take a job up, now or again.
package struct StoredAssignment: Sendable {
  package var assignment: BackendAssignment
  package var resumeFrom: BackendTrainingCheckpoint?
}

/// A job that waits for a backend.
package struct QueuedJob: Sendable {
  package var id: String
  package var attempt: Int32
  package var checkpointDigest: String
  /// The engine it must be handed to; `nil`: any.
  package var engine: EngineIdentity?
}

/// What a job that waits for one engine is to say of itself in place of what it says now.
package struct WaitingReason: Sendable {
  package var text: String
  /// Whether the newest event told of what is said now, so that it goes when the new one comes: however often engines
  /// come and go, the job's events do not grow.
  package var replacesNewestEvent: Bool

  package init(text: String, replacesNewestEvent: Bool) {
    self.text = text
    self.replacesNewestEvent = replacesNewestEvent
  }
}

/// Which jobs a list holds.
package struct JobFilter: Sendable {
  package var states: [JobState]
  package var nameContains: String
  package var labelContains: String
  package var labelIs: String
  /// A checkpoint's id or name.
  package var checkpoint: String

  package init(
    states: [JobState] = [], nameContains: String = "", labelContains: String = "", labelIs: String = "",
    checkpoint: String = ""
  ) {
    self.states = states
    self.nameContains = nameContains
    self.labelContains = labelContains
    self.labelIs = labelIs
    self.checkpoint = checkpoint
  }

  /// What a page token is bound to.
  func fingerprint(_ kind: JobKind) -> [String] {
    [
      "jobs \(kind.rawValue)", states.map { "\($0.rawValue)" }.joined(separator: ","), nameContains, labelContains,
      labelIs, checkpoint,
    ]
  }
}
