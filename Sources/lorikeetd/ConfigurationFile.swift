import Foundation
import Logging
import RPC
import Service
import Yams

/// The configuration as it is written in YAML, in the environment, and printed by `lorikeetd config`.
///
/// Every field may be left out. A key that is not known is an error: a misspelt limit must not go unnoticed.
struct ConfigurationFile: Codable, Equatable {
  struct Backend: Codable, Equatable {
    var id: String
    var role: String
    var device: String?
    var executable: String?
    var arguments: [String]?
    var environment: [String: String]?

    enum CodingKeys: String, CodingKey, CaseIterable {
      case id, role, device, executable, arguments, environment
    }
  }

  var dataDirectory: String?
  var listen: [String]?
  var tlsListen: [String]?
  var tlsCertificate: String?
  var tlsKey: String?
  var tlsClientAuthority: String?
  var backendListen: [String]?
  var tlsBackendAuthority: String?
  var backendSocket: String?
  var modelsDirectory: String?
  var defaultCheckpoint: String?
  var backendExecutable: String?
  var backends: [Backend]?
  var maxUploadBytes: Int64?
  var maxImageBytes: Int64?
  var maxImagePixels: Int64?
  var maxAttempts: Int?
  var maxMessageBytes: Int?
  var shutdownGraceSeconds: Double?
  var logLevel: String?
  var logFormat: String?

  enum CodingKeys: String, CodingKey, CaseIterable {
    case dataDirectory = "data_directory"
    case listen
    case tlsListen = "tls_listen"
    case tlsCertificate = "tls_certificate"
    case tlsKey = "tls_key"
    case tlsClientAuthority = "tls_client_authority"
    case backendListen = "backend_listen"
    case tlsBackendAuthority = "tls_backend_authority"
    case backendSocket = "backend_socket"
    case modelsDirectory = "models_directory"
    case defaultCheckpoint = "default_checkpoint"
    case backendExecutable = "backend_executable"
    case backends
    case maxUploadBytes = "max_upload_bytes"
    case maxImageBytes = "max_image_bytes"
    case maxImagePixels = "max_image_pixels"
    case maxAttempts = "max_attempts"
    case maxMessageBytes = "max_message_bytes"
    case shutdownGraceSeconds = "shutdown_grace_seconds"
    case logLevel = "log_level"
    case logFormat = "log_format"
  }

  /// Reads a YAML file.
  static func load(_ path: String) throws(ConfigurationError) -> ConfigurationFile {
    let text: String
    do {
      text = try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      throw ConfigurationError("the configuration file \(path) cannot be read; check the path and its permissions")
    }
    return try parse(text, from: path)
  }

  static func parse(_ text: String, from path: String) throws(ConfigurationError) -> ConfigurationFile {
    do {
      if let tree = try Yams.load(yaml: text) {
        guard let keys = tree as? [String: Any] else { throw ConfigurationError("\(path): must hold keys with values") }
        try refuseUnknown(keys, known: CodingKeys.allCases.map(\.rawValue), at: path)
        for backend in keys["backends"] as? [[String: Any]] ?? [] {
          try refuseUnknown(backend, known: Backend.CodingKeys.allCases.map(\.rawValue), at: "\(path): backends")
        }
      } else {
        return ConfigurationFile()
      }
      return try YAMLDecoder().decode(ConfigurationFile.self, from: text)
    } catch let error as ConfigurationError {
      throw error
    } catch {
      throw ConfigurationError("\(path): \(error)")
    }
  }

  private static func refuseUnknown(
    _ keys: [String: Any], known: [String], at place: String
  ) throws(ConfigurationError) {
    if let stranger = keys.keys.filter({ !known.contains($0) }).min() {
      let list = known.sorted().joined(separator: ", ")
      throw ConfigurationError("\(place): unknown key “\(stranger)”; known are \(list)")
    }
  }

