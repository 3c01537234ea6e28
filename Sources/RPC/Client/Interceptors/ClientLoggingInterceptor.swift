public import Logging

/// Logs the end of every call of a client: method, status, duration and messages.
public struct ClientLoggingInterceptor: ClientInterceptor {
  private let logger: Logger
  private let level: Logger.Level

  /// - Parameter level: of one line a call.
  public init(logger: Logger, level: Logger.Level = .debug) {
    self.logger = logger
    self.level = level
  }

  public func observer(of method: MethodDescriptor) -> (any ClientCallObserver)? {
    // Calls pay nothing for lines that nobody will see.
    logger.logLevel <= level ? Observer(logger: logger, level: level, method: "\(method)") : nil
  }

  private struct Observer: ClientCallObserver {
    let logger: Logger
    let level: Logger.Level
    let method: String

    func callBegan() {}

    func callEnded(_ summary: CallSummary) {
      var fields: Logger.Metadata = [
        "method": "\(method)", "status": "\(summary.status ?? .unknown)", "duration": "\(summary.duration)",
        "sent": "\(summary.traffic.messagesSent)", "received": "\(summary.traffic.messagesReceived)",
      ]
      if let failure = summary.failure { fields["error"] = "\(failure.message)" }
      logger.log(level: level, "call ended", metadata: fields)
    }
  }
}
