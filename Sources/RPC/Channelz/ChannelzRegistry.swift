internal import Synchronization

/// The servers and clients of a process that its channelz service shows.
///
/// ```swift
/// let registry = ChannelzRegistry()
/// let channelz = ChannelzService(registry)
/// let server = RPCServer(configuration: configuration, services: [channelz.definition], logger: logger)
/// registry.add(server)
/// ```
public final class ChannelzRegistry: Sendable {
  private struct Weak<Member: AnyObject & Sendable>: Sendable {
    weak let member: Member?
  }

  private struct State {
    var servers: [Weak<RPCServer>] = []
    var clients: [Weak<RPCClient>] = []
  }
  private let state = Mutex(State())

  public init() {}

  /// Shows the server for as long as it lives; the registry does not keep it alive.
  public func add(_ server: RPCServer) {
    state.withLock { state in
      state.servers.removeAll { $0.member == nil || $0.member === server }
      state.servers.append(Weak(member: server))
    }
  }

  /// Shows the client for as long as it lives; the registry does not keep it alive.
  public func add(_ client: RPCClient) {
    state.withLock { state in
      state.clients.removeAll { $0.member == nil || $0.member === client }
      state.clients.append(Weak(member: client))
    }
  }

  /// By rising number.
  var servers: [RPCServer] {
    state.withLock { $0.servers.compactMap(\.member) }.sorted { $0.channelz.id < $1.channelz.id }
  }

  /// By rising number.
  var clients: [RPCClient] {
    state.withLock { $0.clients.compactMap(\.member) }.sorted { $0.channelz.id < $1.channelz.id }
  }
}
