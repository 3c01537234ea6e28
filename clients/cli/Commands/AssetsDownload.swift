import ArgumentParser
import Foundation
import LorikeetAPI

/// The layouts of LoRA files that a server writes.
enum LoraLayout: String, ExpressibleByArgument, CaseIterable {
  case kohya, peft, diffusers

  var format: LoraFormat {
    switch self {
    case .kohya: .kohya
    case .peft: .peft
    case .diffusers: .diffusers
    }
  }
}

struct AssetsDownload: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "download", abstract: "Downloads assets, and checks their digests.",
    discussion: "A checkpoint of several files becomes a folder. Paths are written to standard output, one a line.")

  @Argument(help: "Ids or names.")
  var assets: [String]

  @Option(
    name: [.short, .long],
    help: ArgumentHelp("The file to write, or an existing folder to write into.", valueName: "path"),
    completion: .file())
  var out: String?

  @Option(
    help: ArgumentHelp(
      "A LoRA's layout: kohya, peft or diffusers. Left out: as it is stored.", valueName: "layout"))
  var format: LoraLayout?

  @Flag(help: "Replace files that exist.")
  var force = false

  @OptionGroup var server: ServerOptions

  func run() async throws {
    var isFolder: ObjCBool = false
    let into =
      out.map { FileManager.default.fileExists(atPath: $0, isDirectory: &isFolder) && isFolder.boolValue } ?? false
    if let out, !into, assets.count > 1 {
      throw CommandError.usage("--out \(out.printable) is no folder, and \(assets.count) assets need one.")
    }
    let written = try await server.withServer { connection in
      var written: [String] = []
      for name in assets {
        let asset = try await connection.assets.getAsset(.with { $0.asset = name }, options: server.unary)
        written += try await download(
          asset, folder: into ? out : nil, exact: into ? nil : out, over: Transfer(server: connection))
      }
      return written
    }
    if server.json {
      Console.output.line(JSON.object([("files", .array(written.map(JSON.string)))]).text(pretty: true))
    }
  }

  private func download(_ asset: Asset, folder: String?, exact: String?, over transfer: Transfer) async throws
    -> [String]
  {
    let display = ProgressDisplay(.error, terminalOnly: true)
    let targets = try Self.targets(asset, folder: folder, exact: exact)
    for (file, target) in targets {
      try await transfer.download(
        asset: asset.id, file: file, to: target, replace: force, format: format?.format ?? .unspecified
      ) { done, total in
        display.show(.transfer("downloading", done, total, target))
      }
      display.clear()
      if !server.json { Console.output.line(target) }
    }
    return targets.map(\.target)
  }

  /// Where each of an asset's files goes. The names come from the server and are checked before they become paths.
  static func targets(_ asset: Asset, folder: String?, exact: String?) throws(CommandError) -> [(
    file: String, target: String
  )] {
    guard !asset.files.isEmpty else { throw CommandError(.failure, "\(asset.name.printable) has no files.") }
    let single = asset.files.count == 1
    func inFolder(_ name: String) -> String { folder.map { ($0 as NSString).appendingPathComponent(name) } ?? name }
    var targets: [(file: String, target: String)] = []
    for file in asset.files {
      // One file: its extension matters, its name is the asset's.
      let name = single ? singleName(asset.name, file.path) : "\(asset.name)/\(file.path)"
      guard SafePath.isInside(name) else {
        throw CommandError(.failure, "The server named a file \(name.printable), which this program will not write.")
      }
      let target = exact.map { single ? $0 : ($0 as NSString).appendingPathComponent(file.path) } ?? inFolder(name)
      targets.append((file.path, target))
    }
    return targets
  }

  private static func singleName(_ asset: String, _ file: String) -> String {
    let ending = (file as NSString).pathExtension
    return ending.isEmpty || asset.lowercased().hasSuffix("." + ending.lowercased()) ? asset : "\(asset).\(ending)"
  }
}
