import Testing

@testable import HTTP2
@testable import RPC

@Suite("What the server answers to requests that no gRPC client sends", .timeLimit(.minutes(2)))
struct RefusalTests {
  private static let message: [UInt8] = [0, 0, 0, 0, 0]

  private func answer(
    _ path: String = "/test.Echo/Unary", _ extra: [(String, String)] = [], method: String = "POST",
    contentType: String = "application/grpc", body: [UInt8] = RefusalTests.message, endStream: Bool = true
  ) async throws -> RawClient.Outcome {
    try await Loopback.run(methods: echoMethods) { loopback in
      let raw = try await RawClient.connect(to: loopback.address)
      let outcome = try await raw.call(
        path, extra, method: method, contentType: contentType, body: body, endStream: endStream)
      await raw.close()
      return outcome
    }
  }

  private func status(_ code: StatusCode) -> String { "\(code.rawValue)" }

  @Test("a request that is not POST gets 405")
  func notPost() async throws {
    let outcome = try await answer(method: "GET", body: [])
    #expect(outcome.fields[":status"] == "405")
    #expect(outcome.fields["allow"] == "POST")
  }

  @Test(
    "a foreign content-type gets 415",
    arguments: [
      "", "text/plain", "application/json", "application/grpc-web", "application/grpc-web+proto",
      "application/grpc+json", "application/grpcx",
    ])
  func foreignContentType(type: String) async throws {
    #expect(try await answer(contentType: type).fields[":status"] == "415")
  }

  @Test(
    "the variants of gRPC's content-type are taken",
    arguments: [
      "application/grpc", "application/grpc+proto", "application/grpc;charset=utf-8", "Application/gRPC",
      "application/grpc+proto;charset=utf-8", "APPLICATION/GRPC+PROTO",
    ])
  func contentTypes(type: String) async throws {
    #expect(try await answer(contentType: type).fields["grpc-status"] == "0")
  }

  @Test("too many headers get 431 and RESOURCE_EXHAUSTED")
  func oversizedHeaders() async throws {
    let outcome = try await answer("/test.Echo/Unary", [("x-long", String(repeating: "x", count: 20_000))])
    #expect(outcome.fields[":status"] == "431")
    #expect(outcome.fields["grpc-status"] == status(.resourceExhausted))
  }

  @Test("a broken grpc-timeout is refused", arguments: ["", "1", "S", "123456789S", "1x", "-1S", "1.5S"])
  func brokenTimeout(timeout: String) async throws {
    let outcome = try await answer("/test.Echo/Unary", [("grpc-timeout", timeout)])
    #expect(outcome.fields["grpc-status"] == status(.internalError))
  }

  @Test("a grpc-timeout of any length that has the format is taken", arguments: ["99999999H", "99999999S", "00000001H"])
  func longTimeout(timeout: String) async throws {
    #expect(try await answer("/test.Echo/Unary", [("grpc-timeout", timeout)]).fields["grpc-status"] == "0")
  }

  @Test("a grpc-timeout of nothing has passed at once", arguments: ["0S", "00000000n"])
  func noTime(timeout: String) async throws {
    let outcome = try await answer("/test.Echo/Unary", [("grpc-timeout", timeout)])
    #expect(outcome.fields["grpc-status"] == status(.deadlineExceeded))
  }

  @Test("te: trailers may be missing, as it is behind some proxies")
  func te() async throws {
    #expect(try await answer().fields["grpc-status"] == "0")
    #expect(try await answer("/test.Echo/Unary", [("te", "trailers")]).fields["grpc-status"] == "0")
  }

  @Test("a status without messages is the whole response, in one block of headers", arguments: ["Unary", "Nothing"])
  func trailersOnly(method: String) async throws {
    let outcome = try await answer("/test.Echo/\(method)", body: [0, 0, 0, 0, 2, 0xff, 0xff])
    #expect(outcome.headerBlocks == 1)
    #expect(outcome.body.isEmpty)
    #expect(outcome.fields[":status"] == "200")
    #expect(outcome.fields["content-type"] == "application/grpc")
    #expect(outcome.fields["grpc-status"].map { $0 != "0" } == true)
    #expect(outcome.end == .finished)
  }

