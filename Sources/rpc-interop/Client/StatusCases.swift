import RPC

/// Calls that end with a status that is not OK.
enum StatusCases {
  static func codeAndMessage(_ peer: Peer) async throws {
    let status = GrpcTestingEchoStatus.with {
      $0.code = Int32(StatusCode.unknown.rawValue)
      $0.message = "test status message"
    }
    try await expectEchoed(status, peer)
    let call = try await peer.service.fullDuplexCall(options: Peer.options())
    let error = try await expectStatus(.unknown) {
      try await call.requests.write(.with { $0.responseStatus = status })
      try await call.requests.finish()
      for try await _ in call.responses {}
    }
    try expectEqual(error.message, status.message, "the message")
  }

  static func specialMessage(_ peer: Peer) async throws {
    try await expectEchoed(
      .with {
        $0.code = Int32(StatusCode.unknown.rawValue)
        $0.message = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n"
      }, peer)
  }

  private static func expectEchoed(_ status: GrpcTestingEchoStatus, _ peer: Peer) async throws {
    let error = try await expectStatus(.unknown) {
      _ = try await peer.service.unaryCall(.with { $0.responseStatus = status }, options: Peer.options())
    }
    try expectEqual(error.message, status.message, "the message")
  }

  static func unimplementedMethod(_ peer: Peer) async throws {
    try await expectStatus(.unimplemented) {
      _ = try await peer.service.unimplementedCall(GrpcTestingEmpty(), options: Peer.options())
    }
  }

  static func unimplementedService(_ peer: Peer) async throws {
    try await expectStatus(.unimplemented) {
      _ = try await GrpcTestingUnimplementedServiceClient(peer.client)
        .unimplementedCall(GrpcTestingEmpty(), options: Peer.options())
    }
  }
}
