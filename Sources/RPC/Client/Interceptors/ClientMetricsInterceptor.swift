internal import Metrics

/// Counts a client's calls, messages and bytes, and times calls, through swift-metrics.
///
/// Each metric has the dimensions `grpc_service` and `grpc_method`:
/// - `rpc_client_started` and `rpc_client_handled`: calls that began, and calls that ended (by `grpc_code`);
/// - `rpc_client_duration`: a timer of calls, from their beginning to the status, retries included;
/// - `rpc_client_messages_sent`, `rpc_client_messages_received`: messages;
/// - `rpc_client_bytes_sent`, `rpc_client_bytes_received`: the bytes of those messages in DATA frames.
///
/// Streams count their messages when they end.
public struct ClientMetricsInterceptor: ClientInterceptor {
  private let factory: any MetricsFactory

  /// Reports to the factory that `MetricsSystem` was bootstrapped with.
  public init() { self.init(factory: MetricsSystem.factory) }

  init(factory: any MetricsFactory) { self.factory = factory }

  public func observer(of method: MethodDescriptor) -> (any ClientCallObserver)? {
    Observer(metrics: CallMetrics("rpc_client", of: method, factory: factory))
  }

  private struct Observer: ClientCallObserver {
    let metrics: CallMetrics

    func callBegan() { metrics.callBegan() }
    func callEnded(_ summary: CallSummary) { metrics.callEnded(summary) }
  }
}
