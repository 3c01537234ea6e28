import ArgumentParser
import Foundation

/// The command-line client.
@main
struct Lorikeet: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lorikeet",
    abstract: "Teaches Stable Diffusion your subject from your photos, and makes images with it.",
    discussion: """
      A first run:
        lorikeet tunes create --name my-cat --trigger sks1 --images photos/ --watch
        lorikeet generate "a photo of sks1 on the moon" --lora my-cat --count 4 --out images/

      In a pipe, tables are tab-separated lines and progress is plain lines; --json gives JSON everywhere.

      Exit status:
      \(CommandStatus.table)
      """,
    version: "0.1.0",
    subcommands: [
      AssetsCommand.self, TunesCommand.self, GenerateCommand.self, GenerationsCommand.self, StylesCommand.self,
      HealthCommand.self, GridCommand.self, ScoreCommand.self, CompletionsCommand.self,
    ])

  static func main() async {
    Foundation.exit(await Launcher.run(Array(CommandLine.arguments.dropFirst())).rawValue)
  }
}
