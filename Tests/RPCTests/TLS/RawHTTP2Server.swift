import NIOCore
import NIOPosix
import Synchronization

@testable import HTTP2
@testable import RPC

/// A value that one place sets and another reads.
final class Seen<Value: Sendable>: Sendable {
  private let state = Mutex<Value?>(nil)

  var value: Value? {
    get { state.withLock { $0 } }
    set { state.withLock { $0 = newValue } }
  }
}

/// An HTTP/2 server over TLS below gRPC: it reports each request's `:scheme` and answers with 404.
enum RawHTTP2Server {
  static func listen(_ pki: TestPKI, _ scheme: @escaping @Sendable (String?) -> Void) async throws -> any Channel {
    let material = TLSMaterial(
      role: .server, credentials: pki.credentials(.server), verification: .none, logger: quietLogger)
    let context = try material.refresh()
    return try await HTTP2Transport.listen(
      on: .tcp(host: "127.0.0.1", port: 0), group: MultiThreadedEventLoopGroup.singleton,
      tls: TLSPolicy(handshakeTimeout: .seconds(10)) { context }
    ) { channel in
      HTTP2ChannelHandler(
        connection: try HTTP2Connection(role: .server), executor: LoopExecutor(channel.eventLoop),
        keepalive: HTTP2Keepalive(interval: nil, timeout: .seconds(1), withoutStreams: false), observer: Observer(scheme))
    }
  }

  private final class Observer: HTTP2ConnectionObserver {
    private let scheme: @Sendable (String?) -> Void

    init(_ scheme: @escaping @Sendable (String?) -> Void) { self.scheme = scheme }

    func connection(
      _ channel: HTTP2ChannelHandler, opened stream: HTTP2Stream, headers: HeaderView, oversized: Bool, endStream: Bool
    ) {
      scheme(headers.firstValue(":scheme"))
      var answer = HeaderBlock()
      answer.append(":status", "404")
      stream.respond(OutgoingHeaders(nil, answer), endStream: true)
    }
    func connectionIsReady(_ channel: HTTP2ChannelHandler) {}
    func connectionIsGoingAway(_ channel: HTTP2ChannelHandler) {}
    func connectionClosed(_ channel: HTTP2ChannelHandler, error: HTTP2ConnectionError?) {}
  }
}
