import Foundation

/// CLIP's tokenizer: text to the ids that the text encoder was trained on.
package final class CLIPTokenizer: Sendable {
  package static let startText = "<|startoftext|>"
  package static let endText = "<|endoftext|>"

  /// The spelling of each byte within a word, in the order of a vocabulary's first 256 ids.
  package static let byteTokens = ByteAlphabet.vocabularyOrder.map { String(Character($0)) }

  /// Begins every sequence.
  package let startID: Int
  /// Ends every sequence; the text encoder's pooled output is read where it stands first.
  package let endID: Int
  /// Fills a sequence up. CLIP-L pads with the end token, OpenCLIP's encoders with `!`.
  package let padID: Int
  /// The length of `encode`'s answer, with start and end.
  package let contextLength: Int
  /// How many ids there are.
  package let vocabularyCount: Int

  /// Where the vocabulary came from.
  package let source: Source

  package enum Source: Sendable, Equatable {
    /// `vocab.json` and `merges.txt`.
    case folder(String)
    /// OpenAI's own file, and the token that fills up.
    case publishedVocabulary(String, padding: String)
  }

  private let merges: BytePairMerges
  /// The id of each byte within a word, and of each byte that ends one.
  private let bytes: [Int]
  private let finalBytes: [Int]

  /// A tokenizer folder of a diffusers checkpoint: `vocab.json`, `merges.txt`, and, where they are present,
  /// `special_tokens_map.json` and `tokenizer_config.json` for the padding token and the length.
  package convenience init(folder: String) throws(TokenizerError) {
    let vocabularyPath = "\(folder)/vocab.json"
    let mergesPath = "\(folder)/merges.txt"
    let vocabulary = try Self.read(vocabularyPath)
    guard let ids = try? JSONDecoder().decode([String: Int].self, from: vocabulary) else {
      throw .malformed(path: vocabularyPath, reason: "not a JSON object of tokens and their ids")
    }
    let mergesText = String(decoding: try Self.read(mergesPath), as: UTF8.self)
    let settings = TokenizerSettings(folder: folder)
    try self.init(
      ids: ids, mergeLines: Self.mergeLines(mergesText), padding: settings.padding,
      contextLength: settings.contextLength, source: .folder(folder), path: vocabularyPath, mergesPath: mergesPath)
  }

  /// The vocabulary as OpenAI published it, `bpe_simple_vocab_16e6.txt.gz`, from whose merges the ids follow.
  package convenience init(compressedVocabulary path: String, padding: String = endText) throws(TokenizerError) {
    let lines = try Self.publishedMerges(path)
    try self.init(
      ids: Self.publishedIDs(lines), mergeLines: lines, padding: padding, contextLength: 77,
      source: .publishedVocabulary(path, padding: padding), path: path, mergesPath: path)
  }

  static func publishedMerges(_ path: String) throws(TokenizerError) -> [Substring] {
    let packed = [UInt8](try read(path))
    let text: [UInt8]
    do {
      text = try Gzip.decompress(packed, limit: 16 << 20)
    } catch {
      throw .malformed(path: path, reason: "\(error)")
    }
    // The file lists more merges than CLIP uses: 49,152 symbols less the bytes, twice, and the two special tokens.
    return Array(mergeLines(String(decoding: text, as: UTF8.self)).prefix(49_152 - 256 - 2))
  }

  static func publishedIDs(_ merges: [Substring]) -> [String: Int] {
    var ids: [String: Int] = [:]
    let tokens =
      byteTokens + byteTokens.map { $0 + "</w>" } + merges.map { $0.split(separator: " ").joined() }
      + [startText, endText]
    for (id, token) in tokens.enumerated() where ids[token] == nil { ids[token] = id }
    return ids
  }

  private init(
    ids: [String: Int], mergeLines: [Substring], padding: String, contextLength: Int, source: Source, path: String,
    mergesPath: String
  ) throws(TokenizerError) {
    guard let start = ids[Self.startText], let end = ids[Self.endText] else {
      throw .malformed(path: path, reason: "it lacks \(Self.startText) or \(Self.endText)")
    }
    guard ids.values.allSatisfy({ (0..<1_000_000).contains($0) }) else {
      throw .malformed(path: path, reason: "it has an id outside 0 to 999,999")
    }
    startID = start
    endID = end
    padID = ids[padding] ?? end
    self.contextLength = contextLength
    self.source = source
    vocabularyCount = (ids.values.max() ?? 0) + 1
    // A byte that the vocabulary lacks reads as the end token, which is CLIP's unknown token as well.
    bytes = ByteAlphabet.characters.map { ids[String(Character($0))] ?? end }
    finalBytes = ByteAlphabet.characters.map { ids[String(Character($0)) + "</w>"] ?? end }
    var merges = BytePairMerges(minimumCapacity: mergeLines.count)
    for line in mergeLines {
      let parts = line.split(separator: " ")
      guard parts.count == 2, let left = ids[String(parts[0])], let right = ids[String(parts[1])],
        let result = ids[String(parts[0] + parts[1])]
      else {
        throw .malformed(
          path: mergesPath, reason: "the merge \"\(line.prefix(80))\" is not of two known tokens into a third")
      }
      merges.learn(left, right, result: result)
    }
    self.merges = merges
  }

  /// The ids of `text` between start and end, cut or padded to `contextLength`.
  package func encode(_ text: String) -> [Int] {
    let body = tokens(of: text, limit: contextLength - 2)
    let padding = Array(repeating: padID, count: contextLength - 2 - body.count)
    return [startID] + body + [endID] + padding
  }

  /// The ids of `text` alone, at most `limit` of them.
  package func tokens(of text: String, limit: Int = .max) -> [Int] {
    var result: [Int] = []
    for part in Self.splitAtSpecialTokens(text) {
      switch part {
      case .start: result.append(startID)
      case .end: result.append(endID)
      case .text(let text):
        for word in WordSplitter(String(text)) {
          if result.count >= limit { break }
          result += tokens(ofWord: word)
        }
      }
      if result.count >= limit { break }
    }
    return Array(result.prefix(limit))
  }

  private func tokens(ofWord word: ArraySlice<Unicode.Scalar>) -> [Int] {
    var spelled: [Int] = []
    var last: UInt8 = 0
    for scalar in word {
      for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter {
        spelled.append(bytes[Int(byte)])
        last = byte
      }
    }
    guard !spelled.isEmpty else { return [] }
    spelled[spelled.count - 1] = finalBytes[Int(last)]
    return merges.apply(to: spelled)
  }

  private enum Part {
    case start, end
    case text(Substring)
  }

  /// The two special tokens, spelled out in a text, stand for themselves.
  ///
  /// Bytes are compared: a combining mark behind a token would make its last letter another character.
  private static func splitAtSpecialTokens(_ text: String) -> [Part] {
    var parts: [Part] = []
    var begin = text.startIndex, place = text.startIndex
    while let mark = text.utf8[place...].firstIndex(of: UInt8(ascii: "<")) {
      let tail = text.utf8[mark...]
      let special: (part: Part, length: Int)? =
        if tail.starts(with: startText.utf8) {
          (.start, startText.utf8.count)
        } else if tail.starts(with: endText.utf8) {
          (.end, endText.utf8.count)
        } else {
          nil
        }
      place = text.utf8.index(mark, offsetBy: special?.length ?? 1)
      if let special {
        parts += [.text(text[begin..<mark]), special.part]
        begin = place
      }
    }
    return parts + [.text(text[begin...])]
  }

  private static func mergeLines(_ text: String) -> [Substring] {
    var lines = text.split(whereSeparator: \.isNewline)
    // The header of either kind of file: `#version: 0.2`, or `"bpe_simple_vocab_16e6.txt#version: 0.2`.
    if let first = lines.first, first.contains("#version") { lines.removeFirst() }
    return lines
  }

  /// CLIP's own files are about a megabyte each.
  static let longestFile = 16 << 20

  private static func read(_ path: String) throws(TokenizerError) -> Data {
    let data: Data?
    do {
      data = try MappedFile.contents(path: path, limit: longestFile)
    } catch {
      switch error {
      case .missingFile: throw .inaccessible(path: path, reason: "it does not exist")
      case .inaccessible(_, let reason): throw .inaccessible(path: path, reason: reason)
      case .notSafetensors(_, let found): throw .malformed(path: path, reason: found)
      default: throw .inaccessible(path: path, reason: "\(error)")
      }
    }
    guard let data else { throw .malformed(path: path, reason: "it is longer than \(longestFile >> 20) MiB") }
    return data
  }
}
