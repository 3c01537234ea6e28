internal import NIOCore

/// Enters one attempt of a client's call into the counts of its connection: one stream, and the messages it carried.
struct AttemptAccount {
  private var counts: ConnectionCounts?
  private var carriedBefore = CallTraffic()
  /// The server has ended the stream properly.
  var isAnswered = false

  /// - Parameter traffic: of the call so far, earlier attempts included.
  mutating func begin(_ counts: ConnectionCounts?, _ traffic: CallTraffic) {
    self.counts = counts
    carriedBefore = traffic
    isAnswered = false
    counts?.began(at: .now())
  }

  /// Does nothing when no attempt is under way.
  mutating func end(_ status: StatusCode, _ traffic: CallTraffic) {
    counts?.ended(status, answered: isAnswered, carried: traffic - carriedBefore)
    counts = nil
  }
}
