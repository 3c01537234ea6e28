import ArgumentParser
import Foundation
import Images
import TinyWorld

/// For the demo: how often the drawn demo subject appears in images.
struct ScoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "score", abstract: "Prints the share of images that show the demo subject.", shouldDisplay: false)

  @Argument(help: "Image files.", completion: .file())
  var images: [String]

  @Option(help: ArgumentHelp("The subject to look for, by its trigger word.", valueName: "word"))
  var subject = DemoSubject.triggerWord

  @Flag(help: "Write JSON, with a verdict for each image.")
  var json = false

  func run() throws {
    guard subject == DemoSubject.triggerWord else {
      throw CommandError.usage("Only \(DemoSubject.triggerWord), the demo's subject, can be detected.")
    }
    let verdicts = try Self.verdicts(images)
    let score = Double(verdicts.count { $0.present }) / Double(max(1, verdicts.count))
    guard json else { return Console.output.line(String(format: "%.2f", score)) }
    let each = verdicts.map { JSON.object([("file", .string($0.path)), ("present", .bool($0.present))]) }
    Console.output.line(JSON.object([("score", .number(score)), ("images", .array(each))]).text(pretty: true))
  }

  static func verdicts(_ paths: [String]) throws(CommandError) -> [(path: String, present: Bool)] {
    var verdicts: [(path: String, present: Bool)] = []
    for path in paths {
      let image = try GridCommand.decode(path)
      let picture = Picture(width: image.width, height: image.height, pixels: image.pixels)
      verdicts.append((path, SubjectDetector(picture).isPresent))
    }
    return verdicts
  }
}
