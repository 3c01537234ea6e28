import ArgumentParser
import LorikeetAPI

struct AssetsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "assets", abstract: "Images, checkpoints, LoRAs and other files on the server.",
    subcommands: [List.self, AssetsUpload.self, Get.self, AssetsDownload.self, Delete.self], aliases: ["asset"])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists assets, newest first.", aliases: ["ls"])

    @Option(
      help: Words.help("Only these kinds", AssetKind.self), completion: Words.completion(AssetKind.self),
      transform: Words.parse)
    var kind: [AssetKind] = []

    @Option(
      help: Words.help("Only these states", AssetState.self), completion: Words.completion(AssetState.self),
      transform: Words.parse)
    var state: [AssetState] = []

    @Option(help: ArgumentHelp("Only names that contain this text.", valueName: "text"))
    var name = ""

    @Option(help: ArgumentHelp("Only what this tune or generation made.", valueName: "id"))
    var source = ""

    @OptionGroup var page: PageOptions
    @OptionGroup var server: ServerOptions

    func run() async throws {
      let (assets, total) = try await server.withServer { connection in
        try await page.collect { size, token in
          let answer = try await connection.assets.listAssets(
            .with {
              ($0.pageSize, $0.pageToken, $0.kinds, $0.states) = (size, token, kind, state)
              ($0.nameContains, $0.source) = (name, source)
            }, options: server.unary)
          return (answer.assets, answer.nextPageToken, answer.totalSize)
        }
      }
      if server.json {
        let answer = ListAssetsResponse.with { ($0.assets, $0.totalSize) = (assets, Int32(clamping: total)) }
        return Console.output.line(JSON(answer).text(pretty: true))
      }
      Console.output.write(AssetView.table(assets).rendered(style: Console.output.style))
      PageOptions.note(shown: assets.count, total: total)
    }
  }

  struct Get: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Shows one asset.", aliases: ["show"])

    @Argument(help: "The asset's id or name.")
    var asset: String

    @OptionGroup var server: ServerOptions

    func run() async throws {
      let found = try await server.withServer {
        try await $0.assets.getAsset(.with { $0.asset = asset }, options: server.unary)
      }
      AssetView.show(found, json: server.json)
    }
  }

  struct Delete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Deletes assets.", discussion: "Tunes and generations that used or made them stay.", aliases: ["rm"])

    @Argument(help: "Ids or names.")
    var assets: [String]

    @OptionGroup var server: ServerOptions

    func run() async throws {
      try await server.withServer { connection in
        for asset in assets {
          _ = try await connection.assets.deleteAsset(.with { $0.asset = asset }, options: server.unary)
          if !server.json { Console.output.line("deleted \(asset.printable)") }
        }
      }
      if server.json {
        Console.output.line(JSON.object([("deleted", .array(assets.map(JSON.string)))]).text(pretty: true))
      }
    }
  }
}
