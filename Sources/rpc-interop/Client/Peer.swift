import RPC
import Synchronization

/// The server under test, and how hard to test it.
struct Peer: Sendable {
  let address: RPCAddress
  let tls: RPCClient.TLS?
  let soakIterations: Int
  let concurrentCalls: Int
  /// Shared by all cases but those that are about connections.
  let client: RPCClient

  init(address: RPCAddress, tls: RPCClient.TLS?, soakIterations: Int, concurrentCalls: Int) {
    self.address = address
    self.tls = tls
    self.soakIterations = soakIterations
    self.concurrentCalls = concurrentCalls
    client = Self.connect(to: address, tls)
  }

  var service: GrpcTestingTestServiceClient { GrpcTestingTestServiceClient(client) }

  /// `UnaryCall`, with what came beside the response message.
  func unaryCall(
    _ request: GrpcTestingSimpleRequest, options: CallOptions = options()
  ) async throws -> (GrpcTestingSimpleResponse, ResponseInfo) {
    let info = Mutex<ResponseInfo?>(nil)
    var options = options
    options.onResponse = { received in info.withLock { $0 = received } }
    let response = try await service.unaryCall(request, options: options)
    guard let received = info.withLock({ $0 }) else {
      throw Unmet(description: "expected to be told of the response before it is returned")
    }
    return (response, received)
  }

  /// A connection of its own.
  func connect() -> RPCClient { Self.connect(to: address, tls) }

  private static func connect(to address: RPCAddress, _ tls: RPCClient.TLS?) -> RPCClient {
    var configuration = RPCClient.Configuration()
    configuration.tls = tls
    return RPCClient(target: address, configuration: configuration)
  }

  /// No case may hang: what takes longer than this has failed.
  static let patience: Duration = .seconds(30)

  static func options(_ metadata: Metadata = Metadata()) -> CallOptions {
    CallOptions(timeout: patience, metadata: metadata, waitForReady: true)
  }
}

/// What a case asserts did not hold.
struct Unmet: Error, CustomStringConvertible {
  let description: String
}

func expect(_ holds: Bool, _ claim: @autoclosure () -> String) throws {
  guard holds else { throw Unmet(description: "expected \(claim())") }
}

func expectEqual<Value: Equatable>(_ value: Value, _ expected: Value, _ name: String) throws {
  try expect(value == expected, "\(name) to be \(expected), but it is \(value)")
}

/// - Returns: the status `body` fails with, which must have the given code.
@discardableResult
func expectStatus(_ code: StatusCode, of body: () async throws -> Void) async throws -> RPCError {
  do {
    try await body()
  } catch let error as RPCError {
    try expect(error.code == code, "the status \(code), but it is \(error)")
    return error
  }
  throw Unmet(description: "expected the status \(code), but the call succeeded")
}

func expectZeros(_ payload: GrpcTestingPayload?, count: Int) throws {
  let body = payload?.body ?? []
  try expectEqual(body.count, count, "the payload's size")
  try expect(body.allSatisfy { $0 == 0 }, "a payload of zeros")
}
