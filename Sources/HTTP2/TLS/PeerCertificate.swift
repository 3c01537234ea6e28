internal import NIOSSL

/// What a peer's certificate, verified before, says of it.
package struct PeerCertificate: Sendable, Equatable {
  /// The subject's common name; the most specific one where there are several.
  package let commonName: String?
  package let dnsNames: [String]
  package let uris: [String]
  package let der: [UInt8]

  init?(_ certificate: NIOSSLCertificate) {
    guard let der = try? certificate.toDERBytes() else { return nil }
    self.der = der
    commonName = certificate.subjectName.last { $0.type == .commonName }?.value
    var dnsNames: [String] = []
    var uris: [String] = []
    for name in certificate._subjectAlternativeNames() {
      switch name.nameType {
      case .dnsName: dnsNames.append(String(decoding: name.contents, as: UTF8.self))
      case .uri: uris.append(String(decoding: name.contents, as: UTF8.self))
      default: break
      }
    }
    self.dnsNames = dnsNames
    self.uris = uris
  }
}

/// A TLS connection whose handshake is done.
package struct TLSSession: Sendable {
  /// The peer's, when it was verified.
  package let peerCertificate: PeerCertificate?
}
