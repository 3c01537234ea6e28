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
    Observer(dimensions: [("grpc_service", method.service), ("grpc_method", method.method)], factory: factory)
  }

  /// One method's metrics, made once: looking a metric up by its labels costs more than a small call.
  private final class Observer: ServerCallObserver {
    private let started: Counter
    private let handled: [Counter]
    private let duration: Metrics.Timer
    private let messagesReceived: Counter
    private let messagesSent: Counter
    private let bytesReceived: Counter
    private let bytesSent: Counter

    init(dimensions: [(String, String)], factory: any MetricsFactory) {
      func counter(_ label: String, _ more: [(String, String)] = []) -> Counter {
        Counter(label: label, dimensions: dimensions + more, factory: factory)
      }
      started = counter("rpc_server_started")
      handled = StatusCode.allCases.map { counter("rpc_server_handled", [("grpc_code", $0.description)]) }
      duration = Metrics.Timer(label: "rpc_server_duration", dimensions: dimensions, factory: factory)
      messagesReceived = counter("rpc_server_messages_received")
      messagesSent = counter("rpc_server_messages_sent")
      bytesReceived = counter("rpc_server_bytes_received")
      bytesSent = counter("rpc_server_bytes_sent")
    }

    func callBegan(_ context: ServerContext) { started.increment() }

    func callEnded(_ context: ServerContext, _ summary: CallSummary) {
      handled[(summary.status ?? .unknown).rawValue].increment()
      duration.recordNanoseconds(summary.nanoseconds)
      messagesReceived.increment(by: summary.traffic.messagesReceived)
      messagesSent.increment(by: summary.traffic.messagesSent)
      bytesReceived.increment(by: summary.traffic.bytesReceived)
      bytesSent.increment(by: summary.traffic.bytesSent)
    }
  }
}
