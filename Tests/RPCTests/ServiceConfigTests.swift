import Testing

@testable import RPC

@Suite("Service configs")
struct ServiceConfigTests {
  @Test("everything gRPC's format says of calls is read")
  func complete() throws {
    let config = try ServiceConfig(
      json: """
        { "methodConfig": [
            { "name": [{ "service": "a.B", "method": "C" }, { "service": "a.D" }], "timeout": "1.500000001s",
              "waitForReady": true, "maxRequestMessageBytes": 1000, "maxResponseMessageBytes": "2000",
              "retryPolicy": { "maxAttempts": 4, "initialBackoff": "0.1s", "maxBackoff": "5s",
                "backoffMultiplier": 1.5e0, "retryableStatusCodes": ["UNAVAILABLE", "aborted", 8] } },
            { "name": [{}], "timeout": "20s", "somethingNew": {"x": [1, null]} } ],
          "retryThrottling": { "maxTokens": 10, "tokenRatio": 0.1 },
          "loadBalancingConfig": [{ "grpclb": {} }, { "round_robin": {} }, { "pick_first": {} }],
          "healthCheckConfig": null }
        """)
    let first = config.method(MethodDescriptor(service: "a.B", method: "C", kind: .unary))
    #expect(first.timeout == .seconds(1) + .nanoseconds(500_000_001))
    #expect(first.waitForReady == true)
    #expect(first.maxRequestMessageSize == 1_000)
    #expect(first.maxResponseMessageSize == 2_000)
    #expect(
      first.retryPolicy
        == RetryPolicy(
          maxAttempts: 4, initialBackoff: .milliseconds(100), maxBackoff: .seconds(5), backoffMultiplier: 1.5,
          retryableStatusCodes: [.unavailable, .aborted, .resourceExhausted]))
    #expect(config.retryThrottling == RetryThrottling(maxTokens: 10, tokenRatio: 0.1))
    #expect(config.loadBalancing == .roundRobin)
    // The most specific entry counts, as a whole.
    #expect(config.method(MethodDescriptor(service: "a.D", method: "X", kind: .unary)) == first)
    let other = config.method(MethodDescriptor(service: "a.B", method: "X", kind: .unary))
    #expect(other == ServiceConfig.Method(timeout: .seconds(20)))
    #expect(try ServiceConfig(json: "{}") == ServiceConfig())
    #expect(
      try ServiceConfig(json: #"{"loadBalancingConfig": [{"pick_first": {"shuffleAddressList": true}}]}"#).loadBalancing
        == .pickFirstShuffled)
    #expect(try ServiceConfig(json: #"{"loadBalancingPolicy": "ROUND_ROBIN"}"#).loadBalancing == .roundRobin)
  }

  private static func retry(_ change: (String, String)) -> String {
    let good = """
      {"methodConfig":[{"name":[{}],"retryPolicy":{"maxAttempts":2,"initialBackoff":"1s","maxBackoff":"1s",\
      "backoffMultiplier":1,"retryableStatusCodes":["UNAVAILABLE"]}}]}
      """
    return good.replacing(change.0, with: change.1)
  }

  @Test("a fault is named with the path to it", arguments: [
    ("[]", ""),
    (#"{"methodConfig":{}}"#, "methodConfig"),
    (#"{"methodConfig":[{}]}"#, "methodConfig[0]"),
    (#"{"methodConfig":[{"name":[{"method":"M"}]}]}"#, "methodConfig[0].name[0]"),
    (#"{"methodConfig":[{"name":[{}]},{"name":[{"service":""}]}]}"#, "methodConfig[1].name[0]"),
    (#"{"methodConfig":[{"name":[{}],"timeout":"1"}]}"#, "methodConfig[0].timeout"),
    (#"{"methodConfig":[{"name":[{}],"timeout":"-1s"}]}"#, "methodConfig[0].timeout"),
    (#"{"methodConfig":[{"name":[{}],"timeout":"1.0000000001s"}]}"#, "methodConfig[0].timeout"),
    (#"{"methodConfig":[{"name":[{}],"timeout":1}]}"#, "methodConfig[0].timeout"),
    (#"{"methodConfig":[{"name":[{}],"waitForReady":"yes"}]}"#, "methodConfig[0].waitForReady"),
    (#"{"methodConfig":[{"name":[{}],"maxRequestMessageBytes":-1}]}"#, "methodConfig[0].maxRequestMessageBytes"),
    (#"{"methodConfig":[{"name":[{}],"maxResponseMessageBytes":1.5}]}"#, "methodConfig[0].maxResponseMessageBytes"),
    (#"{"methodConfig":[{"name":[{}],"hedgingPolicy":{}}]}"#, "methodConfig[0].hedgingPolicy"),
    (retry(("2,", "1,")), "methodConfig[0].retryPolicy.maxAttempts"),
    (retry((#""maxAttempts":2,"#, "")), "methodConfig[0].retryPolicy"),
    (retry((#""1s","maxB"#, #""0s","maxB"#)), "methodConfig[0].retryPolicy.initialBackoff"),
    (retry(("ier\":1", "ier\":0")), "methodConfig[0].retryPolicy.backoffMultiplier"),
    (retry(("ier\":1", "ier\":1e999")), "methodConfig[0].retryPolicy.backoffMultiplier"),
    (retry((#"["UNAVAILABLE"]"#, "[]")), "methodConfig[0].retryPolicy.retryableStatusCodes"),
    (retry(("UNAVAILABLE", "NOPE")), "methodConfig[0].retryPolicy.retryableStatusCodes[0]"),
    (#"{"retryThrottling":{"maxTokens":1001,"tokenRatio":1}}"#, "retryThrottling.maxTokens"),
    (#"{"retryThrottling":{"maxTokens":10,"tokenRatio":0}}"#, "retryThrottling.tokenRatio"),
    (#"{"loadBalancingConfig":[{"xds":{}}]}"#, "loadBalancingConfig"),
    (#"{"loadBalancingConfig":[{"pick_first":{},"round_robin":{}}]}"#, "loadBalancingConfig[0]"),
    (#"{"loadBalancingPolicy":"random"}"#, "loadBalancingPolicy"),
  ])
  func faults(json: String, path: String) {
    let error = #expect(throws: ServiceConfigError.self) { try ServiceConfig(json: json) }
    #expect(error?.path == path)
  }

  @Test("what is no JSON is refused where it breaks", arguments: [
    ("", 0), ("{", 1), ("{} x", 3), ("{\"a\":1,}", 7), ("[1 2]", 3), ("01", 1), ("\"\\x\"", 3), ("\"\u{1}\"", 1),
    ("{\"a\":1,\"a\":2}", 10), ("tru", 0), ("1.", 2), ("\"\\ud800\"", 7), (String(repeating: "[", count: 40), 32),
  ])
  func syntax(text: String, offset: Int) {
    let error = #expect(throws: JSONSyntaxError.self) { try JSON(parsing: text) }
    #expect(error?.offset == offset)
  }

  @Test("strings keep every character, however it was escaped")
  func strings() throws {
    #expect(try JSON(parsing: #""a\"\\\/\b\f\n\r\t\u00e4\ud83d\ude00取""#) == .string("a\"\\/\u{8}\u{c}\n\r\tä😀取"))
    #expect(try JSON(parsing: " [ true , null , -1.5E+3 ] ") == .array([.bool(true), .null, .number("-1.5E+3")]))
  }

  @Test("random texts made of JSON's characters never trap")
  func fuzz() {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("seed \(seed)")
    var generator = Seeded(state: seed)
    let pieces = [
      "{", "}", "[", "]", ",", ":", "\"a\"", "\"", "\\", "\\u", "d8", "1", "-", ".", "e", "true", "null", " ", "ä",
    ]
    for _ in 0..<5_000 {
      let count = Int.random(in: 0...12, using: &generator)
      let text = (0..<count).map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
      _ = try? JSON(parsing: text)
      _ = try? ServiceConfig(json: text)
    }
  }

  private func client(_ loopback: Loopback, _ method: ServiceConfig.Method) -> RPCClient {
    var configuration = RPCClient.Configuration()
    configuration.serviceConfig = ServiceConfig()
    configuration.serviceConfig?.methods["test.Echo/"] = method
    return RPCClient(target: loopback.address, configuration: configuration)
  }

  private func echo(_ client: RPCClient, _ request: Payload, _ options: CallOptions = CallOptions()) async throws {
    _ = try await client.unary(method("Unary", .unary), request, response: Payload.self, options: options)
  }

  @Test("a service's limits hold for its calls; the lower ones count")
  func limits() async throws {
    let methods = [
      unaryMethod { request, _ in
        if request.typeUrl == "hang" { try await Task.sleep(for: .seconds(3_600)) }
        return request.typeUrl == "large" ? payload("", [UInt8](repeating: 0, count: 500)) : request
      }
    ]
    try await Loopback.run(methods: methods) { loopback in
      let client = client(
        loopback, .init(timeout: .milliseconds(100), maxRequestMessageSize: 300, maxResponseMessageSize: 400))
      #expect(await failure { try await echo(client, payload("hang")) }?.code == .deadlineExceeded)
      #expect(
        await failure { try await echo(client, payload("hang"), CallOptions(timeout: .seconds(60))) }?.code
          == .deadlineExceeded)
      let generous = self.client(
        loopback, .init(timeout: .seconds(60), maxRequestMessageSize: 300, maxResponseMessageSize: 400))
      let sent = await failure { try await echo(generous, payload("", [UInt8](repeating: 0, count: 350))) }
      #expect(sent?.code == .resourceExhausted && sent?.message.contains("300") == true)
      let received = await failure { try await echo(generous, payload("large")) }
      #expect(received?.code == .resourceExhausted && received?.message.contains("400") == true)
      let lower = await failure {
        try await echo(generous, payload("large"), CallOptions(maxResponseMessageSize: 50))
      }
      #expect(lower?.message.contains("50") == true)
      #expect(
        await failure { try await echo(generous, payload("hang"), CallOptions(timeout: .milliseconds(50))) }?.code
          == .deadlineExceeded)
      try await echo(generous, payload("fine"))
      await client.close()
      await generous.close()
    }
  }
}
