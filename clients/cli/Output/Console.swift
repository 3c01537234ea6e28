import Foundation

/// How text may look where it goes.
struct ConsoleStyle: Sendable, Equatable {
  /// Lines can be drawn over; someone is looking.
  var isTerminal: Bool
  /// Columns.
  var width: Int
  /// Block characters and ellipses may be used.
  var unicode: Bool
  var colour: Bool

  static let plain = ConsoleStyle(isTerminal: false, width: 80, unicode: true, colour: false)

  /// What the environment and the file descriptor say.
  static func detect(descriptor: Int32, environment: [String: String]) -> ConsoleStyle {
    let isTerminal = isatty(descriptor) == 1 && environment["TERM"] != "dumb"
    var size = winsize()
    let known = ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
    let utf8 = locale.uppercased().replacingOccurrences(of: "-", with: "").contains("UTF8")
    return ConsoleStyle(
      isTerminal: isTerminal, width: known ? max(20, Int(size.ws_col)) : 80, unicode: utf8 || !isTerminal,
      colour: isTerminal && (environment["NO_COLOR"] ?? "").isEmpty)
  }
}

/// A stream of text for people or for a pipe.
struct Console: Sendable {
  let style: ConsoleStyle
  private let sink: @Sendable (String) -> Void

  init(style: ConsoleStyle, sink: @escaping @Sendable (String) -> Void) {
    self.style = style
    self.sink = sink
  }

  static let output = Console(descriptor: STDOUT_FILENO)
  static let error = Console(descriptor: STDERR_FILENO)

  private init(descriptor: Int32) {
    self.init(style: .detect(descriptor: descriptor, environment: ProcessInfo.processInfo.environment)) { text in
      var bytes = Array(text.utf8)[...]
      while !bytes.isEmpty {
        let count = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
        if count > 0 {
          bytes = bytes.dropFirst(count)
        } else if errno == EAGAIN {
          // The terminal's or pipe's other user made it non-blocking, for all who share it.
          var room = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          poll(&room, 1, -1)
        } else if errno != EINTR {
          // `lorikeet … | head` has read enough: end as quietly as the signal would have.
          if errno == EPIPE { exit(128 + SIGPIPE) }
          return
        }
      }
    }
  }

  func write(_ text: String) { sink(text) }
  func line(_ text: String) { sink(text + "\n") }
}

extension Unicode.Scalar {
  /// No control character, no line break, nothing that reorders what is around it.
  var isPrintable: Bool {
    switch properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: false
    // Bidirectional overrides can make a line read as something else; the joiner only makes one emoji of two.
    case .format: self == "\u{200D}"
    default: true
    }
  }
}

extension String {
  /// The text on one line and without control characters: what a server or a file sent cannot move the cursor, forge
  /// lines or colour the screen.
  var printable: String {
    String(
      String.UnicodeScalarView(
        unicodeScalars.map { scalar in
          if scalar.isPrintable { return scalar }
          return scalar.properties.generalCategory == .format ? "\u{FFFD}" : " "
        }))
  }

  /// Columns on a terminal: East Asian wide characters and emoji take two.
  var columns: Int {
    reduce(0) { sum, character in
      guard let scalar = character.unicodeScalars.first else { return sum }
      switch scalar.value {
      case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE4F, 0xFF00...0xFF60,
        0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
        return sum + 2
      default: return sum + 1
      }
    }
  }

  /// At most `width` columns; a cut shows as an ellipsis.
  func fitted(to width: Int, unicode: Bool = true) -> String {
    guard columns > width else { return self }
    let mark = unicode ? "…" : "..."
    guard width > mark.columns else { return String(mark.prefix(max(0, width))) }
    var result = ""
    var used = 0
    for character in self {
      let wide = String(character).columns
      if used + wide > width - mark.columns { break }
      result.append(character)
      used += wide
    }
    return result + mark
  }

  func padded(to width: Int, right: Bool = false) -> String {
    let space = String(repeating: " ", count: max(0, width - columns))
    return right ? space + self : self + space
  }
}
