internal import HTTP2

/// One method as the server runs it: its handler within all interceptors.
struct ServerMethod: Sendable {
  let descriptor: MethodDescriptor
  let runsOnEventLoop: Bool
  let handler: ServerHandler
}

/// Finds methods by the bytes of `:path`, without making a `String` of them for each call.
struct MethodTable: Sendable {
  private var buckets: [[(path: [UInt8], method: ServerMethod)]]
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
        let handler = interceptors.reversed().reduce(method.handler) { $1.wrap(descriptor, $0) }
        let path = Array(descriptor.path.utf8)
        buckets[bucket(path)].append(
          (path, ServerMethod(descriptor: descriptor, runsOnEventLoop: method.runsOnEventLoop, handler: handler)))
      }
    }
  }

  func find(_ path: UnsafeRawBufferPointer) -> ServerMethod? {
    buckets[bucket(path)].first { $0.path.elementsEqual(path) }?.method
  }

  /// FNV-1a. The table is built by us alone, so nobody can fill a bucket from outside.
  private func bucket(_ path: some Collection<UInt8>) -> Int {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in path { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return Int(truncatingIfNeeded: hash % UInt64(buckets.count))
  }
}
