internal import NIOCore

/// A server as channelz sees it.
struct ServerChannelz: Sendable {
  let id: Int64
  fileprivate let core: ServerCore

  init(_ core: ServerCore) {
    self.core = core
    id = core.channelzID
  }

  /// Of all connections there are and were.
  func numbers() async -> ConnectionNumbers {
    var (numbers, connections) = core.countedConnections
    for connection in connections { numbers += await connection.numbers() }
    return numbers
  }

  /// The open connections, by rising number.
  var connections: [ServerConnection] { core.countedConnections.open.sorted { $0.id < $1.id } }

  /// The sockets that are listened on, by rising number.
  var listeners: [SocketReport] {
    core.listenSockets.map { SocketReport(id: $0.id, local: $0.channel.localAddress) }
  }

  func message(name: String) async -> GrpcChannelzV1Server {
    let numbers = await numbers()
    return .with {
      $0.ref = .with {
        $0.serverId = id
        $0.name = name
      }
      $0.data = .with {
        $0.callsStarted = Int64(numbers.started)
        $0.callsSucceeded = Int64(numbers.succeeded)
        $0.callsFailed = Int64(numbers.failed)
        $0.lastCallStartedTimestamp = numbers.lastStarted.map { .init(at: $0) }
      }
      $0.listenSocket = listeners.map(\.ref)
    }
  }
}