  @Test("metadata that HTTP allows and gRPC does not is taken, and can be sent back")
  func foreignMetadata() async throws {
    let methods = [
      unaryMethod { _, context in
        context.responseMetadata = context.requestMetadata
        return Payload()
      }
    ]
    try await Loopback.run(methods: methods) { loopback in
      let raw = try await RawClient.connect(to: loopback.address)
      let outcome = try await raw.call(
        "/test.Echo/Unary", [("x-umlaut", "ü"), ("x-tab", "a\tb"), ("x-empty", "")], body: RefusalTests.message,
        endStream: true)
      #expect(outcome.fields["grpc-status"] == "0")
      #expect(outcome.fields["x-umlaut"] == "ü")
      #expect(outcome.fields["x-tab"] == "a\tb")
      #expect(outcome.fields["x-empty"] == "")
      await raw.close()
    }
  }

  @Test("a unary call must have exactly one message", arguments: [[], message + message])
  func messageCount(body: [UInt8]) async throws {
    #expect(try await answer(body: body).fields["grpc-status"] == status(.unimplemented))
  }

  @Test(
    "a stream that ends inside a message is an error",
    arguments: [[0], [0, 0, 0, 0], [0, 0, 0, 0, 5, 1]] as [[UInt8]])
  func truncated(body: [UInt8]) async throws {
    #expect(try await answer(body: body).fields["grpc-status"] == status(.internalError))
  }

  @Test("a length of 4 GB is refused before a byte of it has come")
  func hugeLength() async throws {
    let outcome = try await answer(body: [0, 255, 255, 255, 255], endStream: false)
    #expect(outcome.fields["grpc-status"] == status(.resourceExhausted))
    // The client had not finished: after the trailers the rest is refused with NO_ERROR.
    #expect(outcome.end == .finished)
  }

  @Test("bytes that are no message of the type are an error of this call alone")
  func undecodable() async throws {
    #expect(try await answer(body: [0, 0, 0, 0, 2, 0xff, 0xff]).fields["grpc-status"] == status(.internalError))
  }
}

@Suite("The small encodings of gRPC over HTTP/2")
struct EncodingTests {
  @Test("base64 round-trips without padding, and is read with it", arguments: 0..<70)
  func base64(count: Int) {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ count) }
    var text = Base64.encode(bytes)
    #expect(!text.contains(UInt8(ascii: "=")))
    #expect(Base64.decode(text) == bytes)
    while text.count % 4 != 0 { text.append(UInt8(ascii: "=")) }
    #expect(Base64.decode(text) == bytes)
  }

  @Test("what is not base64 is refused", arguments: ["a", "ab*c", "ab=c", "a b"])
  func notBase64(text: String) {
    #expect(Base64.decode(Array(text.utf8)) == nil)
  }

  @Test(
    "grpc-message round-trips any text as printable ASCII",
    arguments: ["", "plain", "100%", "Ö ☃\n\t\0", " edges ", "%41", "\u{10FFFF}👩‍👩‍👧\u{7f}\u{80}", " "])
  func statusMessage(text: String) {
    let encoded = StatusMessage.encode(text)
    #expect(encoded.allSatisfy { (0x20...0x7e).contains($0) })
    #expect(encoded.first != UInt8(ascii: " ") && encoded.last != UInt8(ascii: " "))
    #expect(StatusMessage.decode(encoded) == text)
  }

  @Test("a broken escape is kept as it stands", arguments: ["%", "%4", "%zz", "a%"])
  func brokenEscape(text: String) {
    #expect(StatusMessage.decode(Array(text.utf8)) == text)
  }

  private func parse(_ timeout: String) -> Duration? {
    Array(timeout.utf8).withUnsafeBytes { Timeout.parse($0) }.map { .nanoseconds($0) }
  }

  @Test("a message is cut off between characters", arguments: ["x", "é", "取", "👩", " "])
  func longMessage(character: String) {
    for limit in 20..<60 {
      let encoded = StatusMessage.encode(String(repeating: character, count: 100), limit: limit)
      #expect(encoded.count <= limit && encoded.count > limit - 20)
      let decoded = StatusMessage.decode(encoded)
      #expect(decoded == String(repeating: character, count: decoded.count))
    }
  }

  @Test("escapes that are no UTF-8 lose their bytes, not the message", arguments: ["a%ff%fe b", "%c3", "a%e2%98z"])
  func invalidUTF8(text: String) {
    let decoded = StatusMessage.decode(Array(text.utf8))
    #expect(decoded.contains("\u{FFFD}"))
    #expect(decoded.hasPrefix(String(text.prefix { $0 != "%" })))
  }

  @Test("grpc-timeout is read in every unit")
  func timeoutUnits() {
    let expected: [(String, Duration)] = [
      ("1H", .seconds(3_600)), ("2M", .seconds(120)), ("3S", .seconds(3)), ("4m", .milliseconds(4)),
      ("5u", .microseconds(5)), ("6n", .nanoseconds(6)), ("99999999H", .nanoseconds(Int64.max)),
    ]
    for (text, duration) in expected { #expect(parse(text) == duration) }
  }

  @Test("grpc-timeout is written in at most eight digits, and never shorter than asked")
  func timeoutFormat() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("seed \(seed)")
    var generator = Seeded(state: seed)
    for _ in 0..<5_000 {
      let magnitude = Int.random(in: 0...60, using: &generator)
      let duration = Duration.nanoseconds(Int64.random(in: 0...(Int64(1) << magnitude), using: &generator))
      let text = Timeout.format(duration)
      #expect(text.count <= 9)
      let back = try #require(parse(text))
      #expect(back >= duration)
      #expect(back - duration <= max(.nanoseconds(1), duration / 1_000))
    }
    #expect(Timeout.format(.seconds(-5)) == "0n")
    #expect(parse(Timeout.format(.seconds(Int64.max / 4))) != nil)
  }

  @Test("delays grow to their limit and differ between clients")
  func backoff() {
    var generator = Seeded(state: 7)
    let backoff = Backoff()
    for failures in [1, 2, 5, 100, 10_000] {
      let plain = min(backoff.maximum, backoff.initial * Double.pow(1.6, failures - 1))
      let delay = backoff.delay(afterFailures: failures, using: &generator)
      #expect(delay >= plain * 0.799 && delay <= plain * 1.201)
    }
    #expect(backoff.delay(afterFailures: 3, using: &generator) != backoff.delay(afterFailures: 3, using: &generator))
  }
}

