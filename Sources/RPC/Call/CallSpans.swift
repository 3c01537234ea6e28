internal import Tracing

/// Makes the spans of a method's calls, at either end.
///
/// Attributes are OpenTelemetry's: `rpc.system`, `rpc.service`, `rpc.method`, `rpc.grpc.status_code`.
struct CallSpans {
  private let name: String
  private let attributes: SpanAttributes
  private let tracer: any Tracer
  /// What carries a trace's context between the ends.
  let instrument: any Instrument

  /// Nil where nothing would be traced, without a tracer or with one that does nothing: calls pay nothing then.
  ///
  /// - Parameter tracer: nil takes the one that `InstrumentationSystem` was bootstrapped with.
  init?(of method: MethodDescriptor, _ tracer: (any Tracer)?) {
    self.tracer = tracer ?? InstrumentationSystem.tracer
    instrument = tracer ?? InstrumentationSystem.instrument
    if self.tracer is NoOpTracer, instrument is NoOpInstrument { return nil }
    name = method.description
    attributes = [
      "rpc.system": "grpc", "rpc.service": .string(method.service), "rpc.method": .string(method.method),
    ]
  }

  func begin(_ kind: SpanKind, in parent: InstrumentationContext) -> any Span {
    let span = tracer.startSpan(name, context: parent, ofKind: kind)
    span.attributes.merge(attributes)
    return span
  }
}

extension Span {
  /// Notes how the call ended.
  ///
  /// - Parameter failure: what makes the span count as failed.
  func note(_ status: StatusCode, _ failure: RPCError?) {
    attributes["rpc.grpc.status_code"] = SpanAttribute.int64(Int64(status.rawValue))
    guard let failure else { return }
    setStatus(SpanStatus(code: .error, message: failure.message))
    recordError(failure.cause ?? failure)
  }
}
