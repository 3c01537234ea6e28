import Foundation
import RPC

/// Creates something that needs what was uploaded for it before.
///
/// A call whose outcome is unknown is repeated: with the same request id the server answers with what the first call
/// made. Only a definite refusal shows that nothing holds the uploads.
struct Creation {
  var attempts = 4
  /// The first pause; it doubles.
  var pause: Duration = .milliseconds(500)

  /// - Parameters:
  ///   - call: carries the same request id every time.
  ///   - discard: called before a refusal is thrown on; never while the outcome is in doubt.
  func run<Created>(
    _ call: () async throws -> Created, discard: () async -> Void
  ) async throws -> Created {
    var wait = pause
    var left = attempts
    while true {
      do {
        return try await call()
      } catch let error as RPCError where error.leavesDoubt {
        left -= 1
        guard left > 0, !Task.isCancelled else { throw error }
        try await Task.sleep(for: wait)
        wait *= 2
      } catch {
        await discard()
        throw error
      }
    }
  }
}

extension RPCError {
  /// Whether the server may have done what it was asked although the call failed.
  var leavesDoubt: Bool {
    switch code {
    case .unavailable, .deadlineExceeded, .cancelled, .unknown, .internalError: true
    default: false
    }
  }
}
