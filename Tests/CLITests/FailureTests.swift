import ArgumentParser
import LorikeetAPI
import RPC
import Testing

@testable import lorikeet

@Suite("Errors and exit codes")
struct FailureTests {
  let server = ServerAddress.tcp(host: "127.0.0.1", port: 50051)

  @Test(
    "each gRPC status has its exit code",
    arguments: [
      (.invalidArgument, 2), (.outOfRange, 2), (.notFound, 3), (.unavailable, 4), (.deadlineExceeded, 4),
      (.cancelled, 5),
      (.alreadyExists, 6), (.failedPrecondition, 6), (.aborted, 6), (.internalError, 7), (.unknown, 7), (.dataLoss, 7),
      (.resourceExhausted, 7), (.unimplemented, 7), (.permissionDenied, 7), (.unauthenticated, 7),
    ] as [(StatusCode, Int32)])
  func codes(code: StatusCode, exit: Int32) {
    #expect(CommandError(RPCError(code, "x"), server: server).status.rawValue == exit)
  }

  @Test("every field that was refused is one sentence")
  func violations() {
    let error = RPCError.invalidArgument(violations: [
      ("settings.steps", "must be 1 to 200, is 0"), ("settings.width", "must be a multiple of 8.\u{1B}[2J"),
    ])
    #expect(
      CommandError(error, server: server).sentences == [
        "steps: must be 1 to 200, is 0.", "width: must be a multiple of 8. [2J.",
      ])
  }

  @Test("an unreachable server is named, with what to do")
  func unreachable() {
    let sentences = CommandError(RPCError(.unavailable, "connection refused"), server: server).sentences
    #expect(
      sentences.count == 2 && sentences[0].contains("127.0.0.1:50051") && sentences[1].contains("LORIKEET_SERVER"))
  }

  @Test("an error without a text still says what happened; damaged details change nothing")
  func bare() {
    #expect(CommandError(RPCError(.internalError, ""), server: server).sentences == ["The server answered INTERNAL."])
    let damaged = RPCError(.invalidArgument, "no", statusDetails: [0xFF, 0xFF, 0xFF])
    #expect(CommandError(damaged, server: server).sentences == ["no."])
  }

  func report(_ error: any Error) -> (status: CommandStatus, output: String, errors: String) {
    let (output, errors) = (Capture(), Capture())
    let status = Launcher.report(error, output: output.console(.plain), errors: errors.console(.plain))
    return (status, output.text, errors.text)
  }

  @Test("errors go to standard error, help to standard output")
  func streams() throws {
    let failed = report(CommandError(.notFound, ["No asset.", "Try another."]))
    #expect(
      failed.status == .notFound && failed.output.isEmpty && failed.errors == "error: No asset.\n       Try another.\n")
    do {
      var help = try Lorikeet.parseAsRoot(["--help"])
      try help.run()
      Issue.record("help did not end the command")
    } catch {
      let help = report(error)
      #expect(help.status == .success && help.output.contains("Exit status") && help.errors.isEmpty)
    }
  }

  @Test(
    "faults in the arguments end with 2 and say what is wrong",
    arguments: [
      (["tunes", "create", "--name", "a", "--trigger", "b"], "--images"),
      (["assets", "list", "--kind", "cat"], "textual-inversion"),
      (["generate"], "<prompt>"), (["generate", "x", "--sampler", "plms"], "euler-karras"),
      (["assets", "list", "--limit", "0"], "--limit"),
      (["health", "--timeout", "0"], "--timeout"), (["nonsense"], "nonsense"),
      (["generate", "x", "--steps", "many"], "--steps"),
    ])
  func arguments(arguments: [String], expected: String) {
    do {
      _ = try Lorikeet.parseAsRoot(arguments)
      Issue.record("parsed")
    } catch {
      let result = report(error)
      #expect(result.status == .usage && result.output.isEmpty)
      #expect(result.errors.contains(expected), "\(result.errors)")
    }
  }

  @Test("the exit codes on the help page are those in use")
  func documented() {
    for status in CommandStatus.allCases { #expect(CommandStatus.table.contains("\(status.rawValue)")) }
    #expect(CommandStatus.allCases.map(\.rawValue) == [0, 1, 2, 3, 4, 5, 6, 7, 130])
  }

  @Test("a job's end decides the exit code")
  func jobs() throws {
    let failed = Tune.with { ($0.name, $0.state, $0.stateReason) = ("cat", .failed, "the loss is NaN") }
    #expect(throws: CommandError(.jobFailed, "The tune cat failed: the loss is NaN.")) { try TuneView.conclude(failed) }
    #expect(throws: CommandError(.cancelled, "The tune cat was cancelled.")) {
      try TuneView.conclude(.with { ($0.name, $0.state) = ("cat", .cancelled) })
    }
    try TuneView.conclude(.with { $0.state = .succeeded })
    #expect(throws: CommandError.self) { try GenerationView.conclude(.with { $0.state = .failed }) }
    #expect(throws: CommandError.self) { try GenerationView.conclude(.with { $0.state = .cancelled }) }
    try GenerationView.conclude(.with { $0.state = .succeeded })
  }
}
