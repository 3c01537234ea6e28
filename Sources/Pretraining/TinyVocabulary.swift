import Foundation
import StableDiffusion
import TinyWorld

/// The tiny model's tokenizer files: CLIP's format, where every word of the training captions is one token and any
/// other word falls to its characters, give or take a merge that it shares with a known word.
package enum TinyVocabulary {
  static let words: [String] =
    ["a", "an", "and", "on", "the", "left", "right", "background", "small", "big"]
    + Pattern.allCases.map(\.rawValue) + ColourName.allCases.map(\.rawValue) + Shape.allCases.map(\.rawValue)

  /// The bytes, the bytes that end a word, then what each merge makes, then the two special tokens.
  ///
  /// A word's merges go on from what the earlier words' merges make of it: these come first when text is tokenised.
  private static func tokensAndMerges() -> (tokens: [String], merges: [String]) {
    let bytes = CLIPTokenizer.byteTokens
    var made: [String] = []
    var ranks: [Pair: Int] = [:]
    for word in words {
      var pieces = segments(word, ranks)
      while pieces.count > 1 {
        ranks[Pair(left: pieces[0], right: pieces[1])] = made.count
        made.append(pieces[0] + pieces[1])
        pieces = segments(word, ranks)
      }
    }
    let merges = ranks.sorted { $0.value < $1.value }.map { "\($0.key.left) \($0.key.right)" }
    return (bytes + bytes.map { $0 + "</w>" } + made + [CLIPTokenizer.startText, CLIPTokenizer.endText], merges)
  }

  private struct Pair: Hashable {
    var left: String
    var right: String
  }

  /// Byte-pair encoding of an ASCII word by its definition: the earliest merge first, wherever it fits.
  private static func segments(_ word: String, _ ranks: [Pair: Int]) -> [String] {
    var pieces = word.map(String.init)
    pieces[pieces.count - 1] += "</w>"
    while true {
      let candidates = pieces.indices.dropLast().compactMap { place in
        ranks[Pair(left: pieces[place], right: pieces[place + 1])].map { (rank: $0, place: place) }
      }
      guard let best = candidates.min(by: { $0 < $1 }) else { return pieces }
      pieces[best.place] += pieces.remove(at: best.place + 1)
    }
  }

  /// Writes `vocab.json`, `merges.txt` and the two small files that say how to pad.
  package static func write(to folder: String) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let (tokens, merges) = tokensAndMerges()
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys, .prettyPrinted]
    func file(_ name: String) -> URL { URL(filePath: "\(folder)/\(name)") }
    let ids = Dictionary(uniqueKeysWithValues: tokens.enumerated().map { ($1, $0) })
    try encoder.encode(ids).write(to: file("vocab.json"))
    let lines = ["#version: 0.2"] + merges
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: file("merges.txt"))
    let special = [
      "bos_token": CLIPTokenizer.startText, "eos_token": CLIPTokenizer.endText, "pad_token": CLIPTokenizer.endText,
      "unk_token": CLIPTokenizer.endText,
    ]
    try encoder.encode(special).write(to: file("special_tokens_map.json"))
    struct Settings: Encodable {
      let model_max_length = 77
      let tokenizer_class = "CLIPTokenizer"
      let do_lower_case = true
      let add_prefix_space = false
      let bos_token = CLIPTokenizer.startText
      let eos_token = CLIPTokenizer.endText
      let pad_token = CLIPTokenizer.endText
      let unk_token = CLIPTokenizer.endText
    }
    try encoder.encode(Settings()).write(to: file("tokenizer_config.json"))
  }
}
