import Protobuf
import Testing

@testable import RPC

@Suite("The services every server brings", .timeLimit(.minutes(2)))
struct ServicesTests {
  private func request(_ service: String) -> GrpcHealthV1HealthCheckRequest {
    var request = GrpcHealthV1HealthCheckRequest()
    request.service = service
    return request
  }

  @Test("health answers for what was set, and NOT_FOUND for the rest")
  func check() async throws {
    let health = HealthService()
    health.set("test.Echo", .notServing)
    try await Loopback.run(methods: echoMethods, others: [health.definition]) { loopback in
      let client = GrpcHealthV1HealthClient(loopback.client)
      let whole = try await client.check(request(""))
      #expect(whole.status == .serving)
      let before = try await client.check(request("test.Echo"))
      #expect(before.status == .notServing)
      health.set("test.Echo", .serving)
      let after = try await client.check(request("test.Echo"))
      #expect(after.status == .serving)
      #expect(await failure { try await client.check(request("other")) }?.code == .notFound)
    }
  }

  @Test("watching health tells the state now, each change, and ends when the server stops")
  func watch() async throws {
    let health = HealthService()
    try await Loopback.run(methods: echoMethods, others: [health.definition]) { loopback in
      let responses = try await GrpcHealthV1HealthClient(loopback.client).watch(request("late"))
      var iterator = responses.makeAsyncIterator()
      #expect(try await iterator.next()?.status == .serviceUnknown)
      health.set("late", .serving)
      #expect(try await iterator.next()?.status == .serving)
      health.shutDown()
      #expect(try await iterator.next()?.status == .notServing)
      loopback.server.beginGracefulShutdown()
      #expect(try await iterator.next() == nil)
    }
  }

  private typealias Question = GrpcReflectionV1ServerReflectionRequest.MessageRequest
  private typealias Answer = GrpcReflectionV1ServerReflectionResponse.MessageResponse

  private func ask(
    _ questions: [Question], service: String = "grpc.reflection.v1.ServerReflection"
  ) async throws -> [Answer] {
    let services = [
      ServiceDefinition(name: "test.Echo", methods: []), HealthService().definition,
    ]
    return try await Loopback.run(
      methods: echoMethods, others: ReflectionService(services: services).definitions
    ) { loopback in
      let call = try await loopback.client.bidirectionalStreaming(
        MethodDescriptor(service: service, method: "ServerReflectionInfo", kind: .bidirectionalStreaming),
        request: GrpcReflectionV1ServerReflectionRequest.self,
        response: GrpcReflectionV1ServerReflectionResponse.self, options: CallOptions())
      for question in questions {
        var request = GrpcReflectionV1ServerReflectionRequest()
        request.messageRequest = question
        try await call.requests.write(request)
      }
      try await call.requests.finish()
      var answers: [Answer] = []
      for try await response in call.responses { answers.append(try #require(response.messageResponse)) }
      return answers
    }
  }

  @Test("reflection lists the services, under both of its names", arguments: ["v1", "v1alpha"])
  func list(version: String) async throws {
    let answers = try await ask([.listServices("")], service: "grpc.reflection.\(version).ServerReflection")
    guard case .listServicesResponse(let list)? = answers.first else {
      Issue.record("\(answers)")
      return
    }
    #expect(
      list.service.map(\.name) == [
        "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection",
        "test.Echo",
      ])
  }

  @Test(
    "a symbol of any kind leads to the file that declares it",
    arguments: [
      "grpc.health.v1.Health", "grpc.health.v1.Health.Check", "grpc.health.v1.HealthCheckRequest",
      "grpc.health.v1.HealthCheckRequest.service", "grpc.health.v1.HealthCheckResponse.ServingStatus",
      "grpc.health.v1.HealthCheckResponse.SERVING",
    ])
  func symbols(symbol: String) async throws {
    let answers = try await ask([.fileContainingSymbol(symbol), .fileByFilename("grpc/health/v1/health.proto")])
    guard case .fileDescriptorResponse(let bySymbol)? = answers.first else {
      Issue.record("\(answers)")
      return
    }
    #expect(!bySymbol.fileDescriptorProto.isEmpty)
    #expect(answers[0] == answers[1])
  }

  @Test("what is not known is answered with NOT_FOUND, and the stream goes on")
  func unknown() async throws {
    var missing = GrpcReflectionV1ExtensionRequest()
    missing.containingType = "no.Such"
    let answers = try await ask([
      .fileContainingSymbol("no.Such"), .fileByFilename("no.proto"), .allExtensionNumbersOfType("no.Such"),
      .fileContainingExtension(missing), .listServices(""),
    ])
    let codes = answers.map { answer in
      if case .errorResponse(let error) = answer { return error.errorCode }
      return 0
    }
    #expect(codes == [5, 5, 5, 5, 0])
  }
}
