internal import HTTP2
internal import NIOCore

/// What channelz asks of a connection, from any thread.
extension ServerConnection {
  /// The socket without what it has carried.
  var address: SocketReport { SocketReport(id: id, local: channel.localAddress, remote: channel.remoteAddress) }

  func numbers() async -> ConnectionNumbers { await onLoop { self.currentNumbers } }

  func report() async -> SocketReport {
    await onLoop {
      var report = self.address
      let connection = self.handler?.connection
      report.connection = SocketReport.Connection(
        numbers: self.currentNumbers, isServer: true, keepalivesSent: self.handler?.keepalivesSent ?? 0,
        sendWindow: connection?.sendWindow ?? 0, receiveWindow: connection?.receiveWindow ?? 0,
        peerCertificate: self.isSecured ? self.peer.identity?.certificate ?? [] : nil)
      return report
    }
  }

  /// On the loop: the messages of calls under way are counted in.
  private var currentNumbers: ConnectionNumbers {
    var numbers = counts.numbers
    for observer in handler?.streamObservers ?? [] {
      if let call = observer as? ServerCall { numbers.traffic += call.uncountedTraffic }
    }
    return numbers
  }

  private func onLoop<T: Sendable>(_ body: @escaping @Sendable () -> T) async -> T {
    await withCheckedContinuation { continuation in
      channel.eventLoop.execute { continuation.resume(returning: body()) }
    }
  }
}

extension RPCServer {
  var channelz: ServerChannelz { ServerChannelz(core) }

  /// What channelz calls the server: the addresses it listens on.
  var channelzName: String { addresses.map(\.description).joined(separator: ", ") }
}
