import ArgumentParser
import Foundation

/// Runs one command line and gives the status that the process ends with.
enum Launcher {
  static func run(_ arguments: [String]) async -> CommandStatus {
    // Local commands have nothing to clean up, and look for no cancellation: Ctrl-C ends them as any other process.
    if let command = try? Lorikeet.parseAsRoot(arguments), !(command is any AsyncParsableCommand) {
      return await execute(arguments)
    }
    let task = Task<CommandStatus, Never> { await execute(arguments) }
    // Ctrl-C and SIGTERM cancel the task, so that calls and temporary files are cleaned up; a second one ends at once.
    let queue = DispatchQueue(label: "signals")
    let sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler {
        if task.isCancelled { exit(CommandStatus.interrupted.rawValue) }
        task.cancel()
      }
      source.resume()
      return source
    }
    let status = await task.value
    for source in sources { source.cancel() }
    return task.isCancelled && status != .success ? .interrupted : status
  }

  private static func execute(_ arguments: [String]) async -> CommandStatus {
    do {
      var command = try Lorikeet.parseAsRoot(arguments)
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
      return .success
    } catch {
      // Whatever a cancelled call answers, the user knows why.
      return Task.isCancelled ? .interrupted : report(error)
    }
  }

  /// Writes what went wrong, each sentence on its own line, and picks the status.
  static func report(_ error: any Error, output: Console = .output, errors: Console = .error) -> CommandStatus {
    if let error = error as? CommandError {
      for (index, sentence) in error.sentences.enumerated() {
        errors.line(index == 0 ? "error: \(sentence)" : "       \(sentence)")
      }
      return error.status
    }
    // What ArgumentParser throws: help, the version, or a fault in the arguments.
    let text = Lorikeet.fullMessage(for: error)
    let message = text.hasPrefix("Error: ") ? "e" + text.dropFirst() : text
    let code = Lorikeet.exitCode(for: error)
    if !message.isEmpty { (code == .success ? output : errors).line(message) }
    return code == .success ? .success : code == .validationFailure ? .usage : .failure
  }
}
