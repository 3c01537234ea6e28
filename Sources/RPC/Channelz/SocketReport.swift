internal import NIOCore
internal import Protobuf

/// What is known of one socket at one moment.
struct SocketReport: Sendable {
  let id: Int64
  var local: SocketAddress?
  var remote: SocketAddress?
  /// nil for a socket that is listened on.
  var connection: Connection?

  struct Connection: Sendable {
    /// The messages of calls under way are counted in.
    var numbers: ConnectionNumbers
    /// Who opens the streams.
    var isServer: Bool
    var keepalivesSent: Int
    var sendWindow: Int
    var receiveWindow: Int
    /// Over TLS, the peer's certificate (DER), empty when it showed none; nil in plain text.
    var peerCertificate: [UInt8]?
  }

  var ref: GrpcChannelzV1SocketRef {
    .with {
      $0.socketId = id
      $0.name = "\(local.map(describe) ?? "unknown") ← \(remote.map(describe) ?? "any")"
    }
  }

  var message: GrpcChannelzV1Socket {
    .with {
      $0.ref = ref
      $0.local = local.map(GrpcChannelzV1Address.init)
      // The client's end of a Unix socket has no name to tell.
      if let remote, remote.pathname != "" { $0.remote = GrpcChannelzV1Address(remote) }
      if let certificate = connection?.peerCertificate {
        $0.security = .with { $0.model = .tls(.with { $0.remoteCertificate = certificate }) }
      }
      $0.data = connection?.message ?? GrpcChannelzV1SocketData()
    }
  }
}

extension SocketReport.Connection {
  fileprivate var message: GrpcChannelzV1SocketData {
    .with {
      $0.streamsStarted = Int64(numbers.started)
      $0.streamsSucceeded = Int64(numbers.answered)
      $0.streamsFailed = Int64(numbers.succeeded + numbers.failed - numbers.answered)
      $0.messagesSent = Int64(numbers.traffic.messagesSent)
      $0.messagesReceived = Int64(numbers.traffic.messagesReceived)
      $0.keepAlivesSent = Int64(keepalivesSent)
      let lastStarted = numbers.lastStarted.map(GoogleProtobufTimestamp.init(at:))
      $0.lastRemoteStreamCreatedTimestamp = isServer ? lastStarted : nil
      $0.lastLocalStreamCreatedTimestamp = isServer ? nil : lastStarted
      $0.localFlowControlWindow = GoogleProtobufInt64Value(Int64(sendWindow))
      $0.remoteFlowControlWindow = GoogleProtobufInt64Value(Int64(receiveWindow))
    }
  }
}

extension GrpcChannelzV1Address {
  init(_ address: SocketAddress) {
    self.init()
    switch address {
    case .v4, .v6:
      self.address = .tcpipAddress(
        .with {
          $0.ipAddress = address.ipBytes
          $0.port = Int32(address.port ?? -1)
        })
    case .unixDomainSocket:
      self.address = .udsAddress(.with { $0.filename = address.pathname ?? "" })
    }
  }
}

extension SocketAddress {
  /// In network order: 4 bytes, or 16.
  fileprivate var ipBytes: [UInt8] {
    switch self {
    case .v4(let address): withUnsafeBytes(of: address.address.sin_addr) { Array($0) }
    case .v6(let address): withUnsafeBytes(of: address.address.sin6_addr) { Array($0) }
    case .unixDomainSocket: []
    }
  }
}

private func describe(_ address: SocketAddress) -> String {
  switch address {
  case .v4: "\(address.ipAddress ?? ""):\(address.port ?? 0)"
  case .v6: "[\(address.ipAddress ?? "")]:\(address.port ?? 0)"
  case .unixDomainSocket: "unix:\(address.pathname ?? "")"
  }
}

extension GoogleProtobufTimestamp {
  /// The wall clock's time of a moment of the monotonic clock.
  init(at moment: NIODeadline) {
    let now = GoogleProtobufTimestamp.now
    let nanoseconds = Int64(now.nanos) - (NIODeadline.now() - moment).nanoseconds
    let (seconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    let borrow: Int64 = rest < 0 ? 1 : 0
    self.init(seconds: now.seconds + seconds - borrow, nanos: Int32(rest + borrow * 1_000_000_000))
  }
}
