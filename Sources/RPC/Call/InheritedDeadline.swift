/// The deadline of the call that the current task serves.
///
/// Set around handlers, and only for calls that have a deadline, so that the others do not pay for it.
enum InheritedDeadline {
  @TaskLocal static var current: Deadline?
}
