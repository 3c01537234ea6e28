/// What a script learns from `$?`. Documented in `lorikeet --help`; the numbers stay.
enum CommandStatus: Int32, CaseIterable {
  case success = 0
  /// The command worked; the job it watched ended as FAILED.
  case jobFailed = 1
  /// Wrong arguments, unusable local files, or fields that the server refused.
  case usage = 2
  case notFound = 3
  /// No connection, the server is shutting down, or it did not answer in time.
  case unavailable = 4
  /// The job that was watched ended as CANCELLED.
  case cancelled = 5
  /// The name is taken, or something is not in the state that the command needs.
  case conflict = 6
  /// Anything else: a fault of the server, a full disk, a checksum that does not match.
  case failure = 7
  /// Ctrl-C (128 + SIGINT, as shells count).
  case interrupted = 130

  /// One line for the help page.
  var meaning: String {
    switch self {
    case .success: "success"
    case .jobFailed: "the tune or generation failed"
    case .usage: "wrong arguments or unusable files"
    case .notFound: "no such asset, tune or generation"
    case .unavailable: "the server cannot be reached or did not answer in time"
    case .cancelled: "the tune or generation was cancelled"
    case .conflict: "the name is taken, or something is in the wrong state"
    case .failure: "any other error"
    case .interrupted: "interrupted by Ctrl-C"
    }
  }

  static var table: String {
    allCases.map { "  \($0.rawValue)\(String(repeating: " ", count: 5 - String($0.rawValue).count))\($0.meaning)" }
      .joined(separator: "\n")
  }
}

/// An error as the user sees it: whole sentences on standard error, and the status the process ends with.
struct CommandError: Error, Equatable {
  let status: CommandStatus
  /// One sentence each; the first says what failed.
  let sentences: [String]

  init(_ status: CommandStatus, _ sentences: [String]) {
    self.status = status
    self.sentences = sentences
  }

  init(_ status: CommandStatus, _ sentence: String) { self.init(status, [sentence]) }

  /// An error of the arguments or the files they name.
  static func usage(_ sentence: String) -> CommandError { CommandError(.usage, sentence) }
}
