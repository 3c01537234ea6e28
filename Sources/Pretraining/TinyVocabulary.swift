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
  private static func tokensAndMerges() -> (tokens: [String], merges: [String]) {
    let bytes = CLIPTokenizer.byteTokens
    var tokens = bytes + bytes.map { $0 + "</w>" }
    var known = Set(tokens)
    var merges: [String] = []
    for word in words {
      let letters = word.map(String.init)
      var left = letters[0]
      for (place, letter) in letters.enumerated().dropFirst() {
        let right = place == letters.count - 1 ? letter + "</w>" : letter
        if known.insert(left + right).inserted {
          tokens.append(left + right)
          merges.append("\(left) \(right)")
        }
        left += right
      }
    }
    return (tokens + [CLIPTokenizer.startText, CLIPTokenizer.endText], merges)
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
