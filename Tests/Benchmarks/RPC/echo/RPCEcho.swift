import ArgumentParser
import Dispatch
import Foundation
import Synchronization

/// Our side of `make bench-rpc`: the echo service on the full runtime, and a client that loads one.
@main
struct RPCEcho: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rpc-echo", abstract: "The RPC benchmark's server and client.",
    subcommands: [Serve.self, Call.self])
}

/// Runs `body` and waits on this thread.
///
/// An `async` main would do, but it parks the main thread in `dispatch_main`, whose `sigsuspend` with a constant mask
/// crashes valgrind 3.19: it edits the mask in place.
func runBlocking(_ body: @escaping @Sendable () async throws -> Void) throws {
  let outcome = Mutex<Result<Void, any Error>>(.success(()))
  let ended = DispatchSemaphore(value: 0)
  Task {
    do { try await body() } catch { outcome.withLock { $0 = .failure(error) } }
    ended.signal()
  }
  ended.wait()
  try outcome.withLock { $0 }.get()
}

/// Prints a line for the runner, which reads our output through a pipe.
func announce(_ line: String) {
  FileHandle.standardOutput.write(Data((line + "\n").utf8))
}
