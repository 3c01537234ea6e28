import Logging
import MetricsTestKit
import Synchronization
import Testing

@testable import RPC

@Suite("What interceptors see of calls", .timeLimit(.minutes(2)))
struct InterceptorTests {
  /// Keeps what an observer is told, and lets a test wait for the ends.
  final class Recorder: ServerInterceptor, ServerCallObserver {
    let began = Mutex<[String]>([])
    private let (ends, continuation) = AsyncStream.makeStream(of: CallSummary.self)

    func observer(of method: MethodDescriptor) -> (any ServerCallObserver)? { self }
    func callBegan(_ context: ServerContext) { began.withLock { $0.append(context.method.method) } }
    func callEnded(_ context: ServerContext, _ summary: CallSummary) { continuation.yield(summary) }

    func nextEnd() async throws -> CallSummary {
      for await summary in ends { return summary }
      throw CancellationError()
    }
  }

  @Test("an observer is told of each call's beginning, and once of its end with messages, bytes and status")
  func observer() async throws {
    let recorder = Recorder()
    try await Loopback.run(methods: echoMethods, interceptors: [recorder, MetricsInterceptor()]) { loopback in
      _ = try await loopback.unary(payload("four"))
      let unary = try await recorder.nextEnd()
      #expect(unary.status == .ok && unary.failure == nil)
      // A prefix of five bytes, a tag, a length, and the text.
      var expected = CallTraffic()
      (expected.messagesReceived, expected.messagesSent) = (1, 1)
      (expected.bytesReceived, expected.bytesSent) = (11, 11)
      #expect(unary.traffic == expected)
      #expect(unary.duration > .zero)

      for try await _ in try await loopback.expand(payload("3")) {}
      #expect(try await recorder.nextEnd().traffic.messagesSent == 3)
      _ = try await loopback.collect { requests in
        for _ in 0..<4 { try await requests.write(Payload()) }
      }
      #expect(try await recorder.nextEnd().traffic.messagesReceived == 4)
      #expect(recorder.began.withLock { $0 } == ["Unary", "Expand", "Collect"])
    }
  }

  @Test("an observer learns the status that was decided, whatever the handler makes of it", arguments: [false, true])
  func decidedStatus(onGlobalExecutor: Bool) async throws {
    let recorder = Recorder()
    let started = Signal()
    let methods = [
      unaryMethod { request, _ in
        if request.typeUrl == "throw" { throw RPCError(.notFound, "no such thing") }
        started.give()
        try? await Task.sleep(for: .seconds(3_600))
        return Payload()
      }
    ]
    try await Loopback.run(methods: methods, onGlobalExecutor: onGlobalExecutor, interceptors: [recorder]) { loopback in
      _ = await failure { try await loopback.unary(payload("throw")) }
      let thrown = try await recorder.nextEnd()
      #expect(thrown.status == .notFound && thrown.failure?.message == "no such thing")
      let cancelled = Task { try await loopback.unary() }
      await started.wait()
      cancelled.cancel()
      #expect(try await recorder.nextEnd().status == .cancelled)
      // Without a deadline of its own, this client leaves the decision to the server.
      let raw = try await RawClient.connect(to: loopback.address)
      try await raw.open("/test.Echo/Unary", [("grpc-timeout", "1m")], body: [0, 0, 0, 0, 0], endStream: true)
      #expect(try await recorder.nextEnd().status == .deadlineExceeded)
      await raw.close()
    }
  }

