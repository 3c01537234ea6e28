import Synchronization
import Tracing

/// Keeps the spans it makes, and reads and writes W3C's `traceparent` and `tracestate` (as text, unchecked).
final class TestTracer: Tracer {
  enum TraceParent: InstrumentationContextKey { typealias Value = String }
  enum TraceState: InstrumentationContextKey { typealias Value = String }

  let spans = Mutex<[TestSpan]>([])
  private let (ends, continuation) = AsyncStream.makeStream(of: TestSpan.self)

  /// Returns when a span has ended that nobody has waited for yet.
  func nextEnd() async throws -> TestSpan {
    for await span in ends { return span }
    throw CancellationError()
  }

  func startSpan<Instant: TracerInstant>(
    _ operationName: String, context: @autoclosure () -> InstrumentationContext, ofKind kind: SpanKind,
    at instant: @autoclosure () -> Instant, function: String, file fileID: String, line: UInt
  ) -> TestSpan {
    spans.withLock { spans in
      let parent = context()
      var own = parent
      own[TraceParent.self] = "span-\(spans.count + 1)"
      let span = TestSpan(operationName, kind, own, parent: parent) { [continuation] in continuation.yield($0) }
      spans.append(span)
      return span
    }
  }

  func forceFlush() {}

  func extract<Carrier, Extract: Extractor>(
    _ carrier: Carrier, into context: inout InstrumentationContext, using extractor: Extract
  ) where Extract.Carrier == Carrier {
    context[TraceParent.self] = extractor.extract(key: "traceparent", from: carrier)
    context[TraceState.self] = extractor.extract(key: "tracestate", from: carrier)
  }

  func inject<Carrier, Inject: Injector>(
    _ context: InstrumentationContext, into carrier: inout Carrier, using injector: Inject
  ) where Inject.Carrier == Carrier {
    if let parent = context[TraceParent.self] { injector.inject(parent, forKey: "traceparent", into: &carrier) }
    if let state = context[TraceState.self] { injector.inject(state, forKey: "tracestate", into: &carrier) }
  }
}

final class TestSpan: Span {
  let kind: SpanKind
  let context: InstrumentationContext
  let parent: InstrumentationContext
  private let onEnd: @Sendable (TestSpan) -> Void

  private struct State {
    var operationName: String
    var attributes = SpanAttributes()
    var status: SpanStatus?
    var errors: [any Error] = []
  }
  private let state: Mutex<State>

  init(
    _ name: String, _ kind: SpanKind, _ context: InstrumentationContext, parent: InstrumentationContext,
    onEnd: @escaping @Sendable (TestSpan) -> Void
  ) {
    self.kind = kind
    self.context = context
    self.parent = parent
    self.onEnd = onEnd
    state = Mutex(State(operationName: name))
  }

  var operationName: String {
    get { state.withLock { $0.operationName } }
    set { state.withLock { $0.operationName = newValue } }
  }
  var attributes: SpanAttributes {
    get { state.withLock { $0.attributes } }
    set { state.withLock { $0.attributes = newValue } }
  }
  var status: SpanStatus? { state.withLock { $0.status } }
  var errors: [any Error] { state.withLock { $0.errors } }
  var isRecording: Bool { true }

  func setStatus(_ status: SpanStatus) { state.withLock { $0.status = status } }
  func addEvent(_ event: SpanEvent) {}
  func addLink(_ link: SpanLink) {}
  func recordError<Instant: TracerInstant>(
    _ error: any Error, attributes: SpanAttributes, at instant: @autoclosure () -> Instant
  ) {
    state.withLock { $0.errors.append(error) }
  }
  func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) { onEnd(self) }
}
