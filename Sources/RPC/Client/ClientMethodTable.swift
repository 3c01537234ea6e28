internal import HTTP2
internal import Synchronization

/// One method as a client calls it: everything about its calls that is the same for all of them.
final class ClientMethod: Sendable {
  let descriptor: MethodDescriptor
  let config: ServiceConfig.Method
  /// The request's fields that never change.
  let head: PreparedHeaders
  /// The interceptors around a call; nil when there are none.
  let handler: ClientHandler?
  /// Told of beginnings and ends.
  let observer: (any ClientCallObserver)?

  init(
    _ descriptor: MethodDescriptor, config: ServiceConfig.Method, head: PreparedHeaders, handler: ClientHandler?,
    observer: (any ClientCallObserver)?
  ) {
    self.descriptor = descriptor
    self.config = config
    self.head = head
    self.handler = handler
    self.observer = observer
  }
}

/// The methods a client has called, each prepared at its first call.
final class ClientMethodTable: Sendable {
  let isSecure: Bool
  private let scheme: String
  let authority: String
  private let acceptEncoding: String
  private let interceptors: [any ClientInterceptor]

  private struct State {
    var serviceConfig: ServiceConfig
    var methods: [String: ClientMethod] = [:]
  }
  private let state: Mutex<State>

  init(
    scheme: String, authority: String, acceptedCompression: Set<CompressionAlgorithm>, serviceConfig: ServiceConfig,
    interceptors: [any ClientInterceptor]
  ) {
    isSecure = scheme == "https"
    self.scheme = scheme
    self.authority = authority
    acceptEncoding = CompressionSet(acceptedCompression).header
    self.interceptors = interceptors
    state = Mutex(State(serviceConfig: serviceConfig))
  }

  var serviceConfig: ServiceConfig { state.withLock { $0.serviceConfig } }

  func use(_ config: ServiceConfig) {
    state.withLock { $0 = State(serviceConfig: config) }
  }

  func find(_ descriptor: MethodDescriptor) -> ClientMethod {
    if let known = state.withLock({ $0.methods[descriptor.path] }) { return known }
    // Interceptors are foreign code, which no lock may be held around.
    var handler: ClientHandler?
    for interceptor in interceptors.reversed() {
      handler = interceptor.wrap(descriptor, handler ?? ClientContext.callHandler) ?? handler
    }
    let observer = ClientCallObservers.joined(interceptors.compactMap { $0.observer(of: descriptor) })
    return state.withLock { state in
      if let known = state.methods[descriptor.path] { return known }
      let method = ClientMethod(
        descriptor, config: state.serviceConfig.method(descriptor),
        head: WireHeaders.requestHead(
          method: descriptor, scheme: scheme, authority: authority, acceptEncoding: acceptEncoding),
        handler: handler, observer: observer)
      state.methods[descriptor.path] = method
      return method
    }
  }
}
