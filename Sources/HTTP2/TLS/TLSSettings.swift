/// What one end of a TLS connection shows, and what it demands of the other end.
package struct TLSSettings: Sendable {
  /// PEM text and where it came from, for messages.
  package struct PEMText: Sendable {
    package var bytes: [UInt8]
    package var origin: String

    package init(bytes: [UInt8], origin: String) {
      self.bytes = bytes
      self.origin = origin
    }
  }

  package struct Credentials: Sendable {
    /// The leaf first, then the intermediates.
    package var certificateChain: PEMText
    /// Not encrypted.
    package var privateKey: PEMText

    package init(certificateChain: PEMText, privateKey: PEMText) {
      self.certificateChain = certificateChain
      self.privateKey = privateKey
    }
  }

  package enum Trust: Sendable {
    /// The authorities that the machine trusts.
    case system
    case authorities(PEMText)
  }

  package enum Verification: Sendable {
    case none
    /// A certificate need not be shown, but one that is shown must be good. For servers only.
    case ifShown(Trust)
    case required(Trust)
  }

  package var credentials: Credentials?
  package var verification: Verification

  package init(credentials: Credentials?, verification: Verification) {
    self.credentials = credentials
    self.verification = verification
  }
}

/// Settings that no connection could be made with.
package enum TLSSettingsError: Error, Equatable, CustomStringConvertible {
  case unreadable(origin: String, reason: String)
  case noCertificate(origin: String)
  case noPrivateKey(origin: String)
  case keyMismatch(key: String, certificate: String)
  case serverWithoutCertificate
  case other(String)

  package var description: String {
    switch self {
    case .unreadable(let origin, let reason): "\(origin) cannot be read: \(reason)"
    case .noCertificate(let origin): "\(origin) holds no PEM certificate (\"-----BEGIN CERTIFICATE-----\")"
    case .noPrivateKey(let origin):
      "\(origin) holds no PEM private key that is not encrypted (\"-----BEGIN PRIVATE KEY-----\")"
    case .keyMismatch(let key, let certificate): "the key in \(key) does not belong to the certificate in \(certificate)"
    case .serverWithoutCertificate: "a TLS server needs a certificate and its private key"
    case .other(let reason): reason
    }
  }
}
