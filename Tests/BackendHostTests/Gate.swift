import Synchronization

/// Holds whoever waits, cancelled or not, until it is opened.
final class Gate: Sendable {
  private let state = Mutex((isOpen: false, waiting: [CheckedContinuation<Void, Never>]()))

  func wait() async {
    await withCheckedContinuation { (one: CheckedContinuation<Void, Never>) in
      let passes = state.withLock { state in
        if !state.isOpen { state.waiting.append(one) }
        return state.isOpen
      }
      if passes { one.resume() }
    }
  }

  func open() {
    let waiting = state.withLock { state in
      defer { state = (true, []) }
      return state.waiting
    }
    for one in waiting { one.resume() }
  }
}
