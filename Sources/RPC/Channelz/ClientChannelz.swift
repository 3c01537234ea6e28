internal import HTTP2
internal import NIOCore

/// A client as channelz sees it. Its parts live on the client's event loop, to which each question goes.
struct ClientChannelz: Sendable {
  private let channel: ClientChannel

  init(_ channel: ClientChannel) { self.channel = channel }

  var id: Int64 { channel.channelzID }

  func message() async -> GrpcChannelzV1Channel {
    await onLoop { channel in
      .with {
        $0.ref = .with {
          $0.channelId = channel.channelzID
          $0.name = "\(channel.target)"
        }
        $0.data = .init(channel.connectivity.current, "\(channel.target)", channel.counts.numbers)
        $0.subchannelRef = channel.subchannels.map(\.ref).sorted { $0.subchannelId < $1.subchannelId }
      }
    }
  }

  func subchannel(_ id: Int64) async -> GrpcChannelzV1Subchannel? {
    await onLoop { channel in
      guard let subchannel = channel.subchannels.first(where: { $0.channelzID == id }) else { return nil }
      return .with {
        $0.ref = subchannel.ref
        $0.data = .init(subchannel.connectivity, "\(subchannel.address)", subchannel.numbers)
        $0.socketRef = subchannel.sockets.map(\.ref).sorted { $0.socketId < $1.socketId }
      }
    }
  }

  func socket(_ id: Int64) async -> SocketReport? {
    await onLoop { channel in
      channel.subchannels.lazy.flatMap(\.sockets).first { $0.id == id }
    }
  }

  private func onLoop<T: Sendable>(_ body: @escaping @Sendable (ClientChannel) -> T) async -> T {
    await withCheckedContinuation { continuation in
      channel.loop.execute { continuation.resume(returning: body(channel)) }
    }
  }
}

extension RPCClient {
  var channelz: ClientChannelz { ClientChannelz(channel) }
}

extension Subchannel {
  fileprivate var ref: GrpcChannelzV1SubchannelRef {
    .with {
      $0.subchannelId = channelzID
      $0.name = "\(address)"
    }
  }

  /// Of all connections there are and were.
  fileprivate var numbers: ConnectionNumbers {
    connections.reduce(into: closedConnections) { $0 += $1.counts.numbers }
  }

  fileprivate var sockets: [SocketReport] {
    connections.map { connection in
      let channel = connection.handler.channel
      let http2 = connection.handler.connection
      return SocketReport(
        id: connection.channelzID, local: channel?.localAddress, remote: channel?.remoteAddress,
        connection: .init(
          numbers: connection.counts.numbers, isServer: false, keepalivesSent: connection.handler.keepalivesSent,
          sendWindow: http2.sendWindow, receiveWindow: http2.receiveWindow))
    }
  }
}

extension GrpcChannelzV1ChannelData {
  fileprivate init(_ state: ConnectivityState, _ target: String, _ numbers: ConnectionNumbers) {
    self.init()
    self.state = .with { $0.state = .init(state) }
    self.target = target
    callsStarted = Int64(numbers.started)
    callsSucceeded = Int64(numbers.succeeded)
    callsFailed = Int64(numbers.failed)
    lastCallStartedTimestamp = numbers.lastStarted.map { .init(at: $0) }
  }
}

extension GrpcChannelzV1ChannelConnectivityState.State {
  fileprivate init(_ state: ConnectivityState) {
    self =
      switch state {
      case .idle: .idle
      case .connecting: .connecting
      case .ready: .ready
      case .transientFailure: .transientFailure
      case .shutdown: .shutdown
      }
  }
}
