internal import NIOPosix

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Asks the system for the addresses of a host, on a thread that may block.
struct DNSResolver: NameResolver {
  let host: String
  let port: Int

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  func resolve() async throws -> NameResolution {
    let hosts = try await NIOThreadPool.singleton.runIfActive { try Self.lookUp(host) }
    return NameResolution(addresses: hosts.map { .tcp(host: $0, port: port) })
  }

  /// IP addresses as text, IPv6 and IPv4 in turn, as RFC 8305 §4 orders them, so that one broken family costs little.
  private static func lookUp(_ host: String) throws(Failure) -> [String] {
    var hints = addrinfo()
    hints.ai_family = AF_UNSPEC
    #if canImport(Glibc)
      hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    #else
      hints.ai_socktype = SOCK_STREAM
    #endif
    var list: UnsafeMutablePointer<addrinfo>?
    let status = getaddrinfo(host, nil, &hints, &list)
    guard status == 0 else {
      let isUnknown = status == EAI_NONAME
      throw Failure(description: isUnknown ? "the host's name is not known" : String(cString: gai_strerror(status)))
    }
    defer { freeaddrinfo(list) }
    var first: [String] = []
    var other: [String] = []
    var firstFamily: Int32?
    var next = list
    while let entry = next {
      next = entry.pointee.ai_next
      var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
      guard
        getnameinfo(
          entry.pointee.ai_addr, entry.pointee.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0
      else { continue }
      let address = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      let family = entry.pointee.ai_family
      if firstFamily ?? family == family { first.append(address) } else { other.append(address) }
      firstFamily = firstFamily ?? family
    }
    guard !first.isEmpty else { throw Failure(description: "the host's name has no address") }
    var ordered: [String] = []
    for index in 0..<max(first.count, other.count) {
      if index < first.count { ordered.append(first[index]) }
      if index < other.count { ordered.append(other[index]) }
    }
    return ordered
  }
}
