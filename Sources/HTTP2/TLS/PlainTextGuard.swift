internal import NIOCore

/// Looks at the first byte of a plain-text connection, and leaves: a peer that speaks TLS is told apart from one that
/// speaks nonsense.
final class PlainTextGuard: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  private let role: HTTP2Role

  init(role: HTTP2Role) { self.role = role }

  // RFC 8446 §5.1. Neither a client's preface nor a SETTINGS frame begins like these.
  private static let handshakeRecord: UInt8 = 22
  private static let alertRecord: UInt8 = 21

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let buffer = unwrapInboundIn(data)
    guard let first = buffer.getInteger(at: buffer.readerIndex, as: UInt8.self) else { return }
    // What a TLS client sends first is its hello; what a TLS server answers to a plain-text client is an alert.
    if first == (role == .server ? Self.handshakeRecord : Self.alertRecord) {
      context.fireErrorCaught(TLSFailure(role: role, reason: .peerSpeaksTLS))
    } else {
      context.fireChannelRead(data)
    }
    context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
  }
}
