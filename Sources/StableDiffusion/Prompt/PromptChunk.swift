import Foundation
import ModelFiles

/// What one pass of a text encoder reads: as many tokens as there is room for between the begin and the end token.
struct PromptChunk: Equatable {
  var tokens: [Int] = []
  /// How strongly each token counts.
  var weights: [Double] = []
  /// Textual inversions: the place of each among the tokens, and which it is.
  var embeddings: [Placement] = []

  struct Placement: Equatable {
    let position: Int
    let index: Int
  }

  /// With the begin token, the end token and what fills up the window.
  func ids(_ tokenizer: CLIPTokenizer) -> [Int64] {
    let padding = Array(repeating: tokenizer.padID, count: tokenizer.contextLength - 2 - tokens.count)
    return ([tokenizer.startID] + tokens + [tokenizer.endID] + padding).map(Int64.init)
  }

  /// One for each of `ids`; what is not the prompt's own counts once.
  func weights(contextLength: Int) -> [Float] {
    [1] + weights.map { Float($0) } + Array(repeating: 1, count: contextLength - 1 - weights.count)
  }
}

/// Cuts prompts into chunks for one text encoder.
struct PromptChunker {
  let tokenizer: CLIPTokenizer
  private let embeddings: [PromptEmbedding.Entry]
  /// Which of them begin with a letter, the longest word first.
  private let byFirstLetter: [String: [Int]]

  init(_ tokenizer: CLIPTokenizer, embeddings: [PromptEmbedding.Entry]) {
    self.tokenizer = tokenizer
    self.embeddings = embeddings
    byFirstLetter = Dictionary(grouping: embeddings.indices) { embeddings[$0].letters[0] }
      .mapValues { $0.sorted { embeddings[$0].letters.count > embeddings[$1].letters.count } }
  }

  private var room: Int { tokenizer.contextLength - 2 }

  /// At least one.
  func chunks(_ parts: [PromptSyntax.Part]) -> [PromptChunk] {
    var chunks: [PromptChunk] = []
    var chunk = PromptChunk()
    func close() {
      chunks.append(chunk)
      chunk = PromptChunk()
    }
    for part in parts {
      guard case .text(let text, let weight) = part else {
        close()
        continue
      }
      for piece in pieces(text) {
        switch piece {
        case .text(let text):
          for token in tokenizer.tokens(of: text) {
            if chunk.tokens.count >= room { close() }
            chunk.tokens.append(token)
            chunk.weights.append(weight)
          }
        case .embedding(let index):
          let count = embeddings[index].count
          if chunk.tokens.count + count > room { close() }
          chunk.embeddings.append(.init(position: chunk.tokens.count, index: index))
          chunk.tokens += Array(repeating: 0, count: count)
          chunk.weights += Array(repeating: weight, count: count)
        }
      }
    }
    if !chunk.tokens.isEmpty || chunks.isEmpty { close() }
    return chunks
  }

  private enum Piece {
    case text(String)
    case embedding(Int)
  }

  /// Cut at the triggers before there are tokens: a run of punctuation is one word to CLIP, so that `<cat>,` has other
  /// tokens than `<cat>`.
  private func pieces(_ text: String) -> [Piece] {
    guard !embeddings.isEmpty else { return [.text(text)] }
    let spelling = PromptSpelling(text)
    var pieces: [Piece] = []
    var begin = 0
    var position = 0
    while position < spelling.letters.count {
      guard let (index, end) = embedding(at: position, of: spelling) else {
        position += 1
        continue
      }
      if begin < position { pieces.append(.text(spelling.text(begin..<position))) }
      pieces.append(.embedding(index))
      begin = end
      position = end
    }
    if begin < position { pieces.append(.text(spelling.text(begin..<position))) }
    return pieces
  }

  private func embedding(at position: Int, of spelling: PromptSpelling) -> (index: Int, end: Int)? {
    for index in byFirstLetter[spelling.letters[position]] ?? [] {
      if let end = spelling.end(of: embeddings[index].letters, from: position) { return (index, end) }
    }
    return nil
  }
}

/// A text as triggers are looked for in it: as CLIP's tokenizer does, whatever the case and the kind of white space.
struct PromptSpelling {
  private let scalars: [Unicode.Scalar]
  /// One for each scalar: in lower case, white space as a space.
  let letters: [String]

  init(_ text: String) {
    scalars = Array(text.precomposedStringWithCanonicalMapping.unicodeScalars)
    letters = scalars.map { $0.properties.isWhitespace ? " " : $0.properties.lowercaseMapping }
  }

  /// Without white space around it, and with one space for each run of it: what `end` takes.
  var trigger: [String] { Array(letters.split(separator: " ").joined(separator: [" "])) }

  /// Where a trigger that stands at a place ends; nil: it does not stand there, or is a part of a longer word.
  func end(of trigger: [String], from start: Int) -> Int? {
    var end = start
    for letter in trigger {
      guard end < letters.count, letters[end] == letter else { return nil }
      end += 1
      if letter == " " { while end < letters.count, letters[end] == " " { end += 1 } }
    }
    return isInsideWord(start) || isInsideWord(end) ? nil : end
  }

  func text(_ range: Range<Int>) -> String {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars[range])
    return String(text)
  }

  /// Whether letters or digits meet between a place and the one before.
  private func isInsideWord(_ place: Int) -> Bool {
    place > 0 && place < scalars.count && Self.isWord(scalars[place - 1]) && Self.isWord(scalars[place])
  }

  private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
      .letterNumber, .otherNumber, .nonspacingMark, .spacingMark:
      true
    default: false
    }
  }
}
