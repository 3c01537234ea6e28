internal import HTTP2

/// Who a client is, by a certificate that the server has verified.
public struct PeerIdentity: Sendable, Hashable {
  /// The common name of the certificate's subject.
  public let commonName: String?
  /// The DNS names among the subject's alternative names.
  public let dnsNames: [String]
  /// The URIs among the subject's alternative names: a SPIFFE ID is one (`spiffe://trust.domain/workload`).
  public let uris: [String]
  /// The certificate itself, DER.
  public let certificate: [UInt8]
  /// SHA-256 of the certificate, in lower-case hexadecimal digits.
  public let fingerprint: String

  init(_ certificate: PeerCertificate) {
    commonName = certificate.commonName
    dnsNames = certificate.dnsNames
    uris = certificate.uris
    self.certificate = certificate.der
    fingerprint = SHA256.hash(certificate.der).map { byte in
      let digits = String(byte, radix: 16)
      return digits.utf8.count == 1 ? "0\(digits)" : digits
    }.joined()
  }
}
