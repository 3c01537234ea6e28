/// `grpc.channelz.v1`: shows what goes on inside the process's servers and clients: calls, sockets, traffic.
///
/// It tells the addresses of all peers: serve it where only administrators come.
public struct ChannelzService: GrpcChannelzV1ChannelzProvider {
  private let registry: ChannelzRegistry

  /// Entries of a page when the client does not ask for fewer, or asks for more.
  private static let pageSize = 100

  public init(_ registry: ChannelzRegistry) { self.registry = registry }

  public func getServers(
    _ request: GrpcChannelzV1GetServersRequest, context: ServerContext
  ) async throws -> GrpcChannelzV1GetServersResponse {
    let page = try page(of: registry.servers, from: request.startServerId, max: request.maxResults) { $0.channelz.id }
    var response = GrpcChannelzV1GetServersResponse()
    for server in page.entries { response.server.append(await server.channelz.message(name: server.channelzName)) }
    response.end = page.isLast
    return response
  }

  public func getServer(
    _ request: GrpcChannelzV1GetServerRequest, context: ServerContext
  ) async throws -> GrpcChannelzV1GetServerResponse {
    let server = try server(request.serverId)
    let message = await server.channelz.message(name: server.channelzName)
    return .with { $0.server = message }
  }

  public func getServerSockets(
    _ request: GrpcChannelzV1GetServerSocketsRequest, context: ServerContext
  ) async throws -> GrpcChannelzV1GetServerSocketsResponse {
    let connections = try server(request.serverId).channelz.connections
    let page = try page(of: connections, from: request.startSocketId, max: request.maxResults, id: \.id)
    return .with {
      $0.socketRef = page.entries.map(\.address.ref)
      $0.end = page.isLast
    }
  }

  public func getSocket(
    _ request: GrpcChannelzV1GetSocketRequest, context: ServerContext
  ) async throws -> GrpcChannelzV1GetSocketResponse {
    for server in registry.servers.map(\.channelz) {
      if let connection = server.connections.first(where: { $0.id == request.socketId }) {
        let report = await connection.report()
        return .with { $0.socket = report.message }
      }
      if let listener = server.listeners.first(where: { $0.id == request.socketId }) {
        return .with { $0.socket = listener.message }
      }
    }
    for client in registry.clients {
      if let report = await client.channelz.socket(request.socketId) { return .with { $0.socket = report.message } }
    }
    throw notFound("socket", request.socketId)
  }

  public func getTopChannels(
    _ request: GrpcChannelzV1GetTopChannelsRequest, context: ServerContext
  ) async throws -> GrpcChannelzV1GetTopChannelsResponse {
    let page = try page(of: registry.clients, from: request.startChannelId, max: request.maxResults) { $0.channelz.id }
    var response = GrpcChannelzV1GetTopChannelsResponse()
    for client in page.entries { response.channel.append(await client.channelz.message()) }
    response.end = page.isLast
    return response
  }

  public func getChannel(
    _ request: GrpcChannelzV1GetChannelRequest, context: ServerContext
  ) async throws -> GrpcChannelzV1GetChannelResponse {
    guard let client = registry.clients.first(where: { $0.channelz.id == request.channelId }) else {
      throw notFound("channel", request.channelId)
    }
    let message = await client.channelz.message()
    return .with { $0.channel = message }
  }

  public func getSubchannel(
    _ request: GrpcChannelzV1GetSubchannelRequest, context: ServerContext
  ) async throws -> GrpcChannelzV1GetSubchannelResponse {
    for client in registry.clients {
      if let message = await client.channelz.subchannel(request.subchannelId) {
        return .with { $0.subchannel = message }
      }
    }
    throw notFound("subchannel", request.subchannelId)
  }

  private func server(_ id: Int64) throws -> RPCServer {
    guard let server = registry.servers.first(where: { $0.channelz.id == id }) else { throw notFound("server", id) }
    return server
  }

  private func notFound(_ kind: String, _ id: Int64) -> RPCError {
    RPCError(.notFound, "there is no \(kind) \(id), or not any more")
  }

  /// - Parameter entries: by rising number.
  private func page<Entry>(
    of entries: [Entry], from start: Int64, max wanted: Int64, id: (Entry) -> Int64
  ) throws -> (entries: ArraySlice<Entry>, isLast: Bool) {
    guard start >= 0, wanted >= 0 else {
      throw RPCError(.invalidArgument, "neither the first number nor the number of results may be below 0")
    }
    let rest = entries.drop { id($0) < start }
    let page = rest.prefix(wanted == 0 ? Self.pageSize : Int(min(wanted, Int64(Self.pageSize))))
    return (page, page.count == rest.count)
  }
}
