internal import Synchronization

/// The deadline of the call that the current task serves.
///
/// Set around handlers, for calls that have a deadline and in a process that has made a client: nobody else would look
/// at it, and setting it costs a small call a twentieth of its instructions.
enum InheritedDeadline {
  @TaskLocal static var current: Deadline?

  private static let hasClients = Atomic(false)

  static var isOfUse: Bool { hasClients.load(ordering: .relaxed) }

  static func clientWasMade() { hasClients.store(true, ordering: .relaxed) }
}
