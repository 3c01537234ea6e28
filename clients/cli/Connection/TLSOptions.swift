import ArgumentParser
import RPC

/// How the connection to the server is secured; without any of these it is in plain text.
struct TLSOptions: ParsableArguments {
  @Flag(name: .long, help: "Connect with TLS. The options below imply it.")
  var tls = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "A PEM file of the authorities that may have signed the server's certificate.",
      discussion: "Default: those that this machine trusts.", valueName: "file"))
  var ca: String?

  @Option(
    name: .long,
    help: ArgumentHelp("Your own certificate, for servers that ask for one: a PEM file.", valueName: "file"))
  var cert: String?

  @Option(name: .long, help: ArgumentHelp("The key of your certificate: a PEM file.", valueName: "file"))
  var key: String?

  @Option(
    name: .long,
    help: ArgumentHelp("The name that the server's certificate is for, if it is not the address's.", valueName: "name"))
  var serverName: String?

  func validate() throws {
    guard (cert == nil) == (key == nil) else { throw ValidationError("--cert and --key belong together.") }
  }

  /// nil for plain text.
  var configuration: RPCClient.TLS? {
    guard tls || ca != nil || cert != nil || serverName != nil else { return nil }
    var credentials: TLSCredentials?
    if let cert, let key { credentials = TLSCredentials(certificateChain: .file(cert), privateKey: .file(key)) }
    return RPCClient.TLS(
      trust: ca.map { .authorities(.file($0)) } ?? .system, credentials: credentials, serverName: serverName)
  }
}
