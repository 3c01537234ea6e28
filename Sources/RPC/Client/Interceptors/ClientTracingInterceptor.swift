public import Tracing

/// Makes a span of every call of a client, through swift-distributed-tracing, and tells the server of it: as
/// `traceparent` and `tracestate`, or whatever the tracer writes.
///
/// The parent is the span of the task that makes the call. Attributes are OpenTelemetry's: `rpc.system`, `rpc.service`,
/// `rpc.method`, `rpc.grpc.status_code`.
public struct ClientTracingInterceptor: ClientInterceptor {
  private let tracer: (any Tracer)?

  /// - Parameter tracer: nil takes the one that `InstrumentationSystem` was bootstrapped with at a method's first call.
  public init(tracer: (any Tracer)? = nil) { self.tracer = tracer }

  public func wrap(_ method: MethodDescriptor, _ next: @escaping ClientHandler) -> ClientHandler? {
    guard let spans = CallSpans(of: method, tracer) else { return nil }
    return { context in
      let span = spans.begin(.client, in: InstrumentationContext.current ?? .topLevel)
      defer { span.end() }
      var options = context.options
      spans.instrument.inject(span.context, into: &options.metadata, using: MetadataInjector())
      context.options = options
      do {
        try await InstrumentationContext.$current.withValue(span.context) { try await next(context) }
        span.note(.ok, nil)
      } catch {
        let failure = RPCError(thrown: error)
        span.note(failure.code, failure)
        throw error
      }
    }
  }
}

/// Writes a trace's context into metadata.
private struct MetadataInjector: Injector {
  func inject(_ value: String, forKey key: String, into metadata: inout Metadata) {
    // What came with metadata passed on from another call does not belong to this one. A context that cannot be
    // metadata is not worth failing the call.
    try? metadata.replace(key, value)
  }
}
