import Foundation
import Protobuf
import TestProtos
import Testing

@Suite("Agreement with Python's protobuf")
struct InteropTests {
  @Test("Python's messages decode, and encode again to messages that decode alike")
  func goldens() throws {
    let file = try MessageFile(contentsOf: Repository.goldens.appendingPathComponent("everything.bin"))
    #expect(file.messages.count == 40)
    for (index, bytes) in file.messages.enumerated() {
      let message = try Everything(serializedBytes: bytes)
      let again = message.serializedBytes()
      #expect(again.count == message.serializedByteCount())
      // NaN differs from itself, so bytes are compared: with map entries sorted, equal messages have equal bytes.
      #expect(try Everything(serializedBytes: again).serializedBytes() == again, "message \(index)")
      #expect(message.unknownFields.isEmpty)
    }
  }

  @Test(
    "random messages come back from Swift to Python unchanged", .enabled(if: isPythonInstalled),
    arguments: ["make", "merges", "odd"])
  func random(kind: String) throws {
    let seed = UInt32.random(in: 0 ... .max)
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("lorikeet-interop-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let script = Repository.goldens.appendingPathComponent("messages.py").path
    let (fromPython, fromSwift) = (folder.appendingPathComponent("python"), folder.appendingPathComponent("swift"))
    let made = try run(Repository.python, [script, kind, "\(seed)", "300", fromPython.path])
    try #require(made.0 == 0, "\(made.1)")
    let messages = try MessageFile(contentsOf: fromPython).messages.map { bytes in
      try Everything(serializedBytes: bytes).serializedBytes()
    }
    try MessageFile(messages: messages).write(to: fromSwift)
    let compared = try run(Repository.python, [script, "compare", fromPython.path, fromSwift.path])
    #expect(compared.0 == 0, "seed \(seed), \(kind): \(compared.1)")
  }

  private static var isPythonInstalled: Bool {
    FileManager.default.isExecutableFile(atPath: Repository.python.path)
  }

  @Test("the documented examples of the encoding have the documented bytes")
  func documented() {
    // https://protobuf.dev/programming-guides/encoding
    #expect(Scalars.with { $0.int32 = 150 }.serializedBytes() == [0x18, 0x96, 0x01])
    #expect(Scalars.with { $0.string = "testing" }.serializedBytes() == [0x72, 0x07] + Array("testing".utf8))
    #expect(Scalars.with { $0.int32 = -2 }.serializedBytes() == [0x18, 0xFE] + Array(repeating: 0xFF, count: 8) + [1])
    #expect(Scalars.with { $0.sint32 = -2 }.serializedBytes() == [0x38, 0x03])
    #expect(Repeateds.with { $0.int32 = [3, 270, 86942] }.serializedBytes() == [0x1A, 6, 3, 0x8E, 2, 0x9E, 0xA7, 5])
    #expect(Repeateds.with { $0.unpacked = [1, 2] }.serializedBytes() == [0x90, 1, 1, 0x90, 1, 2])
    #expect(Scalars.with { $0.double = -0.0 }.serializedBytes() == [0x09, 0, 0, 0, 0, 0, 0, 0, 0x80])
  }

  @Test("repeated numbers are read packed or not, whichever way the schema says")
  func packing() throws {
    #expect(try Repeateds(serializedBytes: [0x18, 1, 0x1A, 2, 2, 3, 0x18, 4]).int32 == [1, 2, 3, 4])
    #expect(try Repeateds(serializedBytes: [0x92, 1, 2, 5, 6]).unpacked == [5, 6])
  }

  @Test("a message in a oneof merges with an earlier one, unless another member came between")
  func oneofMerging() throws {
    let first = Choice.with { $0.value = .nested(.with { $0.after = "first" }) }.serializedBytes()
    let second = Choice.with { $0.value = .nested(.with { $0.value = .number(2) }) }.serializedBytes()
    let other = Choice.with { $0.value = .text("other") }.serializedBytes()
    #expect(
      try Choice(serializedBytes: first + second).value == .nested(.with { $0.after = "first"; $0.value = .number(2) }))
    #expect(try Choice(serializedBytes: first + other + second).value == .nested(.with { $0.value = .number(2) }))
    #expect(try Choice(serializedBytes: first + second + other).value == .text("other"))
  }
}
