import Foundation
import Logging
import RPC

/// All that an administrator can set.
package struct ServerConfiguration: Sendable, Equatable {
  /// One backend process to keep running.
  package struct Backend: Sendable, Equatable {
    package enum Role: String, Sendable, Codable, CaseIterable {
      case training, sampling
    }

    package var id: String
    package var role: Role
    /// Such as `cpu` or `cuda:0`.
    package var device: String
    /// Left out: `backendExecutable`.
    package var executable: String?
    /// Further command-line arguments.
    package var arguments: [String]
    /// Added to the service's own environment.
    package var environment: [String: String]

    package init(
      id: String, role: Role, device: String = "cpu", executable: String? = nil, arguments: [String] = [],
      environment: [String: String] = [:]
    ) {
      self.id = id
      self.role = role
      self.device = device
      self.executable = executable
      self.arguments = arguments
      self.environment = environment
    }
  }

  /// Certificates for what is served to other machines; all are PEM files, read again when they change.
  package struct TLS: Sendable, Equatable {
    /// The service's own, followed by the intermediate ones.
    package var certificate: String
    package var key: String
    /// Whose signature lets clients in; left out, clients need no certificate.
    package var clientAuthority: String?
    /// Whose signature lets backends in. Not the clients': a backend gets everybody's images and models.
    package var backendAuthority: String?

    package init(certificate: String, key: String, clientAuthority: String? = nil, backendAuthority: String? = nil) {
      self.certificate = certificate
      self.key = key
      self.clientAuthority = clientAuthority
      self.backendAuthority = backendAuthority
    }
  }

  /// Holds everything: database, blobs, sockets, lock.
  package var dataDirectory: String
  /// Where clients connect in plain text.
  package var listen: [RPCAddress] = [.tcp(host: "127.0.0.1", port: 50_051)]
  /// Where clients connect with TLS; needs `tls`.
  package var tlsListen: [RPCAddress] = []
  /// Where backends of other machines attach, with mutual TLS; needs `tls.backendAuthority`.
  package var backendListen: [RPCAddress] = []
  package var tls: TLS?
  /// Where backends attach. Left out: in the data directory.
  package var backendSocket: String?
  /// Where the bundled checkpoint lies. Left out: looked for beside and above the program, and in the current folder.
  package var modelsDirectory: String?
  /// The checkpoint of tunes and generations that name none.
  package var defaultCheckpoint = "lorikeet-tiny"
  /// The program of backends that name none. Left out: `lorikeet-backend` beside this program.
  package var backendExecutable: String?
  package var backends = [Backend(id: "training-1", role: .training), Backend(id: "sampling-1", role: .sampling)]
  package var limits = ServiceLimits()
  /// The largest message a client may send.
  package var maxMessageBytes = 4 << 20
  /// How long calls may take to finish at shutdown.
  package var shutdownGrace: Duration = .seconds(5)
  package var logLevel = Logger.Level.info
  package var logFormat = LineLogHandler.Format.json
  package var dispatchTiming = DispatchTiming()
  package var supervision = BackendSupervisor.Timing()

  package init(dataDirectory: String) { self.dataDirectory = dataDirectory }

  package static func == (left: Self, right: Self) -> Bool {
    left.dataDirectory == right.dataDirectory && left.listen == right.listen
      && left.tlsListen == right.tlsListen && left.backendListen == right.backendListen && left.tls == right.tls
      && left.backendSocket == right.backendSocket && left.modelsDirectory == right.modelsDirectory
      && left.defaultCheckpoint == right.defaultCheckpoint && left.backendExecutable == right.backendExecutable
      && left.backends == right.backends && left.limits == right.limits
      && left.maxMessageBytes == right.maxMessageBytes && left.shutdownGrace == right.shutdownGrace
      && left.logLevel == right.logLevel && left.logFormat == right.logFormat
  }

  /// Where clients connect, and how.
  var clientListeners: [RPCServer.Listener] {
    listen.map { RPCServer.Listener($0) } + listeners(tlsListen, clients: tls?.clientAuthority)
  }

  /// Where backends attach, and how.
  var backendListeners: [RPCServer.Listener] {
    // Without an authority of their own nobody gets in from elsewhere.
    let local = RPCServer.Listener(.unix(path: effectiveBackendSocket))
    guard let authority = tls?.backendAuthority else { return [local] }
    return [local] + listeners(backendListen, clients: authority)
  }

  private func listeners(_ addresses: [RPCAddress], clients authority: String?) -> [RPCServer.Listener] {
    guard let tls else { return [] }
    let secured = RPCServer.TLS(
      credentials: TLSCredentials(certificateChain: .file(tls.certificate), privateKey: .file(tls.key)),
      clientVerification: authority.map { .required(.authorities(.file($0))) } ?? .none)
    return addresses.map { RPCServer.Listener($0, tls: secured) }
  }

  /// The socket that backends use.
  ///
  /// A socket's path must fit `sockaddr_un` (108 bytes); below a longer data directory it lies in the temporary folder,
  /// under a name that only this data directory has.
  package var effectiveBackendSocket: String {
    if let backendSocket { return backendSocket }
    let inside = "\(dataDirectory)/backend.sock"
    if inside.utf8.count <= 100 { return inside }
    let key = dataDirectory.utf8.reduce(UInt64(14_695_981_039_346_656_037)) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
    return "/tmp/lorikeet-\(getuid())-\(String(key, radix: 36)).sock"
  }

  /// The program of a backend.
  package func executable(of backend: Backend) -> String {
    backend.executable ?? backendExecutable ?? "\(Self.ownDirectory)/lorikeet-backend"
  }

  /// The folder this program lies in.
  package static var ownDirectory: String {
    let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    return ((own ?? CommandLine.arguments[0]) as NSString).deletingLastPathComponent
  }

  /// The folder of the bundled models, or `nil` when there is none.
  package var effectiveModelsDirectory: String? {
    if let modelsDirectory { return modelsDirectory }
    // `swift build` puts the program some levels below the package; an installation has share/lorikeet.
    var candidates = ["\(FileManager.default.currentDirectoryPath)/Models"]
    var folder = Self.ownDirectory
    for _ in 0..<5 {
      candidates += ["\(folder)/Models", "\(folder)/share/lorikeet/Models"]
      folder = (folder as NSString).deletingLastPathComponent
    }
    return candidates.first { FileManager.default.fileExists(atPath: "\($0)/lorikeet-tiny/model_index.json") }
  }
}
