import Foundation
import ModelFiles
import Testing
import Torch

@testable import StableDiffusion

/// What transformers' text encoders make of prompts under A1111's rules (Tests/Goldens/make_prompt_goldens.py).
@Suite("Prompts against goldens")
struct PromptGoldenTests {
  private static let long = String(
    repeating: "a small red circle and a large blue square on a striped green background, ", count: 6)
  private static let cases: [String: [String]] = [
    "plain": ["a red circle", ""],
    "weights": ["a (red:1.3) circle on a ((striped) [background])", #"[dark], \(small\)"#],
    "chunks": [long + "(purple:0.5) BREAK (a creature:-.4)", "a yellow triangle"],
    "embedding": ["a (sks1:1.2) on a pink background", String(repeating: "the ", count: 73) + "sks1"],
  ]

  private let first: Golden
  private let second: Golden
  private let folder: TemporaryFolder

  init() throws {
    first = try Golden("prompts-first")
    second = try Golden("prompts-second")
    folder = try TemporaryFolder()
  }

  private func tower(_ component: LoRAComponent) throws -> TextTower {
    let golden = component == .textEncoder ? first : second
    let source = URL(filePath: #filePath).appending(path: "../../../../Models/lorikeet-tiny/tokenizer").standardized
    for name in ["vocab.json", "merges.txt"] {
      _ = try folder.file("\(component)/\(name)", Data(contentsOf: source.appending(path: name)))
    }
    if component == .textEncoder2 {
      _ = try folder.file("\(component)/special_tokens_map.json", Data(#"{"pad_token": "!"}"#.utf8))
    }
    return try TextTower(
      component, tokenizer: CLIPTokenizer(folder: "\(folder.path)/\(component)"),
      model: CLIPTextModel(golden.configuration(), golden.store(renaming: CLIPTextModel.presentName)))
  }

  private func embedding(_ name: String) throws -> [PromptEmbedding] {
    guard name == "embedding" else { return [] }
    return [
      PromptEmbedding(
        trigger: "sks1",
        vectors: [.textEncoder: try first.input("vectors"), .textEncoder2: try second.input("vectors")])
    ]
  }

  private func encode(
    _ name: String, _ family: ModelFamily, _ components: [LoRAComponent], clipSkip: Int? = nil
  ) throws -> Conditioning {
    let encoder = try PromptEncoder(
      family: family, towers: components.map { try tower($0) }, embeddings: embedding(name))
    let prompts = try #require(Self.cases[name])
    let sizes = MicroConditioning(width: 16, height: 16)
    return try encoder.encode(
      prompts.map { Prompt($0) }, sizes: Array(repeating: sizes, count: prompts.count), clipSkip: clipSkip)
  }

  /// The positions that the goldens keep.
  private func thinned(_ context: Tensor) throws -> Tensor {
    let kept = (0..<context.shape[1]).filter { [0, 1, 2, 3, 4, 7, 9, 40, 74, 75, 76].contains($0 % 77) }
    return try Tensor.cat(kept.map { try context.narrow(dim: 1, start: $0, length: 1) }, dim: 1)
  }

  @Test("Stable Diffusion 1 reads weights, chunks and textual inversions as A1111 does", arguments: cases.keys.sorted())
  func stableDiffusion1(name: String) throws {
    let context = try encode(name, .stableDiffusion1, [.textEncoder]).context
    #expect(context.shape[1] == (name == "chunks" ? 3 * 77 : name == "embedding" ? 2 * 77 : 77))
    #expect(try first.deviation(of: thinned(context), from: "\(name).norm1") < 1e-4)
  }

  @Test("XL's two encoders are weighted each by itself, and pool the first chunk", arguments: cases.keys.sorted())
  func xl(name: String) throws {
    let conditioning = try encode(name, .stableDiffusionXL, [.textEncoder, .textEncoder2])
    let context = try thinned(conditioning.context)
    #expect(try first.deviation(of: context.narrow(dim: 2, start: 0, length: 8), from: "\(name).raw2") < 1e-4)
    #expect(try second.deviation(of: context.narrow(dim: 2, start: 8, length: 12), from: "\(name).raw2") < 1e-4)
    #expect(try second.deviation(of: #require(conditioning.pooled), from: "\(name).pooled") < 1e-4)
  }

  @Test("clip skip counts layers from the last: through the norm for Stable Diffusion 1, without for XL")
  func clipSkip() throws {
    for (skip, golden) in [(1, "norm1"), (2, "norm2")] {
      let context = try encode("plain", .stableDiffusion1, [.textEncoder], clipSkip: skip).context
      #expect(try first.deviation(of: thinned(context), from: "plain.\(golden)") < 1e-4)
    }
    for (skip, golden) in [(2, "raw2"), (3, "raw3")] {
      let context = try encode("plain", .stableDiffusionXL, [.textEncoder, .textEncoder2], clipSkip: skip).context
      let firstHalf = try thinned(context).narrow(dim: 2, start: 0, length: 8)
      #expect(try first.deviation(of: firstHalf, from: "plain.\(golden)") < 1e-4)
    }
    #expect(throws: PromptError.clipSkip(4, layers: 3)) {
      try encode("plain", .stableDiffusion1, [.textEncoder], clipSkip: 4)
    }
  }

  @Test("XL's second prompt is read by the second encoder alone, and both are as long as the longer")
  func secondPrompt() throws {
    let encoder = try PromptEncoder(
      family: .stableDiffusionXL, towers: [tower(.textEncoder), tower(.textEncoder2)])
    let sizes = [MicroConditioning(width: 16, height: 16)]
    func encode(_ prompt: Prompt) throws -> Conditioning { try encoder.encode([prompt], sizes: sizes) }
    let split = try encode(Prompt("a red circle", text2: Self.long))
    let (red, long) = (try encode(Prompt("a red circle")), try encode(Prompt(Self.long)))
    #expect(split.context.shape == [1, 154, 20])
    func half(_ conditioning: Conditioning, _ start: Int, _ width: Int) throws -> [Float] {
      try conditioning.context.narrow(dim: 2, start: start, length: width).narrow(dim: 1, start: 0, length: 77)
        .contiguous().floats()
    }
    #expect(try half(split, 0, 8) == half(red, 0, 8))
    #expect(try half(split, 8, 12) == half(long, 8, 12))
    #expect(try split.pooled?.floats() == long.pooled?.floats())
  }

  @Test("brackets in a caption are text, and of a long one only the chunks asked for are read")
  func captions() throws {
    let encoder = try PromptEncoder(family: .stableDiffusion1, towers: [tower(.textEncoder)])
    let sizes = MicroConditioning(width: 16, height: 16)
    let escaped = try encoder.encode([Prompt(#"\(red:1.3\) circle"#)], sizes: [sizes]).context.floats()
    #expect(try encoder.encode(["(red:1.3) circle"], sizes: sizes).context.floats() == escaped)
    let (one, two) = (try encoder.encode([Self.long, "a"], sizes: sizes), try encoder.encode(
      [Self.long, "a"], sizes: sizes, chunks: 2))
    #expect(one.context.shape == [2, 77, 8] && two.context.shape == [2, 154, 8])
    #expect(try two.context.narrow(dim: 1, start: 0, length: 77).contiguous().floats() == one.context.floats())
    #expect(encoder.overflow(Self.long) > 0 && encoder.overflow("a") == 0)
  }

  @Test("a textual inversion that does not fit is refused with what would")
  func misfits() throws {
    func failure(_ trigger: String, _ vectors: [LoRAComponent: Tensor]) throws -> PromptError? {
      let towers = [try tower(.textEncoder)]
      return #expect(throws: PromptError.self) {
        try PromptEncoder(
          family: .stableDiffusion1, towers: towers, embeddings: [PromptEmbedding(trigger: trigger, vectors: vectors)])
      }
    }
    let fitting = try Tensor.zeros(shape: [2, 8])
    #expect(try failure("x", [.textEncoder2: fitting])?.description.contains("textEncoder") == true)
    #expect(try failure("x", [.textEncoder: Tensor.zeros(shape: [2, 9])]) != nil)
    #expect(try failure("x", [.textEncoder: Tensor.zeros(shape: [76, 8])]) != nil)
    #expect(try failure(" ", [.textEncoder: fitting]) != nil)
  }

  @Test("a trigger stands beside punctuation and in any case, the longest first, and not inside of a word", arguments: [
    ("a photo of <cat>, masterpiece", ["a photo of", "<cat>", ", masterpiece"]),
    (",<cat>", [",", "<cat>"]), ("<CAT>,<cat>", ["<cat>", ",", "<cat>"]), ("x<cat>y", ["x", "<cat>", "y"]),
    ("(sks1), Sks1's", ["(", "sks1", "),", "sks1", "'s"]), ("asks1 sks12", ["asks1 sks12"]),
    ("red  Sks1.", ["red sks1", "."]), ("red sks", ["red sks"]),
  ])
  func triggers(text: String, expected: [String]) throws {
    let encoder = try self.tower(.textEncoder)
    let triggers = ["sks1", "<cat>", "red sks1"]
    let entries = try triggers.enumerated().map { index, trigger in
      try PromptEmbedding(trigger: trigger, vectors: [.textEncoder: Tensor.zeros(shape: [index + 1, 8])])
        .entry(for: encoder)
    }
    var wanted = PromptChunk()
    for piece in expected {
      if let index = triggers.firstIndex(of: piece) {
        wanted.embeddings.append(.init(position: wanted.tokens.count, index: index))
        wanted.tokens += Array(repeating: 0, count: index + 1)
      } else {
        wanted.tokens += encoder.tokenizer.tokens(of: piece)
      }
    }
    wanted.weights = Array(repeating: 1, count: wanted.tokens.count)
    #expect(PromptChunker(encoder.tokenizer, embeddings: entries).chunks([.text(text, weight: 1)]) == [wanted])
  }

  @Test("prompts of breaks alone are refused before they fill the memory")
  func breaks() throws {
    let encoder = try PromptEncoder(family: .stableDiffusion1, towers: [tower(.textEncoder)])
    #expect(throws: PromptError.tooLong(chunks: 1_000, most: 600)) {
      try encoder.encode(
        [Prompt(String(repeating: "BREAK ", count: 1_000))], sizes: [MicroConditioning(width: 16, height: 16)])
    }
  }
}
