import Testing
import Torch

/// Whether two lists of numbers agree within `tolerance`.
func near(_ values: [Float], _ wanted: [Float], tolerance: Float = 1e-5) -> Bool {
  values.count == wanted.count && zip(values, wanted).allSatisfy { abs($0 - $1) <= tolerance }
}

@Suite("Tensors: making, reading, moving")
struct TensorTests {
  @Test("values come back in row-major order with their shape and dtype")
  func roundTrip() throws {
    let tensor = try Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3])
    #expect(tensor.shape == [2, 3])
    #expect(tensor.count == 6)
    #expect(tensor.dtype == .float32)
    #expect(tensor.device == .cpu)
    #expect(try tensor.transpose(0, 1).floats() == [1, 4, 2, 5, 3, 6])
    #expect(try Tensor([7, -8] as [Int64]).int64s() == [7, -8])
  }

  @Test("making functions fill as they say", arguments: DType.allCases)
  func making(dtype: DType) throws {
    let ones = try Tensor.ones(shape: [2, 2], dtype: dtype)
    #expect(ones.dtype == dtype)
    #expect(try ones.floats() == [1, 1, 1, 1])
    #expect(try ones.bytes().count == 4 * dtype.byteSize)
    #expect(try Tensor.zeros(shape: [0, 5], dtype: dtype).floats() == [])
  }

  @Test("arange and linspace have PyTorch's end points")
  func ranges() throws {
    #expect(try Tensor.arange(4).int64s() == [0, 1, 2, 3])
    #expect(try Tensor.arange(start: 1, end: 2, step: 0.25).floats() == [1, 1.25, 1.5, 1.75])
    #expect(try Tensor.linspace(start: 0, end: 1, steps: 5).floats() == [0, 0.25, 0.5, 0.75, 1])
  }

  @Test("bytes are the elements' own, little-endian")
  func bytes() throws {
    // 1.5 is 0x3FC0 in bfloat16 and 0x3E00 in float16.
    #expect(try Tensor.full(shape: [1], value: 1.5, dtype: .bfloat16).bytes() == [0xC0, 0x3F])
    #expect(try Tensor.full(shape: [1], value: 1.5, dtype: .float16).bytes() == [0x00, 0x3E])
  }

  @Test("a cast rounds to nearest even")
  func casts() throws {
    let tensor = try Tensor([1.00390625, 1.01171875] as [Float])
    #expect(try tensor.to(dtype: .bfloat16).floats() == [1, 1.015625])
    #expect(try tensor.to(dtype: .int64).int64s() == [1, 1])
  }

  @Test("a byte count that does not fit the shape is refused")
  func byteCountMismatch() throws {
    let error = #expect(throws: TorchError.self) { try Tensor([1, 2, 3] as [Float], shape: [2, 2]) }
    #expect(error?.kind == .invalidArgument)
    #expect(error?.message.contains("takes 16 bytes, not 12") == true)
  }

  @Test(
    "shapes that overflow or are negative are errors, not traps",
    arguments: [[Int.max, 2], [-1, 2], [1 << 40, 1 << 40]])
  func impossibleShapes(shape: [Int]) {
    #expect(throws: TorchError.self) { try Tensor([1] as [Float], shape: shape) }
    #expect(throws: TorchError.self) { try Tensor.zeros(shape: shape) }
    #expect(DType.float32.byteCount(shape: shape) == nil)
  }

  @Test("a shape mismatch is an error that names the shapes and carries no backtrace")
  func mismatch() throws {
    let a = try Tensor.ones(shape: [2, 3])
    let b = try Tensor.ones(shape: [4, 5])
    let error = #expect(throws: TorchError.self) { try a.matmul(b) }
    #expect(error?.kind == .invalidArgument)
    #expect(error?.message.contains("2x3 and 4x5") == true)
    #expect(error?.message.contains("frame #") == false)
  }

  @Test("running out of memory has a kind of its own")
  func outOfMemory() {
    let error = #expect(throws: TorchError.self) { try Tensor.empty(shape: [1 << 46], dtype: .uint8) }
    #expect(error?.kind == .outOfMemory)
  }

  @Test("a CUDA device that is not there is an error")
  func absentDevice() {
    #expect(throws: TorchError.self) { try Tensor.zeros(shape: [1], device: .cuda(100)) }
    #expect(throws: TorchError.self) { try Tensor.zeros(shape: [1], device: .cuda(.max)) }
  }

  @Test("finite means neither NaN nor infinite")
  func finite() throws {
    #expect(try Tensor([1, -2] as [Float]).isFiniteAll)
    #expect(try !Tensor([1, .nan] as [Float]).isFiniteAll)
    #expect(try !Tensor([1, -.infinity] as [Float]).isFiniteAll)
  }

  @Test("the number of threads is what was set, and 0 is refused")
  func threads() throws {
    let before = Torch.threads
    defer { try? Torch.setThreads(before) }
    try Torch.setThreads(2)
    #expect(Torch.threads == 2)
    #expect(throws: TorchError.self) { try Torch.setThreads(0) }
  }
}
