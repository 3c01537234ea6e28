import GRPCCore
import GRPCNIOTransportHTTP2Posix
import Glibc
import NIOCore

/// The echo service on grpc-swift-2, with one event loop. Prints the port that the system chose.
struct EchoService: Bench_V1_Echo.SimpleServiceProtocol {
  func unary(request: Bench_V1_EchoMessage, context: ServerContext) async throws -> Bench_V1_EchoMessage { request }

  func serverStream(
    request: Bench_V1_StreamRequest, response: RPCWriter<Bench_V1_EchoMessage>, context: ServerContext
  ) async throws {
    var message = Bench_V1_EchoMessage()
    message.payload = .init(repeating: UInt8(ascii: "x"), count: Int(request.size))
    for _ in 0..<request.count { try await response.write(message) }
  }

  func clientStream(
    request: RPCAsyncSequence<Bench_V1_EchoMessage, any Error>, context: ServerContext
  ) async throws -> Bench_V1_StreamSummary {
    var summary = Bench_V1_StreamSummary()
    for try await message in request {
      summary.messages += 1
      summary.bytes += UInt64(message.payload.count)
    }
    return summary
  }
}

NIOSingletons.groupLoopCountSuggestion = 1
let server = GRPCServer(
  transport: .http2NIOPosix(address: .ipv4(host: "127.0.0.1", port: 0), transportSecurity: .plaintext),
  services: [EchoService()])
try await withThrowingDiscardingTaskGroup { group in
  group.addTask { try await server.serve() }
  print("port", try await server.listeningAddress?.ipv4?.port ?? 0)
  fflush(nil)
}
