import Foundation
import Logging
import Synchronization
import Testing

@testable import HTTP2
@testable import RPC

@Suite("Targets, addresses and connections", .timeLimit(.minutes(2)))
struct BalancingTests {
  // MARK: Targets

  @Test("gRPC's notations of targets are read", arguments: [
    ("localhost:80", "localhost:80", nil as [String]?), ("dns:///example.org:443", "example.org:443", nil),
    ("dns:example.org:443", "example.org:443", nil), ("127.0.0.1:80", "127.0.0.1:80", ["127.0.0.1:80"]),
    ("[::1]:80", "[::1]:80", ["[::1]:80"]), ("ipv4:10.0.0.1:80", "10.0.0.1:80", ["10.0.0.1:80"]),
    ("ipv4:10.0.0.1:80,10.0.0.2:81", "10.0.0.1:80", ["10.0.0.1:80", "10.0.0.2:81"]),
    ("ipv6:[::1]:80,[fe80::1]:81", "[::1]:80", ["[::1]:80", "[fe80::1]:81"]),
    ("unix:/tmp/a", "localhost", ["unix:/tmp/a"]), ("unix:///tmp/a", "localhost", ["unix:/tmp/a"]),
    ("unix:a/b", "localhost", ["unix:a/b"]),
  ])
  func targets(text: String, authority: String, addresses: [String]?) async throws {
    let target = try RPCTarget(text)
    #expect(target.authority == authority)
    if let addresses {
      #expect(try await target.resolver.resolve().addresses.map(\.description) == addresses)
    } else {
      #expect(target.resolver is DNSResolver)
    }
  }

  @Test("what is no target says what one looks like", arguments: [
    "", "localhost", "localhost:", "localhost:x", "localhost:99999", ":80", "dns://8.8.8.8/a:80", "dns:///",
    "http://a:80", "ipv4:a:80", "ipv4:1.2.3.4", "ipv4:", "ipv4:1.2.3.4:80,", "ipv4:[::1]:80", "ipv6:1.2.3.4:80",
    "unix:", "unix:///" + String(repeating: "a", count: 200),
  ])
  func badTargets(text: String) {
    #expect(throws: RPCTargetError.self) { try RPCTarget(text) }
  }

  @Test("the system's resolver knows localhost, and says so of names it does not know")
  func dns() async throws {
    let local = try await DNSResolver(host: "localhost", port: 7).resolve()
    #expect(local.addresses.contains { ["127.0.0.1:7", "[::1]:7"].contains($0.description) })
    let client = RPCClient(target: .tcp(host: "no-such-host.invalid", port: 1))
    let error = await failure { try await call(client) }
    #expect(error?.code == .unavailable)
    #expect(error?.message.contains("no-such-host.invalid:1") == true)
    await client.close()
  }

  // MARK: Several addresses

  /// Servers that answer with their own number.
  private func withServers<T: Sendable>(
    _ count: Int, _ body: ([RPCServer], [RPCAddress]) async throws -> T
  ) async throws -> T {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    var servers: [RPCServer] = []
    var addresses: [RPCAddress] = []
    for number in 0..<count {
      let server = RPCServer(
        configuration: RPCServer.Configuration(addresses: [.tcp(host: "127.0.0.1", port: 0)]),
        services: [ServiceDefinition(name: "test.Echo", methods: [unaryMethod { _, _ in payload("\(number)") }])],
        logger: logger)
      addresses.append(try await server.start()[0])
      servers.append(server)
    }
    let result: Result<T, any Error>
    do { result = .success(try await body(servers, addresses)) } catch { result = .failure(error) }
    for server in servers { await server.shutdown(grace: .zero) }
    return try result.get()
  }

  private func client(_ addresses: [RPCAddress], _ balancing: LoadBalancing) -> RPCClient {
    var configuration = RPCClient.Configuration()
    configuration.loadBalancing = balancing
    configuration.backoff.initial = .milliseconds(10)
    configuration.backoff.maximum = .milliseconds(20)
    return RPCClient(target: RPCTarget(addresses: addresses), configuration: configuration)
  }

  private func call(_ client: RPCClient, waitForReady: Bool? = nil) async throws -> String {
    try await client.unary(
      method("Unary", .unary), Payload(), response: Payload.self, options: CallOptions(waitForReady: waitForReady)
    ).typeUrl
  }

  /// An address where nobody listens: it was another server's until now.
  /// A socket that was bound, and that nobody listens on any more: connecting to it is refused. (A TCP port would soon
  /// be another test's.)
  private func deadAddress() throws -> RPCAddress {
    let path = "/tmp/rpc-\(UUID().uuidString.prefix(8)).sock"
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let bound = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    try #require(bound == 0)
    return .unix(path: path)
  }

  @Test("pick_first takes the first address that answers, and stays there")
  func pickFirst() async throws {
    let dead = try deadAddress()
    try await withServers(2) { _, addresses in
      let client = client([dead] + addresses, .pickFirst)
      // Which of the living ones it is depends on which answers within the patience.
      let first = try await call(client)
      for _ in 0..<5 {
        let server = try await call(client)
        #expect(server == first)
      }
      await client.close()
    }
  }

