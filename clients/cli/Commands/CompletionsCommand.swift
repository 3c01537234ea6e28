import ArgumentParser

struct CompletionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "completions", abstract: "Writes a script that completes this program's commands and options.",
    discussion: """
      bash: lorikeet completions bash > ~/.local/share/bash-completion/completions/lorikeet
      zsh:  lorikeet completions zsh > _lorikeet, in a folder of $fpath
      fish: lorikeet completions fish > ~/.config/fish/completions/lorikeet.fish
      """)

  @Argument(help: "bash, zsh or fish.", completion: .list(["bash", "zsh", "fish"]))
  var shell: String

  func run() throws {
    guard let shell = CompletionShell(rawValue: shell) else {
      throw CommandError.usage("'\(shell.printable)' is none of bash, zsh and fish.")
    }
    Console.output.line(Lorikeet.completionScript(for: shell))
  }
}
