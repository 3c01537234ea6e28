internal import Metrics

/// Counts calls, messages and bytes, and times calls, through swift-metrics.
///
/// Each metric has the dimensions `grpc_service` and `grpc_method`:
/// - `rpc_server_started` and `rpc_server_handled`: calls that came, and calls that ended (by `grpc_code`);
/// - `rpc_server_duration`: a timer of calls, from the request's headers to the status;
/// - `rpc_server_messages_received`, `rpc_server_messages_sent`: messages;
/// - `rpc_server_bytes_received`, `rpc_server_bytes_sent`: the bytes of those messages in DATA frames.
///
/// Streams count their messages when they end.
public struct MetricsInterceptor: ServerInterceptor {
  private let factory: any MetricsFactory

  /// Reports to the factory that `MetricsSystem` was bootstrapped with.
  public init() { self.init(factory: MetricsSystem.factory) }

  init(factory: any MetricsFactory) { self.factory = factory }

  public func observer(of method: MethodDescriptor) -> (any ServerCallObserver)? {
    Observer(metrics: CallMetrics("rpc_server", of: method, factory: factory))
  }

  private struct Observer: ServerCallObserver {
    let metrics: CallMetrics

    func callBegan(_ context: ServerContext) { metrics.callBegan() }
    func callEnded(_ context: ServerContext, _ summary: CallSummary) { metrics.callEnded(summary) }
  }
}
