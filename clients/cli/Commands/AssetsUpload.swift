import ArgumentParser
import Foundation
import LorikeetAPI

struct AssetsUpload: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "upload", abstract: "Uploads images, folders of images, checkpoint folders and other files.",
    discussion: """
      A folder of images becomes an asset for each, with the caption in NAME.txt beside NAME.png or in metadata.jsonl \
      ({"file_name": "cat.png", "text": "a cat"} a line). A folder with a model_index.json becomes one checkpoint, \
      and so does a safetensors file with --kind checkpoint. Ids \
      are written to standard output, one a line.
      """)

  @Argument(help: "Files and folders.", completion: .file())
  var paths: [String]

  @Option(
    help: Words.help("What the files are, where their names do not tell", AssetKind.self),
    completion: Words.completion(AssetKind.self), transform: Words.parse)
  var kind: AssetKind?

  @Option(help: "The asset's name; for a single asset. Left out: made from the file's name.")
  var name: String?

  @Option(help: "Free text to keep with the assets.")
  var description = ""

  @Option(help: "The caption to train with; for a single image.")
  var caption: String?

  @Option(
    name: .customLong("trigger"), help: ArgumentHelp("A word that calls what a LoRA has learned.", valueName: "word"))
  var triggerWords: [String] = []

  @Flag(help: "Take a LoRA although a part of it fits no layer of its family's models; that part is lost.")
  var allowUnmatched = false

  @OptionGroup var server: ServerOptions

  func run() async throws {
    var plans: [UploadPlan] = []
    for path in paths { plans.append(try UploadPlan(path: path, kind: kind)) }
    let count = plans.reduce(0) { $0 + $1.assetCount }
    if let name, count > 1 {
      throw CommandError.usage("--name \(name.printable) can name one asset, and these paths make \(count).")
    }
    if caption != nil, count > 1 {
      throw CommandError.usage("--caption belongs to one image; write NAME.txt files for several.")
    }

    let assets = try await server.withServer { try await upload(plans, count: count, over: Transfer(server: $0)) }
    if server.json {
      let answer = ListAssetsResponse.with { ($0.assets, $0.totalSize) = (assets, Int32(clamping: assets.count)) }
      Console.output.line(JSON(answer).text(pretty: true))
    }
  }

  private func upload(_ plans: [UploadPlan], count: Int, over transfer: Transfer) async throws -> [Asset] {
    let display = ProgressDisplay(.error, terminalOnly: true)
    var assets: [Asset] = []
    for plan in plans {
      switch plan {
      case .file(let path, let kind):
        let header = UploadHeader.with {
          ($0.kind, $0.name, $0.description, $0.triggerWords) = (kind, name ?? "", description, triggerWords)
          $0.allowUnmatched = allowUnmatched
        }
        let size = try FileReader(path).size
        assets.append(
          try await transfer.upload(path, header: header) { sent in
            display.show(.transfer("uploading", sent, size, path))
          })
        tell(assets, display)
      case .images(let images):
        for image in images {
          let header = UploadHeader.with {
            ($0.kind, $0.name, $0.description) = (.image, name ?? "", description)
            $0.caption = caption ?? image.caption ?? ""
          }
          assets.append(try await transfer.upload(image.path, header: header))
          tell(assets, display)
          display.show(
            ProgressLine(
              label: "uploading", fraction: Double(assets.count) / Double(count),
              facts: ["\(assets.count) of \(count)", image.fileName.printable]))
        }
      case .checkpoint(let folder, let files):
        let request = CreateAssetRequest.with {
          $0.name = name ?? UploadPlan.assetName(of: folder)
          ($0.kind, $0.description, $0.requestId) = (.checkpoint, description, UUID().uuidString)
        }
        assets.append(
          try await transfer.uploadCheckpoint(folder: folder, files: files, request: request) { file, sent, total in
            display.show(.transfer("uploading", sent, total, file))
          })
        tell(assets, display)
      }
    }
    display.clear()
    return assets
  }

  /// Names the newest asset as soon as it is there.
  private func tell(_ assets: [Asset], _ display: ProgressDisplay) {
    guard !server.json, let asset = assets.last else { return }
    display.clear()
    let name = Console.output.style.isTerminal ? "  \(asset.name.printable)" : ""
    Console.output.line(asset.id.printable + name)
    if asset.state == .rejected {
      Console.error.line("warning: \(asset.name.printable) was refused: \(asset.stateReason.printable)")
    }
  }
}

extension UploadPlan {
  var assetCount: Int {
    switch self {
    case .file, .checkpoint: 1
    case .images(let images): images.count
    }
  }

  /// A folder's name as an asset's: other characters than those allowed become dashes.
  static func assetName(of folder: String) -> String {
    let name = URL(fileURLWithPath: folder).standardizedFileURL.lastPathComponent
    let allowed = name.map { $0.isASCII && ($0.isLetter || $0.isNumber || "_-.".contains($0)) ? $0 : "-" }
    let trimmed = String(allowed.drop { $0 == "." }.prefix(128))
    return trimmed.isEmpty ? "checkpoint" : trimmed
  }
}

extension ProgressLine {
  static func transfer(_ label: String, _ done: Int64, _ total: Int64, _ name: String) -> ProgressLine {
    ProgressLine(
      label: label, fraction: total > 0 ? Double(done) / Double(total) : nil,
      facts: ["\(Format.bytes(done)) of \(Format.bytes(total))", (name as NSString).lastPathComponent.printable])
  }
}
