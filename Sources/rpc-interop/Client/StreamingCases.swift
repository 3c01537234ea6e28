import RPC

/// Several messages one way or both.
enum StreamingCases {
  private static let requestSizes = [27_182, 8, 1_828, 45_904]
  private static let responseSizes = [31_415, 9, 2_653, 58_979]

  static func client(_ peer: Peer) async throws {
    let response = try await peer.service.streamingInputCall(options: Peer.options()) { writer in
      for size in requestSizes { try await writer.write(.with { $0.payload = .zeros(size) }) }
    }
    try expectEqual(response.aggregatedPayloadSize, 74_922, "aggregated_payload_size")
  }

  static func server(_ peer: Peer) async throws {
    let request = GrpcTestingStreamingOutputCallRequest.with {
      $0.responseParameters = responseSizes.map { size in .with { $0.size = Int32(size) } }
    }
    let responses = try await peer.service.streamingOutputCall(request, options: Peer.options())
    var expected = responseSizes[...]
    for try await response in responses {
      guard let size = expected.popFirst() else { throw Unmet(description: "expected four responses, but more came") }
      try expectZeros(response.payload, count: size)
    }
    try expect(expected.isEmpty, "four responses, but \(expected.count) are missing")
  }

  static func pingPong(_ peer: Peer) async throws {
    let call = try await peer.service.fullDuplexCall(options: Peer.options())
    var responses = call.responses.makeAsyncIterator()
    for (requestSize, responseSize) in zip(requestSizes, responseSizes) {
      try await call.requests.write(ping(requestSize, wants: responseSize))
      guard let response = try await responses.next() else {
        throw Unmet(description: "expected a response to each request, but the call ended")
      }
      try expectZeros(response.payload, count: responseSize)
    }
    try await call.requests.finish()
    try expect(try await responses.next() == nil, "four responses, but a fifth came")
  }

  static func empty(_ peer: Peer) async throws {
    let call = try await peer.service.fullDuplexCall(options: Peer.options())
    try await call.requests.finish()
    for try await _ in call.responses { throw Unmet(description: "expected no response, but one came") }
  }

  static func ping(_ requestSize: Int, wants responseSize: Int) -> GrpcTestingStreamingOutputCallRequest {
    .with {
      $0.responseParameters = [.with { $0.size = Int32(responseSize) }]
      $0.payload = .zeros(requestSize)
    }
  }
}
