internal import Synchronization

/// Numbers for what channelz shows: above 0, unique in the process, and rising, so that lists can be read in pages.
enum ChannelzID {
  private static let last = Atomic<Int64>(0)

  static func next() -> Int64 { last.add(1, ordering: .relaxed).newValue }
}
