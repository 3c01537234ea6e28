import Foundation
import ModelFiles
import Testing
import Torch

@testable import StableDiffusion

@Suite struct SafetensorsTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  @Test("what is written is read back: every type, scalars, empty tensors and metadata with any characters")
  func roundTrip() throws {
    let values: [Float] = [0, -1.5, 2, 1024, 0.25, 8]
    var tensors: [(String, Tensor)] = []
    for dtype in DType.allCases {
      tensors.append(("of type \(dtype)", try Tensor(values.map(abs), shape: [2, 3]).to(dtype: dtype)))
    }
    tensors.append(("negative", try Tensor(values, shape: [3, 2])))
    tensors.append(("scalar", try Tensor(scalar: 7)))
    tensors.append(("empty", try Tensor.zeros(shape: [3, 0])))
    tensors.append(("a \"quoted\" \\ näme", try Tensor(values)))
    let metadata = ["format": "pt", "ss_tag_frequency": "{\"a\": \"b\\n\"}\n\t\u{1}", "emoji": "🦜"]
    let path = "\(folder.path)/all.safetensors"
    try Safetensors.write(tensors, metadata: metadata, to: path)

    let file = try Safetensors(path: path)
    #expect(file.metadata == metadata)
    #expect(Set(file.names) == Set(tensors.map(\.0)))
    for (name, tensor) in tensors {
      let read = try file.tensor(named: name)
      #expect(read.dtype == tensor.dtype)
      #expect(read.shape == tensor.shape)
      #expect(try read.bytes() == tensor.bytes(), "\(name)")
    }
    let written = try Array(Data(contentsOf: URL(filePath: path)))
    #expect(try written == Safetensors.serialize(tensors, metadata: metadata).bytes)
  }

  @Test("writing to a mapped tensor leaves the file as it was")
  func privateMapping() throws {
    let path = "\(folder.path)/weights.safetensors"
    try Safetensors.write([("x", Tensor([1, 2, 3] as [Float]))], to: path)
    let tensor = try Safetensors(path: path).tensor(named: "x")
    try tensor.fill_(9)
    #expect(try tensor.floats() == [9, 9, 9])
    #expect(try Safetensors(path: path).tensor(named: "x").floats() == [1, 2, 3])
  }

  @Test("a tensor outlives the file object it came from")
  func lifetime() throws {
    let path = "\(folder.path)/weights.safetensors"
    try Safetensors.write([("x", Tensor([1, 2, 3] as [Float]))], to: path)
    var file: Safetensors? = try Safetensors(path: path)
    let tensor = try #require(file).tensor(named: "x")
    file = nil
    #expect(try tensor.floats() == [1, 2, 3])
  }

  @Test("a failed write leaves neither the file nor a part of it")
  func failedWrite() throws {
    let twice = [("x", try Tensor.zeros(shape: [1])), ("x", try Tensor.zeros(shape: [1]))]
    #expect(throws: CheckpointError.self) { try Safetensors.write(twice, to: "\(folder.path)/twice.safetensors") }
    #expect(throws: CheckpointError.self) {
      try Safetensors.write([("x", Tensor.zeros(shape: [1]))], to: "\(folder.path)/nowhere/x.safetensors")
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }

  @Test("data that is not aligned to its type is read all the same")
  func unaligned() throws {
    let values: [Float] = [1, 2]
    let path = try folder.file(
      "odd.safetensors",
      image(#"{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}} "#, values.withUnsafeBytes(Array.init)))
    #expect(try Safetensors(path: path).tensor(named: "x").floats() == values)
  }

  /// A file of this header and these data bytes.
  private func image(_ header: String, _ data: [UInt8], length: UInt64? = nil) -> [UInt8] {
    withUnsafeBytes(of: (length ?? UInt64(header.utf8.count)).littleEndian, Array.init) + Array(header.utf8) + data
  }

  @Test(
    "a header that contradicts itself or the file is refused",
    arguments: [
      // The data are 8 bytes in every case.
      #"{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,12]}}"#,
      #"{"x":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#,
      #"{"x":{"dtype":"F16","shape":[2],"data_offsets":[0,8]}}"#,
      #"{"x":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}"#,
      #"{"x":{"dtype":"F32","shape":[-1,-2],"data_offsets":[0,8]}}"#,
      #"{"x":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}"#,
      #"{"x":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#,
      #"{"x":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}"#,
      #"{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8,8]}}"#,
      #"{"x":{"dtype":"F32","shape":[2],"data_offsets":[9223372036854775807,9223372036854775807]}}"#,
      #"{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,1e300]}}"#,
      #"{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
      #"{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
      #"{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"y":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
      #"{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"y":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#,
      #"{"x":{"dtype":"F33","shape":[2],"data_offsets":[0,8]}}"#,
      #"{"x":{"dtype":"F32","data_offsets":[0,8]}}"#,
      #"{"x":{"dtype":"F32","shape":"two","data_offsets":[0,8]}}"#,
      #"{"x":[0,8]}"#,
      #"{"__metadata__":{"a":1},"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#,
      #"{"x":"#,
      "{}",
      "{" + String(repeating: #""a":{"#, count: 100_000),
    ])
  func contradictions(header: String) throws {
    let path = try folder.file("bad.safetensors", image(header, Array(repeating: 0, count: 8)))
    let error = #expect(throws: CheckpointError.self) { try Safetensors(path: path) }
    switch try #require(error) {
    case .malformed(let named, _), .unsupportedType(let named, _, _): #expect(named == path)
    case let other: Issue.record("\(other)")
    }
  }

  @Test("a truncated file is refused wherever it was cut, and the message says that it is damaged or no checkpoint")
  func truncation() throws {
    let whole = try Safetensors.serialize([("x", Tensor([1, 2, 3, 4] as [Float]))]).bytes
    for length in 0..<whole.count {
      let path = try folder.file("cut.safetensors", whole.prefix(length))
      let error = #expect(throws: CheckpointError.self, "cut to \(length) bytes") { try Safetensors(path: path) }
      switch try #require(error) {
      case .malformed, .notSafetensors: break
      case let other: Issue.record("cut to \(length) bytes: \(other)")
      }
    }
  }

  @Test("a header longer than the limit is refused before it is parsed")
  func hugeHeader() throws {
    let length = SafetensorsHeader.maximumLength + 1
    let path = try folder.file("huge.safetensors", image("{", [], length: UInt64(length)))
    let handle = try FileHandle(forWritingTo: URL(filePath: path))
    try handle.truncate(atOffset: UInt64(length + 8))
    try handle.close()
    let error = #expect(throws: CheckpointError.self) { try Safetensors(path: path) }
    guard case .malformed(_, let reason) = try #require(error) else { throw try #require(error) }
    #expect(reason.contains("\(length) bytes"))
  }

  @Test(
    "a file of another kind is named as what it is",
    arguments: [
      ("it is empty", []), ("it has 5 bytes", Array("hello".utf8)),
      ("it is a text file", Array("<!DOCTYPE html><html>Not found</html>\n".utf8)),
      ("it is a Git LFS pointer", Array("version https://git-lfs.github.com/spec/v1\noid sha256:00\n".utf8)),
      ("it is a Python pickle", Array("PK\u{3}\u{4}".utf8) + Array(repeating: 0, count: 100)),
      ("it is a Python pickle", [0x80, 0x02] + Array(repeating: UInt8(0x8a), count: 100)),
      ("it does not begin with", Array(repeating: UInt8(0xff), count: 100)),
      ("it does not begin with", Array(repeating: UInt8(0), count: 100)),
    ] as [(String, [UInt8])])
  func otherKinds(diagnosis: String, bytes: [UInt8]) throws {
    let path = try folder.file("model.safetensors", bytes)
    let error = #expect(throws: CheckpointError.self) { try Safetensors(path: path) }
    guard case .notSafetensors(path, let found) = try #require(error) else { throw try #require(error) }
    #expect(found.hasPrefix(diagnosis))
  }

  @Test("a missing file, a folder and an unknown tensor each have their error")
  func absence() throws {
    #expect(throws: CheckpointError.missingFile(path: "\(folder.path)/none")) {
      try Safetensors(path: "\(folder.path)/none")
    }
    #expect(throws: CheckpointError.inaccessible(path: folder.path, reason: "not a regular file")) {
      try Safetensors(path: folder.path)
    }
    let path = "\(folder.path)/x.safetensors"
    try Safetensors.write([("x", Tensor.zeros(shape: [1]))], to: path)
    #expect(throws: CheckpointError.unknownTensor(path: path, name: "y")) {
      try Safetensors(path: path).tensor(named: "y")
    }
  }

  @Test("bytes changed at random never do worse than an error")
  func mutations() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("mutations of safetensors: seed \(seed)")
    var random = SplitMix(state: seed)
    let whole = try Safetensors.serialize(
      [("first", Tensor([1, 2, 3, 4] as [Float])), ("second", Tensor([5, 6] as [Int64]))], metadata: ["a": "b"]
    ).bytes
    for _ in 0..<200 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      let path = try folder.file("mutant.safetensors", bytes)
      do {
        let file = try Safetensors(path: path)
        for name in file.names { #expect(try file.tensor(named: name).count >= 0) }
      } catch {
        #expect(!"\(error)".isEmpty)
      }
    }
  }
}

/// Random numbers that a printed seed brings back.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
