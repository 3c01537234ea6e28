internal import NIOCore

/// One connection, to the first address that answers; the next one is tried when an address fails, or keeps us waiting
/// (as in RFC 8305 §5). Confined to the client's event loop.
final class PickFirst: LoadBalancer, @unchecked Sendable {
  private unowned let channel: any LoadBalancerObserver
  private let loop: any EventLoop
  private let shuffles: Bool
  private(set) var subchannels: [Subchannel] = []
  private var selected: Subchannel?
  private var state = State.idle
  /// In a pass, the next address to try.
  private var next = 0
  private var nextTimer: Scheduled<Void>?

  private enum State {
    case idle
    /// Going through the addresses for the first time.
    case connecting
    case ready
    /// All have failed; each is tried again when its time has come, and calls fail until one succeeds.
    case failing
  }

  /// How long an address may take before the next one is tried beside it.
  private static let patience = TimeAmount.milliseconds(250)

  init(channel: any LoadBalancerObserver, shuffles: Bool) {
    self.channel = channel
    self.shuffles = shuffles
    loop = channel.connectionContext.executor.eventLoop
  }

  func update(_ addresses: [RPCAddress]) {
    let kept = subchannels
    subchannels = (shuffles ? addresses.shuffled() : addresses).map { address in
      kept.first { $0.address == address }
        ?? Subchannel(address: address, context: channel.connectionContext, observer: self)
    }
    for subchannel in kept where !subchannels.contains(where: { $0 === subchannel }) {
      let wasSelected = subchannel === selected
      subchannel.shutdown()
      channel.balancerReleased(subchannel)
      if wasSelected {
        selected = nil
        report(.idle, .idle)
      }
    }
    // New addresses are worth a new pass; a connection that works stays.
    if case .connecting = state { startPass() }
    if case .failing = state { startPass() }
  }

  func pick() -> Pick {
    if let selected { return .use(selected) }
    switch state {
    case .idle:
      startPass()
      return .wait
    case .connecting, .ready: return .wait
    case .failing: return .fail(subchannels.failureReasons)
    }
  }

  func connect() {
    if case .idle = state { startPass() }
  }

  func shutdown(closing reason: String?) {
    nextTimer?.cancel()
    selected = nil
    for subchannel in subchannels {
      if let reason { subchannel.close(reason) } else { subchannel.shutdown() }
      channel.balancerReleased(subchannel)
    }
  }

  private func startPass() {
    report(.connecting, .connecting)
    next = 0
    tryNext()
  }

  private func tryNext() {
    nextTimer?.cancel()
    guard case .connecting = state else { return }
    while next < subchannels.count {
      let subchannel = subchannels[next]
      next += 1
      subchannel.connect()
      guard subchannel.connectivity != .transientFailure else { continue }
      if next < subchannels.count {
        nextTimer = loop.scheduleTask(in: Self.patience) { self.tryNext() }
      }
      return
    }
    passEndedIfAllFailed()
  }

  private func passEndedIfAllFailed() {
    guard next >= subchannels.count, subchannels.allSatisfy({ $0.lastFailure != nil }) else { return }
    report(.failing, .transientFailure)
    channel.balancerNeedsResolution()
  }

  func subchannelChanged(_ subchannel: Subchannel) {
    guard subchannels.contains(where: { $0 === subchannel }) else { return }
    switch subchannel.connectivity {
    case .ready:
      nextTimer?.cancel()
      selected = subchannel
      for other in subchannels where other !== subchannel { other.rest() }
      report(.ready, .ready)
    case .transientFailure:
      switch state {
      case .connecting: tryNext()
      case .failing: channel.balancerNeedsResolution()
      case .idle, .ready: break
      }
    case .idle where subchannel === selected:
      selected = nil
      report(.idle, .idle)
      channel.balancerNeedsResolution()
    case .idle:
      // Its backoff is over. Those the pass has not come to yet are tried in their turn.
      switch state {
      case .failing: subchannel.connect()
      case .connecting where subchannels[..<next].contains { $0 === subchannel }: subchannel.connect()
      case .idle, .connecting, .ready: break
      }
    case .connecting, .shutdown: break
    }
  }

  private func report(_ new: State, _ connectivity: ConnectivityState) {
    state = new
    channel.balancerChanged(to: connectivity)
  }
}
