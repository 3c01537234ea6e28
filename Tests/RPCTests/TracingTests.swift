import Testing
import Tracing

@testable import RPC

@Suite("Spans of calls on the server", .timeLimit(.minutes(2)))
struct TracingTests {
  @Test("a call's span continues the caller's trace, and is the handler's context", arguments: [false, true])
  func parent(onGlobalExecutor: Bool) async throws {
    let tracer = TestTracer()
    let methods = [
      unaryMethod { _, _ in
        payload(InstrumentationContext.current?[TestTracer.TraceParent.self] ?? "no context")
      }
    ]
    try await Loopback.run(
      methods: methods, onGlobalExecutor: onGlobalExecutor, interceptors: [TracingInterceptor(tracer: tracer)]
    ) { loopback in
      let answer = try await loopback.unary(
        Payload(), CallOptions(metadata: ["traceparent": "00-trace-caller-01", "tracestate": "vendor=1"]))
      #expect(answer.typeUrl == "span-1")
      let span = try await tracer.nextEnd()
      #expect(span.parent[TestTracer.TraceParent.self] == "00-trace-caller-01")
      #expect(span.parent[TestTracer.TraceState.self] == "vendor=1")
      #expect(span.kind == .server && span.operationName == "test.Echo/Unary")
      #expect(span.attributes["rpc.system"]?.toSpanAttribute() == .string("grpc"))
      #expect(span.attributes["rpc.service"]?.toSpanAttribute() == .string("test.Echo"))
      #expect(span.attributes["rpc.method"]?.toSpanAttribute() == .string("Unary"))
      #expect(span.attributes["rpc.grpc.status_code"]?.toSpanAttribute() == .int64(0))
      #expect(span.status == nil && span.errors.isEmpty)

      _ = try await loopback.unary()
      #expect(try await tracer.nextEnd().parent[TestTracer.TraceParent.self] == nil)
    }
  }

  private struct Fault: Error {}

  @Test("a span tells the status; only the server's own faults mark it as failed")
  func status() async throws {
    let tracer = TestTracer()
    let methods = [
      unaryMethod { request, _ in
        switch request.typeUrl {
        case "missing": throw RPCError(.notFound, "no such thing")
        case "fault": throw Fault()
        default:
          try? await Task.sleep(for: .seconds(3_600))
          return Payload()
        }
      }
    ]
    try await Loopback.run(methods: methods, interceptors: [TracingInterceptor(tracer: tracer)]) { loopback in
      func code(_ span: TestSpan) -> SpanAttribute? { span.attributes["rpc.grpc.status_code"]?.toSpanAttribute() }
      _ = await failure { try await loopback.unary(payload("missing")) }
      let missing = try await tracer.nextEnd()
      #expect(code(missing) == .int64(5) && missing.status == nil && missing.errors.isEmpty)
      _ = await failure { try await loopback.unary(payload("fault")) }
      let fault = try await tracer.nextEnd()
      #expect(code(fault) == .int64(2) && fault.status?.code == .error && fault.errors.first is Fault)
      // The handler swallows its cancellation; the peer was told DEADLINE_EXCEEDED all the same.
      let raw = try await RawClient.connect(to: loopback.address)
      try await raw.open("/test.Echo/Unary", [("grpc-timeout", "1m")], body: [0, 0, 0, 0, 0], endStream: true)
      let late = try await tracer.nextEnd()
      #expect(code(late) == .int64(4) && late.status?.code == .error)
      await raw.close()
    }
  }
}
