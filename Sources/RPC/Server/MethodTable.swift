#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// One method as the server runs it: its handler within all interceptors.
final class ServerMethod: Sendable {
  let descriptor: MethodDescriptor
  let path: [UInt8]
  let runsOnEventLoop: Bool
  /// A request that does not stream is handled once all of it is there.
  let startsWhenComplete: Bool
  let handler: ServerHandler
  let observer: (any ServerCallObserver)?

  init(
    _ descriptor: MethodDescriptor, runsOnEventLoop: Bool, observer: (any ServerCallObserver)? = nil,
    handler: @escaping ServerHandler
  ) {
    self.descriptor = descriptor
    path = Array(descriptor.path.utf8)
    self.runsOnEventLoop = runsOnEventLoop
    startsWhenComplete = descriptor.kind == .unary || descriptor.kind == .serverStreaming
    self.handler = handler
    self.observer = observer
  }

  /// Of a call that has not begun.
  static let none = ServerMethod(
    MethodDescriptor(service: "", method: "", kind: .unary), runsOnEventLoop: true, handler: { _ in })

  func hasPath(_ other: UnsafeRawBufferPointer) -> Bool {
    guard path.count == other.count, let start = other.baseAddress else { return false }
    return path.withUnsafeBytes { memcmp($0.baseAddress.unsafelyUnwrapped, start, other.count) == 0 }
  }
}

/// Finds methods by the bytes of `:path`, without making a `String` of them for each call.
struct MethodTable: Sendable {
  private var buckets: [[ServerMethod]]
  private(set) var services: [String]

  /// - Precondition: no two services have the same name.
  init(services: [ServiceDefinition], interceptors: [any ServerInterceptor]) {
    self.services = services.map(\.name)
    precondition(Set(self.services).count == services.count, "a service is registered twice")
    let count = services.reduce(0) { $0 + $1.methods.count }
    buckets = Array(repeating: [], count: max(16, count * 4))
    for service in services {
      for method in service.methods {
        let descriptor = MethodDescriptor(service: service.name, method: method.name, kind: method.kind)
        // A loop: `reduce` is generic, and would put two re-abstracting closures around each handler.
        var handler = method.handler
        for interceptor in interceptors.reversed() { handler = interceptor.wrap(descriptor, handler) }
        let observer = ServerCallObservers.joined(interceptors.compactMap { $0.observer(of: descriptor) })
        let method = ServerMethod(
          descriptor, runsOnEventLoop: method.runsOnEventLoop, observer: observer, handler: handler)
        buckets[method.path.withUnsafeBytes(bucket)].append(method)
      }
    }
  }

  func find(_ path: UnsafeRawBufferPointer) -> ServerMethod? {
    buckets[bucket(path)].first { $0.hasPath(path) }
  }

  /// FNV-1a. The table is built by us alone, so nobody can fill a bucket from outside.
  private func bucket(_ path: UnsafeRawBufferPointer) -> Int {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in path { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return Int(truncatingIfNeeded: hash % UInt64(buckets.count))
  }
}
