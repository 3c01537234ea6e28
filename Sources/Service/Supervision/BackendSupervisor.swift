import Foundation
import Logging
import Synchronization

/// Keeps the configured backends running: starts them, starts them again when they end, ends them at shutdown.
package final class BackendSupervisor: Sendable {
  /// The times of a supervisor; tests make them short.
  package struct Timing: Sendable {
    package var firstDelay: Duration = .milliseconds(500)
    package var longestDelay: Duration = .seconds(30)
    /// A process that lived for so long was healthy: its next restart is quick again.
    package var healthyAfter: Duration = .seconds(60)
    /// How long a process may take to end after SIGTERM.
    package var terminationGrace: Duration = .seconds(10)

    package init() {}
  }

  private let commands: [BackendCommand]
  private let timing: Timing
  private let logger: Logger
  private let recordDirectory: String
  private let running = Mutex<[String: ChildProcess]>([:])

  /// - Parameter recordDirectory: where process ids are written down, for the next start to find what is left over.
  package init(
    commands: [BackendCommand], recordDirectory: String, timing: Timing = Timing(), logger: Logger
  ) {
    self.commands = commands
    self.recordDirectory = recordDirectory
    self.timing = timing
    self.logger = logger
  }

  /// Runs until the task is cancelled; when this returns, every backend has ended.
  package func run() async {
    try? FileManager.default.createDirectory(atPath: recordDirectory, withIntermediateDirectories: true)
    killLeftovers()
    await withTaskGroup(of: Void.self) { group in
      for command in commands { group.addTask { await self.keepRunning(command) } }
    }
  }

  /// Ends one backend that does not react, with no grace; it is then started anew.
  package func kill(_ backendID: String) {
    running.withLock { $0[backendID] }?.send(signal: SIGKILL)
  }

  /// The process of a backend that runs now.
  package func processID(_ backendID: String) -> pid_t? {
    running.withLock { $0[backendID]?.processID }
  }

  private func keepRunning(_ command: BackendCommand) async {
    var delay = timing.firstDelay
    while !Task.isCancelled {
      let begin = ContinuousClock.now
      await runOnce(command)
      if Task.isCancelled { return }
      if begin.duration(to: .now) >= timing.healthyAfter { delay = timing.firstDelay }
      logger.info("starting the backend again", metadata: ["backend": "\(command.id)", "delay": "\(delay)"])
      try? await Task.sleep(for: delay)
      delay = min(delay * 2, timing.longestDelay)
    }
  }

  private func runOnce(_ command: BackendCommand) async {
    var logger = logger
    logger[metadataKey: "backend"] = "\(command.id)"
    let output = BackendOutput(logger: logger)
    let child: ChildProcess
    do {
      child = try await ChildProcess.start(
        command.executable, arguments: command.arguments,
        environment: ProcessInfo.processInfo.environment.merging(command.environment) { $1 },
        onLine: output.log)
    } catch {
      logger.error("the backend did not start", metadata: ["error": "\(error)"])
      return
    }
    running.withLock { $0[command.id] = child }
    let record = "\(recordDirectory)/\(command.id).pid"
    try? Data("\(child.processID)\n".utf8).write(to: URL(fileURLWithPath: record), options: .atomic)
    logger.info("backend started", metadata: ["pid": "\(child.processID)", "role": "\(command.role)"])

    let exit = await withTaskCancellationHandler {
      await child.exit()
    } onCancel: { [timing] in
      child.send(signal: SIGTERM)
      // Not a child of this task: that one is cancelled, and its sleeps would be too.
      Task.detached {
        try? await Task.sleep(for: timing.terminationGrace)
        child.send(signal: SIGKILL)
      }
    }
    running.withLock { $0[command.id] = nil }
    unlink(record)
    logger.log(level: Task.isCancelled ? .info : .warning, "backend ended", metadata: ["how": "\(exit)"])
  }

  /// Ends backends of an earlier service that did not notice its death.
  private func killLeftovers() {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: recordDirectory)) ?? [] {
      let path = "\(recordDirectory)/\(name)"
      defer { unlink(path) }
      guard let text = try? String(contentsOfFile: path, encoding: .utf8),
        let pid = pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)), pid > 1
      else { continue }
      // The id may belong to a stranger by now: only a process with our socket in its arguments is ours.
      guard let arguments = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline"),
        commands.contains(where: { command in
          arguments.range(of: Data("unix:\(command.socketPath)".utf8)) != nil
        })
      else { continue }
      logger.warning("ending a backend of an earlier run", metadata: ["pid": "\(pid)"])
      Foundation.kill(pid, SIGKILL)
    }
  }
}
