import Logging
import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS

@testable import RPC

/// A TLS server and a client of it.
func withTLS<T: Sendable>(
  _ pki: TestPKI, _ transport: Loopback.Transport = .tcp, methods: [MethodDefinition] = echoMethods,
  server: RPCServer.TLS? = nil, client: RPCClient.TLS?, interceptors: [any ServerInterceptor] = [],
  logger: Logger? = nil,
  _ body: (Loopback) async throws -> T
) async throws -> T {
  let server = server ?? RPCServer.TLS(credentials: pki.credentials(.server))
  return try await Loopback.run(
    transport, methods: methods, interceptors: interceptors, server: { $0.listeners[0].tls = server },
    client: { $0.tls = client }, logger: logger, body)
}

/// A peer below HTTP/2 that shakes hands as it is told, and what came of it.
enum RawTLSPeer {
  enum Outcome: Sendable, Equatable {
    case handshaken(protocol: String?)
    case failed(String)
  }

  /// Connects, and returns when the socket is closed.
  static func connect(to address: RPCAddress, _ configure: (inout TLSConfiguration) -> Void) async throws -> Outcome {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.certificateVerification = .none
    configure(&configuration)
    let context = try NIOSSLContext(configuration: configuration)
    let (outcomes, continuation) = AsyncStream.makeStream(of: Outcome.self)
    guard case .tcp(let host, let port) = address else { return .failed("no TCP address") }
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandlers([
            try NIOSSLClientHandler(context: context, serverHostname: nil), Watcher(continuation),
          ])
        }
      }.connect(host: host, port: port).get()
    try? await channel.closeFuture.get()
    for await outcome in outcomes { return outcome }
    return .failed("closed")
  }

  /// Listens; whatever connects is shaken hands with and left alone.
  static func listen(_ pki: TestPKI, _ configure: (inout TLSConfiguration) -> Void) async throws -> any Channel {
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: try NIOSSLCertificate.fromPEMFile(pki.path("server.pem")).map { .certificate($0) },
      privateKey: .privateKey(try NIOSSLPrivateKey(file: pki.path("server.key"), format: .pem)))
    configure(&configuration)
    let context = try NIOSSLContext(configuration: configuration)
    return try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
        }
      }.bind(host: "127.0.0.1", port: 0).get()
  }

  /// Listens, and never says a word.
  static func listenSilently() async throws -> any Channel {
    try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton).bind(host: "127.0.0.1", port: 0).get()
  }

  private final class Watcher: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let continuation: AsyncStream<Outcome>.Continuation

    init(_ continuation: AsyncStream<Outcome>.Continuation) { self.continuation = continuation }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
      if case TLSUserEvent.handshakeCompleted(let agreed)? = event as? TLSUserEvent {
        continuation.yield(.handshaken(protocol: agreed))
      }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      continuation.yield(.failed("\(error)"))
      context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) { continuation.finish() }
  }
}

extension Channel {
  var rpcAddress: RPCAddress { .tcp(host: "127.0.0.1", port: localAddress?.port ?? 0) }
}
