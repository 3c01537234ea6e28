public import Logging
internal import Metrics

/// Logs the end of every call: method, peer, status and duration.
public struct LoggingInterceptor: ServerInterceptor {
  private let logger: Logger
  private let level: Logger.Level

  /// - Parameter level: of one line a call. What handlers fail of is logged by the server itself, as an error.
  public init(logger: Logger, level: Logger.Level = .debug) {
    self.logger = logger
    self.level = level
  }

  public func wrap(_ method: MethodDescriptor, _ next: @escaping ServerHandler) -> ServerHandler {
    { [logger, level] context in
      let start = ContinuousClock.now
      do {
        try await next(context)
        logger.log(level: level, "call ended", metadata: fields(context, .ok, since: start))
      } catch {
        let status = RPCError(thrown: error)
        var fields = fields(context, status.code, since: start)
        fields["error"] = "\(status.cause.map { "\($0)" } ?? status.message)"
        logger.log(level: level, "call ended", metadata: fields)
        throw error
      }
    }
  }

  private func fields(
    _ context: ServerContext, _ code: StatusCode, since start: ContinuousClock.Instant
  ) -> Logger.Metadata {
    [
      "method": "\(context.method)", "peer": "\(context.peer)", "status": "\(code)",
      "duration": "\(ContinuousClock.now - start)",
    ]
  }
}

/// Counts calls and times them, through swift-metrics.
///
/// `rpc_server_started`, `rpc_server_handled` (by code) and `rpc_server_duration`, each by service and method.
public struct MetricsInterceptor: ServerInterceptor {
  public init() {}

  public func wrap(_ method: MethodDescriptor, _ next: @escaping ServerHandler) -> ServerHandler {
    let dimensions = [("grpc_service", method.service), ("grpc_method", method.method)]
    let started = Counter(label: "rpc_server_started", dimensions: dimensions)
    let duration = Metrics.Timer(label: "rpc_server_duration", dimensions: dimensions)
    // Made once: looking a metric up by its labels costs more than a small call.
    let handled = StatusCode.allCases.map { code in
      Counter(label: "rpc_server_handled", dimensions: dimensions + [("grpc_code", code.description)])
    }
    return { context in
      started.increment()
      let start = ContinuousClock.now
      func record(_ code: StatusCode) {
        handled[code.rawValue].increment()
        duration.record(duration: ContinuousClock.now - start)
      }
      do {
        try await next(context)
        record(.ok)
      } catch {
        record(RPCError(thrown: error).code)
        throw error
      }
    }
  }
}
