internal import HTTP2
internal import Logging
internal import NIOCore

/// A server's side of one connection: turns opened streams into calls, or refuses them.
///
/// Confined to the connection's loop, but for `drain` and `abort`, which hop.
final class ServerConnection: HTTP2ConnectionObserver, @unchecked Sendable {
  let id = ChannelzID.next()
  let server: ServerCore
  let channel: any Channel
  private let loop: ServerLoop
  // Most connections call few methods, most often the last one again.
  private var lastMethod: ServerMethod?
  private(set) var peer: ConnectionPeer
  private(set) var handler: HTTP2ChannelHandler?
  let counts = ConnectionCounts()
  /// The connection is one of TLS, and the handshake done.
  private(set) var isSecured = false

  init(loop: ServerLoop, channel: any Channel) {
    server = loop.server
    self.channel = channel
    self.loop = loop
    peer = ConnectionPeer(channel)
  }

  func attach(_ handler: HTTP2ChannelHandler) {
    self.handler = handler
    // A channel that NIO drops before it was active, since the listener has closed meanwhile, never becomes inactive;
    // its future is all that tells of its end.
    channel.closeFuture.whenComplete { _ in
      self.handler = nil
      self.server.connectionClosed(self)
    }
    switch server.connectionOpened(self) {
    case .serve: break
    case .refuse: refuse()
    case .drain: handler.beginDrain()
    case .abort: abort()
    }
  }

  func drain() {
    channel.eventLoop.execute { self.handler?.beginDrain() }
  }

  /// Ends every call now, and the connection with them. Calls without an open stream have been cancelled before.
  func abort() {
    channel.eventLoop.execute {
      for observer in self.handler?.streamObservers ?? [] { (observer as? ServerCall)?.abort() }
      self.handler?.close()
      // The handler cannot close a channel that it is not in yet.
      self.channel.close(promise: nil)
    }
  }

  // MARK: HTTP2ConnectionObserver

  func connectionIsSecured(_ channel: HTTP2ChannelHandler, session: TLSSession) {
    isSecured = true
    if let certificate = session.peerCertificate { peer = ConnectionPeer(self.channel, certificate: certificate) }
  }

  func connectionIsReady(_ channel: HTTP2ChannelHandler) {}
  func connectionIsGoingAway(_ channel: HTTP2ChannelHandler) {}

  func connectionClosed(_ channel: HTTP2ChannelHandler, error: HTTP2ConnectionError?) {
    switch error {
    case .tls(let failure)?: TLSFailureReport.report(failure, peer: peer.name, logger: server.logger)
    // A lost connection is everyday; a peer that breaks the protocol is worth a look.
    case .peer?, .violation?: log(.notice, error)
    default: log(.debug, error)
    }
  }

  private func log(_ level: Logger.Level, _ error: HTTP2ConnectionError?) {
    guard let error else { return }
    server.logger.log(level: level, "connection ended", metadata: ["peer": "\(peer.name)", "error": "\(error)"])
  }

  func connection(
    _ channel: HTTP2ChannelHandler, opened stream: HTTP2Stream, headers: HeaderView, oversized: Bool, endStream: Bool
  ) {
    counts.began(at: channel.lastRead)
    do throws(Refusal) {
      let head = RequestHead(headers)
      let (method, encodings, timeout) = try accept(head, oversized: oversized)
      loop.takeCall().begin(
        method, on: stream, headers, head, encodings: encodings, timeout: timeout, peer: peer, counts: counts,
        endStream: endStream)
    } catch {
      // Without an observer, what the client still sends is dropped; it is told to stop by RST_STREAM(NO_ERROR).
      stream.respond(OutgoingHeaders(nil, error.headers), endStream: true)
      counts.ended(error.status.code, answered: true, carried: CallTraffic())
    }
  }

  /// A request that never becomes a call.
  private struct Refusal: Error {
    var httpStatus = 200
    var status: RPCError
    /// Says what would have been taken.
    var acceptEncoding: String?
    /// When the client may try again; nil leaves it to the client.
    var retryPushback: Duration?

    var headers: HeaderBlock {
      var block = HeaderBlock()
      block.append(":status", String(httpStatus))
      block.append("content-type", "application/grpc")
      if httpStatus == 405 { block.append("allow", "POST") }
      if let acceptEncoding { block.append("grpc-accept-encoding", acceptEncoding) }
      block.append(contentsOf: WireHeaders.trailers(for: status, metadata: Metadata()).block)
      if let retryPushback { block.append("grpc-retry-pushback-ms", String(retryPushback.milliseconds)) }
      return block
    }
  }

  private func accept(
    _ head: RequestHead, oversized: Bool
  ) throws(Refusal) -> (ServerMethod, RequestEncodings, timeout: Int64?) {
    guard !oversized else {
      throw Refusal(
        httpStatus: 431,
        status: RPCError(
          .resourceExhausted, "the header list exceeds \(server.limits.maxHeaderListSize) bytes: send less metadata"))
    }
    guard head.isPost else {
      throw Refusal(httpStatus: 405, status: RPCError(.internalError, "gRPC calls are POST requests"))
    }
    guard head.isGRPC else {
      throw Refusal(httpStatus: 415, status: RPCError(.internalError, "the content-type must be application/grpc"))
    }
    let method: ServerMethod
    if let lastMethod, lastMethod.hasPath(head.path) {
      method = lastMethod
    } else {
      guard let found = server.methods.find(head.path) else {
        throw Refusal(status: unknownMethod(String(decoding: head.path, as: UTF8.self)))
      }
      method = found
      lastMethod = found
    }
    if let most = server.limits.maxConcurrentCalls, server.callCount >= most {
      throw Refusal(
        status: RPCError(.resourceExhausted, "the server has \(most) calls in progress already: try again later"),
        retryPushback: server.limits.overloadPushback)
    }
    var encodings = RequestEncodings()
    if let accepted = head.acceptEncoding { encodings.accepted = CompressionSet(accepted) }
    if let encoding = head.encoding { encodings.messages = try acceptedEncoding(encoding) }
    guard let text = head.timeout else { return (method, encodings, nil) }
    guard let timeout = Timeout.parse(text) else {
      throw Refusal(
        status: RPCError(
          .internalError,
          "the grpc-timeout \"\(String(decoding: text, as: UTF8.self))\" is not at most 8 digits and a unit (HMSmun)"))
    }
    return (method, encodings, timeout)
  }

  private func acceptedEncoding(_ name: UnsafeRawBufferPointer) throws(Refusal) -> CompressionAlgorithm {
    if let encoding = CompressionAlgorithm(name), server.accepted.contains(encoding) { return encoding }
    throw Refusal(
      status: RPCError(
        .unimplemented,
        "the grpc-encoding \"\(String(decoding: name, as: UTF8.self))\" is not taken here: use one of "
          + server.acceptEncoding),
      acceptEncoding: server.acceptEncoding)
  }

  private func unknownMethod(_ path: String) -> RPCError {
    let service = path.split(separator: "/", omittingEmptySubsequences: true).first.map(String.init) ?? path
    return server.methods.services.contains(service)
      ? RPCError(.unimplemented, "\(path): the service has no such method")
      : RPCError(.unimplemented, "\(path): this server has no service \"\(service)\"")
  }
}
