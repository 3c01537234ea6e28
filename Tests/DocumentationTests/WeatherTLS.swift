import Logging
import RPC

/// The same with TLS, and with room for larger messages.
func secureServer(at address: RPCAddress, certificate: String, key: String, logger: Logger) -> RPCServer {
  let tls = RPCServer.TLS(credentials: TLSCredentials(certificateChain: .file(certificate), privateKey: .file(key)))
  var configuration = RPCServer.Configuration(listeners: [RPCServer.Listener(address, tls: tls)])
  configuration.limits.maxReceiveMessageSize = 16 << 20
  configuration.compression.responses = .gzip
  return RPCServer(configuration: configuration, services: [WeatherStation().definition], logger: logger)
}

/// Trusts the authorities in a file, and no others.
func secureClient(of address: RPCAddress, authorities: String) -> RPCClient {
  var configuration = RPCClient.Configuration()
  configuration.tls = RPCClient.TLS(trust: .authorities(.file(authorities)), serverName: "localhost")
  configuration.compression = .gzip
  return RPCClient(target: address, configuration: configuration)
}
