internal import NIOCore
internal import NIOSSL

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

extension TLSFailure {
  /// What NIOSSL's error means.
  ///
  /// - Parameter certificate: the peer's, good or not. NIOSSL does not say what was wrong with one, so it is looked at.
  init(_ error: any Error, role: HTTP2Role, serverName: String?, certificate: @autoclosure () -> NIOSSLCertificate?) {
    self.role = role
    switch error {
    case NIOSSLError.handshakeFailed(let failure): reason = Self.reason(failure, certificate())
    case let failure as BoringSSLError: reason = Self.reason(failure, certificate())
    case NIOSSLError.noCertificateToValidate: reason = .noCertificate
    case let failure as NIOSSLExtraError where failure == .failedToValidateHostname:
      reason = .wrongHost(expected: serverName)
    case let failure as NIOSSLExtraError
    where failure == .serverHostnameImpossibleToMatch || failure == .invalidSNIHostname
      || failure == .cannotUseIPAddressInSNI:
      reason = .badServerName(serverName ?? "")
    case is IOError, is ChannelError: reason = .peerLeft
    default: reason = .other("\(error)")
    }
  }

  private static func reason(_ failure: BoringSSLError, _ certificate: NIOSSLCertificate?) -> Reason {
    let stack: NIOBoringSSLErrorStack
    switch failure {
    case .sslError(let errors), .unknownError(let errors): stack = errors
    case .syscallError, .zeroReturn: return .peerLeft
    default: return .other("\(failure)")
    }
    if stack.contains(.eofDuringHandshake) { return .peerLeft }
    // The last error is the cause of those before it.
    for error in stack.reversed() {
      if let reason = reason(word(of: error), certificate) { return reason }
    }
    return .other(stack.map(word).joined(separator: ", "))
  }

  /// BoringSSL's name for an error, the only thing that it tells apart: `error:1000007d:…:OPENSSL_internal:NAME at …`.
  private static func word(of error: BoringSSLInternalError) -> String {
    let text = error.description
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard let place = parts.firstIndex(of: "OPENSSL_internal"), place + 1 < parts.endIndex else { return text }
    return String(parts[place + 1].prefix { $0 != " " })
  }

  private static func reason(_ word: String, _ certificate: NIOSSLCertificate?) -> Reason? {
    switch word {
    case "CERTIFICATE_VERIFY_FAILED": .certificate(certificate.map { fault(of: $0) } ?? .untrusted(issuer: "unknown"))
    case "PEER_DID_NOT_RETURN_A_CERTIFICATE": .noCertificate
    case "WRONG_VERSION_NUMBER", "HTTP_REQUEST", "HTTPS_PROXY_REQUEST": .peerSpeaksPlainText
    case "UNSUPPORTED_PROTOCOL", "NO_SHARED_CIPHER", "NO_SHARED_GROUP", "NO_COMMON_SIGNATURE_ALGORITHMS",
      "NO_SUPPORTED_VERSIONS_ENABLED", "INAPPROPRIATE_FALLBACK":
      .nothingInCommon
    default: alerts[word].map { .refused($0) }
    }
  }

  private static let alerts: [String: Alert] = [
    "TLSV1_ALERT_CERTIFICATE_REQUIRED": .certificateRequired,
    "TLSV1_CERTIFICATE_REQUIRED": .certificateRequired,
    "TLSV1_ALERT_UNKNOWN_CA": .unknownAuthority,
    "SSLV3_ALERT_CERTIFICATE_EXPIRED": .certificateExpired,
    "SSLV3_ALERT_BAD_CERTIFICATE": .badCertificate,
    "SSLV3_ALERT_UNSUPPORTED_CERTIFICATE": .badCertificate,
    "SSLV3_ALERT_CERTIFICATE_REVOKED": .badCertificate,
    "SSLV3_ALERT_CERTIFICATE_UNKNOWN": .badCertificate,
    "TLSV1_ALERT_ACCESS_DENIED": .accessDenied,
    "TLSV1_ALERT_PROTOCOL_VERSION": .protocolVersion,
    "TLSV1_ALERT_NO_APPLICATION_PROTOCOL": .noApplicationProtocol,
    "TLSV1_UNRECOGNIZED_NAME": .unrecognizedName,
    "SSLV3_ALERT_HANDSHAKE_FAILURE": .handshakeFailure,
  ]

  private static func fault(of certificate: NIOSSLCertificate) -> CertificateFault {
    if let fault = validityFault(of: certificate) { return fault }
    let issuer = certificate.issuerName
    guard issuer != certificate.subjectName else { return .selfSigned }
    let name = issuer.last { $0.type == .commonName } ?? issuer.last { $0.type == .organization }
    return .untrusted(issuer: name.map { printable($0.value) } ?? "unknown")
  }

  /// What an unverified certificate says goes to logs and terminals: it must not make lines or colours there.
  static func printable(_ name: String) -> String {
    var text = String.UnicodeScalarView()
    for scalar in name.unicodeScalars.prefix(64) {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
        text.append("\u{FFFD}")
      default: text.append(scalar)
      }
    }
    return String(text)
  }

  /// nil while the certificate is valid.
  static func validityFault(of certificate: NIOSSLCertificate) -> CertificateFault? {
    let now = Int(time(nil))
    let end = Int(certificate.notValidAfter)
    let begin = Int(certificate.notValidBefore)
    if end < now { return .expired(secondsAgo: now - end) }
    if begin > now { return .notYetValid(inSeconds: begin - now) }
    return nil
  }
}
