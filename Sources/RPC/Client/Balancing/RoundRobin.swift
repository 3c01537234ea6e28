/// A connection to every address; calls go to those that are ready, in turn.
final class RoundRobin: LoadBalancer {
  private unowned let channel: any LoadBalancerObserver
  private(set) var subchannels: [Subchannel] = []
  private var ready: [Subchannel] = []
  private var turn = 0
  private var isUpdating = false

  init(channel: any LoadBalancerObserver) { self.channel = channel }

  func update(_ addresses: [RPCAddress]) {
    let kept = subchannels
    subchannels = addresses.map { address in
      kept.first { $0.address == address }
        ?? Subchannel(address: address, context: channel.connectionContext, observer: self)
    }
    for subchannel in kept where !subchannels.contains(where: { $0 === subchannel }) {
      subchannel.shutdown()
      channel.balancerReleased(subchannel)
    }
    // Not all clients of a service shall begin with the same server.
    if kept.isEmpty { turn = Int.random(in: 0..<max(subchannels.count, 1)) }
    isUpdating = true
    for subchannel in subchannels { subchannel.connect() }
    isUpdating = false
    report()
  }

  func pick() -> Pick {
    guard !ready.isEmpty else {
      return isFailing ? .fail(subchannels.failureReasons) : .wait
    }
    turn = turn + 1 < ready.count ? turn + 1 : 0
    return .use(ready[turn])
  }

  /// All are being connected as long as this exists.
  func connect() {}

  func shutdown(closing reason: String?) {
    ready = []
    for subchannel in subchannels {
      if let reason { subchannel.close(reason) } else { subchannel.shutdown() }
      channel.balancerReleased(subchannel)
    }
  }

  func subchannelChanged(_ subchannel: Subchannel) {
    guard subchannels.contains(where: { $0 === subchannel }) else { return }
    let wasReady = ready.contains { $0 === subchannel }
    switch subchannel.connectivity {
    case .idle: subchannel.connect()
    case .transientFailure: channel.balancerNeedsResolution()
    case .connecting where wasReady: channel.balancerNeedsResolution()
    case .connecting, .ready, .shutdown: break
    }
    if !isUpdating { report() }
  }

  private var isFailing: Bool { subchannels.allSatisfy { $0.lastFailure != nil } }

  private func report() {
    ready = subchannels.filter { $0.connectivity == .ready }
    if !ready.isEmpty {
      channel.balancerChanged(to: .ready)
    } else if isFailing {
      channel.balancerChanged(to: .transientFailure)
    } else {
      channel.balancerChanged(to: .connecting)
    }
  }
}
