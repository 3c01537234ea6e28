import Foundation
import Logging
import Synchronization
import Testing

@testable import Service

/// Collects log lines and lets a test wait for one.
final class LogCollector: Sendable {
  private let (stream, continuation) = AsyncStream.makeStream(of: String.self)

  var logger: Logger {
    Logger(label: "test") { [continuation] label in
      LineLogHandler(label: label, format: .text, level: .trace) { continuation.yield($0) }
    }
  }

  /// The next line that contains the text.
  func line(with text: String) async throws -> String {
    for await line in stream where line.contains(text) { return line }
    throw CancellationError()
  }
}

@Suite("Supervision", .timeLimit(.minutes(1)))
final class SupervisionTests {
  let directory: String
  let log = LogCollector()

  init() throws {
    directory = "/tmp/lorikeet-supervision-\(UUID().uuidString.prefix(13))"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: directory) }

  /// A program that says its process id and arguments, then does what the script says.
  private func program(_ script: String) throws -> String {
    let source = "\(directory)/source", path = "\(directory)/program"
    try Data("#!/bin/sh\necho \"begin $$ $*\"\n\(script)\n".utf8).write(to: URL(fileURLWithPath: source))
    // By another process: a child that some other test forks meanwhile would inherit our descriptor for writing, and a
    // file that is open for writing cannot be executed.
    let install = try Process.run(URL(fileURLWithPath: "/usr/bin/install"), arguments: ["-m", "700", source, path])
    install.waitUntilExit()
    return path
  }

  private func supervisor(_ program: String) -> BackendSupervisor {
    var timing = BackendSupervisor.Timing()
    timing.firstDelay = .milliseconds(1)
    timing.terminationGrace = .milliseconds(200)
    let command = BackendCommand(
      id: "b", role: "training", device: "cpu", executable: program, socketPath: "\(directory)/s", logLevel: "info",
      extraArguments: ["--extra"])
    return BackendSupervisor(
      commands: [command], recordDirectory: "\(directory)/records", timing: timing, logger: log.logger)
  }

  private func processID(_ line: String) throws -> pid_t {
    let words = line.split(separator: " ")
    let place = try #require(words.firstIndex { $0.hasSuffix("begin") })
    return try #require(pid_t(words[place + 1]))
  }

  @Test("a backend that is killed is started again, and ended when the service ends")
  func restart() async throws {
    // `cat` ends when its standard input does, as a backend does.
    let supervisor = supervisor(try program("exec cat"))
    let run = Task { await supervisor.run() }
    let line = try await log.line(with: "begin")
    #expect(line.contains("--role training --service unix:\(directory)/s --id b --device cpu"))
    #expect(line.contains("--exit-with-stdin --extra"))
    let first = try processID(line)
    kill(first, SIGKILL)
    let second = try processID(try await log.line(with: "begin"))
    #expect(first != second)
    run.cancel()
    await run.value
    #expect(kill(second, 0) != 0)
    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(directory)/records").isEmpty)
  }

  @Test("a backend that ignores SIGTERM is killed")
  func stubborn() async throws {
    let supervisor = supervisor(try program("trap '' TERM\necho ready\nwhile :; do sleep 1; done"))
    let run = Task { await supervisor.run() }
    let process = try processID(try await log.line(with: "begin"))
    _ = try await log.line(with: "ready")
    run.cancel()
    await run.value
    #expect(kill(process, 0) != 0)
  }

  @Test("a program that cannot be started is reported and tried again")
  func missingProgram() async throws {
    let supervisor = supervisor("\(directory)/absent")
    let run = Task { await supervisor.run() }
    _ = try await log.line(with: "did not start")
    _ = try await log.line(with: "starting the backend again")
    _ = try await log.line(with: "did not start")
    run.cancel()
    await run.value
  }

  @Test("a backend that an earlier service left behind is ended, a stranger with its old id is not")
  func leftovers() async throws {
    let program = try program("exec sleep 1000")
    let output = LogCollector()
    let left = try await ChildProcess.start(
      program, arguments: ["--service", "unix:\(directory)/s"], environment: [:]) { output.logger.info("\($0)") }
    _ = try await output.line(with: "begin")
    let stranger = try await ChildProcess.start("/bin/sleep", arguments: ["1000"], environment: [:]) { _ in }
    // `exec sleep` drops the arguments that tell the leftover from a stranger, so it is a shell that keeps them.
    left.send(signal: SIGKILL)
    _ = await left.exit()
    let keeping = try await ChildProcess.start(
      "/bin/sh", arguments: ["-c", "while :; do sleep 1; done", "unix:\(directory)/s"], environment: [:]) { _ in }
    try FileManager.default.createDirectory(atPath: "\(directory)/records", withIntermediateDirectories: true)
    for (name, child) in [("old", keeping), ("stranger", stranger)] {
      try Data("\(child.processID)\n".utf8).write(to: URL(fileURLWithPath: "\(directory)/records/\(name).pid"))
    }
    let supervisor = supervisor(try self.program("exec cat"))
    let run = Task { await supervisor.run() }
    #expect(await keeping.exit() == .signal(SIGKILL))
    #expect(kill(stranger.processID, 0) == 0)
    stranger.send(signal: SIGKILL)
    #expect(await stranger.exit() == .signal(SIGKILL))
    run.cancel()
    await run.value
  }

  @Test("the end of a process is told apart: its code, or the signal that ended it")
  func exits() async throws {
    let code = try await ChildProcess.start("/bin/sh", arguments: ["-c", "exit 3"], environment: [:]) { _ in }
    #expect(await code.exit() == .code(3))
    let signal = try await ChildProcess.start("/bin/sh", arguments: ["-c", "kill -9 $$"], environment: [:]) { _ in }
    #expect(await signal.exit() == .signal(9))
  }

  @Test("lines of a backend keep their level, and text stays text")
  func output() {
    #expect(BackendOutput.parse("plain") == (.info, "plain"))
    let line = #"{"level":"WARNING","message":"hot","time":"t","step":"3"}"#
    #expect(BackendOutput.parse(line) == (.warning, "hot step=3"))
    let swiftLog = "2026-01-02T03:04:05+0000 error lorikeet-backend: role=training [BackendHost] no memory"
    #expect(BackendOutput.parse(swiftLog) == (.error, "role=training [BackendHost] no memory"))
    #expect(BackendOutput.parse(#"{"level":"info"}"#) == (.info, #"{"level":"info"}"#))
    #expect(BackendOutput.parse("{oops") == (.info, "{oops"))
  }

  @Test("a log line is one line of JSON, whatever the message holds")
  func json() {
    let line = LineLogHandler.json("t", .info, "l", "a \"b\"\n\\\u{1}", ["k": "v\n"])
    #expect(line == #"{"time":"t","level":"info","label":"l","message":"a \"b\"\n\\\u0001","k":"v\n"}"# + "\n")
  }
}
