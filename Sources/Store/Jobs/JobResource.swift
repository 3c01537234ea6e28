import LorikeetAPI
import Protobuf

/// Which queue a job stands in.
package enum JobKind: Int, Sendable, CaseIterable {
  case tune = 1
  case generation = 2
}

/// A resource that is worked on by a backend: a tune or a generation. The message itself is what is stored.
package protocol JobResource: Message {
  associatedtype Event: JobEvent

  static var kind: JobKind { get }

  var id: String { get }
  var state: JobState { get set }
  var stateReason: String { get set }
  var createTime: GoogleProtobufTimestamp? { get set }
  var startTime: GoogleProtobufTimestamp? { get set }
  var endTime: GoogleProtobufTimestamp? { get set }
  var updateTime: GoogleProtobufTimestamp? { get set }
  var attempt: Int32 { get set }
  var lastSequence: Int64 { get set }

  /// The name, for resources that have one.
  var uniqueName: String? { get }
  /// The text that lists filter by: the trigger word, or the prompt.
  var label: String { get }
  /// The event that tells of the job's state as it is now.
  static func stateEvent(of job: Self) -> Event.Payload
}

/// One numbered change of a job.
package protocol JobEvent: Message {
  associatedtype Payload: Sendable

  var sequence: Int64 { get set }
  var time: GoogleProtobufTimestamp? { get set }
  var payload: Payload? { get set }

  /// Whether a later event of this kind makes this one superfluous.
  var isProgress: Bool { get }
  /// Whether nothing can follow.
  var isLast: Bool { get }
}

extension JobState {
  /// Whether the job has come to its end.
  package var isTerminal: Bool {
    switch self {
    case .succeeded, .failed, .cancelled: true
    case .unspecified, .pending, .running, .unrecognized: false
    }
  }
}

extension Tune: JobResource {
  package typealias Event = TuneEvent

  package static var kind: JobKind { .tune }
  package var uniqueName: String? { name }
  package var label: String { triggerWord }
  package static func stateEvent(of job: Tune) -> TuneEvent.Payload { .state(job) }
}

extension TuneEvent: JobEvent {
  package var isProgress: Bool {
    if case .progress = payload { true } else { false }
  }

  package var isLast: Bool {
    if case .state(let tune) = payload { tune.state.isTerminal } else { false }
  }
}

extension Generation: JobResource {
  package typealias Event = GenerationEvent

  package static var kind: JobKind { .generation }
  package var uniqueName: String? { nil }
  package var label: String { settings?.prompt ?? "" }
  package static func stateEvent(of job: Generation) -> GenerationEvent.Payload {
    job.state.isTerminal ? .summary(job) : .state(job)
  }
}

extension GenerationEvent: JobEvent {
  package var isProgress: Bool {
    if case .progress = payload { true } else { false }
  }

  package var isLast: Bool {
    if case .summary = payload { true } else { false }
  }
}
