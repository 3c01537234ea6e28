internal import NIOCore
internal import NIOSSL
internal import NIOTLS

/// Stands between TLS and HTTP/2: the HTTP/2 connection begins when the handshake has ended well, with ALPN `h2`.
///
/// Whatever goes wrong before reaches it as one `TLSFailure`.
final class TLSHandshakeHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  private let role: HTTP2Role
  private let ssl: NIOSSLHandler
  private let serverName: String?
  private let timeLimit: TimeAmount
  private var timer: Scheduled<Void>?

  private enum State {
    case handshaking
    case established
    case failed
  }
  private var state = State.handshaking

  init(role: HTTP2Role, ssl: NIOSSLHandler, policy: TLSPolicy) {
    self.role = role
    self.ssl = ssl
    serverName = policy.serverName
    timeLimit = policy.handshakeTimeout
  }

  // NIOSSL tells of an active channel before it has shaken hands: HTTP/2 hears of it after that.
  func channelActive(context: ChannelHandlerContext) {
    timer = context.eventLoop.assumeIsolated().scheduleTask(in: timeLimit) {
      self.fail(.timedOut(seconds: Double(self.timeLimit.nanoseconds) / 1e9), context: context)
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    if case .handshaking = state { fail(.peerLeft, context: context) }
    context.fireChannelInactive()
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    timer?.cancel()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard case .handshaking = state, case TLSUserEvent.handshakeCompleted(let agreed)? = event as? TLSUserEvent else {
      return context.fireUserInboundEventTriggered(event)
    }
    guard agreed == TLSContext.applicationProtocol else { return fail(.noHTTP2(agreed), context: context) }
    // A client that resumes a session does not show its certificate again, and TLS does not look at the old one.
    let certificate = role == .server ? ssl.peerCertificate : nil
    if let certificate, let fault = TLSFailure.validityFault(of: certificate) {
      return fail(.certificate(fault), context: context)
    }
    state = .established
    timer?.cancel()
    timer = nil
    context.fireUserInboundEventTriggered(
      TLSSession(peerCertificate: certificate.flatMap { PeerCertificate($0) }))
    context.fireChannelActive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    switch (state, error) {
    case (.failed, _): break
    // A peer that closes its socket without close_notify. HTTP/2 knows from its own frames whether anything is missing.
    case (.established, NIOSSLError.uncleanShutdown): break
    case (.established, is BoringSSLError), (.handshaking, _):
      // In TLS 1.3 a client is done before the server has looked at its certificate.
      fail(
        TLSFailure(error, role: role, serverName: serverName, certificate: ssl.peerCertificate).reason,
        context: context)
    case (.established, _): context.fireErrorCaught(error)
    }
  }

  private func fail(_ reason: TLSFailure.Reason, context: ChannelHandlerContext) {
    state = .failed
    timer?.cancel()
    timer = nil
    context.fireErrorCaught(TLSFailure(role: role, reason: reason))
  }
}
