/// One backend process that the service keeps running.
package struct BackendCommand: Sendable, Equatable {
  package var id: String
  package var role: String
  package var device: String
  package var executable: String
  package var socketPath: String
  package var logLevel: String
  /// Further arguments, from the configuration.
  package var extraArguments: [String]
  package var environment: [String: String]

  package init(
    id: String, role: String, device: String, executable: String, socketPath: String, logLevel: String,
    extraArguments: [String] = [], environment: [String: String] = [:]
  ) {
    self.id = id
    self.role = role
    self.device = device
    self.executable = executable
    self.socketPath = socketPath
    self.logLevel = logLevel
    self.extraArguments = extraArguments
    self.environment = environment
  }

  var arguments: [String] {
    [
      "--role", role, "--service", "unix:\(socketPath)", "--id", id, "--device", device, "--log-level", logLevel,
      "--exit-with-stdin",
    ] + extraArguments
  }
}
