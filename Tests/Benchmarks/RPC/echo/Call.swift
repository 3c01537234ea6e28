import ArgumentParser
import Foundation
import RPC

/// Makes unary calls from one connection, a fixed number of them at once, and prints the CPU time of one.
struct Call: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Load an echo service, and print the client's CPU time.")

  @Option(help: "The server's port on 127.0.0.1.")
  var port: Int

  @Option(help: "Calls to measure; a tenth as many go before.")
  var calls = 100_000

  @Option(help: "Calls in flight at once.")
  var inFlight = 64

  @Option(help: "Bytes of payload.")
  var size = 32

  func run() throws { try runBlocking(measure) }

  @Sendable private func measure() async throws {
    let client = RPCClient(target: .tcp(host: "127.0.0.1", port: port))
    let echo = BenchV1EchoClient(client)
    // The tasks run where the connection lives, as a program with many calls in flight would have it.
    try await load(echo, calls / 10)
    let before = cpuNanoseconds()
    let start = ContinuousClock.now
    try await load(echo, calls)
    let wall = start.duration(to: .now) / Duration.nanoseconds(1)
    announce("\(calls) calls, \(cpuNanoseconds() - before) ns CPU, \(Int(wall)) ns")
    await client.close()
  }

  private func load(_ echo: BenchV1EchoClient, _ calls: Int) async throws {
    var request = BenchV1EchoMessage()
    request.payload = .init(repeating: UInt8(ascii: "x"), count: size)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for worker in 0..<inFlight {
        let share = calls / inFlight + (worker < calls % inFlight ? 1 : 0)
        group.addTask(executorPreference: echo.client.taskExecutor) { [request] in
          for _ in 0..<share {
            let response = try await echo.unary(request, options: CallOptions(timeout: .seconds(10)))
            guard response.payload == request.payload else { throw WrongAnswer() }
          }
        }
      }
      try await group.waitForAll()
    }
  }
}

struct WrongAnswer: Error {}

/// User and system time of this process.
private func cpuNanoseconds() -> Int {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return time.tv_sec * 1_000_000_000 + time.tv_nsec
}
