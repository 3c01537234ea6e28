import RPC

/// One message each way.
enum UnaryCases {
  static let requestSize = 271_828
  static let responseSize = 314_159

  static var largeRequest: GrpcTestingSimpleRequest {
    .with {
      $0.responseSize = Int32(responseSize)
      $0.payload = .zeros(requestSize)
    }
  }

  static func empty(_ peer: Peer) async throws {
    let response = try await peer.service.emptyCall(GrpcTestingEmpty(), options: Peer.options())
    try expectEqual(response, GrpcTestingEmpty(), "the response")
  }

  static func large(_ service: GrpcTestingTestServiceClient) async throws {
    let response = try await service.unaryCall(largeRequest, options: Peer.options())
    try expectZeros(response.payload, count: responseSize)
  }
}
