// Generated from grpc/channelz/v1/channelz.proto by Protos/generate.sh; do not edit.


/// Shows what goes on inside a process's clients and servers.
///
/// What a server implements; `definition` makes it known to the runtime.
public protocol GrpcChannelzV1ChannelzProvider: Sendable {
  /// The channels the program has made, without those below them.
  func getTopChannels(_ request: GrpcChannelzV1GetTopChannelsRequest, context: ServerContext) async throws -> GrpcChannelzV1GetTopChannelsResponse

  /// All servers.
  func getServers(_ request: GrpcChannelzV1GetServersRequest, context: ServerContext) async throws -> GrpcChannelzV1GetServersResponse

  /// One server; `NOT_FOUND` when there is none of that number.
  func getServer(_ request: GrpcChannelzV1GetServerRequest, context: ServerContext) async throws -> GrpcChannelzV1GetServerResponse

  /// The open connections of a server.
  func getServerSockets(_ request: GrpcChannelzV1GetServerSocketsRequest, context: ServerContext) async throws -> GrpcChannelzV1GetServerSocketsResponse

  /// One channel; `NOT_FOUND` when there is none of that number.
  func getChannel(_ request: GrpcChannelzV1GetChannelRequest, context: ServerContext) async throws -> GrpcChannelzV1GetChannelResponse

  /// One subchannel; `NOT_FOUND` when there is none of that number.
  func getSubchannel(_ request: GrpcChannelzV1GetSubchannelRequest, context: ServerContext) async throws -> GrpcChannelzV1GetSubchannelResponse

  /// One socket; `NOT_FOUND` when there is none of that number.
  func getSocket(_ request: GrpcChannelzV1GetSocketRequest, context: ServerContext) async throws -> GrpcChannelzV1GetSocketResponse
}

extension GrpcChannelzV1ChannelzProvider {
  /// The service as the runtime takes it.
  public var definition: ServiceDefinition {
    ServiceDefinition(
      name: "grpc.channelz.v1.Channelz",
      descriptorSet: RPCDescriptors.bytes,
      methods: [
        .unary(
          "GetTopChannels", request: GrpcChannelzV1GetTopChannelsRequest.self, response: GrpcChannelzV1GetTopChannelsResponse.self,
          handler: self.getTopChannels(_:context:)),
        .unary(
          "GetServers", request: GrpcChannelzV1GetServersRequest.self, response: GrpcChannelzV1GetServersResponse.self,
          handler: self.getServers(_:context:)),
        .unary(
          "GetServer", request: GrpcChannelzV1GetServerRequest.self, response: GrpcChannelzV1GetServerResponse.self,
          handler: self.getServer(_:context:)),
        .unary(
          "GetServerSockets", request: GrpcChannelzV1GetServerSocketsRequest.self, response: GrpcChannelzV1GetServerSocketsResponse.self,
          handler: self.getServerSockets(_:context:)),
        .unary(
          "GetChannel", request: GrpcChannelzV1GetChannelRequest.self, response: GrpcChannelzV1GetChannelResponse.self,
          handler: self.getChannel(_:context:)),
        .unary(
          "GetSubchannel", request: GrpcChannelzV1GetSubchannelRequest.self, response: GrpcChannelzV1GetSubchannelResponse.self,
          handler: self.getSubchannel(_:context:)),
        .unary(
          "GetSocket", request: GrpcChannelzV1GetSocketRequest.self, response: GrpcChannelzV1GetSocketResponse.self,
          handler: self.getSocket(_:context:)),
      ]
    )
  }
}

/// Shows what goes on inside a process's clients and servers.
///
/// What a client calls.
public struct GrpcChannelzV1ChannelzClient: Sendable {
  /// The connection that carries the calls.
  public let client: RPCClient

  public init(_ client: RPCClient) { self.client = client }

  /// The service's methods.
  public enum Methods {
    public static let getTopChannels = MethodDescriptor(
      service: "grpc.channelz.v1.Channelz", method: "GetTopChannels", kind: .unary)
    public static let getServers = MethodDescriptor(
      service: "grpc.channelz.v1.Channelz", method: "GetServers", kind: .unary)
    public static let getServer = MethodDescriptor(
      service: "grpc.channelz.v1.Channelz", method: "GetServer", kind: .unary)
    public static let getServerSockets = MethodDescriptor(
      service: "grpc.channelz.v1.Channelz", method: "GetServerSockets", kind: .unary)
    public static let getChannel = MethodDescriptor(
      service: "grpc.channelz.v1.Channelz", method: "GetChannel", kind: .unary)
    public static let getSubchannel = MethodDescriptor(
      service: "grpc.channelz.v1.Channelz", method: "GetSubchannel", kind: .unary)
    public static let getSocket = MethodDescriptor(
      service: "grpc.channelz.v1.Channelz", method: "GetSocket", kind: .unary)
  }

  /// The channels the program has made, without those below them.
  public func getTopChannels(
    _ request: GrpcChannelzV1GetTopChannelsRequest, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> GrpcChannelzV1GetTopChannelsResponse {
    try await client.unary(Methods.getTopChannels, request, response: GrpcChannelzV1GetTopChannelsResponse.self, options: options)
  }

  /// All servers.
  public func getServers(
    _ request: GrpcChannelzV1GetServersRequest, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> GrpcChannelzV1GetServersResponse {
    try await client.unary(Methods.getServers, request, response: GrpcChannelzV1GetServersResponse.self, options: options)
  }

  /// One server; `NOT_FOUND` when there is none of that number.
  public func getServer(
    _ request: GrpcChannelzV1GetServerRequest, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> GrpcChannelzV1GetServerResponse {
    try await client.unary(Methods.getServer, request, response: GrpcChannelzV1GetServerResponse.self, options: options)
  }

  /// The open connections of a server.
  public func getServerSockets(
    _ request: GrpcChannelzV1GetServerSocketsRequest, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> GrpcChannelzV1GetServerSocketsResponse {
    try await client.unary(Methods.getServerSockets, request, response: GrpcChannelzV1GetServerSocketsResponse.self, options: options)
  }

  /// One channel; `NOT_FOUND` when there is none of that number.
  public func getChannel(
    _ request: GrpcChannelzV1GetChannelRequest, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> GrpcChannelzV1GetChannelResponse {
    try await client.unary(Methods.getChannel, request, response: GrpcChannelzV1GetChannelResponse.self, options: options)
  }

  /// One subchannel; `NOT_FOUND` when there is none of that number.
  public func getSubchannel(
    _ request: GrpcChannelzV1GetSubchannelRequest, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> GrpcChannelzV1GetSubchannelResponse {
    try await client.unary(Methods.getSubchannel, request, response: GrpcChannelzV1GetSubchannelResponse.self, options: options)
  }

  /// One socket; `NOT_FOUND` when there is none of that number.
  public func getSocket(
    _ request: GrpcChannelzV1GetSocketRequest, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> GrpcChannelzV1GetSocketResponse {
    try await client.unary(Methods.getSocket, request, response: GrpcChannelzV1GetSocketResponse.self, options: options)
  }
}