  @Test("pick_first goes to the next address when its server leaves, without a failed call")
  func pickFirstMoves() async throws {
    try await withServers(2) { servers, addresses in
      let client = client(addresses, .pickFirst)
      let first = try await call(client)
      #expect(first == "0")
      await servers[0].shutdown(grace: .seconds(5))
      let second = try await call(client, waitForReady: true)
      #expect(second == "1")
      await client.close()
    }
  }

  @Test("pick_first without any answer fails with what every address said")
  func pickFirstFails() async throws {
    let dead = try deadAddress()
    let client = client([dead, .unix(path: "/tmp/rpc-nobody.sock")], .pickFirst)
    let error = await failure { try await call(client) }
    #expect(error?.code == .unavailable)
    #expect(error?.message.contains("refused") == true)
    #expect(error?.message.contains("No such file") == true)
    await client.close()
  }

  @Test("pick_first in an order of its own uses different servers for different clients")
  func shuffled() async throws {
    try await withServers(2) { _, addresses in
      var seen: Set<String> = []
      var attempts = 0
      // Sixty clients that agree are not to be expected in this universe.
      while seen.count < 2, attempts < 60 {
        let client = client(addresses, .pickFirstShuffled)
        seen.insert(try await call(client))
        await client.close()
        attempts += 1
      }
      #expect(seen == ["0", "1"])
    }
  }

  @Test("round_robin calls every ready server in turn, and leaves out those that are gone")
  func roundRobin() async throws {
    let dead = try deadAddress()
    try await withServers(3) { servers, addresses in
      let client = client(addresses + [dead], .roundRobin)
      // The first calls may find some connections not made yet.
      var seen: Set<String> = []
      while seen.count < 3 { seen.insert(try await call(client)) }
      var counts: [String: Int] = [:]
      for _ in 0..<30 { counts[try await call(client), default: 0] += 1 }
      #expect(counts == ["0": 10, "1": 10, "2": 10])
      await servers[1].shutdown(grace: .seconds(5))
      while try await call(client) == "1" {}
      counts = [:]
      for _ in 0..<20 { counts[try await call(client), default: 0] += 1 }
      #expect(counts == ["0": 10, "2": 10])
      await client.close()
    }
  }

  @Test("round_robin without any answer fails, and works once a server is there")
  func roundRobinFails() async throws {
    let path = RPCAddress.unix(path: "/tmp/rpc-\(UUID().uuidString.prefix(8)).sock")
    let client = client([path], .roundRobin)
    #expect(await failure { try await call(client) }?.code == .unavailable)
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let server = RPCServer(
      configuration: RPCServer.Configuration(addresses: [path]),
      services: [ServiceDefinition(name: "test.Echo", methods: echoMethods)], logger: logger)
    try await server.start()
    _ = try await call(client, waitForReady: true)
    await client.close()
    await server.shutdown(grace: .zero)
  }

  // MARK: Resolution

  /// Says what the test says, one answer after the other; the last one stays.
  private final class ScriptedResolver: NameResolver {
    private let answers: Mutex<[Result<NameResolution, DNSResolver.Failure>]>
    private let (questions, asked) = AsyncStream.makeStream(of: Void.self)

    init(_ answers: [Result<NameResolution, DNSResolver.Failure>]) { self.answers = Mutex(answers) }

    func resolve() async throws -> NameResolution {
      defer { asked.yield() }
      return try answers.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }.get()
    }

