import Dispatch
import Foundation

@testable import RPC

/// Runs what blocks outside of the few threads that tests share.
func offPool<T: Sendable>(_ body: @escaping @Sendable () -> T) async -> T {
  await withCheckedContinuation { continuation in
    DispatchQueue.global().async { continuation.resume(returning: body()) }
  }
}

/// Certificates made for this run of the tests, with the `openssl` command, in a folder of their own.
struct TestPKI: Sendable {
  let folder: String

  static let shared = Task { try await offPool { Result { try TestPKI() } }.get() }

  /// The certificates, by the names of their files.
  enum Leaf: String, CaseIterable {
    /// For `localhost`, `lorikeet.test` and `127.0.0.1`.
    case server
    /// The same, signed by the other authority.
    case otherServer
    case expiredServer
    /// For `elsewhere.test`.
    case elsewhere
    case client
    /// Signed by the other authority.
    case otherClient
    case expiredClient

    fileprivate var authority: String {
      switch self {
      case .otherServer, .otherClient: "other-authority"
      default: "authority"
      }
    }

    fileprivate var days: Int {
      switch self {
      case .expiredServer, .expiredClient: -1
      default: 2
      }
    }

    fileprivate var alternativeNames: String {
      switch self {
      case .server, .otherServer, .expiredServer: "DNS:localhost,DNS:lorikeet.test,IP:127.0.0.1"
      case .elsewhere: "DNS:elsewhere.test"
      case .client, .otherClient, .expiredClient: "DNS:worker.test,URI:spiffe://lorikeet.test/worker"
      }
    }
  }

  struct Failed: Error {
    let command: String
    let output: String
  }

  private init() throws {
    folder = FileManager.default.temporaryDirectory.path + "/rpc-pki-\(UUID().uuidString.prefix(8))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    // One shell makes them all: starting a process from here takes longer than what it does.
    var script = """
      set -e
      key() { openssl ecparam -name prime256v1 -genkey -noout -out $1.key; }
      root() {
        key $1
        openssl req -x509 -new -key $1.key -subj /CN=$1 -days 2 -out $1.pem -addext $2
      }
      leaf() {
        key $1
        openssl req -new -key $1.key -subj /O=Test/CN=$1.name -out $1.csr
        echo subjectAltName=$4 >$1.ext
        openssl x509 -req -in $1.csr -CA $2.pem -CAkey $2.key -CAcreateserial -days $3 -extfile $1.ext -out $1.pem
      }
      root authority basicConstraints=critical,CA:TRUE
      root other-authority basicConstraints=critical,CA:TRUE
      root self-signed subjectAltName=IP:127.0.0.1

      """
    for leaf in Leaf.allCases {
      script += "leaf \(leaf.rawValue) \(leaf.authority) \(leaf.days) \(leaf.alternativeNames)\n"
    }
    try run(["sh", "-c", script])
  }

  @discardableResult
  func openssl(_ arguments: String) throws -> String {
    try run(["openssl"] + arguments.split(separator: " ").map(String.init))
  }

  @discardableResult
  private func run(_ command: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failed(command: command.joined(separator: " "), output: text) }
    return text
  }

  func path(_ file: String) -> String { "\(folder)/\(file)" }

  func credentials(_ leaf: Leaf) -> TLSCredentials { credentials(leaf.rawValue) }

  func credentials(_ name: String) -> TLSCredentials {
    TLSCredentials(certificateChain: .file(path("\(name).pem")), privateKey: .file(path("\(name).key")))
  }

  var trust: TLSTrust { .authorities(.file(path("authority.pem"))) }
  var otherTrust: TLSTrust { .authorities(.file(path("other-authority.pem"))) }

  /// A folder with copies of a certificate and its key, `own.pem` and `own.key`, for tests that replace them.
  func copy(_ leaf: Leaf) throws -> String {
    let copy = path("copy-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: true)
    try replace(in: copy, with: leaf)
    return copy
  }

  func replace(in copy: String, with leaf: Leaf) throws {
    for kind in ["key", "pem"] {
      let data = try Data(contentsOf: URL(fileURLWithPath: path("\(leaf.rawValue).\(kind)")))
      try data.write(to: URL(fileURLWithPath: "\(copy)/own.\(kind)"), options: .atomic)
    }
  }

  static func credentials(in copy: String) -> TLSCredentials {
    TLSCredentials(certificateChain: .file("\(copy)/own.pem"), privateKey: .file("\(copy)/own.key"))
  }
}
