/// Where a server listens, as written in `--server` and `LORIKEET_SERVER`.
enum ServerAddress: Equatable, CustomStringConvertible {
  case tcp(host: String, port: Int)
  case unix(path: String)

  static let defaultPort = 50051
  static let standard = ServerAddress.tcp(host: "127.0.0.1", port: defaultPort)

  /// Reads `host`, `host:port`, `[::1]:port`, `unix:path` or `unix:///path`.
  init(_ text: String) throws(CommandError) {
    func refuse(_ reason: String) -> CommandError {
      .usage(
        "The server address '\(text.printable)' \(reason): "
          + "write host:port, such as 127.0.0.1:50051, or unix:/path/to/socket.")
    }
    if text.hasPrefix("unix:") {
      let rest = text.dropFirst(5)
      let path = String(rest.hasPrefix("//") ? rest.dropFirst(2) : rest)
      guard !path.isEmpty else { throw refuse("has no path") }
      // sockaddr_un holds 108 bytes with the NUL.
      guard path.utf8.count < 108 else { throw refuse("is longer than a Unix socket's path may be") }
      self = .unix(path: path)
      return
    }
    guard !text.contains("/") else { throw refuse("is not one that Lorikeet understands") }
    let host: Substring
    var port: Substring?
    if text.hasPrefix("[") {
      guard let close = text.firstIndex(of: "]") else { throw refuse("lacks a closing bracket") }
      host = text[text.index(after: text.startIndex)..<close]
      let rest = text[text.index(after: close)...]
      guard rest.isEmpty || rest.hasPrefix(":") else { throw refuse("goes on after the bracket") }
      port = rest.isEmpty ? nil : rest.dropFirst()
    } else {
      let parts = text.split(separator: ":", omittingEmptySubsequences: false)
      switch parts.count {
      case 1: (host, port) = (parts[0], nil)
      case 2: (host, port) = (parts[0], parts[1])
      default: (host, port) = (text[...], nil)  // an IPv6 address without brackets
      }
    }
    guard !host.isEmpty else { throw refuse("names no host") }
    guard let port else {
      self = .tcp(host: String(host), port: Self.defaultPort)
      return
    }
    guard let number = Int(port), (1...65535).contains(number) else {
      throw refuse("has no port between 1 and 65535")
    }
    self = .tcp(host: String(host), port: number)
  }

  var description: String {
    switch self {
    case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    case .unix(let path): "unix:\(path)"
    }
  }
}
