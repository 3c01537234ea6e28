import ArgumentParser
import Foundation
import LorikeetAPI

/// Looks at a data set before anything is trained on it.
struct TunesLint: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lint", abstract: "Looks for faults in photos and captions, without training.",
    discussion: """
      Takes what `tunes create` takes. Photos are uploaded for the look and removed afterwards. The exit status is 0 \
      whatever is found, unless --strict is given.
      """)

  @OptionGroup var tune: TuneOptions
  @Flag(help: "Fail when there are warnings or errors.")
  var strict = false
  @OptionGroup var server: ServerOptions

  func validate() throws { try tune.requireInputs() }

  func run() async throws {
    let local = try tune.localImages()
    let (found, files) = try await server.withServer { connection in
      try await InspectedTune.ask(tune, local, over: Transfer(server: connection)) { wanted in
        try await connection.tunes.lintTune(.with { $0.tune = wanted })
      }
    }
    if server.json {
      Console.output.line(JSON(found).text(pretty: true))
    } else {
      LintView.show(found, files: files)
    }
    let grave = found.findings.count { $0.severity == .warning || $0.severity == .error }
    if strict, grave > 0 {
      throw CommandError(.failure, "\(Format.count(grave, "finding")) of weight.")
    }
  }
}

/// Says what a tune would take.
struct TunesForecast: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "forecast", abstract: "Says what a tune would take of memory and time, without training.",
    discussion: "Takes what `tunes create` takes. Photos are uploaded for it and removed afterwards.")

  @OptionGroup var tune: TuneOptions
  @OptionGroup var server: ServerOptions

  func validate() throws { try tune.requireInputs() }

  func run() async throws {
    let local = try tune.localImages()
    let (forecast, _) = try await server.withServer { connection in
      try await InspectedTune.ask(tune, local, over: Transfer(server: connection)) { wanted in
        try await connection.tunes.forecastTune(.with { $0.tune = wanted })
      }
    }
    if server.json { return Console.output.line(JSON(forecast).text(pretty: true)) }
    var details = Details()
    LintView.add(forecast, to: &details)
    Console.output.write(details.rendered(style: Console.output.style))
  }
}

/// A tune that is asked about and never made.
enum InspectedTune {
  /// Uploads, asks, and takes the uploads back.
  static func ask<Answer: Sendable>(
    _ options: TuneOptions, _ local: [CaptionedImage], over transfer: Transfer,
    _ question: (Tune) async throws -> Answer
  ) async throws -> (answer: Answer, files: [String: String]) {
    let uploaded = try await options.upload(local, over: transfer)
    let answer: Result<Answer, any Error>
    do { answer = .success(try await question(options.tune(uploaded))) } catch { answer = .failure(error) }
    await transfer.discard(uploaded.assets)
    return (try answer.get(), uploaded.files)
  }
}
