public import Tracing

/// Makes a span of every call, through swift-distributed-tracing.
///
/// The caller's context (`traceparent` and `tracestate`, or whatever the tracer reads) is taken from the request's
/// metadata, and the span's context is bound as `InstrumentationContext.current` around the handler: spans and client
/// calls that the handler makes become its children.
///
/// Attributes are OpenTelemetry's: `rpc.system`, `rpc.service`, `rpc.method`, `rpc.grpc.status_code`.
public struct TracingInterceptor: ServerInterceptor {
  private let tracer: (any Tracer)?

  /// - Parameter tracer: nil takes the one that `InstrumentationSystem` was bootstrapped with when the server is made.
  public init(tracer: (any Tracer)? = nil) { self.tracer = tracer }

  public func wrap(_ method: MethodDescriptor, _ next: @escaping ServerHandler) -> ServerHandler {
    if let tracer { return traced(method, next, tracer, tracer) }
    let (tracer, instrument) = (InstrumentationSystem.tracer, InstrumentationSystem.instrument)
    // Without a tracer calls pay nothing.
    if tracer is NoOpTracer, instrument is NoOpInstrument { return next }
    return traced(method, next, tracer, instrument)
  }

  private func traced(
    _ method: MethodDescriptor, _ next: @escaping ServerHandler, _ tracer: some Tracer, _ instrument: any Instrument
  ) -> ServerHandler {
    let name = method.description
    let attributes: SpanAttributes = [
      "rpc.system": "grpc", "rpc.service": .string(method.service), "rpc.method": .string(method.method),
    ]
    return { context in
      var parent = InstrumentationContext.topLevel
      instrument.extract(context.requestMetadata, into: &parent, using: MetadataExtractor())
      let span = tracer.startSpan(name, context: parent, ofKind: .server)
      span.attributes.merge(attributes)
      defer { span.end() }
      do {
        try await InstrumentationContext.$current.withValue(span.context) { try await next(context) }
        // The peer may have been told something else before the handler was done.
        let summary = await context.summary()
        finish(span, summary.status ?? .ok, summary.failure)
      } catch {
        let summary = await context.summary()
        let failure = summary.failure ?? RPCError(thrown: error)
        finish(span, failure.code, failure)
        throw error
      }
    }
  }

  private func finish(_ span: some Span, _ status: StatusCode, _ failure: RPCError?) {
    span.attributes["rpc.grpc.status_code"] = SpanAttribute.int64(Int64(status.rawValue))
    guard let failure, status.isServerFault else { return }
    span.setStatus(SpanStatus(code: .error, message: failure.message))
    span.recordError(failure.cause ?? failure)
  }
}

extension StatusCode {
  /// Whether a server's span counts as failed: other codes tell of the client's faults, or of everyday answers
  /// (OpenTelemetry's conventions for gRPC).
  fileprivate var isServerFault: Bool {
    switch self {
    case .unknown, .deadlineExceeded, .unimplemented, .internalError, .unavailable, .dataLoss: true
    default: false
    }
  }
}

/// Reads a trace's context out of metadata.
struct MetadataExtractor: Extractor {
  func extract(key: String, from carrier: Metadata) -> String? { carrier[key] }
}
