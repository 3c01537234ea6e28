import Foundation
import MicroCheckpoint
import Testing
import Torch

@testable import StableDiffusion

/// What loading costs in memory, from the kernel's own account of each mapping.
@Suite("mapped weights") struct MappingTests {
  private let folder: TemporaryFolder
  private let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = "\(folder.path)/weights.safetensors"
  }

  /// Kilobytes of the file's mapping that are in memory, and those of them that are copies.
  private func pages() throws -> (resident: Int, copied: Int) {
    var (resident, copied, mappings, isOurs) = (0, 0, 0, false)
    let account = try FileHandle(forReadingFrom: URL(filePath: "/proc/self/smaps")).readToEnd() ?? Data()
    let text = String(decoding: account, as: UTF8.self)
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ", omittingEmptySubsequences: true)
      if words.first?.last != ":" {
        isOurs = line.hasSuffix(path)
        if isOurs { mappings += 1 }
      } else if isOurs, words.count > 1, let kilobytes = Int(words[1]) {
        if words[0] == "Rss:" { resident += kilobytes }
        if words[0] == "Anonymous:" { copied += kilobytes }
      }
    }
    #expect(mappings > 0)
    return (resident, copied)
  }

  /// An autoencoder of some megabytes, in a file of the type.
  private func write(_ dtype: DType) throws -> AutoencoderConfiguration {
    try Torch.setThreads(1)
    let configuration = AutoencoderConfiguration(
      blockOutChannels: [64, 64], layersPerBlock: 1, normGroups: 8, sampleSize: 16)
    let model = try AutoencoderKL(configuration, ParameterStore(seed: 1, dtype: dtype, device: .cpu))
    try model.save(to: path, dtype: dtype)
    return configuration
  }

  @Test("in the file's own type the parameters are the mapped pages themselves, without a copy", arguments: [
    DType.float32, .float16, .bfloat16,
  ])
  func ownType(dtype: DType) throws {
    let configuration = try write(dtype), file = try Safetensors(path: path)
    let model = try AutoencoderKL(configuration, ParameterStore(file: file, dtype: dtype, device: .cpu))
    let size = model.parameterCount * dtype.byteSize / 1024
    var sum = 0.0
    for (_, tensor) in model.parameters { sum += try tensor.to(dtype: .float32).abs().sum().item() }
    #expect(sum > 0)
    let read = try pages()
    #expect(read.resident >= size && read.copied == 0)
    // They are the mapping: what is written to them shows there.
    for (_, tensor) in model.parameters { try tensor.fill_(1) }
    #expect(try pages().copied >= size)
  }

  @Test("in another type every tensor is converted and its pages are let go")
  func otherType() throws {
    let configuration = try write(.float16), file = try Safetensors(path: path)
    let model = try AutoencoderKL(configuration, ParameterStore(file: file, dtype: .float32, device: .cpu))
    let size = model.parameterCount * 2 / 1024
    let left = try pages()
    #expect(left.resident < size / 4 && left.copied == 0)
    // Read again, they are what they were.
    let kernel = try #require(model.parameters.first { $0.path == "decoder.conv_in.weight" })
    #expect(try kernel.tensor.floats() == file.tensor(named: kernel.path).to(dtype: .float32).floats())
  }
}
