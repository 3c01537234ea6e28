import ArgumentParser
import LorikeetAPI

struct TunesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tunes", abstract: "Fine-tuning jobs: from photos to a LoRA.",
    subcommands: [
      TunesCreate.self, TunesLint.self, TunesForecast.self, List.self, Get.self, Watch.self, Cancel.self, Delete.self,
    ], aliases: ["tune"])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists tunes, newest first.", aliases: ["ls"])

    @Option(
      help: Words.help("Only these states", JobState.self), completion: Words.completion(JobState.self),
      transform: Words.parse)
    var state: [JobState] = []

    @Option(help: ArgumentHelp("Only names that contain this text.", valueName: "text"))
    var name = ""

    @Option(help: ArgumentHelp("Only tunes of this checkpoint.", valueName: "asset"))
    var base = ""

    @Option(help: ArgumentHelp("Only tunes with this trigger word.", valueName: "word"))
    var trigger = ""

    @OptionGroup var page: PageOptions
    @OptionGroup var server: ServerOptions

    func run() async throws {
      let (tunes, total) = try await server.withServer { connection in
        try await page.collect { size, token in
          let answer = try await connection.tunes.listTunes(
            .with {
              ($0.pageSize, $0.pageToken, $0.states) = (size, token, state)
              ($0.nameContains, $0.baseCheckpoint, $0.triggerWord) = (name, base, trigger)
            }, options: server.unary)
          return (answer.tunes, answer.nextPageToken, answer.totalSize)
        }
      }
      if server.json {
        let answer = ListTunesResponse.with { ($0.tunes, $0.totalSize) = (tunes, Int32(clamping: total)) }
        return Console.output.line(JSON(answer).text(pretty: true))
      }
      Console.output.write(TuneView.table(tunes).rendered(style: Console.output.style))
      PageOptions.note(shown: tunes.count, total: total)
    }
  }

  struct Get: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Shows one tune.", aliases: ["show"])

    @Argument(help: "The tune's id or name.")
    var tune: String

    @OptionGroup var server: ServerOptions

    func run() async throws {
      let found = try await server.withServer {
        try await $0.tunes.getTune(.with { $0.tune = tune }, options: server.unary)
      }
      TuneView.show(found, json: server.json)
    }
  }

  struct Watch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Follows a tune to its end.",
      discussion: "Ctrl-C ends the watching, not the tune. A lost connection is taken up again where it broke.")

    @Argument(help: "The tune's id or name.")
    var tune: String

    @OptionGroup var server: ServerOptions

    func run() async throws {
      let ended = try await TuneWatch(options: server).follow(tune)
      try TuneView.conclude(ended)
    }
  }

  struct Cancel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Stops a tune.")

    @Argument(help: "The tune's id or name.")
    var tune: String

    @Flag(
      help: """
        Keep what it has learned: the LoRA becomes an asset, and `tunes create --resume-from` goes on from there.
        """)
    var keep = false

    @OptionGroup var server: ServerOptions

    func run() async throws {
      let found = try await server.withServer {
        try await $0.tunes.cancelTune(.with { ($0.tune, $0.keep) = (tune, keep) }, options: server.unary)
      }
      Console.output.line(server.json ? JSON(found).text(pretty: true) : "\(found.name.printable): \(found.state.word)")
    }
  }

  struct Delete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Deletes tunes, after stopping them.", discussion: "Their images and LoRAs stay.", aliases: ["rm"])

    @Argument(help: "Ids or names.")
    var tunes: [String]

    @OptionGroup var server: ServerOptions

    func run() async throws {
      try await server.withServer { connection in
        for tune in tunes {
          _ = try await connection.tunes.deleteTune(.with { $0.tune = tune }, options: server.unary)
          if !server.json { Console.output.line("deleted \(tune.printable)") }
        }
      }
      if server.json {
        Console.output.line(JSON.object([("deleted", .array(tunes.map(JSON.string)))]).text(pretty: true))
      }
    }
  }
}
