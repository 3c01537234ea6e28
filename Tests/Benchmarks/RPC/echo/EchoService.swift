import RPC

/// Does as little as a service can, so that the runtime is what is measured.
struct EchoService: BenchV1EchoProvider {
  func unary(_ request: BenchV1EchoMessage, context: ServerContext) async throws -> BenchV1EchoMessage { request }

  func serverStream(
    _ request: BenchV1StreamRequest, responses: ResponseWriter<BenchV1EchoMessage>, context: ServerContext
  ) async throws {
    var message = BenchV1EchoMessage()
    message.payload = .init(repeating: UInt8(ascii: "x"), count: Int(request.size))
    for _ in 0..<request.count { try await responses.write(message) }
  }

  func clientStream(
    _ requests: RequestStream<BenchV1EchoMessage>, context: ServerContext
  ) async throws -> BenchV1StreamSummary {
    var summary = BenchV1StreamSummary()
    for try await request in requests {
      summary.messages += 1
      summary.bytes += UInt64(request.payload.count)
    }
    return summary
  }
}
