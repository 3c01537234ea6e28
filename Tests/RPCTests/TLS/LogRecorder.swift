import Logging
import Synchronization

/// Keeps what is logged, and lets a test wait for it.
final class LogRecorder: Sendable {
  private struct State {
    var lines: [String] = []
    var waiters: [(text: String, continuation: CheckedContinuation<String, Never>)] = []
  }
  private let state = Mutex(State())

  var logger: Logger {
    var logger = Logger(label: "recorder") { _ in Handler(recorder: self) }
    logger.logLevel = .debug
    return logger
  }

  var lines: [String] { state.withLock { $0.lines } }

  /// The first line with the text, as soon as there is one.
  func line(with text: String) async -> String {
    await withCheckedContinuation { continuation in
      let found = state.withLock { state in
        let found = state.lines.first { $0.contains(text) }
        if found == nil { state.waiters.append((text, continuation)) }
        return found
      }
      if let found { continuation.resume(returning: found) }
    }
  }

  private func record(_ line: String) {
    let woken = state.withLock { state in
      state.lines.append(line)
      let woken = state.waiters.filter { line.contains($0.text) }
      state.waiters.removeAll { line.contains($0.text) }
      return woken
    }
    for waiter in woken { waiter.continuation.resume(returning: line) }
  }

  private struct Handler: LogHandler {
    let recorder: LogRecorder
    var metadata = Logger.Metadata()
    var logLevel = Logger.Level.debug

    init(recorder: LogRecorder) { self.recorder = recorder }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(
      level: Logger.Level, message: Logger.Message, metadata: Logger.Metadata?, source: String, file: String,
      function: String, line: UInt
    ) {
      let values = (metadata ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      recorder.record("\(level) \(message) \(values.joined(separator: " "))")
    }
  }
}
