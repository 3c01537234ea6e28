public import Logging

/// Logs the end of every call: method, peer, status, duration and messages.
public struct LoggingInterceptor: ServerInterceptor {
  private let log: CallLog

  /// - Parameter level: of one line a call. What handlers fail of is logged by the server itself, as an error.
  public init(logger: Logger, level: Logger.Level = .debug) { log = CallLog(logger: logger, level: level) }

  public func observer(of method: MethodDescriptor) -> (any ServerCallObserver)? {
    log.isWanted ? Observer(log: log) : nil
  }

  private struct Observer: ServerCallObserver {
    let log: CallLog

    func callBegan(_ context: ServerContext) {}

    func callEnded(_ context: ServerContext, _ summary: CallSummary) {
      let error = summary.failure.map { failure in failure.cause.map { "\($0)" } ?? failure.message }
      log.callEnded(summary, method: "\(context.method)", error: error, ["peer": "\(context.peer)"])
    }
  }
}
