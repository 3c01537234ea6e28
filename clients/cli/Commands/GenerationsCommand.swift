import ArgumentParser
import Foundation
import LorikeetAPI
import RPC

struct GenerationsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generations", abstract: "Image jobs: those of `generate`, and those that run on their own.",
    subcommands: [
      Create.self, List.self, Get.self, Watch.self, GenerationsReplay.self, Cancel.self, Delete.self,
    ], aliases: ["generation"])

  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Accepts a generation and returns at once.", discussion: "`lorikeet generations watch ID` follows it.")

    @OptionGroup var generation: GenerationOptions
    @OptionGroup var server: ServerOptions

    func run() async throws {
      let made = try await server.withServer { connection in
        let settings = try await generation.settings(over: Transfer(server: connection))
        return try await connection.generations.createGeneration(
          .with {
            $0.settings = settings
            $0.requestId = UUID().uuidString
          }, options: server.unary)
      }
      Console.output.line(server.json ? JSON(made).text(pretty: true) : made.id.printable)
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists generations, newest first.", aliases: ["ls"])

    @Option(
      help: Words.help("Only these states", JobState.self), completion: Words.completion(JobState.self),
      transform: Words.parse)
    var state: [JobState] = []

    @Option(help: ArgumentHelp("Only prompts that contain this text.", valueName: "text"))
    var prompt = ""

    @OptionGroup var page: PageOptions
    @OptionGroup var server: ServerOptions

    func run() async throws {
      let (generations, total) = try await server.withServer { connection in
        try await page.collect { size, token in
          let answer = try await connection.generations.listGenerations(
            .with { ($0.pageSize, $0.pageToken, $0.states, $0.promptContains) = (size, token, state, prompt) },
            options: server.unary)
          return (answer.generations, answer.nextPageToken, answer.totalSize)
        }
      }
      if server.json {
        let answer = ListGenerationsResponse.with {
          ($0.generations, $0.totalSize) = (generations, Int32(clamping: total))
        }
        return Console.output.line(JSON(answer).text(pretty: true))
      }
      Console.output.write(GenerationView.table(generations).rendered(style: Console.output.style))
      PageOptions.note(shown: generations.count, total: total)
    }
  }

  struct Get: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Shows one generation.", aliases: ["show"])

    @Argument(help: "The generation's id.")
    var generation: String

    @Flag(help: "Writes its manifest, as JSON: what `generations replay --manifest` reads.")
    var manifest = false

    @OptionGroup var server: ServerOptions

    func run() async throws {
      let found = try await server.withServer {
        try await $0.generations.getGeneration(.with { $0.generation = generation }, options: server.unary)
      }
      guard manifest else { return GenerationView.show(found, json: server.json) }
      guard let made = found.manifest else {
        throw CommandError(.failure, "The generation has no manifest yet: it has not begun.")
      }
      Console.output.line(JSON(made).text(pretty: true))
    }
  }

  struct Watch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Follows a generation to its end.", discussion: "Ctrl-C ends the watching, not the generation.")

    @Argument(help: "The generation's id.")
    var generation: String

    @OptionGroup var server: ServerOptions

    func run() async throws {
      let display = ProgressDisplay(.output)
      var watch = GenerationWatch(display: server.json ? nil : display)
      let ended = try await server.withServer { connection in
        try await Reconnecting().run { error in
          if !server.json {
            display.show(ProgressLine(label: "connection lost, trying again", facts: [error.message.printable]))
          }
        } _: { heard in
          let events = try await connection.generations.watchGeneration(
            .with { ($0.generation, $0.afterSequence) = (generation, watch.sequence) })
          for try await event in events {
            heard()
            if server.json { Console.output.line(JSON(event).text(pretty: false)) }
            switch watch.take(event) {
            case .image(let image):
              if !server.json { display.note("image: \(image.asset.printable), seed \(image.seed)") }
            case .ended(let generation): return generation
            case nil: break
            }
          }
          throw RPCError(.unavailable, "the server ended the stream before the generation had ended")
        }
      }
      display.clear()
      if !server.json, ended.state == .succeeded { Console.output.line("\(ended.id.printable): \(ended.state.word)") }
      try GenerationView.conclude(ended)
    }
  }

  struct Cancel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Stops a generation.")

    @Argument(help: "The generation's id.")
    var generation: String

    @OptionGroup var server: ServerOptions

    func run() async throws {
      let found = try await server.withServer {
        try await $0.generations.cancelGeneration(.with { $0.generation = generation }, options: server.unary)
      }
      Console.output.line(server.json ? JSON(found).text(pretty: true) : "\(found.id.printable): \(found.state.word)")
    }
  }

  struct Delete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Deletes generations, after stopping them.", discussion: "Their images stay as assets.", aliases: ["rm"]
    )

    @Argument(help: "Ids.")
    var generations: [String]

    @OptionGroup var server: ServerOptions

    func run() async throws {
      try await server.withServer { connection in
        for generation in generations {
          _ = try await connection.generations.deleteGeneration(
            .with { $0.generation = generation }, options: server.unary)
          if !server.json { Console.output.line("deleted \(generation.printable)") }
        }
      }
      if server.json {
        Console.output.line(JSON.object([("deleted", .array(generations.map(JSON.string)))]).text(pretty: true))
      }
    }
  }
}
