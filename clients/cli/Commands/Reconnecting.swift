import Foundation
import RPC

/// Follows a stream across lost connections: a server that restarts keeps its jobs, so a watcher should outlive it too.
struct Reconnecting {
  /// How long to go on trying without hearing anything.
  var patience: Duration = .seconds(120)
  /// The first pause; it doubles up to ten seconds.
  var pause: Duration = .milliseconds(500)

  /// Runs `attempt` until it returns. It is called again when the server cannot be reached and there was an event
  /// before (a server that was never there is an error at once), as long as the last event is not too long ago.
  ///
  /// - Parameter attempt: follows the stream, calling its argument at every message.
  func run<Result>(
    lost: (RPCError) -> Void, _ attempt: (_ heard: () -> Void) async throws -> Result
  ) async throws -> Result {
    let clock = ContinuousClock()
    var lastHeard: ContinuousClock.Instant?
    var wait = pause
    while true {
      do {
        return try await attempt {
          lastHeard = clock.now
          wait = pause
        }
      } catch let error as RPCError where error.code == .unavailable {
        try Task.checkCancellation()
        guard let heard = lastHeard, heard.duration(to: clock.now) < patience else { throw error }
        lost(error)
        try await Task.sleep(for: wait)
        wait = min(wait * 2, .seconds(10))
      }
    }
  }
}
