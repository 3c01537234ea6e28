import ArgumentParser
import Foundation
import Images
import LorikeetAPI
import RPC

struct GenerateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate", abstract: "Makes images from a prompt and writes them to files.",
    discussion: """
      The files' paths are written to standard output, one a line, as the images are finished. Ctrl-C cancels the \
      generation. PNG files carry the settings as text that other tools read.
      """)

  @OptionGroup var generation: GenerationOptions

  @Option(
    name: [.short, .long], help: ArgumentHelp("The folder for the files; made if it is missing.", valueName: "folder"),
    completion: .directory)
  var out = "."

  @Option(help: ArgumentHelp("What the files' names begin with. Left out: words of the prompt.", valueName: "text"))
  var prefix: String?

  @Option(
    help: ArgumentHelp("Also write all images as one grid to this PNG file.", valueName: "path"), completion: .file())
  var grid: String?

  @Flag(help: "Replace the file of --grid if it exists.")
  var force = false

  @OptionGroup var server: ServerOptions

  func run() async throws {
    if let grid { try FileWriter.check(grid, replace: force) }
    if let prefix, !SafePath.isInside(prefix) || prefix.contains("/") {
      throw CommandError.usage("--prefix \(prefix.printable) cannot begin a file's name.")
    }
    let prefix = prefix ?? SafePath.slug(generation.prompt)
    try FileWriter.makeFolder(out)
    let display = ProgressDisplay(.error)
    let (ended, files) = try await server.withServer {
      try await follow(prefix, over: Transfer(server: $0), display: display)
    }
    display.clear()
    if server.json { Console.output.line(Self.json(ended, files: files).text(pretty: true)) }
    try GenerationView.conclude(ended)
    if let grid {
      try Self.writeGrid(to: grid, of: ended, files: files, replace: force)
      if !server.json { Console.output.line(grid) }
    }
  }

  /// Starts the generation and follows it to its end, saving each image as it is finished.
  private func follow(
    _ prefix: String, over transfer: Transfer, display: ProgressDisplay
  ) async throws -> (Generation, [Int32: String]) {
    // After a lost connection the same request id finds the generation that is under way.
    let settings = try await generation.settings(over: transfer)
    let request = GenerateRequest.with { ($0.settings, $0.requestId) = (settings, UUID().uuidString) }
    var watch = GenerationWatch(display: display)
    var files: [Int32: String] = [:]
    func keep(_ image: GeneratedImage) async throws {
      guard files[image.index] == nil else { return }
      files[image.index] = try await save(image, prefix: prefix, over: transfer, display: display)
    }
    let ended = try await Reconnecting().run { error in
      display.show(ProgressLine(label: "connection lost, trying again", facts: [error.message.printable]))
    } _: { heard in
      for try await event in try await transfer.server.generations.generate(request) {
        heard()
        switch watch.take(event) {
        case .image(let image): try await keep(image)
        case .ended(let generation): return generation
        case nil: break
        }
      }
      throw RPCError(.unavailable, "the server ended the stream before the generation had ended")
    }
    // The summary names every image: one whose event was missed is fetched now.
    for image in ended.images { try await keep(image) }
    return (ended, files)
  }

  private func save(
    _ image: GeneratedImage, prefix: String, over transfer: Transfer, display: ProgressDisplay
  ) async throws -> String {
    let ending =
      switch generation.format {
      case .jpeg: "jpg"
      case .webp: "webp"
      default: "png"
      }
    if image.removedForSafety {
      let score = image.safetyScore.map { ", score \(Format.number($0))" } ?? ""
      display.note("image \(image.index + 1) was removed for safety\(score); its file is black")
    }
    let path = Self.freePath(folder: out, name: "\(prefix)-\(image.seed)", ending: ending)
    try await transfer.download(asset: image.asset, file: "", to: path, replace: false)
    display.clear()
    if !server.json { Console.output.line(path) }
    return path
  }

  /// `name.png`, or `name-2.png` and so on where that is taken.
  static func freePath(folder: String, name: String, ending: String) -> String {
    func path(_ name: String) -> String {
      folder == "." ? "\(name).\(ending)" : (folder as NSString).appendingPathComponent("\(name).\(ending)")
    }
    var number = 1
    var candidate = path(name)
    while FileManager.default.fileExists(atPath: candidate) {
      number += 1
      candidate = path("\(name)-\(number)")
    }
    return candidate
  }

  /// The generation with the paths of its images, `file` in each.
  static func json(_ generation: Generation, files: [Int32: String]) -> JSON {
    guard case .object(var members) = JSON(generation) else { return .null }
    members.append(("files", .array(generation.images.compactMap { files[$0.index] }.map(JSON.string))))
    return .object(members)
  }

  static func writeGrid(
    to path: String, of generation: Generation, files: [Int32: String], replace: Bool
  ) throws(CommandError) {
    var images: [(image: PixelImage, seed: Int64)] = []
    for made in generation.images {
      guard let file = files[made.index] else { continue }
      images.append((try GridCommand.decode(file), made.seed))
    }
    try GridCommand.write(
      images.map(\.image), columns: GridCommand.columns(for: images.count), rowCaptions: [],
      columnCaptions: images.count <= 4 ? images.map { "seed \($0.seed)" } : [], cell: nil, to: path,
      replace: replace)
  }
}
