import Synchronization

/// Counts the callers that follow a generation with `Generate`: it is theirs, and ends with the last of them.
final class FollowerCount: Sendable {
  private let counts = Mutex<[String: Int]>([:])

  func join(_ id: String) {
    counts.withLock { $0[id, default: 0] += 1 }
  }

  /// - Returns: whether nobody follows it any more.
  @discardableResult
  func leave(_ id: String) -> Bool {
    counts.withLock { counts in
      let rest = (counts[id] ?? 1) - 1
      counts[id] = rest > 0 ? rest : nil
      return rest <= 0
    }
  }
}
