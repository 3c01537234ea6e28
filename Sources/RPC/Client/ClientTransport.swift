internal import HTTP2
internal import Logging
internal import NIOCore

/// A client's connection: made when a call needs one, made again when it is lost, never tried too often.
///
/// ```
///           call            settings
///   idle ─────────▶ connecting ─────▶ ready ──┐ GOAWAY, lost
///    ▲  ▲               │ failed              │
///    │  │  time is up   ▼                     │
///    │  └────────── backing off               │
///    └────────────────────────────────────────┘
/// ```
/// Confined to its event loop.
final class ClientTransport: @unchecked Sendable {
  let loop: any EventLoop
  let executor: LoopExecutor
  private let target: RPCAddress
  private let configuration: RPCClient.Configuration
  /// The value of our `grpc-accept-encoding`.
  let acceptEncoding: String
  private let logger: Logger

  private enum State {
    case idle
    case connecting
    case ready(HTTP2ChannelHandler)
    case backingOff(RPCError)
    case closed
  }
  private var state = State.idle
  /// The connection being made.
  private var attempt: Attempt?
  private var failures = 0
  /// The client is gone; what is under way may finish.
  private var isRetired = false
  /// Calls that wait for a connection.
  private var waiting: [ClientCall] = []
  /// Connections that still carry calls, the ready one and those that are going away.
  private var open: [ObjectIdentifier: HTTP2ChannelHandler] = [:]

  init(loop: any EventLoop, target: RPCAddress, configuration: RPCClient.Configuration, logger: Logger) {
    self.loop = loop
    self.target = target
    self.configuration = configuration
    self.logger = logger
    executor = LoopExecutor(loop)
    acceptEncoding = CompressionSet(configuration.acceptedCompression).header
  }

  /// `:authority` for requests to the target.
  var authority: String {
    switch target {
    case .tcp: target.description
    case .unix: "localhost"
    }
  }

  /// Starts the call now, or once there is a connection.
  func submit(_ call: ClientCall) {
    switch state {
    case .ready(let handler) where handler.connection.acceptsNewStreams && handler.isActive:
      call.start(on: handler.connection)
    case .ready:
      state = .idle
      submit(call)
    case .idle:
      waiting.append(call)
      connect()
    case .connecting:
      waiting.append(call)
    case .backingOff(let error):
      if call.options.waitForReady { waiting.append(call) } else { call.abandon(error) }
    case .closed:
      call.abandon(RPCError(.cancelled, "the client is closed"))
    }
  }

  /// The call no longer waits for a connection.
  func forget(_ call: ClientCall) {
    waiting.removeAll { $0 === call }
  }

  private func connect() {
    state = .connecting
    var http2 = HTTP2Configuration()
    http2.maxHeaderListSize = UInt32(clamping: configuration.maxHeaderListSize)
    let keepalive = HTTP2Keepalive(
      interval: configuration.keepalive.interval.map { TimeAmount($0) },
      timeout: TimeAmount(configuration.keepalive.timeout), withoutStreams: configuration.keepalive.withoutCalls)
    let attempt = Attempt(transport: self)
    self.attempt = attempt
    let timeout = TimeAmount(configuration.connectTimeout)
    HTTP2Transport.connect(to: target.http2, eventLoop: loop, timeout: timeout) { [executor, http2] channel in
      try attempt.use(channel)
      let handler = HTTP2ChannelHandler(
        connection: try HTTP2Connection(role: .client, configuration: http2), executor: executor,
        keepalive: keepalive, observer: attempt)
      return handler
    }.whenFailure { error in attempt.failed(ConnectFailure.reason(error)) }
    // A peer that accepts the connection but never speaks HTTP/2 must not hold the calls for ever.
    attempt.timer = loop.scheduleTask(in: timeout + .seconds(1)) {
      attempt.failed("no HTTP/2 settings came within \(self.configuration.connectTimeout)")
    }
  }

  /// One connection, from the attempt to its end.
  private final class Attempt: HTTP2ConnectionObserver, @unchecked Sendable {
    private let transport: ClientTransport
    var timer: Scheduled<Void>?
    // As long as nobody else sees to their end. A host with several addresses may make several.
    private var channels: [any Channel] = []
    private var isSettled = false

    init(transport: ClientTransport) { self.transport = transport }

    /// - Throws: when the attempt was given up meanwhile; the channel closes then.
    func use(_ channel: any Channel) throws {
      guard !isSettled else { throw ChannelError.ioOnClosedChannel }
      channels.append(channel)
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
      transport.connected(channel)
    }

    func connectionIsGoingAway(_ channel: HTTP2ChannelHandler) {
      transport.leave(channel)
      channel.beginDrain()
    }

    func connectionClosed(_ channel: HTTP2ChannelHandler, error: HTTP2ConnectionError?) {
      if isSettled {
        transport.closed(channel)
      } else {
        failed(error.map { "\($0)" } ?? "the server closed the connection at once")
      }
    }

    func failed(_ reason: String) {
      guard !isSettled else { return }
      for channel in channels { channel.close(promise: nil) }
      settle()
      transport.connectFailed(reason)
    }

    private func settle() {
      isSettled = true
      channels = []
      timer?.cancel()
      transport.forget(self)
    }
  }

  private func forget(_ settled: Attempt) {
    if attempt === settled { attempt = nil }
  }

  private func connected(_ handler: HTTP2ChannelHandler) {
    guard case .connecting = state else { return handler.close() }
    failures = 0
    state = .ready(handler)
    open[ObjectIdentifier(handler)] = handler
    logger.debug("connected", metadata: ["target": "\(target)"])
    startWaiting()
    if isRetired { retire() }
  }

  private func startWaiting() {
    let calls = waiting
    waiting = []
    for call in calls { submit(call) }
  }

  private func connectFailed(_ reason: String) {
    guard case .connecting = state else { return }
    failures += 1
    let error = RPCError(.unavailable, "cannot connect to \(target): \(reason)")
    var generator = SystemRandomNumberGenerator()
    let delay = configuration.backoff.delay(afterFailures: failures, using: &generator)
    logger.debug("cannot connect", metadata: ["target": "\(target)", "error": "\(reason)", "retry": "\(delay)"])
    state = .backingOff(error)
    loop.scheduleTask(in: TimeAmount(delay)) { self.backoffPassed() }
    let calls = waiting
    waiting = calls.filter(\.options.waitForReady)
    for call in calls where !call.options.waitForReady { call.abandon(error) }
  }

  private func backoffPassed() {
    guard case .backingOff = state else { return }
    state = .idle
    if !waiting.isEmpty { connect() }
  }

  private func leave(_ handler: HTTP2ChannelHandler) {
    if case .ready(let current) = state, current === handler { state = .idle }
  }

  private func closed(_ handler: HTTP2ChannelHandler) {
    leave(handler)
    open[ObjectIdentifier(handler)] = nil
    if case .idle = state, !waiting.isEmpty { connect() }
  }

  /// Nobody makes calls any more: the connection closes once those under way have finished.
  func retire() {
    isRetired = true
    if case .ready(let handler) = state {
      handler.beginDrain()
      state = .closed
    } else if waiting.isEmpty {
      state = .closed
      attempt?.failed("the client is gone")
    }
  }

  /// Ends everything: calls that are open or waiting fail.
  func close() {
    if case .closed = state { return }
    state = .closed
    for call in waiting { call.abandon(RPCError(.cancelled, "the client was closed")) }
    waiting = []
    attempt?.failed("the client was closed")
    for handler in open.values { handler.close() }
  }
}