  /// Reads `LORIKEET_…` variables; lists are separated by commas, backends are for the file alone.
  static func fromEnvironment(_ environment: [String: String]) throws(ConfigurationError) -> ConfigurationFile {
    func number<Number: LosslessStringConvertible>(_ name: String) throws(ConfigurationError) -> Number? {
      guard let text = environment[name] else { return nil }
      guard let value = Number(text) else { throw ConfigurationError("\(name)=\(text): must be a number") }
      return value
    }
    var file = ConfigurationFile()
    file.dataDirectory = environment["LORIKEET_DATA_DIR"]
    file.listen = environment["LORIKEET_LISTEN"]?.split(separator: ",").map(String.init)
    file.tlsListen = environment["LORIKEET_TLS_LISTEN"]?.split(separator: ",").map(String.init)
    file.tlsCertificate = environment["LORIKEET_TLS_CERTIFICATE"]
    file.tlsKey = environment["LORIKEET_TLS_KEY"]
    file.tlsClientAuthority = environment["LORIKEET_TLS_CLIENT_AUTHORITY"]
    file.backendListen = environment["LORIKEET_BACKEND_LISTEN"]?.split(separator: ",").map(String.init)
    file.tlsBackendAuthority = environment["LORIKEET_TLS_BACKEND_AUTHORITY"]
    file.backendSocket = environment["LORIKEET_BACKEND_SOCKET"]
    file.modelsDirectory = environment["LORIKEET_MODELS_DIRECTORY"]
    file.defaultCheckpoint = environment["LORIKEET_DEFAULT_CHECKPOINT"]
    file.backendExecutable = environment["LORIKEET_BACKEND_EXECUTABLE"]
    file.maxUploadBytes = try number("LORIKEET_MAX_UPLOAD_BYTES")
    file.maxImageBytes = try number("LORIKEET_MAX_IMAGE_BYTES")
    file.maxImagePixels = try number("LORIKEET_MAX_IMAGE_PIXELS")
    file.maxAttempts = try number("LORIKEET_MAX_ATTEMPTS")
    file.maxMessageBytes = try number("LORIKEET_MAX_MESSAGE_BYTES")
    file.shutdownGraceSeconds = try number("LORIKEET_SHUTDOWN_GRACE_SECONDS")
    file.logLevel = environment["LORIKEET_LOG_LEVEL"]
    file.logFormat = environment["LORIKEET_LOG_FORMAT"]
    return file
  }

  /// This layer over a lower one: what is set here counts.
  func over(_ lower: ConfigurationFile) -> ConfigurationFile {
    ConfigurationFile(
      dataDirectory: dataDirectory ?? lower.dataDirectory, listen: listen ?? lower.listen,
      tlsListen: tlsListen ?? lower.tlsListen, tlsCertificate: tlsCertificate ?? lower.tlsCertificate,
      tlsKey: tlsKey ?? lower.tlsKey, tlsClientAuthority: tlsClientAuthority ?? lower.tlsClientAuthority,
      backendListen: backendListen ?? lower.backendListen,
      tlsBackendAuthority: tlsBackendAuthority ?? lower.tlsBackendAuthority,
      backendSocket: backendSocket ?? lower.backendSocket,
      modelsDirectory: modelsDirectory ?? lower.modelsDirectory,
      defaultCheckpoint: defaultCheckpoint ?? lower.defaultCheckpoint,
      backendExecutable: backendExecutable ?? lower.backendExecutable, backends: backends ?? lower.backends,
      maxUploadBytes: maxUploadBytes ?? lower.maxUploadBytes,
      maxImageBytes: maxImageBytes ?? lower.maxImageBytes,
      maxImagePixels: maxImagePixels ?? lower.maxImagePixels, maxAttempts: maxAttempts ?? lower.maxAttempts,
      maxMessageBytes: maxMessageBytes ?? lower.maxMessageBytes,
      shutdownGraceSeconds: shutdownGraceSeconds ?? lower.shutdownGraceSeconds,
      logLevel: logLevel ?? lower.logLevel, logFormat: logFormat ?? lower.logFormat)
  }
}

/// What is wrong with the configuration, and where.
struct ConfigurationError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
