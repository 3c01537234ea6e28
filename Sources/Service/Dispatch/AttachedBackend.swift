import LorikeetAPI
import Store

/// One backend as the dispatcher sees it, from its `hello` to the end of its stream.
struct AttachedBackend {
  /// Tells one attachment from the next one of the same backend.
  typealias Token = UInt64

  /// A job that the backend has.
  struct Running {
    var attempt: Int32
    var kind: JobKind
    /// Since when the backend knows that it is to stop.
    var cancelledAt: SuspendingClock.Instant?
    /// It was asked for what it has learned.
    var keeps = false
    /// When progress was last stored.
    var progressAt: ContinuousClock.Instant?
  }

  let token: Token
  let id: String
  let kind: JobKind
  let slots: Int
  let device: String
  /// What its results' last bits depend on.
  let engine: EngineIdentity
  let outbound: AsyncStream<BackendAttachResponse>.Continuation
  /// By a clock that stands still while the machine sleeps: then nobody could say anything.
  var lastHeard: SuspendingClock.Instant
  /// A message of it is being taken in; what it says meanwhile waits, so it cannot be called silent.
  var isBeingHeard = false
  var warmCheckpoints: Set<String> = []
  var jobs: [String: Running] = [:]
  /// It was told to stop; it gets nothing new.
  var isDraining = false

  var hasRoom: Bool { !isDraining && jobs.count < slots }

  func send(_ payload: BackendAttachResponse.Payload) {
    var response = BackendAttachResponse()
    response.payload = payload
    outbound.yield(response)
  }

  func sendCancel(job: String, attempt: Int32, keep: Bool = false) {
    var cancel = BackendCancelAssignment()
    cancel.jobId = job
    cancel.attempt = attempt
    cancel.keep = keep
    send(.cancel(cancel))
  }
}
