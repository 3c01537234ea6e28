internal import HTTP2
internal import Logging
internal import NIOCore

/// What stands behind a client: it finds the addresses of its target, keeps connections to them through a load
/// balancer, and gives each call one.
///
/// Confined to its event loop, but for what is `Sendable` by itself.
final class ClientChannel: LoadBalancerObserver, @unchecked Sendable {
  let connectionContext: ConnectionContext
  let target: RPCTarget
  let connectivity = ConnectivityMonitor()
  let methods: ClientMethodTable
  let loop: any EventLoop
  let configuration: RPCClient.Configuration

  private var balancer: (any LoadBalancer)?
  private var balancing: LoadBalancing?
  private(set) var throttle: RetryThrottle?

  private var isResolving = false
  /// Resolving was asked for before its time; it happens when that has come.
  private var isResolutionScheduled = false
  private var lastResolution: NIODeadline?
  /// Connections to addresses that are none of ours any more, as long as calls last on them.
  private var released: [Subchannel] = []
  private var resolutionFailures = 0
  /// The name could not be resolved, and there are no earlier addresses.
  private var resolutionFailure: String?

  /// Calls that wait for a connection.
  private var waiting: [ClientCall] = []
  /// Calls that wait for their next attempt.
  private var parked: [ObjectIdentifier: (call: ClientCall, timer: Scheduled<Void>)] = [:]
  private var activeCalls = 0
  let channelzID = ChannelzID.next()
  let counts = ConnectionCounts()
  /// The client is gone; what is under way may finish.
  private var isRetired = false
  private var isClosed = false
  private var idleTimer: Scheduled<Void>?

  init(
    target: RPCTarget, configuration: RPCClient.Configuration, interceptors: [any ClientInterceptor],
    executor: LoopExecutor, logger: Logger
  ) {
    self.target = target
    self.configuration = configuration
    loop = executor.eventLoop
    let authority = configuration.authority ?? target.authority
    connectionContext = ConnectionContext(
      executor: executor, configuration: configuration, logger: logger,
      tls: configuration.tls.map { ClientTLSPolicy($0, authority: authority, logger: logger) })
    methods = ClientMethodTable(
      scheme: configuration.tls == nil ? "http" : "https", authority: authority,
      acceptedCompression: configuration.acceptedCompression,
      serviceConfig: configuration.serviceConfig ?? ServiceConfig(), interceptors: interceptors)
    throttle = configuration.serviceConfig?.retryThrottling.map(RetryThrottle.init)
  }

  var timers: LoopTimers { connectionContext.executor.timers }

  // MARK: Calls

  /// A call begins; `callEnded` follows.
  func callBegan() {
    activeCalls += 1
    counts.began(at: .now())
  }

  func callEnded() {
    activeCalls -= 1
    if isRetired, activeCalls == 0 { letGo() }
  }

  /// Starts an attempt of the call now, or once there is a connection.
  func submit(_ call: ClientCall) {
    guard !isClosed else { return call.abandon(RPCError(.cancelled, "the client is closed")) }
    while let balancer {
      switch balancer.pick() {
      case .use(let subchannel):
        // Without a connection the balancer knows by now that it has to choose again.
        guard let connection = subchannel.connection else { continue }
        return call.start(on: connection, of: subchannel)
      case .wait:
        return wait(call)
      case .fail(let reason):
        guard !call.waitsForReady else { return wait(call) }
        return call.couldNotStart(RPCError(.unavailable, "cannot connect to \(target): \(reason)"))
      }
    }
    if let resolutionFailure, !call.waitsForReady {
      return call.couldNotStart(RPCError(.unavailable, "cannot connect to \(target): \(resolutionFailure)"))
    }
    wait(call)
    connect()
  }

  private func wait(_ call: ClientCall) {
    call.isWaiting = true
    waiting.append(call)
  }

  /// Submits the call again after a while.
  func park(_ call: ClientCall, for delay: Duration) {
    // Closing has failed the attempt; nothing follows.
    guard !isClosed else { return call.abandon(RPCError(.cancelled, "the client was closed")) }
    let id = ObjectIdentifier(call)
    let timer = loop.scheduleTask(in: TimeAmount(delay)) {
      if let parked = self.parked.removeValue(forKey: id) { self.submit(parked.call) }
    }
    parked[id] = (call, timer)
  }

  /// The call waits for nothing any more.
  func forget(_ call: ClientCall) {
    if call.isWaiting {
      call.isWaiting = false
      waiting.removeAll { $0 === call }
    }
    parked.removeValue(forKey: ObjectIdentifier(call))?.timer.cancel()
  }

  private func submitWaiting() {
    let calls = waiting
    waiting = []
    for call in calls {
      call.isWaiting = false
      submit(call)
    }
  }

  /// Those that calls may be given now.
  var subchannels: [Subchannel] { balancer?.subchannels ?? [] }

  // MARK: Connectivity

  /// Leaves the idle state.
  func connect() {
    guard !isClosed else { return }
    guard let balancer else {
      if resolutionFailure == nil { connectivity.set(.connecting) }
      return resolve()
    }
    balancer.connect()
  }

  func balancerChanged(to state: ConnectivityState) {
    guard !isClosed else { return }
    connectivity.set(state)
    if state != .connecting { submitWaiting() }
  }

  func balancerReleased(_ subchannel: Subchannel) {
    released.removeAll { $0.connections.isEmpty }
    if !subchannel.connections.isEmpty { released.append(subchannel) }
  }

