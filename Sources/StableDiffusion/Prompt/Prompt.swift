/// What to show, or what to avoid.
package struct Prompt: Sendable, Equatable {
  package var text: String
  /// What the XL family's second text encoder reads; nil: the same.
  package var text2: String?

  package init(_ text: String, text2: String? = nil) {
    self.text = text
    self.text2 = text2
  }

  /// Nothing is asked of any encoder.
  package var isEmpty: Bool { text.isEmpty && (text2 ?? "").isEmpty }
}

/// A prompt that cannot be encoded.
package enum PromptError: Error, Equatable, CustomStringConvertible {
  case weight(Double, allowed: ClosedRange<Double>)
  case tooManyBrackets(most: Int)
  case tooLong(chunks: Int, most: Int)
  case clipSkip(Int, layers: Int)
  case embedding(trigger: String, reason: String)

  package var description: String {
    switch self {
    case .weight(let weight, let allowed):
      "the prompt gives a part of it the weight \(weight); use weights from \(allowed.lowerBound) to "
        + "\(allowed.upperBound), and fewer brackets inside of one another"
    case .tooManyBrackets(let most):
      "the prompt opens more than \(most) brackets inside of one another; close them, or write \\( for a bracket"
    case .tooLong(let chunks, let most):
      "the prompt takes \(chunks) chunks of the text encoder's window; shorten it to \(most) or use fewer BREAKs"
    case .clipSkip(let skip, let layers):
      "clip skip \(skip) does not exist: this checkpoint's text encoder has \(layers) layers; use 1 to \(layers)"
    case .embedding(let trigger, let reason):
      "the textual inversion \"\(trigger)\" \(reason)"
    }
  }
}
