import Synchronization
import Testing
import Tracing

@testable import RPC

@Suite("Traces that begin at a client", .timeLimit(.minutes(1)))
struct ClientTracingTests {
  @Test("a call has a span below its caller's, and the server is told of it in place of what was passed on")
  func span() async throws {
    let tracer = SpanKeeper()
    let methods = [
      unaryMethod { request, context in
        guard request.typeUrl != "fail" else { throw RPCError(.notFound, "as asked") }
        return payload(context.requestMetadata.values("traceparent").joined(separator: ","))
      }
    ]
    try await Loopback.run(methods: methods) { loopback in
      let client = RPCClient(target: loopback.address, interceptors: [ClientTracingInterceptor(tracer: tracer)])
      let call = { (name: String) async throws in
        try await client.unary(
          method("Unary", .unary), payload(name), response: Payload.self,
          options: CallOptions(metadata: ["traceparent": "stale", "x-kept": "1"]))
      }
      var context = InstrumentationContext.topLevel
      context[SpanKeeper.Key.self] = "caller"
      let told = try await InstrumentationContext.$current.withValue(context) { try await call("") }
      #expect(told.typeUrl == "caller/test.Echo/Unary")
      #expect(await failure { try await call("fail") }?.code == .notFound)
      await client.close()
    }
    let spans = tracer.ended.withLock { $0 }
    #expect(spans.map(\.kind) == [.client, .client])
    #expect(spans.map(\.parent) == ["caller", nil])
    #expect(spans.map { $0.attributes.get("rpc.grpc.status_code") } == [.int64(0), .int64(5)])
    #expect(spans[0].attributes.get("rpc.service") == .string("test.Echo"))
    #expect(spans.map(\.isFailed) == [false, true])
  }
}

/// A tracer that keeps what has ended, and says who the parent was in one word.
private final class SpanKeeper: Tracer {
  enum Key: InstrumentationContextKey { typealias Value = String }

  struct Ended: Sendable {
    var kind: SpanKind
    var parent: String?
    var attributes: SpanAttributes
    var isFailed: Bool
  }
  let ended = Mutex<[Ended]>([])

  func startSpan<Instant: TracerInstant>(
    _ operationName: String, context: @autoclosure () -> InstrumentationContext, ofKind kind: SpanKind,
    at instant: @autoclosure () -> Instant, function: String, file fileID: String, line: UInt
  ) -> KeptSpan {
    KeptSpan(self, operationName, kind, context())
  }

  func forceFlush() {}

  func extract<Carrier, Extract: Extractor>(
    _ carrier: Carrier, into context: inout InstrumentationContext, using extractor: Extract
  ) where Extract.Carrier == Carrier {}

  func inject<Carrier, Inject: Injector>(
    _ context: InstrumentationContext, into carrier: inout Carrier, using injector: Inject
  ) where Inject.Carrier == Carrier {
    if let name = context[Key.self] { injector.inject(name, forKey: "traceparent", into: &carrier) }
  }
}

private final class KeptSpan: Span {
  let context: InstrumentationContext
  let isRecording = true
  private let keeper: SpanKeeper
  private struct State {
    var name: String
    var ended: SpanKeeper.Ended
  }
  private let state: Mutex<State>

  init(_ keeper: SpanKeeper, _ name: String, _ kind: SpanKind, _ parent: InstrumentationContext) {
    self.keeper = keeper
    let caller = parent[SpanKeeper.Key.self]
    var context = parent
    context[SpanKeeper.Key.self] = "\(caller ?? "")/\(name)"
    self.context = context
    state = Mutex(State(name: name, ended: .init(kind: kind, parent: caller, attributes: [:], isFailed: false)))
  }

  var operationName: String {
    get { state.withLock { $0.name } }
    set { state.withLock { $0.name = newValue } }
  }
  var attributes: SpanAttributes {
    get { state.withLock { $0.ended.attributes } }
    set { state.withLock { $0.ended.attributes = newValue } }
  }

  func setStatus(_ status: SpanStatus) { state.withLock { $0.ended.isFailed = status.code == .error } }
  func addEvent(_ event: SpanEvent) {}
  func addLink(_ link: SpanLink) {}
  func recordError<Instant: TracerInstant>(
    _ error: any Error, attributes: SpanAttributes, at instant: @autoclosure () -> Instant
  ) {}
  func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
    let ended = state.withLock { $0.ended }
    keeper.ended.withLock { $0.append(ended) }
  }
}
