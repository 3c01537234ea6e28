/// Shows progress: one line drawn over and over on a terminal; in a pipe a line at each state, and for progress one at
/// every twentieth part.
final class ProgressDisplay {
  private let console: Console
  private let terminalOnly: Bool
  private var drawn = false
  private var lastLabel: String?
  private var lastTwentieth = -1

  /// - Parameter terminalOnly: shows progress to people only: moving a file is no news to a script.
  init(_ console: Console, terminalOnly: Bool = false) {
    self.console = console
    self.terminalOnly = terminalOnly
  }

  deinit { finish() }

  func show(_ line: ProgressLine) {
    if console.style.isTerminal {
      console.write("\r" + line.drawn(style: console.style) + "\u{1B}[K")
      drawn = true
      return
    }
    if terminalOnly { return }
    let twentieth = line.fraction.map { Int(($0.isFinite ? min(1, max(0, $0)) : 0) * 20) } ?? -1
    guard line.label != lastLabel || twentieth > lastTwentieth else { return }
    (lastLabel, lastTwentieth) = (line.label, twentieth)
    console.line(line.plain)
  }

  /// Writes a line that stays, such as a warning or a finished file.
  func note(_ text: String) {
    clear()
    console.line(text)
  }

  /// Leaves the last line standing and moves below it.
  func finish() {
    if drawn { console.write("\n") }
    drawn = false
  }

  /// Takes the line away.
  func clear() {
    if drawn { console.write("\r\u{1B}[K") }
    drawn = false
  }
}
