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
    guard let spans = CallSpans(of: method, tracer) else { return next }
    return { context in
      var parent = InstrumentationContext.topLevel
      spans.instrument.extract(context.requestMetadata, into: &parent, using: MetadataExtractor())
      let span = spans.begin(.server, in: parent)
      defer { span.end() }
      do {
        try await InstrumentationContext.$current.withValue(span.context) { try await next(context) }
        // The peer may have been told something else before the handler was done.
        let summary = await context.summary()
        let status = summary.status ?? .ok
        span.note(status, status.isServerFault ? summary.failure : nil)
      } catch {
        let failure = await context.summary().failure ?? RPCError(thrown: error)
        span.note(failure.code, failure.code.isServerFault ? failure : nil)
        throw error
      }
    }
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