  @Test("an interceptor sees how the call stands while it runs", arguments: [false, true])
  func summary(onGlobalExecutor: Bool) async throws {
    struct Interceptor: ServerInterceptor {
      let seen: @Sendable (CallSummary) -> Void
      func wrap(_ method: MethodDescriptor, _ next: @escaping ServerHandler) -> ServerHandler {
        { context in
          seen(await context.summary())
          try await next(context)
          seen(await context.summary())
        }
      }
    }
    let seen = Mutex<[CallSummary]>([])
    try await Loopback.run(
      methods: echoMethods, onGlobalExecutor: onGlobalExecutor,
      interceptors: [Interceptor { summary in seen.withLock { $0.append(summary) } }]
    ) { loopback in
      for try await _ in try await loopback.expand(payload("2")) {}
    }
    let summaries = seen.withLock { $0 }
    #expect(summaries.map(\.traffic.messagesReceived) == [0, 1])
    #expect(summaries.map(\.traffic.messagesSent) == [0, 2])
    #expect(summaries.map(\.status) == [nil, nil])
  }

  @Test("what an interceptor leaves in the user info reaches the handler with its type")
  func userInfo() async throws {
    enum Label: UserInfoKey { typealias Value = String }
    enum Number: UserInfoKey { typealias Value = Int }
    struct Interceptor: ServerInterceptor {
      func wrap(_ method: MethodDescriptor, _ next: @escaping ServerHandler) -> ServerHandler {
        { context in
          var context = context
          context.userInfo[Label.self] = "left"
          try await next(context)
        }
      }
    }
    let methods = [
      unaryMethod { _, context in
        payload("\(context.userInfo[Label.self] ?? "nothing") \(context.userInfo[Number.self] == nil)")
      }
    ]
    try await Loopback.run(methods: methods, interceptors: [Interceptor()]) { loopback in
      let answer = try await loopback.unary()
      #expect(answer.typeUrl == "left true")
    }
  }

  @Test("metrics count calls, messages and bytes by method, and time each call once")
  func metrics() async throws {
    let metrics = TestMetrics()
    let recorder = Recorder()
    try await Loopback.run(
      methods: echoMethods, interceptors: [MetricsInterceptor(factory: metrics), recorder]
    ) { loopback in
      for _ in 0..<3 {
        _ = try await loopback.unary(payload("four"))
        _ = try await recorder.nextEnd()
      }
      for try await _ in try await loopback.expand(payload("2")) {}
      _ = try await recorder.nextEnd()
    }
    func dimensions(_ method: String) -> [(String, String)] {
      [("grpc_service", "test.Echo"), ("grpc_method", method)]
    }
    func total(_ label: String, _ method: String, _ more: [(String, String)] = []) -> Int64? {
      try? metrics.expectCounter(label, dimensions(method) + more).totalValue
    }
    #expect(total("rpc_server_started", "Unary") == 3)
    #expect(total("rpc_server_handled", "Unary", [("grpc_code", "OK")]) == 3)
    #expect(total("rpc_server_handled", "Unary", [("grpc_code", "UNKNOWN")]) == 0)
    #expect(total("rpc_server_messages_received", "Unary") == 3)
    #expect(total("rpc_server_messages_sent", "Unary") == 3)
    #expect(total("rpc_server_bytes_received", "Unary") == 33)
    #expect(total("rpc_server_bytes_sent", "Unary") == 33)
    #expect(total("rpc_server_messages_sent", "Expand") == 2)
    #expect(total("rpc_server_handled", "Expand", [("grpc_code", "OK")]) == 1)
    let durations = try metrics.expectTimer("rpc_server_duration", dimensions("Unary")).values
    #expect(durations.count == 3 && durations.allSatisfy { $0 > 0 })
  }

  @Test("a retry pushback travels with the status, as a time or as never")
  func pushback() async throws {
    let methods = [
      unaryMethod { request, _ in
        var error = RPCError(.resourceExhausted, "busy")
        error.retryPushback = request.typeUrl == "never" ? .seconds(-5) : .milliseconds(1_250)
        throw error
      }
    ]
    try await Loopback.run(methods: methods) { loopback in
      let later = await failure { try await loopback.unary() }
      #expect(later?.retryPushback == .milliseconds(1_250))
      let never = await failure { try await loopback.unary(payload("never")) }
      #expect(never?.retryPushback == .seconds(-1))
    }
  }
}
