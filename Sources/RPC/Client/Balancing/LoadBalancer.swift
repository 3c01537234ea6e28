/// Chooses a connection for each call, among those to the addresses a name stands for.
///
/// Confined to the client's event loop.
protocol LoadBalancer: SubchannelObserver {
  var subchannels: [Subchannel] { get }
  /// The addresses have changed; never empty, none twice.
  func update(_ addresses: [RPCAddress])
  /// Where the next call goes.
  func pick() -> Pick
  /// Begins to connect if nothing is connected yet.
  func connect()
  /// Lets every connection go: at once and with their calls, or when the calls have ended.
  func shutdown(closing reason: String?)
}

enum Pick {
  case use(Subchannel)
  /// A connection is being made.
  case wait
  /// No address can be reached for now, and why.
  case fail(String)
}

/// What a load balancer tells of.
protocol LoadBalancerObserver: AnyObject {
  var connectionContext: ConnectionContext { get }
  func balancerChanged(to state: ConnectivityState)
  /// A connection was lost, or cannot be made: the addresses may have changed.
  func balancerNeedsResolution()
  /// The address is none of ours any more; its connection lasts as long as its calls.
  func balancerReleased(_ subchannel: Subchannel)
}

extension Sequence<Subchannel> {
  /// Why nothing can be reached; often all addresses fail for the same reason.
  var failureReasons: String {
    var reasons: [String] = []
    for subchannel in self {
      if let reason = subchannel.lastFailure, !reasons.contains(reason) { reasons.append(reason) }
    }
    return reasons.joined(separator: "; ")
  }
}
