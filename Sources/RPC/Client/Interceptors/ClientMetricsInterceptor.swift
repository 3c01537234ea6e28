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
    Observer(dimensions: [("grpc_service", method.service), ("grpc_method", method.method)], factory: factory)
  }

  /// One method's metrics, made once: looking a metric up by its labels costs more than a small call.
  private final class Observer: ClientCallObserver {
    private let started: Counter
    private let handled: [Counter]
    private let duration: Metrics.Timer
    private let messagesSent: Counter
    private let messagesReceived: Counter
    private let bytesSent: Counter
    private let bytesReceived: Counter

    init(dimensions: [(String, String)], factory: any MetricsFactory) {
      func counter(_ label: String, _ more: [(String, String)] = []) -> Counter {
        Counter(label: label, dimensions: dimensions + more, factory: factory)
      }
      started = counter("rpc_client_started")
      handled = StatusCode.allCases.map { counter("rpc_client_handled", [("grpc_code", $0.description)]) }
      duration = Metrics.Timer(label: "rpc_client_duration", dimensions: dimensions, factory: factory)
      messagesSent = counter("rpc_client_messages_sent")
      messagesReceived = counter("rpc_client_messages_received")
      bytesSent = counter("rpc_client_bytes_sent")
      bytesReceived = counter("rpc_client_bytes_received")
    }

    func callBegan() { started.increment() }

    func callEnded(_ summary: CallSummary) {
      handled[(summary.status ?? .unknown).rawValue].increment()
      duration.record(duration: summary.duration)
      messagesSent.increment(by: summary.traffic.messagesSent)
      messagesReceived.increment(by: summary.traffic.messagesReceived)
      bytesSent.increment(by: summary.traffic.bytesSent)
      bytesReceived.increment(by: summary.traffic.bytesReceived)
    }
  }
}
