/// The emphasis that AUTOMATIC1111's web UI made common: which parts of a prompt count how much.
///
/// `(x)` is 1.1 times as strong, `(x:1.2)` 1.2 times, `[x]` 1 / 1.1 times; brackets inside of one another multiply. A
/// backslash before a bracket or another backslash makes it an ordinary character. `BREAK` ends a chunk of the text
/// encoder's window. As there, a bracket that is never closed holds to the prompt's end, and a closing bracket without
/// an opening one, or a number outside of round brackets, is text.
package enum PromptSyntax {
  package enum Part: Equatable, Sendable {
    case text(String, weight: Double)
    case chunkBreak
  }

  package static let weights = -10.0...10.0
  /// Brackets inside of one another.
  package static let deepest = 100

  /// - Throws: `.weight` when a part's weight is out of bounds, `.tooManyBrackets`.
  package static func parse(_ prompt: String) throws(PromptError) -> [Part] {
    var parser = Parser(prompt)
    return try parser.parts()
  }
}

private struct Parser {
  private let scalars: [Unicode.Scalar]
  private var position = 0
  private var pieces: [Piece] = []
  /// Where brackets that are still open begin among the pieces.
  private var round: [Int] = []
  private var square: [Int] = []

  private struct Piece {
    /// nil: a break.
    var text: String?
    var weight = 1.0
  }

  init(_ prompt: String) {
    scalars = Array(prompt.unicodeScalars)
  }

  mutating func parts() throws(PromptError) -> [PromptSyntax.Part] {
    while position < scalars.count {
      step()
      guard round.count + square.count <= PromptSyntax.deepest else {
        throw .tooManyBrackets(most: PromptSyntax.deepest)
      }
    }
    for start in round { multiply(from: start, by: 1.1) }
    for start in square { multiply(from: start, by: 1 / 1.1) }
    var parts: [PromptSyntax.Part] = []
    for piece in pieces {
      guard let text = piece.text else {
        parts.append(.chunkBreak)
        continue
      }
      guard PromptSyntax.weights.contains(piece.weight) else {
        throw .weight(piece.weight, allowed: PromptSyntax.weights)
      }
      // Neighbours of one weight are one text: where they meet may be inside of a word.
      if case .text(let before, piece.weight)? = parts.last {
        parts[parts.count - 1] = .text(before + text, weight: piece.weight)
      } else {
        parts.append(.text(text, weight: piece.weight))
      }
    }
    return parts
  }

  private mutating func step() {
    let scalar = scalars[position]
    position += 1
    switch scalar {
    case "\\":
      // Before anything else than a bracket or another, it is left out.
      guard position < scalars.count, "()[]\\".unicodeScalars.contains(scalars[position]) else { return }
      append(String(scalars[position]))
      position += 1
    case "(": round.append(pieces.count)
    case "[": square.append(pieces.count)
    case ")":
      if let start = round.popLast() { multiply(from: start, by: 1.1) } else { append(")") }
    case "]":
      if let start = square.popLast() { multiply(from: start, by: 1 / 1.1) } else { append("]") }
    case ":":
      if let (weight, end) = weight(), let start = round.popLast() {
        position = end
        multiply(from: start, by: weight)
      } else {
        append(":")
      }
    default:
      let start = position - 1
      while position < scalars.count, !"\\()[]:".unicodeScalars.contains(scalars[position]) { position += 1 }
      appendRun(scalars[start..<position])
    }
  }

  private mutating func append(_ text: String) { pieces.append(Piece(text: text)) }

  private mutating func multiply(from start: Int, by factor: Double) {
    for index in start..<pieces.count { pieces[index].weight *= factor }
  }

  /// The number between here and a closing round bracket, and the place behind that.
  private func weight() -> (value: Double, end: Int)? {
    var place = position
    func skipSpace() { while place < scalars.count, scalars[place].properties.isWhitespace { place += 1 } }
    skipSpace()
    let start = place
    if place < scalars.count, scalars[place] == "+" || scalars[place] == "-" { place += 1 }
    while place < scalars.count, scalars[place] == "." || ("0"..."9").contains(scalars[place]) { place += 1 }
    var digits = String.UnicodeScalarView()
    digits.append(contentsOf: scalars[start..<place])
    skipSpace()
    guard place < scalars.count, scalars[place] == ")", let value = Double(String(digits)) else { return nil }
    return (value, place + 1)
  }

  /// Text without brackets, cut at each `BREAK` that stands as a word, with the white space around it.
  private mutating func appendRun(_ run: ArraySlice<Unicode.Scalar>) {
    let word = Array("BREAK".unicodeScalars)
    var rest = run
    var place = rest.startIndex
    while place + word.count <= rest.endIndex {
      let end = place + word.count
      let stands =
        rest[place..<end].elementsEqual(word) && (place == run.startIndex || !Self.isWord(run[place - 1]))
        && (end == run.endIndex || !Self.isWord(run[end]))
      guard stands else {
        place += 1
        continue
      }
      appendText(rest[..<place].trimmingSuffix { $0.properties.isWhitespace })
      pieces.append(Piece(text: nil))
      rest = rest[end...].drop { $0.properties.isWhitespace }
      place = rest.startIndex
    }
    appendText(rest)
  }

  private mutating func appendText(_ scalars: ArraySlice<Unicode.Scalar>) {
    guard !scalars.isEmpty else { return }
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars)
    append(String(text))
  }

  private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "_" || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
  }
}

extension ArraySlice {
  fileprivate func trimmingSuffix(while condition: (Element) -> Bool) -> ArraySlice {
    var end = endIndex
    while end > startIndex, condition(self[end - 1]) { end -= 1 }
    return self[startIndex..<end]
  }
}
