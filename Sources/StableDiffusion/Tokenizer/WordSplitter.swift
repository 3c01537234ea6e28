import Foundation

/// Splits a text into the pieces that byte-pair encoding works on, as CLIP does: NFC, runs of white space to one space,
/// lower case, then the pattern
/// `'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+`.
struct WordSplitter: Sequence, IteratorProtocol {
  private let scalars: [Unicode.Scalar]
  private var position = 0

  init(_ text: String) {
    var lowered: [Unicode.Scalar] = []
    for scalar in text.precomposedStringWithCanonicalMapping.unicodeScalars {
      // Letter by letter: the reference knows no context, so a final sigma stays an ordinary one.
      lowered.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
    }
    scalars = lowered
  }

  mutating func next() -> ArraySlice<Unicode.Scalar>? {
    while position < scalars.count, scalars[position].properties.isWhitespace { position += 1 }
    guard position < scalars.count else { return nil }
    let start = position
    if let length = contractionLength() {
      position += length
      return scalars[start..<position]
    }
    let kind = Kind(scalars[start])
    position += 1
    if kind != .number {
      while position < scalars.count, Kind(scalars[position]) == kind { position += 1 }
    }
    return scalars[start..<position]
  }

  /// English contractions come before everything else in the pattern.
  private func contractionLength() -> Int? {
    guard scalars[position] == "'", position + 1 < scalars.count else { return nil }
    let first = scalars[position + 1]
    if first == "s" || first == "t" || first == "m" || first == "d" { return 2 }
    guard position + 2 < scalars.count else { return nil }
    switch (first, scalars[position + 2]) {
    case ("r", "e"), ("v", "e"), ("l", "l"): return 3
    default: return nil
    }
  }

  private enum Kind {
    case letter, number, space, other

    init(_ scalar: Unicode.Scalar) {
      switch scalar.properties.generalCategory {
      case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: self = .letter
      case .decimalNumber, .letterNumber, .otherNumber: self = .number
      default: self = scalar.properties.isWhitespace ? .space : .other
      }
    }
  }
}
