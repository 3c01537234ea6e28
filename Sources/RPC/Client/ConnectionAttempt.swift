internal import HTTP2
internal import Logging
internal import NIOCore

/// What all connections of a client have in common, and the one place where they are opened.
struct ConnectionContext: Sendable {
  let executor: LoopExecutor
  let configuration: RPCClient.Configuration
  let logger: Logger
  /// nil speaks plain text.
  let tls: ClientTLSPolicy?

  func connect(to address: RPCAddress, _ attempt: ConnectionAttempt) {
    var http2 = HTTP2Configuration()
    http2.maxHeaderListSize = UInt32(clamping: configuration.maxHeaderListSize)
    let keepalive = HTTP2Keepalive(
      interval: configuration.keepalive.interval.map { TimeAmount($0) },
      timeout: TimeAmount(configuration.keepalive.timeout), withoutStreams: configuration.keepalive.withoutCalls)
    let timeout = TimeAmount(configuration.connectTimeout)
    let loop = executor.eventLoop
    HTTP2Transport.connect(to: address.http2, eventLoop: loop, timeout: timeout, tls: tls?.policy(on: loop)) {
      [executor, http2] channel in
      try attempt.use(channel)
      return HTTP2ChannelHandler(
        connection: try HTTP2Connection(role: .client, configuration: http2), executor: executor,
        keepalive: keepalive, observer: attempt)
    }.whenFailure { error in attempt.failed(ConnectFailure.reason(error)) }
    // A peer that accepts the connection but never speaks HTTP/2 must not hold the calls for ever.
    attempt.giveUp(on: loop, in: timeout + .seconds(1)) {
      "no HTTP/2 settings came within \(configuration.connectTimeout)"
    }
  }
}

/// One connection of a subchannel, from the attempt to its end. Confined to its event loop.
final class ConnectionAttempt: HTTP2ConnectionObserver, @unchecked Sendable {
  private let subchannel: Subchannel
  private var timer: Scheduled<Void>?
  // As long as nobody else sees to their end. A host with several addresses may make several.
  private var channels: [any Channel] = []
  private var isSettled = false

  init(subchannel: Subchannel) { self.subchannel = subchannel }

  /// - Throws: when the attempt was given up meanwhile; the channel closes then.
  func use(_ channel: any Channel) throws {
    guard !isSettled else { throw ChannelError.ioOnClosedChannel }
    channels.append(channel)
  }

  func giveUp(on loop: any EventLoop, in time: TimeAmount, _ reason: @escaping @Sendable () -> String) {
    guard !isSettled else { return }
    timer = loop.scheduleTask(in: time) { self.failed(reason()) }
  }

  func connection(
    _ channel: HTTP2ChannelHandler, opened stream: HTTP2Stream, headers: HeaderView, oversized: Bool, endStream: Bool
  ) {
    // Servers open no streams: push is switched off in our settings.
    stream.reset(.protocolError)
  }

  func connectionIsReady(_ channel: HTTP2ChannelHandler) {
    // Later settings than the first come here too.
    guard !isSettled else { return }
    settle()
    subchannel.connected(self, channel)
  }

  func connectionIsGoingAway(_ channel: HTTP2ChannelHandler) {
    subchannel.goingAway(channel)
  }

  func connectionClosed(_ channel: HTTP2ChannelHandler, error: HTTP2ConnectionError?) {
    if isSettled {
      subchannel.closed(channel)
    } else {
      failed(error.map { "\($0)" } ?? "the server closed the connection at once")
    }
  }

  func failed(_ reason: String) {
    guard !isSettled else { return }
    for channel in channels { channel.close(promise: nil) }
    settle()
    subchannel.connectFailed(self, reason)
  }

  private func settle() {
    isSettled = true
    channels = []
    timer?.cancel()
  }
}
