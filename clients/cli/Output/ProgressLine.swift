/// How far something is, as one line.
struct ProgressLine: Equatable {
  /// What is going on: `training`.
  var label: String
  /// 0…1; nil: not known.
  var fraction: Double?
  /// Facts, the most important first: those that do not fit are left out from the end.
  var facts: [String] = []

  /// For a pipe: `training 47% · step 188/400 · loss 0.0821`.
  var plain: String {
    let percent = fraction.map { " \(Self.percent($0))" } ?? ""
    return ([label + percent] + facts).joined(separator: ", ")
  }

  /// For a terminal, at most `style.width - 1` columns so that the cursor never wraps.
  func drawn(style: ConsoleStyle) -> String {
    let width = style.width - 1
    let percent = fraction.map { Self.percent($0).padded(to: 4, right: true) } ?? ""
    let minimum = label.columns + (percent.isEmpty ? 0 : percent.columns + 2)
    var shown: [String] = []
    // Facts come before a wide bar: with 8 columns for it every fact that fits is shown.
    var left = width - minimum - (fraction == nil ? 0 : 10)
    for fact in facts {
      guard fact.columns + 2 <= left else { break }
      shown.append(fact)
      left -= fact.columns + 2
    }
    var parts = [label]
    if let fraction {
      let room = width - minimum - shown.reduce(0) { $0 + $1.columns + 2 } - 2
      if room >= 4 { parts.append(Self.bar(fraction, width: min(30, room), unicode: style.unicode)) }
      parts.append(percent)
    }
    return (parts + shown).joined(separator: "  ").fitted(to: width, unicode: style.unicode)
  }

  /// A bar `width` columns wide; with Unicode an eighth of a column is the finest step.
  static func bar(_ fraction: Double, width: Int, unicode: Bool) -> String {
    let clamped = fraction.isFinite ? min(1, max(0, fraction)) : 0
    guard unicode else {
      let full = Int((clamped * Double(width)).rounded(.down))
      return String(repeating: "#", count: full) + String(repeating: "-", count: width - full)
    }
    let eighths = Int((clamped * Double(width * 8)).rounded(.down))
    let partial = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8]
    let used = eighths / 8 + (partial.isEmpty ? 0 : 1)
    return String(repeating: "█", count: eighths / 8) + partial + String(repeating: "░", count: width - used)
  }

  /// Rounded down: 100 % means done.
  static func percent(_ fraction: Double) -> String {
    guard fraction.isFinite else { return "0%" }
    return "\(Int((min(1, max(0, fraction)) * 100).rounded(.down)))%"
  }
}
