import Foundation
import Synchronization

/// One child process: started, its output read line by line, waited for.
///
/// One thread owns one child from its start to its end: it starts it, reads its output and waits for it, all with calls
/// that block. The child's standard input is a pipe that this process holds open and never writes to: its end tells the
/// child that the service is gone, however it went.
package final class ChildProcess: Sendable {
  /// How a process ended.
  package enum Exit: Sendable, Equatable, CustomStringConvertible {
    case code(Int32)
    case signal(Int32)

    package var description: String {
      switch self {
      case .code(let code): "exit code \(code)"
      case .signal(let signal): "signal \(signal)"
      }
    }
  }

  package struct StartError: Error, CustomStringConvertible {
    package let description: String
  }

  private struct State {
    var exit: Exit?
    var waiters: [CheckedContinuation<Exit, Never>] = []
  }

  package let processID: pid_t
  private let state = Mutex(State())

  /// One start at a time: a child that is started between `pipe` and `fcntl` would inherit another one's pipe ends, and
  /// hold them open beyond the service's death.
  private static let starting = Mutex(())

  private init(processID: pid_t) { self.processID = processID }

  /// Starts a program.
  /// - Parameter onLine: called on the child's thread with each line of its standard output and error.
  package static func start(
    _ executable: String, arguments: [String], environment: [String: String],
    onLine: @escaping @Sendable (String) -> Void
  ) async throws(StartError) -> ChildProcess {
    let result: Result<ChildProcess, StartError> = await withCheckedContinuation { continuation in
      let thread = Thread {
        let pipes: Pipes
        let child: ChildProcess
        do throws(StartError) {
          (pipes, child) = try starting.withLock { _ throws(StartError) in
            let pipes = try Pipes()
            let pid = try spawn(executable, arguments: arguments, environment: environment, pipes: pipes)
            return (pipes, ChildProcess(processID: pid))
          }
        } catch {
          continuation.resume(returning: .failure(error))
          return
        }
        continuation.resume(returning: .success(child))
        readLines(pipes.outputRead, onLine)
        child.waitForEnd()
        pipes.closeOurEnds()
      }
      thread.name = "child"
      thread.stackSize = 256 << 10
      thread.start()
    }
    return try result.get()
  }

  /// Sends a signal; does nothing once the process has ended, so that a reused process id is never hit.
  package func send(signal: Int32) {
    state.withLock { state in
      if state.exit == nil { kill(processID, signal) }
    }
  }

  /// Waits for the end.
  package func exit() async -> Exit {
    await withCheckedContinuation { continuation in
      let exit: Exit? = state.withLock { state in
        if state.exit == nil { state.waiters.append(continuation) }
        return state.exit
      }
      if let exit { continuation.resume(returning: exit) }
    }
  }

  private func waitForEnd() {
    var info = siginfo_t()
    // Without reaping: until the state says so, the process id must stay this child's.
    while waitid(P_PID, id_t(processID), &info, WEXITED | WNOWAIT) != 0, errno == EINTR {}
    let (exit, waiters) = state.withLock { state in
      var status: Int32 = 0
      while waitpid(processID, &status, 0) < 0, errno == EINTR {}
      let signal = status & 0x7F
      let exit = signal == 0 ? Exit.code(status >> 8 & 0xFF) : .signal(signal)
      state.exit = exit
      defer { state.waiters = [] }
      return (exit, state.waiters)
    }
    for waiter in waiters { waiter.resume(returning: exit) }
  }

  private static func readLines(_ descriptor: Int32, _ onLine: (String) -> Void) {
    let longestLine = 16 << 10
    var pending: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4 << 10)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      for byte in buffer[..<count] {
        if byte == UInt8(ascii: "\n") || pending.count >= longestLine {
          onLine(String(decoding: pending, as: UTF8.self))
          pending.removeAll(keepingCapacity: true)
        }
        if byte != UInt8(ascii: "\n") { pending.append(byte) }
      }
    }
    if !pending.isEmpty { onLine(String(decoding: pending, as: UTF8.self)) }
  }

  private static func spawn(
    _ executable: String, arguments: [String], environment: [String: String], pipes: Pipes
  ) throws(StartError) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, pipes.inputRead, 0)
    posix_spawn_file_actions_adddup2(&actions, pipes.outputWrite, 1)
    posix_spawn_file_actions_adddup2(&actions, pipes.outputWrite, 2)

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // A group of its own: Ctrl-C on the terminal reaches the service alone, which then ends its children in order.
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
    posix_spawnattr_setpgroup(&attributes, 0)
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigdefault(&attributes, &all)
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)

    var argv: [UnsafeMutablePointer<CChar>?] = ([executable] + arguments).map { strdup($0) } + [nil]
    var envp: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for pointer in argv + envp { free(pointer) } }
    var pid: pid_t = 0
    let code = posix_spawn(&pid, executable, &actions, &attributes, &argv, &envp)
    pipes.closeChildEnds()
    guard code == 0 else {
      pipes.closeOurEnds()
      throw StartError(description: "cannot start \(executable): \(String(cString: strerror(code)))")
    }
    return pid
  }

  /// Both pipes of a child. All ends close on exec, but those that become the child's standard streams.
  private struct Pipes {
    let inputRead, inputWrite, outputRead, outputWrite: Int32

    init() throws(StartError) {
      var input: [Int32] = [-1, -1]
      var output: [Int32] = [-1, -1]
      guard pipe(&input) == 0 else { throw StartError(description: "no file descriptors are left") }
      guard pipe(&output) == 0 else {
        for descriptor in input { close(descriptor) }
        throw StartError(description: "no file descriptors are left")
      }
      for descriptor in input + output { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
      (inputRead, inputWrite, outputRead, outputWrite) = (input[0], input[1], output[0], output[1])
    }

    func closeChildEnds() {
      close(inputRead)
      close(outputWrite)
    }

    func closeOurEnds() {
      close(inputWrite)
      close(outputRead)
    }
  }
}
