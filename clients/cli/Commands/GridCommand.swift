import ArgumentParser
import Foundation
import Images

struct GridCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "grid", abstract: "Lays image files out as one picture, with captions.",
    discussion: "Works without a server. Images fill the rows from the left.")

  @Argument(help: "Image files.", completion: .file())
  var images: [String]

  @Option(name: [.short, .long], help: ArgumentHelp("The PNG file to write.", valueName: "path"), completion: .file())
  var out: String

  @Option(help: ArgumentHelp("Images in a row. Left out: about a square.", valueName: "n"))
  var columns: Int?

  @Option(
    name: .customLong("row"),
    help: ArgumentHelp("The caption of the next row; repeated, from the top.", valueName: "text"))
  var rowCaptions: [String] = []

  @Option(
    name: .customLong("column"),
    help: ArgumentHelp("The caption of the next column; repeated, from the left.", valueName: "text"))
  var columnCaptions: [String] = []

  @Option(
    help: ArgumentHelp("The size of a cell. Left out: that of the largest image, at least 192.", valueName: "pixels"))
  var cell: Int?

  @Flag(help: "Replace the file if it exists.")
  var force = false

  func run() throws {
    var pictures: [PixelImage] = []
    for path in images { pictures.append(try Self.decode(path)) }
    try Self.write(
      pictures, columns: columns ?? Self.columns(for: pictures.count), rowCaptions: rowCaptions,
      columnCaptions: columnCaptions,
      cell: cell, to: out, replace: force)
    Console.output.line(out)
  }

  static func decode(_ path: String) throws(CommandError) -> PixelImage {
    do throws(ImageError) {
      return try Images.decode(path: path)
    } catch {
      throw .usage(
        error.message.hasPrefix(path)
          ? error.message.printable.asSentence : "\(path.printable): \(error.message.printable.asSentence)")
    }
  }

  /// About a square, wider rather than taller.
  static func columns(for count: Int) -> Int { max(1, Int(Double(count).squareRoot().rounded(.up))) }

  static func write(
    _ images: [PixelImage], columns: Int, rowCaptions: [String], columnCaptions: [String], cell: Int?, to path: String,
    replace: Bool
  ) throws(CommandError) {
    guard columns > 0 else { throw .usage("--columns must be at least 1.") }
    let rows = stride(from: 0, to: images.count, by: columns).map {
      Array(images[$0..<min($0 + columns, images.count)])
    }
    let size = cell ?? min(1024, max(192, images.map { max($0.width, $0.height) }.max() ?? 0))
    let bytes: [UInt8]
    do throws(ImageError) {
      let grid = try Images.grid(rows, rowCaptions: rowCaptions, columnCaptions: columnCaptions, cellSize: size)
      bytes = try Images.encode(grid, as: .png)
    } catch {
      throw .usage("The grid cannot be made: \(error.message.printable.asSentence)")
    }
    let writer = try FileWriter(path, replace: replace)
    try writer.write(bytes)
    try writer.finish()
  }
}
