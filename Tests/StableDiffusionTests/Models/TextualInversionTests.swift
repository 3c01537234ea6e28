import ModelFiles
import Testing
import Torch

@testable import StableDiffusion

@Suite("textual inversions") struct TextualInversionTests {
  private let folder: TemporaryFolder
  private let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = "\(folder.path)/word.safetensors"
  }

  private func read(_ tensors: [(String, Tensor)]) throws -> TextualInversion {
    try Safetensors.write(tensors, to: path)
    return try TextualInversion(path: path)
  }

  @Test("the matrix is found in every form that files have, one vector or several")
  func forms() throws {
    let matrix = try Tensor.randn(shape: [3, 768], generator: Generator(seed: 1))
    let vector = try matrix.narrow(dim: 0, start: 0, length: 1)
    for (name, word) in [("emb_params", nil), ("<cat-toy>", "<cat-toy>")] as [(String, String?)] {
      let found = try read([(name, matrix)])
      #expect(found.count == 3 && found.word == word && Array(found.vectors.keys) == [.textEncoder])
      #expect(try found.vectors[.textEncoder]?.floats() == matrix.floats())
    }
    let single = try read([("<cat>", vector.reshape([768]).to(dtype: .float16))])
    #expect(single.count == 1 && single.vectors[.textEncoder]?.shape == [1, 768])
    #expect(single.vectors[.textEncoder]?.dtype == .float32)
    // The training's step number beside it.
    #expect(try read([("emb_params", matrix), ("step", Tensor(scalar: 500))]).count == 3)
    #expect(try EmbeddingFile(Safetensors(path: path).header).family == .stableDiffusion1)
  }

  @Test("SDXL's has a matrix for each text encoder")
  func twoEncoders() throws {
    let (first, second) = (try Tensor.ones(shape: [2, 768]), try Tensor.zeros(shape: [2, 1280]))
    for names in [("clip_l", "clip_g"), ("text_encoders_0", "text_encoders_1")] {
      let found = try read([(names.0, first), (names.1, second)])
      #expect(found.vectors[.textEncoder]?.shape == [2, 768] && found.vectors[.textEncoder2]?.shape == [2, 1280])
      #expect(found.count == 2 && found.word == nil)
      #expect(try EmbeddingFile(Safetensors(path: path).header).family == .stableDiffusionXL)
    }
  }

  @Test("what is no textual inversion is refused with the reason")
  func refusals() throws {
    let files: [[(String, Tensor)]] = [
      [], [("a", try Tensor.zeros(shape: [4, 4, 4]))], [("a", try Tensor.zeros(shape: [2, 8]))],
      [("a", try Tensor.zeros(shape: [2, 768])), ("b", try Tensor.zeros(shape: [2, 768]))],
      [("clip_l", try Tensor.zeros(shape: [2, 768])), ("clip_g", try Tensor.zeros(shape: [3, 1280]))],
      [("emb_params", try Tensor.zeros(shape: [100, 768]))], [("emb_params", try Tensor.zeros(shape: [0, 768]))],
      [("emb_params", try Tensor.zeros(shape: [1, 768], dtype: .int64))],
      [("emb_params", try Tensor.full(shape: [1, 768], value: .nan))],
    ]
    for tensors in files {
      let error = #expect(throws: CheckpointError.self, "\(tensors.map(\.0))") { try read(tensors) }
      if case .unsuitable = error { continue }
      Issue.record("\(String(describing: error))")
    }
  }
}
