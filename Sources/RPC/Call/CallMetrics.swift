internal import Metrics

/// What the metrics interceptors of both sides count of one method, made once: looking a metric up by its labels costs
/// more than a small call.
final class CallMetrics: Sendable {
  private let started: Counter
  private let handled: [Counter]
  private let duration: Metrics.Timer
  private let messagesReceived: Counter
  private let messagesSent: Counter
  private let bytesReceived: Counter
  private let bytesSent: Counter

  /// - Parameter prefix: of every label, such as `rpc_server`.
  init(_ prefix: String, of method: MethodDescriptor, factory: any MetricsFactory) {
    let dimensions = [("grpc_service", method.service), ("grpc_method", method.method)]
    func counter(_ name: String, _ more: [(String, String)] = []) -> Counter {
      Counter(label: "\(prefix)_\(name)", dimensions: dimensions + more, factory: factory)
    }
    started = counter("started")
    handled = StatusCode.allCases.map { counter("handled", [("grpc_code", $0.description)]) }
    duration = Metrics.Timer(label: "\(prefix)_duration", dimensions: dimensions, factory: factory)
    messagesReceived = counter("messages_received")
    messagesSent = counter("messages_sent")
    bytesReceived = counter("bytes_received")
    bytesSent = counter("bytes_sent")
  }

  func callBegan() { started.increment() }

  func callEnded(_ summary: CallSummary) {
    handled[(summary.status ?? .unknown).rawValue].increment()
    duration.recordNanoseconds(summary.nanoseconds)
    messagesReceived.increment(by: summary.traffic.messagesReceived)
    messagesSent.increment(by: summary.traffic.messagesSent)
    bytesReceived.increment(by: summary.traffic.bytesReceived)
    bytesSent.increment(by: summary.traffic.bytesSent)
  }
}
