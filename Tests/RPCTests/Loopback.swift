import Foundation
import Logging
import NIOCore
import Protobuf

@testable import HTTP2
@testable import RPC

typealias Payload = GoogleProtobufAny

func payload(_ label: String = "", _ bytes: [UInt8] = []) -> Payload {
  var payload = Payload()
  payload.typeUrl = label
  payload.value = bytes
  return payload
}

func method(_ name: String, _ kind: MethodDescriptor.Kind) -> MethodDescriptor {
  MethodDescriptor(service: "test.Echo", method: name, kind: kind)
}

/// A signal between a test and a handler: what one waits for, the other gives.
final class Signal: Sendable {
  private let stream: AsyncStream<Void>
  private let continuation: AsyncStream<Void>.Continuation

  init() { (stream, continuation) = AsyncStream.makeStream(of: Void.self) }

  func give() { continuation.yield() }

  func wait() async { for await _ in stream { return } }
}

let quietLogger = {
  var logger = Logger(label: "test")
  logger.logLevel = .critical
  return logger
}()

/// A server with the methods a test gives it, and a client of it, over a socket of their own.
struct Loopback: Sendable {
  let server: RPCServer
  let client: RPCClient
  let address: RPCAddress

  enum Transport: String, CaseIterable, Sendable {
    case tcp
    case unix
  }

  static func run<T: Sendable>(
    _ transport: Transport = .tcp, methods: [MethodDefinition], others: [ServiceDefinition] = [],
    onGlobalExecutor: Bool = false, interceptors: [any ServerInterceptor] = [], health: HealthService? = nil,
    server configureServer: (inout RPCServer.Configuration) -> Void = { _ in },
    client configureClient: (inout RPCClient.Configuration) -> Void = { _ in }, logger: Logger? = nil,
    _ body: (Loopback) async throws -> T
  ) async throws -> T {
    let path = "/tmp/rpc-\(UUID().uuidString.prefix(8)).sock"
    var configuration = RPCServer.Configuration(
      addresses: [transport == .tcp ? .tcp(host: "127.0.0.1", port: 0) : .unix(path: path)])
    configureServer(&configuration)
    let logger = logger ?? quietLogger
    var service = ServiceDefinition(name: "test.Echo", methods: methods)
    if onGlobalExecutor { service = service.onGlobalExecutor() }
    let server = RPCServer(
      configuration: configuration, services: [service] + others, interceptors: interceptors, health: health,
      logger: logger)
    let address = try await server.start()[0]
    var clientConfiguration = RPCClient.Configuration()
    configureClient(&clientConfiguration)
    let client = RPCClient(target: address, configuration: clientConfiguration, logger: logger)
    do {
      let result = try await body(Loopback(server: server, client: client, address: address))
      await client.close()
      await server.shutdown(grace: .seconds(5))
      return result
    } catch {
      await client.close()
      await server.shutdown(grace: .zero)
      throw error
    }
  }

  // The four call kinds under the names the tests give them.

  func unary(_ request: Payload = Payload(), _ options: CallOptions = CallOptions()) async throws(RPCError) -> Payload {
    try await client.unary(method("Unary", .unary), request, response: Payload.self, options: options)
  }

  func collect(
    _ options: CallOptions = CallOptions(), _ send: (RequestWriter<Payload>) async throws -> Void
  ) async throws(RPCError) -> Payload {
    try await client.clientStreaming(
      method("Collect", .clientStreaming), response: Payload.self, options: options, send: send)
  }

  func expand(
    _ request: Payload, _ options: CallOptions = CallOptions()
  ) async throws(RPCError) -> ResponseStream<Payload> {
    try await client.serverStreaming(
      method("Expand", .serverStreaming), request, response: Payload.self, options: options)
  }

  func chat(_ options: CallOptions = CallOptions()) async throws(RPCError) -> BidirectionalCall<Payload, Payload> {
    try await client.bidirectionalStreaming(
      method("Chat", .bidirectionalStreaming), request: Payload.self, response: Payload.self, options: options)
  }
}

func unaryMethod(_ handler: @escaping @Sendable (Payload, ServerContext) async throws -> Payload) -> MethodDefinition {
  .unary("Unary", request: Payload.self, response: Payload.self, handler: handler)
}

func collectMethod(
  _ handler: @escaping @Sendable (RequestStream<Payload>, ServerContext) async throws -> Payload
) -> MethodDefinition {
  .clientStreaming("Collect", request: Payload.self, response: Payload.self, handler: handler)
}

func expandMethod(
  _ handler: @escaping @Sendable (Payload, ResponseWriter<Payload>, ServerContext) async throws -> Void
) -> MethodDefinition {
  .serverStreaming("Expand", request: Payload.self, response: Payload.self, handler: handler)
}

func chatMethod(
  _ handler: @escaping @Sendable (RequestStream<Payload>, ResponseWriter<Payload>, ServerContext) async throws -> Void
) -> MethodDefinition {
  .bidirectionalStreaming("Chat", request: Payload.self, response: Payload.self, handler: handler)
}

/// A client's call whose stream a test opens on a connection of its own.
func looseCall(
  _ name: String, _ kind: MethodDescriptor.Kind, request: [UInt8]?, on loop: any EventLoop
) -> ClientCall {
  let executor = LoopExecutor(loop)
  let channel = ClientChannel(
    target: RPCTarget(.unix(path: "unused")), configuration: RPCClient.Configuration(), interceptors: [],
    executor: executor, logger: Logger(label: "test"))
  return ClientCall(
    method: channel.methods.find(method(name, kind)), options: CallOptions(), inheritedDeadline: nil, channel: channel,
    pipe: MessagePipe(executor: executor, maxReceiveSize: 1_000, maxSendSize: 1_000), request: request)
}

let echoMethods: [MethodDefinition] = [
  unaryMethod { request, _ in request },
  collectMethod { requests, _ in
    var count = 0
    var bytes = 0
    for try await request in requests {
      count += 1
      bytes += request.value.count
    }
    return payload("\(count) \(bytes)")
  },
  expandMethod { request, responses, _ in
    for index in 0..<(Int(request.typeUrl) ?? 0) { try await responses.write(payload("\(index)", request.value)) }
  },
  chatMethod { requests, responses, _ in
    for try await request in requests { try await responses.write(request) }
  },
]

/// The error that `body` throws; nil when it does not.
func failure<T>(of body: () async throws -> T) async -> RPCError? {
  do {
    _ = try await body()
    return nil
  } catch {
    return error as? RPCError
  }
}
