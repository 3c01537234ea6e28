import NIOPosix
import Testing

@testable import HTTP2
@testable import RPC

@Suite("What the client makes of responses that no gRPC server sends")
struct ResponseTests {
  private enum Event: Sendable {
    case headers([(String, String)], endStream: Bool)
    case data([UInt8])
    case end
    case closed(HTTP2StreamEnd)
  }

  /// How a call ends of what comes from the server; nil while it goes on.
  private func outcome(_ events: Event...) async throws -> Result<Void, RPCError>? {
    let loop = MultiThreadedEventLoopGroup.singleton.any()
    return try await loop.submit {
      let call = looseCall("Expand", .serverStreaming, request: nil, on: loop)
      for event in events {
        switch event {
        case .headers(let fields, let endStream):
          var block = HeaderBlock()
          for (name, value) in fields { block.append(name, value) }
          block.withView { call.streamReceived(headers: $0, endStream: endStream) }
        case .data(let bytes): bytes.withUnsafeBytes { call.streamReceived(data: $0) }
        case .end: call.streamReceivedEnd()
        case .closed(let reason): call.streamClosed(reason)
        }
      }
      return call.outcome.withLock { $0.status }
    }.get()
  }

  private func code(_ outcome: Result<Void, RPCError>?) -> StatusCode? {
    switch outcome {
    case nil: nil
    case .success?: .ok
    case .failure(let error)?: error.code
    }
  }

  private static let head: [(String, String)] = [(":status", "200"), ("content-type", "application/grpc")]

  @Test("an HTTP status without a gRPC one becomes the code that gRPC's table gives it", arguments: [
    (400, StatusCode.internalError), (401, .unauthenticated), (403, .permissionDenied), (404, .unimplemented),
    (429, .unavailable), (502, .unavailable), (503, .unavailable), (504, .unavailable), (200, .unknown),
    (204, .unknown), (302, .unknown), (408, .unknown), (418, .unknown), (500, .unknown),
  ])
  func httpStatus(status: Int, expected: StatusCode) async throws {
    let fields = [(":status", "\(status)"), ("content-type", "text/html")]
    #expect(code(try await outcome(.headers(fields, endStream: true))) == expected)
    #expect(code(try await outcome(.headers(fields, endStream: false))) == expected)
  }

  @Test("an HTTP status with a gRPC one in the same headers: the gRPC one counts, unless it says OK")
  func bothStatuses() async throws {
    let refused = [(":status", "431"), ("grpc-status", "8"), ("grpc-message", "too%20large")]
    guard case .failure(let error)? = try await outcome(.headers(refused, endStream: true)) else {
      Issue.record("no failure")
      return
    }
    #expect(error.code == .resourceExhausted)
    #expect(error.message == "too large")
    #expect(code(try await outcome(.headers([(":status", "500"), ("grpc-status", "0")], endStream: true))) == .unknown)
  }

  @Test("an interim response announces the real one and no more")
  func interim() async throws {
    let early: Event = .headers([(":status", "103"), ("link", "x")], endStream: false)
    #expect(try await outcome(early) == nil)
    let head: Event = .headers(Self.head, endStream: false)
    let trailers: Event = .headers([("grpc-status", "0")], endStream: true)
    #expect(code(try await outcome(early, head, trailers)) == .ok)
  }

  @Test("a response in another content type is none, whatever its HTTP status", arguments: [
    "", "text/html", "application/json", "application/grpc-web", "application/grpcx",
  ])
  func contentType(type: String) async throws {
    let fields = [(":status", "200"), ("content-type", type), ("grpc-status", "0")]
    #expect(code(try await outcome(.headers(fields, endStream: true))) == .unknown)
  }

  @Test("a response in any variant of gRPC's content type is one", arguments: [
    "application/grpc", "application/grpc+proto", "application/grpc;charset=utf-8", "Application/gRPC+Proto",
  ])
  func grpcContentType(type: String) async throws {
    let fields = [(":status", "200"), ("content-type", type), ("grpc-status", "0")]
    #expect(code(try await outcome(.headers(fields, endStream: true))) == .ok)
  }

  @Test(
    "a grpc-status that is no code is UNKNOWN",
    arguments: ["", "x", "17", "-1", "4294967296", "99999999999999999999"])
  func strangeStatus(status: String) async throws {
    let trailers: Event = .headers([("grpc-status", status)], endStream: true)
    #expect(code(try await outcome(.headers(Self.head, endStream: false), trailers)) == .unknown)
  }

  @Test("every code arrives, with headers before it and without", arguments: StatusCode.allCases)
  func statusCodes(status: StatusCode) async throws {
    let field = [("grpc-status", "\(status.rawValue)")]
    let trailers: Event = .headers(field, endStream: true)
    #expect(code(try await outcome(.headers(Self.head, endStream: false), trailers)) == status)
    #expect(code(try await outcome(.headers(Self.head + field, endStream: true))) == status)
  }

  @Test("a response that ends without a status is UNKNOWN, and one without trailers INTERNAL")
  func missingStatus() async throws {
    let head: Event = .headers(Self.head, endStream: false)
    #expect(code(try await outcome(head, .headers([("x", "y")], endStream: true))) == .unknown)
    #expect(code(try await outcome(head, .end)) == .internalError)
    #expect(code(try await outcome(head, .closed(.finished))) == .internalError)
    #expect(code(try await outcome(.closed(.connectionLost(.connectionLost("gone"))))) == .unavailable)
  }

  @Test("a reset becomes the code that gRPC's table gives it", arguments: [
    (HTTP2ErrorCode.noError, StatusCode.internalError), (.protocolError, .internalError),
    (.internalError, .internalError), (.flowControlError, .internalError), (.settingsTimeout, .internalError),
    (.frameSizeError, .internalError), (.refusedStream, .unavailable), (.cancel, .cancelled),
    (.compressionError, .internalError), (.connectError, .internalError), (.enhanceYourCalm, .resourceExhausted),
    (.inadequateSecurity, .permissionDenied), (.http11Required, .internalError),
    (HTTP2ErrorCode(rawValue: 0x1234), .internalError),
  ])
  func reset(reset: HTTP2ErrorCode, expected: StatusCode) async throws {
    let head: Event = .headers(Self.head, endStream: false)
    #expect(code(try await outcome(head, .closed(.reset(reset)))) == expected)
  }

  @Test("a reset after the status changes nothing", arguments: [HTTP2ErrorCode.noError, .cancel, .internalError])
  func lateReset(reset: HTTP2ErrorCode) async throws {
    let whole: Event = .headers(Self.head + [("grpc-status", "0")], endStream: true)
    #expect(code(try await outcome(whole, .closed(.reset(reset)))) == .ok)
  }

  @Test("framing that is no gRPC ends the call with INTERNAL", arguments: [
    [1, 0, 0, 0, 1, 7], [2, 0, 0, 0, 0], [255, 0, 0, 0, 0],
  ] as [[UInt8]])
  func framing(bytes: [UInt8]) async throws {
    let head: Event = .headers(Self.head, endStream: false)
    #expect(code(try await outcome(head, .data(bytes))) == .internalError)
  }

  @Test("compression with what we do not have ends the call with INTERNAL, and the error names it")
  func unknownEncoding() async throws {
    let result = try await outcome(.headers(Self.head + [("grpc-encoding", "br")], endStream: false))
    guard case .failure(let error)? = result else {
      Issue.record("the call goes on")
      return
    }
    #expect(error.code == .internalError)
    #expect(error.message.contains("br"))
  }
}
