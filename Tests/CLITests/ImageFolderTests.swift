import Foundation
import Testing

@testable import lorikeet

/// A folder that goes away with the test.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("lorikeet-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func add(_ name: String, _ content: String = "x") throws {
    try add(name, Array(content.utf8))
  }

  func add(_ name: String, _ content: [UInt8]) throws {
    let url = URL(fileURLWithPath: path).appendingPathComponent(name)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(content).write(to: url)
  }

  func file(_ name: String) -> String { path + "/" + name }
}

@Suite("Folders of training images")
struct ImageFolderTests {
  func fault(_ folder: TemporaryFolder) -> String? {
    do throws(CommandError) {
      _ = try ImageFolder.load(folder.path)
      return nil
    } catch {
      #expect(error.status == .usage)
      return error.sentences.joined()
    }
  }

  @Test("pictures are found by extension, in the order people count, and nothing else is")
  func pictures() throws {
    let folder = try TemporaryFolder()
    for name in ["10.png", "2.PNG", "a.jpeg", "b.JPG", "c.webp", ".hidden.png", "notes.md", "d.gif", "sub/e.png"] {
      try folder.add(name)
    }
    #expect(try ImageFolder.load(folder.path).map(\.fileName) == ["2.PNG", "10.png", "a.jpeg", "b.JPG", "c.webp"])
  }

  @Test("a caption beside the image wins over metadata.jsonl, which fills the gaps")
  func captions() throws {
    let folder = try TemporaryFolder()
    for name in ["a.png", "b.jpg", "c.webp", "d.png"] { try folder.add(name) }
    try folder.add("a.txt", "\u{FEFF}  a photo of\r\n  sks1 \n")
    try folder.add("d.txt", " \n")
    try folder.add(
      "metadata.jsonl",
      "{\"file_name\": \"a.png\", \"text\": \"other\"}\r\n\r\n"
        + "{\"text\": \"zwei\\n  Zeilen\", \"file_name\": \"b.jpg\", \"more\": [1]}\n"
    )
    let images = try ImageFolder.load(folder.path)
    #expect(images.map(\.caption) == ["a photo of sks1", "zwei Zeilen", nil, nil])
    #expect(
      ImageFolder.warning(about: images)
        == "2 of 4 images have no caption (c.webp, d.png): the trigger word alone will stand for them.")
  }

  @Test("no warning when every image has a caption; one image is spoken of as one")
  func warnings() {
    #expect(ImageFolder.warning(about: [CaptionedImage(path: "/a.png", caption: "a")]) == nil)
    let many = (1...5).map { CaptionedImage(path: "/x/\($0).png", caption: $0 == 1 ? nil : "c") }
    #expect(ImageFolder.warning(about: many)?.hasPrefix("1 of 5 images has no caption (1.png)") == true)
    let bare = (1...5).map { CaptionedImage(path: "/x/\($0).png", caption: nil) }
    #expect(ImageFolder.warning(about: bare)?.contains("(1.png, 2.png, 3.png, …)") == true)
  }

  @Test(
    "a fault in metadata.jsonl is told with its line",
    arguments: [
      ("{\"file_name\": \"a.png\", \"text\": \"x\"}\nnonsense", "line 2: not a JSON object"),
      ("[1]", "line 1: not a JSON object"),
      ("{\"text\": \"x\"}", "\"file_name\" is missing"),
      ("{\"file_name\": \"a.png\"}", "\"text\" is missing"),
      ("{\"file_name\": \"a.png\", \"text\": 5}", "\"text\" is missing or no text"),
      ("{\"file_name\": \"z.png\", \"text\": \"x\"}", "names 'z.png', which is no image in this folder"),
      ("{\"file_name\": \"../a.png\", \"text\": \"x\"}", "which is no image in this folder"),
      (
        "{\"file_name\": \"a.png\", \"text\": \"x\"}\n{\"file_name\": \"a.png\", \"text\": \"y\"}",
        "line 2: names 'a.png' a second time"
      ),
    ])
  func metadataFaults(content: String, expected: String) throws {
    let folder = try TemporaryFolder()
    try folder.add("a.png")
    try folder.add("metadata.jsonl", content)
    #expect(fault(folder)?.contains(expected) == true, "\(fault(folder) ?? "no fault")")
  }

  @Test("text that is not UTF-8, or far too long, is refused")
  func captionFaults() throws {
    let latin = try TemporaryFolder()
    try latin.add("a.png")
    try latin.add("a.txt", [0x63, 0x61, 0x66, 0xE9])
    #expect(fault(latin)?.contains("not UTF-8") == true)
    let long = try TemporaryFolder()
    try long.add("a.png")
    try long.add("a.txt", [UInt8](repeating: 0x61, count: 70_000))
    #expect(fault(long)?.contains("70000 bytes") == true)
  }

  @Test("an empty folder and a missing one are told apart")
  func noImages() throws {
    let folder = try TemporaryFolder()
    #expect(fault(folder)?.contains("holds no images") == true)
    do throws(CommandError) {
      _ = try ImageFolder.load(folder.path + "/missing")
      Issue.record("a missing folder was read")
    } catch {
      #expect(error.sentences[0].contains("No such file or directory"))
    }
  }
}
