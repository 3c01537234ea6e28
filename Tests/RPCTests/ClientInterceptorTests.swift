import Logging
import MetricsTestKit
import Synchronization
import Testing

@testable import RPC

@Suite("What interceptors of a client do", .timeLimit(.minutes(2)))
struct ClientInterceptorTests {
  /// A client of the loopback's server with interceptors.
  private func with<T>(
    _ interceptors: [any ClientInterceptor], methods: [MethodDefinition] = echoMethods,
    _ body: (Loopback) async throws -> T
  ) async throws -> T where T: Sendable {
    try await Loopback.run(methods: methods) { plain in
      let client = RPCClient(target: plain.address, interceptors: interceptors)
      let result = try await body(Loopback(server: plain.server, client: client, address: plain.address))
      await client.close()
      return result
    }
  }

  private struct Wrapper: ClientInterceptor {
    let body: @Sendable (ClientContext, ClientHandler) async throws -> Void
    func wrap(_ method: MethodDescriptor, _ next: @escaping ClientHandler) -> ClientHandler? {
      { try await body($0, next) }
    }
  }

  /// Makes one call of each kind.
  private func callAll(_ loopback: Loopback) async throws {
    #expect(try await loopback.unary(payload("1")).typeUrl == "1")
    let collected = try await loopback.collect { try await $0.write(payload("x")) }
    #expect(collected.typeUrl == "1 0")
    var count = 0
    for try await _ in try await loopback.expand(payload("3")) { count += 1 }
    #expect(count == 3)
    let chat = try await loopback.chat()
    try await chat.requests.write(payload("y"))
    try await chat.requests.finish()
    for try await answer in chat.responses { #expect(answer.typeUrl == "y") }
  }

  @Test("they wrap calls of every kind in order, and see how each one ended")
  func order() async throws {
    let log = Mutex<[String]>([])
    let (ends, ended) = AsyncStream.makeStream(of: Void.self)
    func tag(_ name: String) -> Wrapper {
      Wrapper { context, next in
        log.withLock { $0.append("\(name) \(context.method.method)") }
        try await next(context)
        let traffic = try #require(context.summary).traffic
        #expect(context.summary?.status == .ok && context.attempts == 1)
        log.withLock { $0.append("\(name) \(traffic.messagesSent) \(traffic.bytesSent)") }
        if name == "outer" { ended.yield() }
      }
    }
    try await with([tag("outer"), tag("inner")]) { loopback in
      #expect(try await loopback.unary(payload("1")).typeUrl == "1")
      // A prefix of five bytes, a tag, a length, and the text.
      #expect(log.withLock { $0 } == ["outer Unary", "inner Unary", "inner 1 8", "outer 1 8"])
      try await callAll(loopback)
      var iterator = ends.makeAsyncIterator()
      for _ in 0..<5 { await iterator.next() }
      #expect(log.withLock { $0.count } == 20)
    }
  }

  @Test("they change options and metadata of calls of every kind")
  func options() async throws {
    let wrapper = Wrapper { context, next in
      try context.options.metadata.add("x-added", "yes")
      context.options.timeout = .seconds(60)
      try await next(context)
    }
    let seen = Mutex<[Bool]>([])
    struct Watch: ServerInterceptor {
      let seen: @Sendable (ServerContext) -> Void
      func wrap(_ method: MethodDescriptor, _ next: @escaping ServerHandler) -> ServerHandler {
        { context in
          seen(context)
          try await next(context)
        }
      }
    }
    let watch = Watch { context in
      seen.withLock { $0.append(context.requestMetadata["x-added"] == "yes" && context.deadline != nil) }
    }
    try await Loopback.run(methods: echoMethods, interceptors: [watch]) { plain in
      let client = RPCClient(target: plain.address, interceptors: [wrapper])
      try await callAll(Loopback(server: plain.server, client: client, address: plain.address))
      await client.close()
    }
    #expect(seen.withLock { $0 } == [true, true, true, true])
  }

  @Test("one that throws before next fails the call, and the server never hears of it")
  func refuses() async throws {
    let started = Counter()
    let methods = [
      unaryMethod { request, _ in
        started.increment()
        return request
      },
      expandMethod { _, _, _ in started.increment() },
    ]
    try await with([Wrapper { _, _ in throw RPCError(.permissionDenied, "not today") }], methods: methods) { loopback in
      #expect(await failure { try await loopback.unary() }?.code == .permissionDenied)
      #expect(await failure { try await loopback.expand(Payload()) }?.code == .permissionDenied)
      #expect(await failure { try await loopback.collect { _ in } }?.code == .permissionDenied)
      #expect(await failure { try await loopback.chat() }?.code == .permissionDenied)
    }
    #expect(started.value == 0)
  }

  @Test("what they throw after a unary call is its error; calling next twice, or not at all, is INTERNAL")
  func misuse() async throws {
    try await with([Wrapper { try await $1($0); throw RPCError(.dataLoss, "on second thought") }]) { loopback in
      #expect(await failure { try await loopback.unary() }?.code == .dataLoss)
    }
    try await with([Wrapper { try await $1($0); try await $1($0) }]) { loopback in
      #expect(await failure { try await loopback.unary() }?.code == .internalError)
    }
    try await with([Wrapper { _, _ in }]) { loopback in
      #expect(await failure { try await loopback.unary() }?.code == .internalError)
      #expect(await failure { try await loopback.chat() }?.code == .internalError)
    }
  }

  @Test("they see failures with their metadata, and cancelling the caller ends them")
  func failures() async throws {
    let seen = Mutex<StatusCode?>(nil)
    let wrapper = Wrapper { context, next in
      do { try await next(context) } catch {
        seen.withLock { $0 = context.summary?.status }
        #expect(context.trailingMetadata["x-why"] == "1")
        throw error
      }
    }
    let methods = [
      unaryMethod { _, _ in
        var error = RPCError(.notFound, "nothing here")
        error.metadata = ["x-why": "1"]
        throw error
      }
    ]
    try await with([wrapper], methods: methods) { loopback in
      #expect(await failure { try await loopback.unary() }?.code == .notFound)
      #expect(seen.withLock { $0 } == .notFound)
    }
    let waiting = Signal()
    let hangs = Wrapper { _, _ in
      waiting.give()
      try await Task.sleep(for: .seconds(3_600))
    }
    try await with([hangs]) { loopback in
      let calls: [@Sendable () async throws -> Void] = [
        { _ = try await loopback.unary() }, { _ = try await loopback.chat() },
      ]
      for call in calls {
        let task = Task { await failure { try await call() } }
        await waiting.wait()
        task.cancel()
        #expect(await task.value?.code == .cancelled)
      }
    }
  }

  @Test("metrics count calls by code, messages and bytes; logs tell of each end")
  func observers() async throws {
    let metrics = TestMetrics()
    var logger = Logger(label: "test") { _ in LogKeeper() }
    logger.logLevel = .debug
    let interceptors: [any ClientInterceptor] = [
      ClientMetricsInterceptor(factory: metrics), ClientLoggingInterceptor(logger: logger),
    ]
    let methods = echoMethods.dropFirst() + [
      unaryMethod { request, _ in
        guard request.typeUrl != "fail" else { throw RPCError(.aborted, "as asked") }
        return request
      }
    ]
    try await with(interceptors, methods: Array(methods)) { loopback in
      _ = try await loopback.unary(payload("four"))
      _ = await failure { try await loopback.unary(payload("fail")) }
      let dimensions = [("grpc_service", "test.Echo"), ("grpc_method", "Unary")]
      func total(_ label: String, _ code: String? = nil) throws -> Int64 {
        try metrics.expectCounter(label, code.map { dimensions + [("grpc_code", $0)] } ?? dimensions).totalValue
      }
      #expect(try total("rpc_client_started") == 2)
      #expect(try total("rpc_client_handled", "OK") == 1)
      #expect(try total("rpc_client_handled", "ABORTED") == 1)
      #expect(try total("rpc_client_messages_sent") == 2)
      #expect(try total("rpc_client_messages_received") == 1)
      #expect(try total("rpc_client_bytes_sent") == 22)
      #expect(try total("rpc_client_bytes_received") == 11)
      #expect(try metrics.expectTimer("rpc_client_duration", dimensions).values.count == 2)
      #expect(LogKeeper.statuses.withLock { $0 } == ["OK", "ABORTED"])
    }
  }

  private struct LogKeeper: LogHandler {
    static let statuses = Mutex<[String]>([])
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.debug
    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }
    func log(event: LogEvent) {
      Self.statuses.withLock { $0.append("\(event.metadata?["status"] ?? "")") }
    }
  }

