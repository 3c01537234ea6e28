import Synchronization
import Testing

@testable import lorikeet

/// Keeps what a command writes.
final class Capture: Sendable {
  private let written = Mutex("")
  var text: String { written.withLock { $0 } }

  func console(_ style: ConsoleStyle) -> Console {
    Console(style: style) { [self] text in written.withLock { $0 += text } }
  }
}

extension ConsoleStyle {
  static func terminal(width: Int, unicode: Bool = true, colour: Bool = false) -> ConsoleStyle {
    ConsoleStyle(isTerminal: true, width: width, unicode: unicode, colour: colour)
  }
}

@Suite("Tables")
struct TableTests {
  var table: Table {
    var table = Table([.init(title: "NAME", flexible: true), .init(title: "SIZE", right: true), .init(title: "STATE")])
    table.add("a-rather-long-name-of-an-asset", "1.5 MB", "ready")
    table.add("b\tc\u{1B}[2J", "12 B", "")
    return table
  }

  @Test("on a terminal columns line up under headings")
  func terminal() {
    let lines = table.rendered(style: .terminal(width: 80)).split(separator: "\n").map(String.init)
    #expect(
      lines == [
        "NAME                              SIZE  STATE", "a-rather-long-name-of-an-asset  1.5 MB  ready",
        "b c [2J                           12 B",
      ])
  }

  @Test("a narrow terminal costs the flexible column, not the others")
  func narrow() {
    let lines = table.rendered(style: .terminal(width: 32)).split(separator: "\n")
    #expect(lines.allSatisfy { $0.count < 32 })
    #expect(lines[1].hasSuffix("…  1.5 MB  ready"))
  }

  @Test("in a pipe every cell is whole, separated by tabs, with no heading")
  func pipe() {
    #expect(table.rendered(style: .plain) == "a-rather-long-name-of-an-asset\t1.5 MB\tready\nb c [2J\t12 B\t\n")
  }

  @Test("a heading is bold only where colour is wanted")
  func colour() {
    #expect(table.rendered(style: .terminal(width: 80, colour: true)).hasPrefix("\u{1B}[1mNAME"))
    #expect(!table.rendered(style: .terminal(width: 80)).contains("\u{1B}"))
  }

  @Test("details leave out what is empty")
  func details() {
    var details = Details()
    details.add("id", "asset_1")
    details.add("description", "")
    details.add("caption", nil)
    details.add("state", "ready")
    #expect(details.rendered(style: .terminal(width: 80)) == "id     asset_1\nstate  ready\n")
    #expect(details.rendered(style: .plain) == "id\tasset_1\nstate\tready\n")
  }
}

@Suite("Progress")
struct ProgressTests {
  let line = ProgressLine(
    label: "training", fraction: 0.47, facts: ["step 188/400", "loss 0.0821", "12.3 images/s", "0:42 left"])

