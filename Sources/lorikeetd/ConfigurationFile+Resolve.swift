import Foundation
import Logging
import RPC
import Service

extension ConfigurationFile {
  /// `$XDG_DATA_HOME/lorikeet`, or `~/.local/share/lorikeet`.
  static func standardDataDirectory(_ environment: [String: String]) -> String {
    if let data = environment["XDG_DATA_HOME"], data.hasPrefix("/") { return "\(data)/lorikeet" }
    return "\(environment["HOME"] ?? NSHomeDirectory())/.local/share/lorikeet"
  }

  /// The configuration with every default filled in.
  func resolved(environment: [String: String]) throws(ConfigurationError) -> ServerConfiguration {
    let directory = dataDirectory ?? Self.standardDataDirectory(environment)
    guard !directory.isEmpty else { throw ConfigurationError("data_directory: must be a path") }
    var result = ServerConfiguration(dataDirectory: Self.absolute(directory))
    if let listen { result.listen = try Self.addresses(listen, "listen") }
    if let tlsListen { result.tlsListen = try Self.addresses(tlsListen, "tls_listen") }
    if let backendListen { result.backendListen = try Self.addresses(backendListen, "backend_listen") }
    guard !result.listen.isEmpty || !result.tlsListen.isEmpty else {
      throw ConfigurationError("listen: must name at least one address, or tls_listen must")
    }
    result.tls = try resolvedTLS()
    result.backendSocket = backendSocket.map(Self.absolute)
    if let socket = result.backendSocket, socket.utf8.count >= 108 {
      throw ConfigurationError("backend_socket: “\(socket)” is over 107 bytes; choose a shorter path")
    }
    result.modelsDirectory = modelsDirectory.map(Self.absolute)
    result.defaultCheckpoint = defaultCheckpoint ?? result.defaultCheckpoint
    result.backendExecutable = backendExecutable.map(Self.absolute)
    if let backends { result.backends = try Self.resolve(backends) }
    try Self.set(&result.limits.maxUploadBytes, maxUploadBytes, "max_upload_bytes")
    try Self.set(&result.limits.maxImageBytes, maxImageBytes, "max_image_bytes")
    try Self.set(&result.limits.maxImagePixels, maxImagePixels, "max_image_pixels")
    try Self.set(&result.limits.maxAttempts, maxAttempts, "max_attempts")
    try Self.set(&result.maxMessageBytes, maxMessageBytes, "max_message_bytes")
    if let seconds = shutdownGraceSeconds {
      guard (0...3_600).contains(seconds) else { throw ConfigurationError("shutdown_grace_seconds: must be 0 to 3600") }
      result.shutdownGrace = .seconds(seconds)
    }
    if let logLevel {
      guard let level = Logger.Level(rawValue: logLevel.lowercased()) else {
        let known = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
        throw ConfigurationError("log_level: “\(logLevel)” is none of \(known)")
      }
      result.logLevel = level
    }
    if let logFormat {
      guard let format = LineLogHandler.Format(rawValue: logFormat.lowercased()) else {
        throw ConfigurationError("log_format: “\(logFormat)” is neither json nor text")
      }
      result.logFormat = format
    }
    return result
  }

  private static func addresses(_ texts: [String], _ key: String) throws(ConfigurationError) -> [RPCAddress] {
    var result: [RPCAddress] = []
    for text in texts {
      guard let address = RPCAddress(text.trimmingCharacters(in: .whitespaces)) else {
        throw ConfigurationError("\(key): “\(text)” is neither host:port nor unix:/path")
      }
      result.append(address)
    }
    return result
  }

