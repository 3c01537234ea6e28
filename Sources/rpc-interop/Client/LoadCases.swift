import RPC

/// Many calls.
enum LoadCases {
  static func concurrentLargeUnary(_ peer: Peer) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<peer.concurrentCalls {
        group.addTask { try await UnaryCases.large(peer.service) }
      }
      try await group.waitForAll()
    }
  }

  static func rpcSoak(_ peer: Peer) async throws {
    for _ in 0..<peer.soakIterations { try await UnaryCases.large(peer.service) }
  }

  /// Each call on a connection of its own.
  static func channelSoak(_ peer: Peer) async throws {
    for _ in 0..<peer.soakIterations {
      let client = peer.connect()
      try await UnaryCases.large(GrpcTestingTestServiceClient(client))
      await client.close()
    }
  }
}