  @Test("a bar has its width at every fraction, and is full only at the end")
  func bar() {
    for unicode in [true, false] {
      for step in 0...1000 {
        let bar = ProgressLine.bar(Double(step) / 1000, width: 20, unicode: unicode)
        #expect(bar.count == 20)
        #expect((bar == String(repeating: unicode ? "█" : "#", count: 20)) == (step == 1000))
      }
    }
    #expect(
      ProgressLine.bar(0.5, width: 4, unicode: true) == "██░░"
        && ProgressLine.bar(0.45, width: 4, unicode: true) == "█▊░░")
    #expect(
      ProgressLine.bar(.nan, width: 3, unicode: false) == "---"
        && ProgressLine.bar(7, width: 3, unicode: false) == "###")
  }

  @Test("percent is rounded down")
  func percent() {
    #expect(
      ProgressLine.percent(0.999) == "99%" && ProgressLine.percent(1) == "100%" && ProgressLine.percent(-1) == "0%")
  }

  @Test("a wide terminal shows the bar and every fact")
  func wide() {
    let text = line.drawn(style: .terminal(width: 120))
    let bar = ProgressLine.bar(0.47, width: 30, unicode: true)
    #expect(text == "training  \(bar)   47%  step 188/400  loss 0.0821  12.3 images/s  0:42 left")
  }

  @Test("no width is ever exceeded, and the first facts survive longest", arguments: 20...110)
  func narrow(width: Int) {
    let text = line.drawn(style: .terminal(width: width))
    #expect(text.columns < width)
    #expect(text.hasPrefix("training"))
    if text.contains("loss") { #expect(text.contains("step 188/400")) }
  }

  @Test("a terminal sees one line drawn over; notes stay above it")
  func terminalDisplay() {
    let capture = Capture()
    let display = ProgressDisplay(capture.console(.terminal(width: 60)))
    display.show(ProgressLine(label: "a", fraction: 0.1))
    display.note("a warning")
    display.show(ProgressLine(label: "a", fraction: 1))
    display.finish()
    display.finish()
    let bar = ProgressLine(label: "a", fraction: 0.1).drawn(style: .terminal(width: 60))
    let full = ProgressLine(label: "a", fraction: 1).drawn(style: .terminal(width: 60))
    #expect(capture.text == "\r\(bar)\u{1B}[K\r\u{1B}[Ka warning\n\r\(full)\u{1B}[K\n")
  }

  @Test("a pipe is not told of files on the move")
  func terminalOnly() {
    let capture = Capture()
    let display = ProgressDisplay(capture.console(.plain), terminalOnly: true)
    display.show(ProgressLine(label: "uploading", fraction: 0.5))
    display.note("done")
    display.finish()
    #expect(capture.text == "done\n")
  }

  @Test("a pipe gets whole lines, at most one for each twentieth part")
  func pipeDisplay() {
    let capture = Capture()
    let display = ProgressDisplay(capture.console(.plain))
    display.show(ProgressLine(label: "waiting"))
    display.show(ProgressLine(label: "waiting"))
    for step in 0...400 {
      display.show(ProgressLine(label: "training", fraction: Double(step) / 400, facts: ["step \(step)/400"]))
    }
    display.finish()
    let lines = capture.text.split(separator: "\n")
    #expect(lines.count == 22 && lines[0] == "waiting" && lines[1] == "training 0%, step 0/400")
    #expect(lines.last == "training 100%, step 400/400")
    #expect(!capture.text.contains("\r") && !capture.text.contains("\u{1B}"))
  }
}

@Suite("JSON output")
struct JSONTests {
  @Test("members keep their order, and both layouts hold the same")
  func layouts() {
    let value = JSON.object([
      ("b", .array([.integer(1), .number(0.5), .null])), ("a", .object([])), ("c", .bool(true)), ("d", .array([])),
    ])
    #expect(value.text(pretty: false) == #"{"b":[1,0.5,null],"a":{},"c":true,"d":[]}"#)
    #expect(
      value.text(pretty: true)
        == "{\n  \"b\": [\n    1,\n    0.5,\n    null\n  ],\n  \"a\": {},\n  \"c\": true,\n  \"d\": []\n}")
  }

  @Test("text is escaped, and numbers that JSON lacks become null")
  func escapes() {
    // Neither C1 controls nor line separators nor what turns the direction of text reach the terminal.
    #expect(
      JSON.string("\u{7F}\u{9B}2J\u{2028}\u{2029}\u{202E}\u{E0001}👩\u{200D}🚀").text(pretty: false)
        == #""\u007f\u009b2J\u2028\u2029\u202e\udb40\udc01👩\#u{200D}🚀""#)
    #expect(JSON.string("a\"b\\c\nd\u{1}é🦜").text(pretty: false) == #""a\"b\\c\nd\u0001é🦜""#)
    #expect(
      JSON.array([.number(.nan), .number(.infinity), .integer(.min)]).text(pretty: false)
        == "[null,null,-9223372036854775808]")
  }
}
