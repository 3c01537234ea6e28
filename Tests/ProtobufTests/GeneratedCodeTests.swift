import Foundation
import LorikeetAPI
import Protobuf
import TestProtos
import Testing

@Suite("Generated code")
struct GeneratedCodeTests {
  /// The paths of `Protos/generated.sha256`.
  private func listed() throws -> Set<String> {
    let text = try String(contentsOf: Repository.root.appendingPathComponent("Protos/generated.sha256"), encoding: .utf8)
    return Set(text.split(separator: "\n").compactMap { $0.split(separator: " ").last.map(String.init) })
  }

  private func files(under folder: String) -> [String] {
    let root = Repository.root.appendingPathComponent(folder).path
    let enumerator = FileManager.default.enumerator(atPath: root)
    var paths: [String] = []
    while let path = enumerator?.nextObject() as? String {
      if path.hasSuffix(".build") {
        // The generator's, with tens of thousands of files.
        enumerator?.skipDescendants()
      } else if path.contains(".") {  // everything here has an extension, and no folder has
        paths.append("\(folder)/\(path)")
      }
    }
    return paths
  }

  @Test("the committed code is what generate.sh made of the committed protos: run it when this fails")
  func isFresh() throws {
    let (status, output) = try run(
      URL(fileURLWithPath: "/usr/bin/env"), ["sha256sum", "--check", "--quiet", "Protos/generated.sha256"])
    #expect(status == 0, "\(output)")
  }

  @Test("every input and every generated file is among those whose digests are recorded")
  func isComplete() throws {
    let listed = try listed()
    let protos = files(under: "Protos").filter { $0.hasSuffix(".proto") }
    let generator = files(under: "Protos/generator/Sources")
    let outputs = [
      "Sources/CStandardProtos", "Sources/Protobuf/Generated", "Sources/RPC/Generated", "Sources/CLorikeetProtos",
      "Sources/LorikeetAPI/Generated", "Sources/CInteropProtos", "Sources/rpc-interop/Generated", "Tests/CTestProtos",
      "Tests/TestProtos", "Tests/CDocumentationProtos", "Tests/DocumentationTests/Generated",
      "Tests/Benchmarks/RPC/CEchoProtos", "Tests/Benchmarks/RPC/echo/Generated",
    ].flatMap(files)
    #expect(protos.count >= 9 && generator.count >= 10 && outputs.count >= 40)
    for path in protos + generator + outputs { #expect(listed.contains(path), "\(path)") }
  }

  @Test("enum cases lose the enum's name, keep aliases and count without the unrecognized")
  func enums() {
    #expect(Colour.allCases == [.unspecified, .red, .deepBlue, .infrared])
    #expect(Colour.infrared.rawValue == -1 && Colour(rawValue: 1) == .red)
    #expect(Colour.deepBlue.protoName == "COLOUR_DEEP_BLUE" && Colour.unrecognized(9).protoName == nil)
    #expect(Aliased.one == .first && Aliased.allCases.count == 2)
    #expect(Plain.default.rawValue == 7 && Plain() == .zero)
  }

  @Test("the comments of the protos are the documentation of the code")
  func comments() throws {
    let path = Repository.root.appendingPathComponent("Tests/TestProtos/features_v1_features.pb.swift")
    let code = try String(contentsOf: path, encoding: .utf8)
    #expect(code.contains("  /// Like a tomato.\n  case red\n"))
    #expect(code.contains("/// A tree: a message in itself, singly and repeatedly.\npublic struct Node: Message {"))
    #expect(code.contains("    /// A number.\n    case number(Int64)\n"))
  }
}