    func nextQuestion() async {
      for await _ in questions { return }
    }
  }

  @Test("a name is resolved again when its server is lost, and calls follow it to the new address")
  func resolvedAgain() async throws {
    try await withServers(2) { servers, addresses in
      let resolver = ScriptedResolver(addresses.map { .success(NameResolution(addresses: [$0])) })
      var configuration = RPCClient.Configuration()
      configuration.minimumResolutionInterval = .milliseconds(1)
      configuration.backoff.initial = .milliseconds(5)
      let client = RPCClient(
        target: RPCTarget("test", authority: "test", resolver: resolver), configuration: configuration)
      let first = try await call(client)
      #expect(first == "0")
      await resolver.nextQuestion()
      await servers[0].shutdown(grace: .zero)
      await resolver.nextQuestion()
      let second = try await call(client, waitForReady: true)
      #expect(second == "1")
      await client.close()
    }
  }

  @Test("a name that cannot be resolved fails calls that do not wait, and is asked for again for those that do")
  func resolvedLate() async throws {
    try await withServers(1) { _, addresses in
      let resolver = ScriptedResolver([
        .failure(DNSResolver.Failure(description: "not today")), .success(NameResolution(addresses: addresses)),
      ])
      var configuration = RPCClient.Configuration()
      configuration.backoff.initial = .milliseconds(5)
      let client = RPCClient(
        target: RPCTarget("test", authority: "test", resolver: resolver), configuration: configuration)
      let error = await failure { try await call(client) }
      #expect(error?.code == .unavailable)
      #expect(error?.message.contains("not today") == true)
      let server = try await call(client, waitForReady: true)
      #expect(server == "0")
      await client.close()
    }
  }

  @Test("the service config that comes with the addresses holds from the first call on")
  func resolvedConfig() async throws {
    var config = ServiceConfig()
    config.loadBalancing = .roundRobin
    config.methods["test.Echo/"] = .init(
      retryPolicy: RetryPolicy(
        maxAttempts: 2, initialBackoff: .milliseconds(1), maxBackoff: .milliseconds(1), backoffMultiplier: 1,
        retryableStatusCodes: [.unavailable]))
    try await ScriptedServer.run([.trailersOnly(.unavailable)]) { [config] server, address in
      let resolver = ScriptedResolver([.success(NameResolution(addresses: [address], serviceConfig: config))])
      let client = RPCClient(target: RPCTarget("test", authority: "test", resolver: resolver))
      _ = try await call(client)
      #expect(server.requests.count == 2)
      #expect(server.requests[0].fields[":authority"] == "test")
      await client.close()
    }
  }

  // MARK: Connectivity

  @Test("the states of a connection are told in order, from idle to shutdown")
  func states() async throws {
    let path = "/tmp/rpc-\(UUID().uuidString.prefix(8)).sock"
    let client = client([.unix(path: path)], .pickFirst)
    var states = client.connectivityStates().makeAsyncIterator()
    #expect(client.connectivityState == .idle)
    #expect(await states.next() == .idle)
    client.connect()
    // The latest state counts: a reader that is late does not see the ones before it.
    while let state = await states.next(), state != .transientFailure { #expect(state == .connecting) }
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let server = RPCServer(
      configuration: RPCServer.Configuration(addresses: [.unix(path: path)]),
      services: [ServiceDefinition(name: "test.Echo", methods: echoMethods)], logger: logger)
    try await server.start()
    while let state = await states.next(), state != .ready {}
    #expect(client.connectivityState == .ready)
    await server.shutdown(grace: .zero)
    #expect(await states.next() == .idle)
    await client.close()
    #expect(await states.next() == .shutdown)
    #expect(await states.next() == nil)
    var late = client.connectivityStates().makeAsyncIterator()
    #expect(await late.next() == .shutdown)
    #expect(await late.next() == nil)
  }

  @Test("connections without calls close after a while, and the next call opens them again", arguments: [
    LoadBalancing.pickFirst, .roundRobin,
  ])
  func idle(balancing: LoadBalancing) async throws {
    try await withServers(1) { _, addresses in
      var configuration = RPCClient.Configuration()
      configuration.idleTimeout = .milliseconds(30)
      configuration.loadBalancing = balancing
      let client = RPCClient(target: RPCTarget(addresses: addresses), configuration: configuration)
      var states = client.connectivityStates().makeAsyncIterator()
      for _ in 0..<2 {
        let server = try await call(client)
        #expect(server == "0")
        while let state = await states.next(), state != .ready {}
        while let state = await states.next(), state != .idle {}
      }
      await client.close()
    }
  }

  @Test("a call that goes on keeps its connection from being idle")
  func notIdle() async throws {
    try await Loopback.run(methods: echoMethods, client: { $0.idleTimeout = .milliseconds(5) }) { loopback in
      let chat = try await loopback.chat()
      var answers = chat.responses.makeAsyncIterator()
      let start = ContinuousClock.now
      // Over several idle periods.
      while ContinuousClock.now - start < .milliseconds(50) {
        try await chat.requests.write(payload("x"))
        #expect(try await answers.next()?.typeUrl == "x")
        #expect(loopback.client.connectivityState == .ready)
      }
    }
  }

  @Test("a server that takes connections and drops them is not asked again without a pause")
  func paced() async throws {
    try await ScriptedServer.run([.goAwayUnseen]) { server, address in
      var configuration = RPCClient.Configuration()
      configuration.backoff = Backoff(initial: .seconds(3_600), maximum: .seconds(3_600))
      let client = RPCClient(target: address, configuration: configuration)
      var states = client.connectivityStates().makeAsyncIterator()
      let waiting = Task { await failure { try await call(client) } }
      while let state = await states.next(), state != .ready {}
      // Lost, and to be made anew when the pause is over.
      while let state = await states.next(), state != .connecting {}
      waiting.cancel()
      #expect(await waiting.value?.code == .cancelled)
      #expect(server.connections == 1)
      await client.close()
    }
  }

  // MARK: Executors

  @Test("calls from the client's own executor, and from any other, give the same answers")
  func executor() async throws {
    try await Loopback.run(methods: echoMethods) { loopback in
      let client = loopback.client
      let own = Task(executorPreference: client.taskExecutor) {
        var sum = 0
        for index in 0..<100 {
          let answer = try await loopback.unary(payload("\(index)"))
          sum += Int(answer.typeUrl) ?? 0
        }
        for try await message in try await loopback.expand(payload("50")) { sum += Int(message.typeUrl) ?? 0 }
        return sum
      }
      let sum = try await own.value
      #expect(sum == 4_950 + 1_225)
    }
  }
}
