import Images

/// An image to learn from.
package struct TrainingExample: Sendable {
  /// The image's id, for messages.
  package var id: String
  package var source: Source
  /// May be empty.
  package var caption: String
  /// What is white counts in the loss, what is black does not; nil: all of it counts.
  package var mask: Source?

  package enum Source: Sendable {
    case file(path: String)
    case image(PixelImage)
  }

  package init(id: String, source: Source, caption: String, mask: Source? = nil) {
    self.id = id
    self.source = source
    self.caption = caption
    self.mask = mask
  }
}

/// Captions as they are trained on.
package enum Captions {
  /// Puts the trigger word before a caption that lacks it: a word that no caption mentions calls nothing.
  ///
  /// - Returns: the caption, and whether it had to be changed.
  package static func withTrigger(_ caption: String, trigger: String) -> (caption: String, changed: Bool) {
    let caption = trimmed(caption[...])
    guard !trigger.isEmpty else { return (caption, false) }
    if caption.isEmpty { return (trigger, true) }
    // Whole words only: "cat" does not stand in "category".
    let words = caption.lowercased().split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }
    let wanted = trigger.lowercased().split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }
    if !wanted.isEmpty, words.firstRange(of: wanted) != nil { return (caption, false) }
    return ("\(trigger), \(caption)", true)
  }

  /// Without the blanks at both ends.
  static func trimmed(_ text: Substring) -> String {
    var rest = text
    while rest.first?.isWhitespace == true { rest.removeFirst() }
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return String(rest)
  }
}
