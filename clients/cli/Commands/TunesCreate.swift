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

  @Option(help: ArgumentHelp("The word that shall call the subject, such as sks1.", valueName: "word"))
  var trigger: String

  @Option(
    parsing: .upToNextOption, help: ArgumentHelp("Image files and folders of images to upload.", valueName: "path"),
    completion: .file())
  var images: [String] = []

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Images that are on the server already: ids or names.", valueName: "asset"))
  var imageAssets: [String] = []

  @Option(
    help: ArgumentHelp(
      "The checkpoint to start from: an id or a name. Left out: the server's default.", valueName: "asset"))
  var base = ""

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

  @OptionGroup(title: "Training") var training: TrainingOptions
  @OptionGroup var server: ServerOptions

  func validate() throws {
    guard !images.isEmpty || !imageAssets.isEmpty else {
      throw ValidationError("Name the photos: --images FOLDER, or --image-assets for images on the server.")
    }
  }

  func run() async throws {
    if let out { try FileWriter.check(out, replace: force) }
    var local: [CaptionedImage] = []
    for path in images {
      guard case .images(let found) = try UploadPlan(path: path, kind: .image) else { continue }
      local += found
    }
    if let warning = ImageFolder.warning(about: local) { Console.error.line("warning: \(warning)") }

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
    var uploaded: [TrainingImage] = []
    do {
      try await upload(images, over: transfer, into: &uploaded)
    } catch {
      await transfer.discard(uploaded.map(\.asset))
      throw error
    }
    let request = CreateTuneRequest.with {
      $0.tune = .with {
        ($0.name, $0.triggerWord, $0.baseCheckpoint, $0.description) = (name, trigger, base, description)
        $0.images = uploaded + imageAssets.map { asset in .with { $0.asset = asset } }
        training.apply(to: &$0)
      }
      $0.requestId = UUID().uuidString
    }
    return try await transfer.creation.run {
      try await transfer.server.tunes.createTune(request, options: server.unary)
    } discard: {
      await transfer.discard(uploaded.map(\.asset))
    }
  }

  private func upload(
    _ images: [CaptionedImage], over transfer: Transfer, into uploaded: inout [TrainingImage]
  ) async throws {
    let display = ProgressDisplay(.error, terminalOnly: true)
    for image in images {
      let asset = try await transfer.upload(
        image.path, header: .with { ($0.kind, $0.caption) = (.image, image.caption ?? "") })
      uploaded.append(.with { $0.asset = asset.id })
      display.show(
        ProgressLine(
          label: "uploading", fraction: Double(uploaded.count) / Double(images.count),
          facts: ["\(uploaded.count) of \(images.count)", image.fileName.printable]))
    }
    display.clear()
  }
}
