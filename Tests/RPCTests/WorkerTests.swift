import Synchronization
import Testing

@testable import RPC

@Suite("Calls that share workers and memory", .timeLimit(.minutes(1)))
struct WorkerTests {
  @Test("handlers that wait do not hold up the calls behind them")
  func waiting() async throws {
    let gate = Signal()
    let waiting = Atomic(0)
    let methods = [
      unaryMethod { request, _ in
        if request.typeUrl == "wait" {
          waiting.add(1, ordering: .relaxed)
          await gate.wait()
        }
        return request
      }
    ]
    try await Loopback.run(methods: methods) { loopback in
      try await withThrowingTaskGroup(of: Payload.self) { group in
        for _ in 0..<20 { group.addTask { try await loopback.unary(payload("wait")) } }
        for index in 0..<200 {
          let answer = try await loopback.unary(payload("go", [UInt8(index)]))
          #expect(answer.value == [UInt8(index)])
        }
        for _ in 0..<20 { gate.give() }
        for try await answer in group { #expect(answer.typeUrl == "wait") }
      }
    }
  }

  @Test("a cancelled call does not cancel the ones that come after it")
  func cancelled() async throws {
    let methods = [
      unaryMethod { request, _ in
        if request.typeUrl == "hang" { try await Task.sleep(for: .seconds(60)) }
        return payload(Task.isCancelled ? "cancelled" : "fine")
      }
    ]
    try await Loopback.run(methods: methods) { loopback in
      for _ in 0..<30 {
        let hung = await failure {
          try await loopback.unary(payload("hang"), CallOptions(timeout: .milliseconds(2)))
        }
        #expect(hung?.code == .deadlineExceeded)
        let next = try await loopback.unary()
        #expect(next.typeUrl == "fine")
      }
    }
  }

  @Test("a context that a handler kept still tells of its own call after others have come and gone")
  func escaped() async throws {
    let kept = Mutex<[ServerContext]>([])
    let methods = [
      unaryMethod { request, context in
        if request.typeUrl == "keep" { kept.withLock { $0.append(context) } }
        context.trailingMetadata = ["seen": context.requestMetadata["name"] ?? ""]
        return request
      }
    ]
    try await Loopback.run(methods: methods) { loopback in
      for index in 0..<100 {
        let label = index % 10 == 0 ? "keep" : ""
        _ = try await loopback.unary(payload(label), CallOptions(metadata: ["name": "\(index)"]))
      }
    }
    let names = kept.withLock { $0.map { $0.requestMetadata["name"] } }
    #expect(names == (0..<10).map { "\($0 * 10)" })
    #expect(kept.withLock { $0.map { $0.trailingMetadata["seen"] } } == names)
  }

  @Test("nothing of one call shows in the next one on the same connection")
  func fresh() async throws {
    let methods = [
      unaryMethod { request, context in
        #expect(context.responseMetadata.isEmpty && context.trailingMetadata.isEmpty)
        #expect((context.deadline != nil) == (request.typeUrl == "deadline"))
        #expect(context.requestMetadata["only-once"] == (request.typeUrl == "metadata" ? "yes" : nil))
        context.responseMetadata = ["a": "b"]
        if request.typeUrl == "fail" { throw RPCError(.aborted, "as asked") }
        return request
      }
    ]
    try await Loopback.run(methods: methods) { loopback in
      for _ in 0..<10 {
        _ = try await loopback.unary(payload("deadline"), CallOptions(timeout: .seconds(50)))
        _ = try await loopback.unary(payload("metadata"), CallOptions(metadata: ["only-once": "yes"]))
        let error = await failure { try await loopback.unary(payload("fail")) }
        #expect(error?.code == .aborted)
        _ = try await loopback.unary(payload("plain", [UInt8](repeating: 7, count: 100_000)))
        _ = try await loopback.unary(payload("plain"))
      }
      #expect(loopback.server.activeCalls == 0)
    }
  }

  @Test("a writer and a reader that outlive their handler are told that the call has ended")
  func outlived() async throws {
    let kept = Mutex<(ResponseWriter<Payload>, RequestStream<Payload>)?>(nil)
    let methods = [
      chatMethod { requests, responses, _ in
        kept.withLock { $0 = (responses, requests) }
        try await responses.write(payload("only"))
      }
    ]
    try await Loopback.run(methods: methods) { loopback in
      let call = try await loopback.chat()
      for try await answer in call.responses { #expect(answer.typeUrl == "only") }
      let (responses, requests) = try #require(kept.withLock { $0 })
      let written = await failure {
        // The stream may still be closing; then what is written goes nowhere.
        while true { try await responses.write(payload("late")) }
      }
      #expect(written?.code == .cancelled)
      let read = await failure { for try await _ in requests {} }
      #expect(read == nil || read?.code == .cancelled)
    }
  }

  @Test("an observer sees the deadline of its own call, whatever the one before it had")
  func observedDeadlines() async throws {
    let observer = DeadlineObserver()
    try await Loopback.run(methods: echoMethods, interceptors: [observer]) { loopback in
      for _ in 0..<5 {
        _ = try await loopback.unary(payload(), CallOptions(timeout: .seconds(60)))
        _ = try await loopback.unary()
      }
    }
    #expect(observer.seen.withLock { $0 } == [true, false, true, false, true, false, true, false, true, false])
  }

  @Test("the path // is no method, on a new connection either")
  func emptyPath() async throws {
    try await Loopback.run(methods: echoMethods) { loopback in
      let error = await failure {
        try await loopback.client.unary(
          MethodDescriptor(service: "", method: "", kind: .unary), payload(), response: Payload.self,
          options: CallOptions())
      }
      #expect(error?.code == .unimplemented)
    }
  }
}

private final class DeadlineObserver: ServerInterceptor, ServerCallObserver {
  let seen = Mutex<[Bool]>([])

  func observer(of method: MethodDescriptor) -> (any ServerCallObserver)? { self }
  func callBegan(_ context: ServerContext) { seen.withLock { $0.append(context.deadline != nil) } }
  func callEnded(_ context: ServerContext, _ summary: CallSummary) {}
}