extension Double {
  fileprivate static func pow(_ base: Double, _ exponent: Int) -> Double {
    (0..<min(exponent, 1_000)).reduce(1) { result, _ in Swift.min(result * base, 1e9) }
  }
}

/// A small seeded generator, so that a failure can be run again.
struct Seeded: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

@Suite("Metadata")
struct MetadataTests {
  @Test("names are lower-cased, values trimmed, and order kept")
  func normalized() throws {
    var metadata = Metadata()
    try metadata.add("X-Name", "  a b ")
    try metadata.add("x-name", "c")
    #expect(metadata.values("X-NAME") == ["a b", "c"])
    #expect(metadata.map(\.name) == ["x-name", "x-name"])
  }

  @Test("names and values that HTTP or gRPC forbid are refused", arguments: [
    ("", "a"), ("a b", "a"), ("ä", "a"), (":path", "a"), ("grpc-status", "0"), ("content-type", "a"),
    ("connection", "close"), ("x", "a\u{0}b"), ("x", "a\nb"), ("x", "ü"), ("x-bin", "text"),
  ])
  func refused(name: String, value: String) {
    var metadata = Metadata()
    #expect(throws: MetadataError.self) { try metadata.add(name, value) }
    #expect(metadata.isEmpty)
  }

  @Test("bytes come padded or not, alone or joined by commas")
  func binary() {
    var block = HeaderBlock()
    block.append("x-bin", "AAE=,AgM, BA==")
    block.append("x-bin", "*")
    block.append("x-bin", "")
    #expect(block.withView(Metadata.init).binary("x-bin") == [[0, 1], [2, 3], [4], []])
  }

  @Test("fields of HTTP and gRPC are not metadata")
  func reserved() {
    var block = HeaderBlock()
    for name in [":path", "te", "content-type", "grpc-timeout", "x-own"] { block.append(name, "1") }
    #expect(block.withView(Metadata.init).map(\.name) == ["x-own"])
  }

  @Test("a description keeps credentials to itself")
  func secrets() throws {
    var metadata = Metadata()
    try metadata.add("authorization", "Bearer abc")
    #expect(!metadata.description.contains("abc"))
  }
}
