import Testing

@testable import RPC

@Suite("Who may call", .timeLimit(.minutes(2)))
struct AuthenticationTests {
  private struct Account: Sendable, Equatable {
    var name: String
  }

  private let tokens = BearerTokenAuthenticator(["s3cret": Account(name: "ada"), "other!": Account(name: "bob")])

  private let methods = [
    unaryMethod { _, context in payload(context.principal(Account.self)?.name ?? "nobody") }
  ]

  private func authorization(_ values: String...) throws -> CallOptions {
    var metadata = Metadata()
    for value in values { try metadata.add("authorization", value) }
    return CallOptions(metadata: metadata)
  }

  @Test("a valid token leads to its principal, which the handler sees", arguments: ["Bearer", "bearer"])
  func validToken(scheme: String) async throws {
    try await Loopback.run(methods: methods, interceptors: [AuthenticationInterceptor(tokens)]) { loopback in
      let ada = try await loopback.unary(Payload(), authorization("\(scheme) s3cret"))
      #expect(ada.typeUrl == "ada")
      let bob = try await loopback.unary(Payload(), authorization("\(scheme) other!"))
      #expect(bob.typeUrl == "bob")
    }
  }

  @Test(
    "a missing, malformed, wrong or doubled token is UNAUTHENTICATED, and the handler does not run",
    arguments: [
      [], ["s3cret"], ["Basic s3cret"], ["Bearer"], ["Bearer s3cre"], ["Bearer s3cret2"], ["Bearer S3CRET"],
      ["Bearer s3cret", "Bearer s3cret"],
    ])
  func invalidToken(values: [String]) async throws {
    let methods = [
      unaryMethod { _, _ in
        Issue.record("the handler ran")
        return Payload()
      }
    ]
    try await Loopback.run(methods: methods, interceptors: [AuthenticationInterceptor(tokens)]) { loopback in
      var metadata = Metadata()
      for value in values { try metadata.add("authorization", value) }
      let error = await failure { try await loopback.unary(Payload(), CallOptions(metadata: metadata)) }
      #expect(error?.code == .unauthenticated)
    }
  }

  @Test("services that are open to all need no token")
  func openServices() async throws {
    let health = HealthService()
    let interceptor = AuthenticationInterceptor(tokens, open: ["grpc.health.v1.Health"])
    try await Loopback.run(methods: methods, others: [health.definition], interceptors: [interceptor]) { loopback in
      let answer = try await GrpcHealthV1HealthClient(loopback.client).check(GrpcHealthV1HealthCheckRequest())
      #expect(answer.status == .serving)
      let refused = await failure { try await loopback.unary() }
      #expect(refused?.code == .unauthenticated)
    }
  }

  @Test("an authenticator of one's own may look at the method, and forbid it")
  func ownAuthenticator() async throws {
    struct ReadersOnly: Authenticator {
      func authenticate(_ context: ServerContext) async throws -> Account {
        guard let user = context.requestMetadata["x-user"] else { throw RPCError(.unauthenticated, "who are you?") }
        guard context.method.method == "Unary" else { throw RPCError(.permissionDenied, "\(user) may not do that") }
        return Account(name: user)
      }
    }
    try await Loopback.run(
      methods: methods + [expandMethod { _, _, _ in }], interceptors: [AuthenticationInterceptor(ReadersOnly())]
    ) { loopback in
      let options = CallOptions(metadata: ["x-user": "eve"])
      let answer = try await loopback.unary(Payload(), options)
      #expect(answer.typeUrl == "eve")
      let forbidden = await failure {
        for try await _ in try await loopback.expand(Payload(), options) {}
      }
      #expect(forbidden?.code == .permissionDenied)
    }
  }

  @Test("secrets are equal only when all of their bytes are")
  func constantTime() {
    #expect(equalInConstantTime([], []))
    #expect(equalInConstantTime([1, 2, 3], [1, 2, 3]))
    #expect(!equalInConstantTime([1, 2, 3], [1, 2]))
    for index in 0..<3 {
      var other: [UInt8] = [1, 2, 3]
      other[index] ^= 0x80
      #expect(!equalInConstantTime([1, 2, 3], other))
    }
  }
}
