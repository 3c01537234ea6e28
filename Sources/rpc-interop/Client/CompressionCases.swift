import RPC

/// Messages compressed, or not, one by one. Each case checks the flag of the messages it receives.
enum CompressionCases {
  static func clientUnary(_ peer: Peer) async throws {
    // A server that looks at the flag refuses this: it says compressed and is not.
    try await expectStatus(.invalidArgument) { try await unary(peer, expects: true, compresses: false) }
    try await unary(peer, expects: true, compresses: true)
    try await unary(peer, expects: false, compresses: false)
  }

  private static func unary(_ peer: Peer, expects: Bool, compresses: Bool) async throws {
    var options = Peer.options()
    options.compression = compresses ? .gzip : .identity
    var request = UnaryCases.largeRequest
    request.expectCompressed = .with { $0.value = expects }
    let response = try await peer.service.unaryCall(request, options: options)
    try expectZeros(response.payload, count: UnaryCases.responseSize)
  }

  static func serverUnary(_ peer: Peer) async throws {
    for compressed in [true, false] {
      var request = UnaryCases.largeRequest
      request.responseCompressed = .with { $0.value = compressed }
      let (response, info) = try await peer.unaryCall(request)
      try expectZeros(response.payload, count: UnaryCases.responseSize)
      try expectEqual(info.wasCompressed, compressed, "the response's compressed flag")
    }
  }

  static func clientStreaming(_ peer: Peer) async throws {
    var options = Peer.options()
    options.compression = .gzip
    func request(_ size: Int, expects: Bool) -> GrpcTestingStreamingInputCallRequest {
      .with {
        $0.expectCompressed = .with { $0.value = expects }
        $0.payload = .zeros(size)
      }
    }
    try await expectStatus(.invalidArgument) {
      _ = try await peer.service.streamingInputCall(options: options) { writer in
        try await writer.write(request(27_182, expects: true), compress: false)
      }
    }
    let response = try await peer.service.streamingInputCall(options: options) { writer in
      try await writer.write(request(27_182, expects: true), compress: true)
      try await writer.write(request(45_904, expects: false), compress: false)
    }
    try expectEqual(response.aggregatedPayloadSize, 73_086, "aggregated_payload_size")
  }

  static func serverStreaming(_ peer: Peer) async throws {
    let wanted = [(size: 31_415, compressed: true), (size: 92_653, compressed: false)]
    let request = GrpcTestingStreamingOutputCallRequest.with {
      $0.responseParameters = wanted.map { wanted in
        .with {
          $0.size = Int32(wanted.size)
          $0.compressed = .with { $0.value = wanted.compressed }
        }
      }
    }
    let responses = try await peer.service.streamingOutputCall(request, options: Peer.options())
    var expected = wanted[...]
    for try await response in responses {
      guard let next = expected.popFirst() else { throw Unmet(description: "expected two responses, but more came") }
      try expectZeros(response.payload, count: next.size)
      try expectEqual(await responses.lastMessageWasCompressed, next.compressed, "the response's compressed flag")
    }
    try expect(expected.isEmpty, "two responses, but \(expected.count) are missing")
  }
}