  @Test("a token is sent only where the connection is safe, or that was said not to matter")
  func authentication() async throws {
    let methods = [unaryMethod { _, context in payload(context.requestMetadata.values("authorization").joined()) }]
    try await with([ClientAuthenticationInterceptor { "secret" }], methods: methods) { loopback in
      let error = await failure { try await loopback.unary() }
      #expect(error?.code == .unauthenticated)
      #expect(error?.message.contains("secret") == false)
    }
    let allowed = ClientAuthenticationInterceptor(allowsPlaintext: true) { "secret" }
    try await with([allowed], methods: methods) { loopback in
      let answer = try await loopback.unary()
      #expect(answer.typeUrl == "Bearer secret")
      let stale = CallOptions(metadata: ["authorization": "Bearer old", "x-kept": "1"])
      let replaced = try await loopback.unary(Payload(), stale)
      #expect(replaced.typeUrl == "Bearer secret")
    }
    try await with([ClientAuthenticationInterceptor(allowsPlaintext: true) { "line\nbreak" }]) { loopback in
      #expect(await failure { try await loopback.unary() }?.code == .unauthenticated)
    }
    struct Expired: Error {}
    try await with([ClientAuthenticationInterceptor(allowsPlaintext: true) { throw Expired() }]) { loopback in
      #expect(await failure { try await loopback.unary() }?.cause is Expired)
    }
  }
}
