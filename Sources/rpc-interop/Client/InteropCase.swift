/// The cases of the suite, by their published names.
///
/// Left out are those that need somebody's cloud (credentials), those of control planes this runtime does not speak
/// (xDS and its load reports), and `cacheable_unary`: it needs GET requests, which gRPC over HTTP/2 no longer has.
enum InteropCase: String, CaseIterable, Sendable {
  case emptyUnary = "empty_unary"
  case largeUnary = "large_unary"
  case clientCompressedUnary = "client_compressed_unary"
  case serverCompressedUnary = "server_compressed_unary"
  case clientStreaming = "client_streaming"
  case clientCompressedStreaming = "client_compressed_streaming"
  case serverStreaming = "server_streaming"
  case serverCompressedStreaming = "server_compressed_streaming"
  case pingPong = "ping_pong"
  case emptyStream = "empty_stream"
  case customMetadata = "custom_metadata"
  case statusCodeAndMessage = "status_code_and_message"
  case specialStatusMessage = "special_status_message"
  case unimplementedMethod = "unimplemented_method"
  case unimplementedService = "unimplemented_service"
  case cancelAfterBegin = "cancel_after_begin"
  case cancelAfterFirstResponse = "cancel_after_first_response"
  case timeoutOnSleepingServer = "timeout_on_sleeping_server"
  case concurrentLargeUnary = "concurrent_large_unary"
  case rpcSoak = "rpc_soak"
  case channelSoak = "channel_soak"

  func run(_ peer: Peer) async throws {
    switch self {
    case .emptyUnary: try await UnaryCases.empty(peer)
    case .largeUnary: try await UnaryCases.large(peer.service)
    case .clientCompressedUnary: try await CompressionCases.clientUnary(peer)
    case .serverCompressedUnary: try await CompressionCases.serverUnary(peer)
    case .clientStreaming: try await StreamingCases.client(peer)
    case .clientCompressedStreaming: try await CompressionCases.clientStreaming(peer)
    case .serverStreaming: try await StreamingCases.server(peer)
    case .serverCompressedStreaming: try await CompressionCases.serverStreaming(peer)
    case .pingPong: try await StreamingCases.pingPong(peer)
    case .emptyStream: try await StreamingCases.empty(peer)
    case .customMetadata: try await MetadataCases.custom(peer)
    case .statusCodeAndMessage: try await StatusCases.codeAndMessage(peer)
    case .specialStatusMessage: try await StatusCases.specialMessage(peer)
    case .unimplementedMethod: try await StatusCases.unimplementedMethod(peer)
    case .unimplementedService: try await StatusCases.unimplementedService(peer)
    case .cancelAfterBegin: try await EarlyEndCases.cancelAfterBegin(peer)
    case .cancelAfterFirstResponse: try await EarlyEndCases.cancelAfterFirstResponse(peer)
    case .timeoutOnSleepingServer: try await EarlyEndCases.timeoutOnSleepingServer(peer)
    case .concurrentLargeUnary: try await LoadCases.concurrentLargeUnary(peer)
    case .rpcSoak: try await LoadCases.rpcSoak(peer)
    case .channelSoak: try await LoadCases.channelSoak(peer)
    }
  }
}
