internal import CTorch

extension Torch {
  /// How often an operation ran, and how much processor time it took on the threads that called it, without that of
  /// the operations inside it.
  package struct ProfileEntry: Sendable {
    package let name: String
    package let calls: Int
    package let seconds: Double
  }

  /// Runs the body and tells where its time went, most first. One at a time in a process.
  package static func profiled(_ body: () throws -> Void) throws -> [ProfileEntry] {
    try checked { ct_profile_begin($0) }
    var failure: (any Error)?
    do { try body() } catch { failure = error }
    var entries: [ProfileEntry] = []
    withUnsafeMutablePointer(to: &entries) { entries in
      ct_profile_end(entries) { context, name, calls, seconds in
        guard let name, let entries = context?.assumingMemoryBound(to: [ProfileEntry].self) else { return }
        entries.pointee.append(ProfileEntry(name: String(cString: name), calls: Int(calls), seconds: seconds))
      }
    }
    if let failure { throw failure }
    return entries.sorted { $0.seconds > $1.seconds }
  }
}
