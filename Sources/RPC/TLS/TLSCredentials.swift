/// Certificates or a private key in PEM format.
public enum PEMSource: Sendable, Hashable {
  /// A file, read again when it has changed.
  case file(String)
  /// The text itself.
  case text(String)
}

/// What one end of a TLS connection shows of itself.
public struct TLSCredentials: Sendable, Hashable {
  /// The own certificate first, then the intermediate ones up to an authority that the other end trusts.
  public var certificateChain: PEMSource
  /// The key of the own certificate, not encrypted.
  public var privateKey: PEMSource

  /// A certificate and the key to it.
  public init(certificateChain: PEMSource, privateKey: PEMSource) {
    self.certificateChain = certificateChain
    self.privateKey = privateKey
  }
}

/// The authorities whose signature makes a certificate good.
public enum TLSTrust: Sendable, Hashable {
  /// Those that the machine trusts.
  case system
  /// These alone.
  case authorities(PEMSource)
}

extension RPCServer {
  /// TLS 1.2 or 1.3 on one of a server's addresses.
  ///
  /// Clients must agree to HTTP/2 by ALPN (`h2`), as gRPC clients do. Files are read when the server starts, and again
  /// when they have changed: new connections get the new certificate, those that are open go on. Files that are no good
  /// change nothing but the log.
  public struct TLS: Sendable, Hashable {
    /// What clients must show of themselves.
    public enum ClientVerification: Sendable, Hashable {
      /// Clients are not asked for certificates.
      case none
      /// Clients may show a certificate; one that is not good is refused.
      case optional(TLSTrust)
      /// Mutual TLS: only clients with a good certificate get in.
      case required(TLSTrust)
    }

    /// What the server shows of itself.
    public var credentials: TLSCredentials
    /// What clients must show of themselves.
    public var clientVerification = ClientVerification.none
    /// How long a client's handshake may take.
    public var handshakeTimeout: Duration = .seconds(10)
    /// How often the files are looked at; nil for only when `reloadTLS()` says so.
    public var reloadInterval: Duration? = .seconds(30)

    /// TLS with these credentials.
    public init(credentials: TLSCredentials, clientVerification: ClientVerification = .none) {
      self.credentials = credentials
      self.clientVerification = clientVerification
    }
  }
}

extension RPCClient {
  /// TLS 1.2 or 1.3 to a server.
  ///
  /// Files are read at the first connection, and again at a later one when they have changed; files that are no good
  /// any more change nothing but the log.
  public struct TLS: Sendable, Hashable {
    /// Whose certificates are good.
    public var trust: TLSTrust
    /// The client's own certificate, for servers that ask for one.
    public var credentials: TLSCredentials?
    /// The DNS name that the server's certificate must hold, where it is not the authority's host.
    public var serverName: String?
    /// How long the handshake may take.
    public var handshakeTimeout: Duration = .seconds(10)
    /// Takes any certificate of any server: whoever is in between reads and changes everything. For experiments.
    public var dangerouslySkipsVerification = false

    /// TLS to servers whose certificates these authorities have signed.
    public init(trust: TLSTrust = .system, credentials: TLSCredentials? = nil, serverName: String? = nil) {
      self.trust = trust
      self.credentials = credentials
      self.serverName = serverName
    }
  }
}
