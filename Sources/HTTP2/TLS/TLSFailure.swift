/// Why a connection could not be secured, from one end's point of view.
package struct TLSFailure: Error, Equatable, Sendable, CustomStringConvertible {
  /// The end that tells of it.
  package let role: HTTP2Role
  package let reason: Reason

  package enum Reason: Equatable, Sendable {
    case timedOut(seconds: Double)
    /// The peer closed the connection in the middle of the handshake.
    case peerLeft
    /// What came is not TLS.
    case peerSpeaksPlainText
    /// What came on a plain-text connection is TLS.
    case peerSpeaksTLS
    /// ALPN did not end with `h2`; the protocol agreed on, if any.
    case noHTTP2(String?)
    case noCertificate
    case certificate(CertificateFault)
    /// Client: the certificate is good, but another host's.
    /// nil: the address connected to.
    case wrongHost(expected: String?)
    /// The name to ask for cannot be one.
    case badServerName(String)
    /// The peer's alert.
    case refused(Alert)
    /// TLS 1.2 or later, or a cipher fit for HTTP/2, is more than the peer has.
    case nothingInCommon
    case other(String)
  }

  package enum CertificateFault: Equatable, Sendable {
    case expired(secondsAgo: Int)
    case notYetValid(inSeconds: Int)
    case selfSigned
    /// The authority that signed it is not among the trusted ones; its name.
    case untrusted(issuer: String)
  }

  /// What the peer gave as its reason.
  package enum Alert: Equatable, Sendable {
    case certificateRequired
    case unknownAuthority
    case certificateExpired
    case badCertificate
    case accessDenied
    case protocolVersion
    case noApplicationProtocol
    case unrecognizedName
    case handshakeFailure
  }

  /// A short name for counting.
  package var name: String {
    switch reason {
    case .timedOut: "timed_out"
    case .peerLeft: "peer_left"
    case .peerSpeaksPlainText: "plain_text"
    case .peerSpeaksTLS: "tls_at_plain_text_port"
    case .noHTTP2: "no_http2"
    case .noCertificate: "no_certificate"
    case .certificate: "certificate"
    case .wrongHost: "wrong_host"
    case .badServerName: "bad_server_name"
    case .refused: "refused"
    case .nothingInCommon: "nothing_in_common"
    case .other: "other"
    }
  }

  package var description: String {
    switch reason {
    case .timedOut(let seconds): "the TLS handshake took more than \(seconds) seconds"
    case .peerLeft:
      role == .client
        ? "the server closed the connection during the TLS handshake; its log may say why"
        : "the client closed the connection during the TLS handshake"
    case .peerSpeaksPlainText:
      role == .client
        ? "the server does not speak TLS on this port: connect in plain text, or to its TLS port"
        : "the client does not speak TLS: it must connect with TLS, or to a plain-text port"
    case .peerSpeaksTLS:
      role == .client
        ? "the server speaks TLS on this port: connect with TLS, or to its plain-text port"
        : "the client speaks TLS, but this port takes plain text: it must connect without TLS, or to a TLS port"
    case .noHTTP2(let agreed?): "the \(peer) wants to speak \"\(agreed)\", not HTTP/2 (ALPN \"h2\")"
    case .noHTTP2(nil): "the \(peer) did not agree to speak HTTP/2 (ALPN \"h2\")"
    case .noCertificate: "the \(peer) showed no certificate"
    case .certificate(let fault): describe(fault)
    case .wrongHost(nil):
      "the server's certificate does not hold the IP address connected to: connect by a name in the certificate, or set "
        + "the server name"
    case .wrongHost(let expected?):
      "the server's certificate is not for \"\(expected)\": connect by a name in the certificate, or set the server name"
    case .badServerName(let name): "\"\(name)\" cannot be a server's name: give a DNS name"
    case .refused(let alert): describe(alert)
    case .nothingInCommon: "the \(peer) offers neither TLS 1.2 nor 1.3 with a cipher that HTTP/2 allows"
    case .other(let reason): "TLS failed: \(reason)"
    }
  }

  private var peer: String { role == .client ? "server" : "client" }
  private var own: String { role == .client ? "client" : "server" }

  private func describe(_ fault: CertificateFault) -> String {
    switch fault {
    case .expired(let seconds): "the \(peer)'s certificate expired \(Self.span(seconds)) ago"
    case .notYetValid(let seconds):
      "the \(peer)'s certificate becomes valid only in \(Self.span(seconds)): check this machine's clock"
    case .selfSigned: "the \(peer)'s certificate is signed by itself and not trusted: trust it, or the authority's"
    case .untrusted(let issuer):
      "the \(peer)'s certificate is not signed by an authority trusted here (its issuer is \"\(issuer)\"), or not meant "
        + "for a \(peer)"
    }
  }

  private func describe(_ alert: Alert) -> String {
    switch alert {
    case .certificateRequired:
      role == .client ? "the server asked for a client certificate: set one" : "the client asked for a certificate"
    case .unknownAuthority: "the \(peer) does not trust the authority that signed our \(own) certificate"
    case .certificateExpired: "the \(peer) says that our \(own) certificate has expired"
    case .badCertificate: "the \(peer) did not accept our \(own) certificate"
    case .accessDenied: "the \(peer) denies access to our \(own) certificate"
    case .protocolVersion: "the \(peer) has no TLS version in common with us (1.2 and 1.3)"
    case .noApplicationProtocol: "the \(peer) does not speak HTTP/2 on this port (ALPN \"h2\")"
    case .unrecognizedName: "the server has no certificate for the name that we asked for"
    case .handshakeFailure:
      role == .client
        ? "the server refused the TLS handshake; it may ask for a client certificate, or have no cipher in common"
        : "the client refused the TLS handshake"
    }
  }

  private static func span(_ seconds: Int) -> String {
    switch seconds {
    case 172_800...: "\(seconds / 86_400) days"
    case 7_200...: "\(seconds / 3_600) hours"
    case 120...: "\(seconds / 60) minutes"
    default: "\(seconds) seconds"
    }
  }
}
