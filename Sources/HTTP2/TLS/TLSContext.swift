package import NIOCore
internal import NIOSSL

/// What all TLS connections made with the same settings share. Making one is slow, and reads the system's authorities
/// from disk where they are trusted: not on an event loop.
package final class TLSContext: Sendable {
  let ssl: NIOSSLContext
  /// The own certificate is not valid any more, or not yet: peers will refuse it.
  package let isOutOfDate: Bool

  package init(role: HTTP2Role, settings: TLSSettings) throws(TLSSettingsError) {
    var configuration = NIOSSL.TLSConfiguration.makeClientConfiguration()
    configuration.applicationProtocols = [Self.applicationProtocol]
    configuration.minimumTLSVersion = .tlsv12
    // RFC 9113 §9.2.2: of TLS 1.2's suites only those with an ephemeral key exchange and an AEAD cipher are fit for
    // HTTP/2. TLS 1.3 has no others.
    configuration.cipherSuiteValues = [
      .TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, .TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
      .TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, .TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
      .TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, .TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    ]
    // A peer that does not answer our close_notify has nothing to lose: HTTP/2 has its own GOAWAY.
    configuration.shutdownTimeout = .milliseconds(500)

    switch settings.verification {
    case .none: configuration.certificateVerification = .none
    case .ifShown(let trust):
      configuration.certificateVerification = .optionalVerification
      configuration.trustRoots = try Self.roots(trust)
    case .required(let trust):
      // A client also checks that the certificate is the server's; a client's certificate has no such name.
      configuration.certificateVerification = role == .client ? .fullVerification : .noHostnameVerification
      configuration.trustRoots = try Self.roots(trust)
    }
    // Tells clients with several certificates which one to show.
    configuration.sendCANameList = role == .server

    if let credentials = settings.credentials {
      let chain = try Self.certificates(credentials.certificateChain)
      isOutOfDate = chain.first.flatMap { TLSFailure.validityFault(of: $0) } != nil
      configuration.certificateChain = chain.map { .certificate($0) }
      configuration.privateKey = .privateKey(try Self.privateKey(credentials.privateKey))
    } else {
      guard role == .client else { throw .serverWithoutCertificate }
      isOutOfDate = false
    }
    do {
      ssl = try NIOSSLContext(configuration: configuration)
    } catch NIOSSLError.failedToLoadPrivateKey {
      let credentials = settings.credentials
      throw .keyMismatch(
        key: credentials?.privateKey.origin ?? "", certificate: credentials?.certificateChain.origin ?? "")
    } catch {
      throw .other("TLS cannot be set up: \(error)")
    }
  }

  static let applicationProtocol = "h2"

  private static func roots(_ trust: TLSSettings.Trust) throws(TLSSettingsError) -> NIOSSLTrustRoots {
    switch trust {
    case .system: .default
    case .authorities(let text): .certificates(try certificates(text))
    }
  }

  private static func certificates(_ text: TLSSettings.PEMText) throws(TLSSettingsError) -> [NIOSSLCertificate] {
    do {
      return try NIOSSLCertificate.fromPEMBytes(text.bytes)
    } catch {
      throw .noCertificate(origin: text.origin)
    }
  }

  private static func privateKey(_ text: TLSSettings.PEMText) throws(TLSSettingsError) -> NIOSSLPrivateKey {
    do {
      return try NIOSSLPrivateKey(bytes: text.bytes, format: .pem)
    } catch {
      throw .noPrivateKey(origin: text.origin)
    }
  }
}

/// How the connections of one listener, or to one server, are secured.
package struct TLSPolicy: Sendable {
  /// Asked for each connection, on its loop.
  package var context: @Sendable () -> TLSContext
  /// Client: whose certificate the server must show, and what it is told (SNI). An IP address is not: the certificate
  /// must then name the address that the connection is made to.
  package var serverName: String?
  /// How long a handshake may take.
  package var handshakeTimeout: TimeAmount

  package init(serverName: String? = nil, handshakeTimeout: TimeAmount, context: @escaping @Sendable () -> TLSContext) {
    self.context = context
    self.serverName = serverName
    self.handshakeTimeout = handshakeTimeout
  }
}
