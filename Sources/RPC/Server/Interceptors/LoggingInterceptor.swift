public import Logging

/// Logs the end of every call: method, peer, status, duration and messages.
public struct LoggingInterceptor: ServerInterceptor {
  private let logger: Logger
  private let level: Logger.Level

  /// - Parameter level: of one line a call. What handlers fail of is logged by the server itself, as an error.
  public init(logger: Logger, level: Logger.Level = .debug) {
    self.logger = logger
    self.level = level
  }

  public func observer(of method: MethodDescriptor) -> (any ServerCallObserver)? {
    // Calls pay nothing for lines that nobody will see.
    logger.logLevel <= level ? Observer(logger: logger, level: level) : nil
  }

  private struct Observer: ServerCallObserver {
    let logger: Logger
    let level: Logger.Level

    func callBegan(_ context: ServerContext) {}

    func callEnded(_ context: ServerContext, _ summary: CallSummary) {
      var fields: Logger.Metadata = [
        "method": "\(context.method)", "peer": "\(context.peer)", "status": "\(summary.status ?? .unknown)",
        "duration": "\(summary.duration)", "received": "\(summary.traffic.messagesReceived)",
        "sent": "\(summary.traffic.messagesSent)",
      ]
      if let failure = summary.failure { fields["error"] = "\(failure.cause.map { "\($0)" } ?? failure.message)" }
      logger.log(level: level, "call ended", metadata: fields)
    }
  }
}
