internal import Logging

/// Writes a line at the end of every call.
struct CallLog {
  let logger: Logger
  let level: Logger.Level

  /// Without this, calls pay nothing for lines that nobody will see.
  var isWanted: Bool { logger.logLevel <= level }

  /// - Parameters:
  ///   - fields: what the end that logs knows of the call besides.
  ///   - error: why it failed.
  func callEnded(_ summary: CallSummary, method: String, error: String?, _ fields: Logger.Metadata = [:]) {
    var fields = fields
    fields["method"] = "\(method)"
    fields["status"] = "\(summary.status ?? .unknown)"
    fields["duration"] = "\(summary.duration)"
    fields["received"] = "\(summary.traffic.messagesReceived)"
    fields["sent"] = "\(summary.traffic.messagesSent)"
    if let error { fields["error"] = "\(error)" }
    logger.log(level: level, "call ended", metadata: fields)
  }
}