  private func resolvedTLS() throws(ConfigurationError) -> ServerConfiguration.TLS? {
    let listens = !(tlsListen ?? []).isEmpty || !(backendListen ?? []).isEmpty
    guard let tlsCertificate, let tlsKey else {
      guard !listens, tlsCertificate == nil, tlsKey == nil, tlsClientAuthority == nil, tlsBackendAuthority == nil else {
        throw ConfigurationError("tls_certificate, tls_key: TLS needs both")
      }
      return nil
    }
    // A backend gets everybody's images and models.
    guard (backendListen ?? []).isEmpty || tlsBackendAuthority != nil else {
      throw ConfigurationError("backend_listen: needs tls_backend_authority, which says whose backends may attach")
    }
    return ServerConfiguration.TLS(
      certificate: Self.absolute(tlsCertificate), key: Self.absolute(tlsKey),
      clientAuthority: tlsClientAuthority.map(Self.absolute), backendAuthority: tlsBackendAuthority.map(Self.absolute))
  }

  private static func resolve(_ backends: [Backend]) throws(ConfigurationError) -> [ServerConfiguration.Backend] {
    var result: [ServerConfiguration.Backend] = []
    var ids: Set<String> = []
    for backend in backends {
      guard let role = ServerConfiguration.Backend.Role(rawValue: backend.role) else {
        throw ConfigurationError("backends: “\(backend.role)” is neither training nor sampling")
      }
      // The id names a file that remembers the process.
      guard !backend.id.isEmpty, backend.id.utf8.count <= 64,
        backend.id.utf8.allSatisfy({ $0 != UInt8(ascii: "/") && $0 >= 0x21 && $0 < 0x7F }), !backend.id.hasPrefix(".")
      else { throw ConfigurationError("backends: “\(backend.id)” is no id; use up to 64 letters, digits, “-” and “_”") }
      guard ids.insert(backend.id).inserted else {
        throw ConfigurationError("backends: id “\(backend.id)” is there twice")
      }
      result.append(
        .init(
          id: backend.id, role: role, device: backend.device ?? "cpu", executable: backend.executable.map(absolute),
          arguments: backend.arguments ?? [], environment: backend.environment ?? [:]))
    }
    return result
  }

  private static func set<Number: FixedWidthInteger>(
    _ target: inout Number, _ value: Number?, _ key: String
  ) throws(ConfigurationError) {
    guard let value else { return }
    guard value > 0 else { throw ConfigurationError("\(key): must be above 0") }
    target = value
  }

  private static func absolute(_ path: String) -> String {
    let expanded = (path as NSString).expandingTildeInPath
    if expanded.hasPrefix("/") { return expanded }
    return "\(FileManager.default.currentDirectoryPath)/\(expanded)"
  }

  /// The effective configuration, to be printed and used as a file.
  init(_ configuration: ServerConfiguration) {
    dataDirectory = configuration.dataDirectory
    listen = configuration.listen.map(\.description)
    if !configuration.tlsListen.isEmpty { tlsListen = configuration.tlsListen.map(\.description) }
    if !configuration.backendListen.isEmpty { backendListen = configuration.backendListen.map(\.description) }
    tlsCertificate = configuration.tls?.certificate
    tlsKey = configuration.tls?.key
    tlsClientAuthority = configuration.tls?.clientAuthority
    tlsBackendAuthority = configuration.tls?.backendAuthority
    backendSocket = configuration.effectiveBackendSocket
    modelsDirectory = configuration.effectiveModelsDirectory
    defaultCheckpoint = configuration.defaultCheckpoint
    backends = configuration.backends.map { backend in
      Backend(
        id: backend.id, role: backend.role.rawValue, device: backend.device,
        executable: configuration.executable(of: backend), arguments: backend.arguments,
        environment: backend.environment)
    }
    maxUploadBytes = configuration.limits.maxUploadBytes
    maxImageBytes = configuration.limits.maxImageBytes
    maxImagePixels = configuration.limits.maxImagePixels
    maxAttempts = configuration.limits.maxAttempts
    maxMessageBytes = configuration.maxMessageBytes
    shutdownGraceSeconds = configuration.shutdownGrace / .seconds(1)
    logLevel = configuration.logLevel.rawValue
    logFormat = configuration.logFormat.rawValue
  }
}
