import RPC

/// Calls that the client gives up.
enum EarlyEndCases {
  static func cancelAfterBegin(_ peer: Peer) async throws {
    let (began, begin) = AsyncStream.makeStream(of: Void.self)
    let call = Task {
      _ = try await peer.service.streamingInputCall(options: Peer.options()) { _ in
        begin.yield()
        try await Task.sleep(for: Peer.patience)
      }
    }
    for await _ in began { break }
    call.cancel()
    try await expectStatus(.cancelled) { try await call.value }
  }

  static func cancelAfterFirstResponse(_ peer: Peer) async throws {
    let call = try await peer.service.fullDuplexCall(options: Peer.options())
    try await call.requests.write(StreamingCases.ping(27_182, wants: 31_415))
    var responses = call.responses.makeAsyncIterator()
    try expectZeros(try await responses.next()?.payload, count: 31_415)
    call.cancel()
    try await expectStatus(.cancelled) { while try await responses.next() != nil {} }
  }

  static func timeoutOnSleepingServer(_ peer: Peer) async throws {
    var options = Peer.options()
    options.timeout = .milliseconds(1)
    try await expectStatus(.deadlineExceeded) {
      let call = try await peer.service.fullDuplexCall(options: options)
      try await call.requests.write(.with { $0.payload = .zeros(27_182) })
      for try await _ in call.responses {}
    }
  }
}
