import ArgumentParser
import LorikeetAPI

struct StylesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "styles", abstract: "Lists the styles that `lorikeet generate --style` takes.")

  @OptionGroup var server: ServerOptions

  func run() async throws {
    let presets = try await server.withServer { connection in
      try await connection.generations.listStylePresets(ListStylePresetsRequest(), options: server.unary).presets
    }
    if server.json {
      for preset in presets { Console.output.line(JSON(preset).text(pretty: false)) }
      return
    }
    var table = Table([.init(title: "STYLE"), .init(title: "PROMPT", flexible: true)])
    for preset in presets { table.add(preset.name, preset.prompt) }
    Console.output.write(table.rendered(style: Console.output.style))
  }
}
