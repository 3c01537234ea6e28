public import Logging

/// Logs the end of every call of a client: method, status, duration and messages.
public struct ClientLoggingInterceptor: ClientInterceptor {
  private let log: CallLog

  /// - Parameter level: of one line a call.
  public init(logger: Logger, level: Logger.Level = .debug) { log = CallLog(logger: logger, level: level) }

  public func observer(of method: MethodDescriptor) -> (any ClientCallObserver)? {
    log.isWanted ? Observer(log: log, method: "\(method)") : nil
  }

  private struct Observer: ClientCallObserver {
    let log: CallLog
    let method: String

    func callBegan() {}

    func callEnded(_ summary: CallSummary) {
      log.callEnded(summary, method: method, error: summary.failure?.message)
    }
  }
}
