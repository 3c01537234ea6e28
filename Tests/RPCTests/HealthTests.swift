import Testing

@testable import RPC

@Suite("Health that follows the server", .timeLimit(.minutes(2)))
struct HealthTests {
  private func request(_ service: String) -> GrpcHealthV1HealthCheckRequest {
    .with { $0.service = service }
  }

  @Test("a server registers its services with its health, which it serves without being asked to")
  func registered() async throws {
    let health = HealthService()
    health.set("test.Other", .notServing)
    let other = ServiceDefinition(name: "test.Other", methods: [])
    try await Loopback.run(methods: echoMethods, others: [other], health: health) { loopback in
      let list = try await GrpcHealthV1HealthClient(loopback.client).list(GrpcHealthV1HealthListRequest())
      #expect(
        list.statuses.mapValues(\.status) == [
          "": .serving, "test.Echo": .serving, "test.Other": .notServing, "grpc.health.v1.Health": .serving,
        ])
    }
  }

  @Test("listing more than a hundred services fails with RESOURCE_EXHAUSTED, and checking them does not")
  func longList() async throws {
    let health = HealthService()
    for index in 1..<100 { health.set("service.\(index)", .serving) }
    try await Loopback.run(methods: echoMethods, others: [health.definition]) { loopback in
      let client = GrpcHealthV1HealthClient(loopback.client)
      let full = try await client.list(GrpcHealthV1HealthListRequest())
      #expect(full.statuses.count == 100)
      health.set("service.100", .serving)
      let error = await failure { try await client.list(GrpcHealthV1HealthListRequest()) }
      #expect(error?.code == .resourceExhausted)
      let answer = try await client.check(request("service.100"))
      #expect(answer.status == .serving)
    }
  }

  @Test("a graceful shutdown tells watchers NOT_SERVING, then sends GOAWAY, and lets calls finish")
  func drain() async throws {
    let health = HealthService()
    let started = Signal()
    let go = Signal()
    let methods = [
      unaryMethod { request, _ in
        started.give()
        await go.wait()
        return request
      }
    ]
    try await Loopback.run(methods: methods, health: health) { loopback in
      let watch = try await GrpcHealthV1HealthClient(loopback.client).watch(request("test.Echo"))
      var iterator = watch.makeAsyncIterator()
      #expect(try await iterator.next()?.status == .serving)
      async let answer = loopback.unary(payload("last"))
      await started.wait()
      loopback.server.beginGracefulShutdown()
      #expect(try await iterator.next()?.status == .notServing)
      #expect(try await iterator.next() == nil)
      // Nothing is announced any more, whoever sets it.
      health.set("test.Echo", .serving)
      go.give()
      #expect(try await answer.typeUrl == "last")
      let late = await failure { try await loopback.unary() }
      #expect(late?.code == .unavailable)
    }
  }

  @Test("grpcio's health client checks, lists and watches, through SERVICE_UNKNOWN to the end")
  func python() async throws {
    let health = HealthService()
    health.set("", .notServing)
    try await Loopback.run(methods: echoMethods, health: health) { loopback in
      var seen: [String] = []
      for await line in try PythonPeer("health_client", [loopback.address.port]).lines {
        seen.append(line)
        if line == "watch SERVICE_UNKNOWN" { health.set("late", .serving) }
        if line == "watch SERVING" { loopback.server.beginGracefulShutdown() }
      }
      #expect(
        seen == [
          "check '' NOT_SERVING", "check 'test.Echo' SERVING", "check 'nobody' NOT_FOUND",
          "list '' NOT_SERVING", "list 'grpc.health.v1.Health' SERVING", "list 'test.Echo' SERVING",
          "watch SERVICE_UNKNOWN", "watch SERVING", "watch NOT_SERVING", "end",
        ])
    }
  }

  @Test("a client with nothing but reflection finds health and channelz, and can call them")
  func pythonReflection() async throws {
    let health = HealthService()
    let services = [health.definition, ChannelzService(ChannelzRegistry()).definition]
    try await Loopback.run(
      methods: echoMethods, others: services + ReflectionService(services: services).definitions, health: health
    ) { loopback in
      var seen: [String] = []
      for await line in try PythonPeer("reflection_client", [loopback.address.port]).lines { seen.append(line) }
      #expect(
        seen == [
          "service grpc.channelz.v1.Channelz", "service grpc.health.v1.Health",
          "service grpc.reflection.v1.ServerReflection", "service grpc.reflection.v1alpha.ServerReflection",
          "grpc.health.v1.Health: Check List Watch",
          "grpc.channelz.v1.Channelz: GetTopChannels GetServers GetServer GetServerSockets GetChannel GetSubchannel "
            + "GetSocket",
          "called 1", "no.Such is not there", "end",
        ])
    }
  }
}
