import Foundation
import Testing

@testable import StableDiffusion

/// Goldens come from transformers' CLIPTokenizer with OpenAI's vocabulary.
@Suite struct CLIPTokenizerTests {
  private struct Goldens: Decodable {
    struct Case: Decodable, Sendable {
      var text: String
      var ids: [Int]
    }
    var tokens: [Case]
    var sequences: [Case]
  }

  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  private static let published = Result {
    try CLIPTokenizer(
      compressedVocabulary: root.appendingPathComponent(".deps/open_clip/bpe_simple_vocab_16e6.txt.gz").path)
  }

  private static func goldens() throws -> Goldens {
    let data = try Data(contentsOf: root.appendingPathComponent("Tests/Goldens/tokenizer.json"))
    return try JSONDecoder().decode(Goldens.self, from: data)
  }

  @Test("every golden text has the reference's ids")
  func tokens() throws {
    let tokenizer = try Self.published.get()
    for golden in try Self.goldens().tokens {
      #expect(tokenizer.tokens(of: golden.text) == golden.ids, "\(golden.text.debugDescription)")
    }
  }

  @Test("a sequence is start, tokens, end, padding, cut to the context length")
  func sequences() throws {
    let tokenizer = try Self.published.get()
    for golden in try Self.goldens().sequences {
      #expect(tokenizer.encode(golden.text) == golden.ids, "\(golden.text.prefix(40).debugDescription)")
    }
  }

  @Test("the published vocabulary has 49,408 ids, and pads with the token asked for")
  func publishedVocabulary() throws {
    let tokenizer = try Self.published.get()
    #expect(tokenizer.vocabularyCount == 49_408)
    #expect((tokenizer.startID, tokenizer.endID, tokenizer.padID) == (49_406, 49_407, 49_407))
    let path = Self.root.appendingPathComponent(".deps/open_clip/bpe_simple_vocab_16e6.txt.gz").path
    #expect(try CLIPTokenizer(compressedVocabulary: path, padding: "!").padID == 0)
  }

  @Test("the bundled model's tokenizer knows the tiny world's words as one token each and spells others out")
  func bundledTokenizer() throws {
    let folder = Self.root.appendingPathComponent("Models/lorikeet-tiny/tokenizer").path
    let tokenizer = try CLIPTokenizer(folder: folder)
    for word in ["creature", "purple", "background", "striped", "the", "a", "an", "on"] {
      #expect(tokenizer.tokens(of: word).count == 1, "\(word)")
    }
    #expect(tokenizer.tokens(of: "sks1").count == 4)
    #expect(tokenizer.encode("a red circle").count == 77)
  }

  @Test("one word of a hundred thousand letters takes its tokens without a pause")
  func longWord() throws {
    let tokenizer = try Self.published.get()
    let ids = tokenizer.encode(String(repeating: "ab", count: 50_000))
    #expect(ids.count == 77)
    #expect(ids.first == tokenizer.startID && ids.last == tokenizer.endID)
  }

  @Test("a folder without vocabulary, and one whose merges do not fit it, say which file is at fault")
  func faults() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    #expect {
      try CLIPTokenizer(folder: folder)
    } throws: {
      guard case .inaccessible(let path, _)? = $0 as? TokenizerError else { return false }
      return path.hasSuffix("vocab.json")
    }
    let ids = #"{"<|startoftext|>": 0, "<|endoftext|>": 1, "a": 2}"#
    try ids.write(toFile: "\(folder)/vocab.json", atomically: true, encoding: .utf8)
    try "#version: 0.2\na b\n".write(toFile: "\(folder)/merges.txt", atomically: true, encoding: .utf8)
    #expect {
      try CLIPTokenizer(folder: folder)
    } throws: {
      guard case .malformed(let path, let reason)? = $0 as? TokenizerError else { return false }
      return path.hasSuffix("merges.txt") && reason.contains("a b")
    }
  }

  @Test("damaged gzip data throw, whatever byte is wrong")
  func damagedGzip() throws {
    let path = Self.root.appendingPathComponent(".deps/open_clip/bpe_simple_vocab_16e6.txt.gz")
    let whole = [UInt8](try Data(contentsOf: path).prefix(6_000))
    #expect(throws: Gzip.Failure.self) { try Gzip.decompress(whole, limit: 1 << 24) }
    let seed = UInt64.random(in: 0 ... .max)
    var state = seed
    for _ in 0..<100 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      var damaged = whole
      damaged[10 + Int(state >> 33) % 5_000] ^= UInt8(truncatingIfNeeded: state >> 20) | 1
      #expect(throws: Gzip.Failure.self, "seed \(seed)") { try Gzip.decompress(damaged, limit: 1 << 24) }
    }
  }
}
