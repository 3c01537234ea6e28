import ArgumentParser
import Foundation
import LorikeetAPI

struct TunesCreate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create", abstract: "Uploads photos and trains a LoRA on them.",
    discussion: """
      Captions come from NAME.txt beside NAME.png, or from a metadata.jsonl in the folder. What is left out gets a \
      default that suits most subjects. Ten to thirty photos are a good start.
      """)

  @Option(help: "The tune's name; also the name under which its LoRA is found.")
  var name: String

  @Option(
    help: ArgumentHelp(
      "Go on where this tune was stopped with `cancel --keep`, or for more --steps where one with the constant "
        + "schedule ended; what is left out is as it was there.",
      valueName: "tune"))
  var resumeFrom = ""

  @Option(help: "Free text to keep with the tune.")
  var description = ""

  @Flag(help: "Follow the tune to its end.")
  var watch = false

  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      "Download the LoRA to this file when the tune has succeeded; implies --watch.", valueName: "path"),
    completion: .file())
  var out: String?

  @Flag(help: "Replace the file of --out if it exists.")
  var force = false

  @OptionGroup var inputs: TuneOptions
  @OptionGroup var server: ServerOptions

  func validate() throws { try inputs.requireInputs(unless: !resumeFrom.isEmpty) }

  func run() async throws {
    if let out { try FileWriter.check(out, replace: force) }
    let local = try inputs.localImages()

    let tune = try await server.withServer { try await create(local, over: Transfer(server: $0)) }
    guard watch || out != nil else {
      if server.json { return Console.output.line(JSON(tune).text(pretty: true)) }
      Console.output.line(tune.id.printable)
      if Console.error.style.isTerminal {
        Console.error.line("`lorikeet tunes watch \(tune.name.printable)` follows it.")
      }
      return
    }
    let ended = try await TuneWatch(options: server).follow(tune.name)
    try TuneView.conclude(ended)
    if let out, let lora = ended.result?.loraAsset {
      try await server.withServer {
        try await Transfer(server: $0).download(asset: lora, file: "", to: out, replace: force)
      }
      if !server.json { Console.output.line("file: \(out)") }
    }
  }

  /// Uploads the photos and creates the tune. When the tune is refused the photos are taken back: a second try with
  /// better arguments would upload them again.
  private func create(_ images: [CaptionedImage], over transfer: Transfer) async throws -> Tune {
    let uploaded = try await inputs.upload(images, over: transfer)
    let request = CreateTuneRequest.with {
      var tune = inputs.tune(uploaded)
      (tune.name, tune.description, tune.resumeFrom) = (name, description, resumeFrom)
      // All of its settings are the other tune's, unless one is given here.
      if !resumeFrom.isEmpty, tune.settings == TrainingOptions.unset { tune.settings = nil }
      $0.tune = tune
      $0.requestId = UUID().uuidString
    }
    return try await transfer.creation.run {
      try await transfer.server.tunes.createTune(request, options: server.unary)
    } discard: {
      await transfer.discard(uploaded.assets)
    }
  }
}