  private func armIdleTimer() {
    guard let idleTimeout = configuration.idleTimeout, idleTimer == nil else { return }
    let begun = counts.numbers.started
    idleTimer = loop.scheduleTask(in: TimeAmount(idleTimeout)) {
      self.idleTimer = nil
      guard self.balancer != nil, !self.isClosed else { return }
      if self.activeCalls == 0, begun == self.counts.numbers.started { self.becomeIdle() } else { self.armIdleTimer() }
    }
  }

  /// Nobody has made a call for long: the connections are let go.
  private func becomeIdle() {
    connectionContext.logger.debug("idle: closing the connections", metadata: ["target": "\(target)"])
    drop(closing: nil)
    // The next call shall not wait for the time at which busy clients ask again.
    lastResolution = nil
    connectivity.set(.idle)
  }

  private func drop(closing reason: String?) {
    let old = balancer
    balancer = nil
    balancing = nil
    old?.shutdown(closing: reason)
  }

  // MARK: Resolution

  func balancerNeedsResolution() {
    guard !(target.resolver is StaticResolver) else { return }
    resolve()
  }

  private func resolve() {
    guard !isResolving, !isClosed, !(isResolutionScheduled && lastResolution != nil) else { return }
    if let fixed = target.resolver as? StaticResolver { return resolved(.success(fixed.resolution)) }
    if let lastResolution {
      let earliest = lastResolution + TimeAmount(resolutionInterval)
      guard earliest <= .now() else {
        isResolutionScheduled = true
        loop.scheduleTask(deadline: earliest) {
          self.isResolutionScheduled = false
          // While idle, nobody needs the addresses.
          if self.balancer != nil || !self.waiting.isEmpty || self.resolutionFailure != nil { self.resolve() }
        }
        return
      }
    }
    isResolving = true
    lastResolution = .now()
    let resolver = target.resolver
    Task {
      let result: Result<NameResolution, any Error>
      do { result = .success(try await resolver.resolve()) } catch { result = .failure(error) }
      loop.execute {
        self.isResolving = false
        self.resolved(result)
      }
    }
  }

  private var resolutionInterval: Duration {
    guard resolutionFailures > 0, balancer == nil else { return configuration.minimumResolutionInterval }
    var generator = SystemRandomNumberGenerator()
    return configuration.backoff.delay(afterFailures: resolutionFailures, using: &generator)
  }

  private func resolved(_ result: Result<NameResolution, any Error>) {
    guard !isClosed, !(isRetired && activeCalls == 0) else { return }
    var addresses: [RPCAddress] = []
    switch result {
    case .failure(let error): return resolutionFailed("\(error)")
    case .success(let resolution):
      for address in resolution.addresses where !addresses.contains(address) { addresses.append(address) }
      guard !addresses.isEmpty else { return resolutionFailed("the name has no address") }
      adopt(resolution.serviceConfig)
      // A call whose new deadline has passed already may have been the last of a client that is gone.
      guard !isClosed else { return }
    }
    resolutionFailures = 0
    resolutionFailure = nil
    let wanted = methods.serviceConfig.loadBalancing ?? configuration.loadBalancing
    if wanted != balancing { drop(closing: nil) }
    let current = balancer ?? makeBalancer(wanted)
    let isNew = balancer == nil
    balancer = current
    balancing = wanted
    armIdleTimer()
    current.update(addresses)
    if isNew { current.connect() }
    submitWaiting()
  }

  private func resolutionFailed(_ reason: String) {
    connectionContext.logger.debug("cannot resolve", metadata: ["target": "\(target)", "error": "\(reason)"])
    resolutionFailures += 1
    // Old addresses are better than none.
    guard balancer == nil else { return }
    resolutionFailure = reason
    connectivity.set(.transientFailure)
    submitWaiting()
    resolve()
  }

  private func makeBalancer(_ kind: LoadBalancing) -> any LoadBalancer {
    switch kind {
    case .pickFirst: PickFirst(channel: self, shuffles: false)
    case .pickFirstShuffled: PickFirst(channel: self, shuffles: true)
    case .roundRobin: RoundRobin(channel: self)
    }
  }

  /// What the service asks of its clients holds from now on, for calls that have not begun.
  private func adopt(_ config: ServiceConfig?) {
    let config = config ?? configuration.serviceConfig ?? ServiceConfig()
    guard config != methods.serviceConfig else { return }
    if config.retryThrottling != throttle?.policy { throttle = config.retryThrottling.map(RetryThrottle.init) }
    methods.use(config)
    for call in waiting { call.use(methods.find(call.method.descriptor).config) }
  }

  // MARK: Ending

  /// Nobody makes calls any more: the connections close once those under way have ended.
  func retire() {
    isRetired = true
    if activeCalls == 0 { letGo() }
  }

  private func letGo() { end(closing: nil) }

  /// Ends everything: calls that are open or waiting fail.
  func close() { end(closing: "the client was closed") }

  private func end(closing reason: String?) {
    guard !isClosed else { return }
    isClosed = true
    idleTimer?.cancel()
    let abandoned = waiting + parked.values.map(\.call)
    waiting = []
    for call in abandoned {
      call.isWaiting = false
      call.abandon(RPCError(.cancelled, "the client was closed"))
    }
    for entry in parked.values { entry.timer.cancel() }
    parked = [:]
    drop(closing: reason)
    if let reason { for subchannel in released { subchannel.close(reason) } }
    released = []
    connectivity.set(.shutdown)
  }
}
