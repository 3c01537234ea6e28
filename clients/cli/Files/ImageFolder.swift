import Foundation

/// An image file to upload, with the text to train it with.
struct CaptionedImage: Equatable {
  let path: String
  var caption: String?

  var fileName: String { (path as NSString).lastPathComponent }
}

/// A folder of training images as practitioners keep them: pictures, each with a caption in `NAME.txt` beside it or in
/// the folder's `metadata.jsonl` (`{"file_name": "cat.png", "text": "a cat"}` a line, Hugging Face's ImageFolder).
///
/// `NAME.txt` wins where both have one. Faults are errors, not warnings: a caption lost to a misspelt name would show
/// only in the trained result.
enum ImageFolder {
  static let extensions: Set<String> = ["jpg", "jpeg", "png", "webp"]
  private static let longestCaption = 65_536
  private static let largestMetadata = 256 << 20

  static func isImage(_ path: String) -> Bool {
    extensions.contains((path as NSString).pathExtension.lowercased())
  }

  /// The images of a folder, sorted by name as people count (`2.png` before `10.png`).
  static func load(_ folder: String) throws(CommandError) -> [CaptionedImage] {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: folder)
    } catch {
      throw .usage("Cannot read the folder \(folder.printable): \(reason(folder)).")
    }
    let images = names.filter { !$0.hasPrefix(".") && isImage($0) }
      .sorted { $0.compare($1, options: [.numeric, .caseInsensitive]) == .orderedAscending }
    guard !images.isEmpty else {
      throw .usage("The folder \(folder.printable) holds no images: it needs .jpg, .jpeg, .png or .webp files.")
    }
    let metadata = try metadataCaptions(folder, images: Set(images))
    var result: [CaptionedImage] = []
    for name in images {
      let path = (folder as NSString).appendingPathComponent(name)
      result.append(CaptionedImage(path: path, caption: try captionBeside(path) ?? metadata[name]))
    }
    return result
  }

  /// The text of `NAME.txt` beside `NAME.png`, on one line; nil when there is no such file or nothing in it.
  static func captionBeside(_ image: String) throws(CommandError) -> String? {
    let path = (image as NSString).deletingPathExtension + ".txt"
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    return try caption(of: text(of: path, limit: longestCaption))
  }

  private static func metadataCaptions(_ folder: String, images: Set<String>) throws(CommandError) -> [String: String] {
    let path = (folder as NSString).appendingPathComponent("metadata.jsonl")
    guard FileManager.default.fileExists(atPath: path) else { return [:] }
    var captions: [String: String] = [:]
    // By bytes: as characters, a line feed behind a carriage return is not a line feed.
    let lines = try text(of: path, limit: largestMetadata).utf8.split(
      separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      if line.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "\r") }) {
        continue
      }
      func fault(_ what: String) -> CommandError { .usage("\(path.printable), line \(index + 1): \(what).") }
      guard let object = try? JSONSerialization.jsonObject(with: Data(line)) as? [String: Any] else {
        throw fault("not a JSON object such as {\"file_name\": \"cat.png\", \"text\": \"a cat\"}")
      }
      guard let name = object["file_name"] as? String else { throw fault("\"file_name\" is missing or no text") }
      guard let text = object["text"] as? String else { throw fault("\"text\" is missing or no text") }
      guard images.contains(name) else { throw fault("names '\(name.printable)', which is no image in this folder") }
      guard captions[name] == nil else { throw fault("names '\(name.printable)' a second time") }
      if let caption = caption(of: text) { captions[name] = caption }
    }
    return captions
  }

  /// Line breaks and runs of blanks become single spaces; nothing but blanks is no caption.
  static func caption(of text: String) -> String? {
    let words = text.split(whereSeparator: \.isWhitespace)
    return words.isEmpty ? nil : words.joined(separator: " ")
  }

  private static func text(of path: String, limit: Int) throws(CommandError) -> String {
    let data: Data
    do {
      let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
      guard size <= limit else {
        throw CommandError.usage("\(path.printable) has \(size) bytes; \(limit) are the most a text here may have.")
      }
      data = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch let error as CommandError {
      throw error
    } catch {
      throw .usage("Cannot read \(path.printable): \(reason(path)).")
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw .usage("\(path.printable) is not UTF-8 text.")
    }
    return text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
  }

  /// Why the system lets nobody read `path`, in its own words: Foundation's do not name the cause.
  private static func reason(_ path: String) -> String {
    access(path, R_OK) == 0 ? "it is of the wrong kind" : String(cString: strerror(errno))
  }

  /// Sentences about images that will train without a caption of their own; nil when all have one.
  static func warning(about images: [CaptionedImage]) -> String? {
    let missing = images.filter { $0.caption == nil }
    guard !missing.isEmpty else { return nil }
    let names = missing.prefix(3).map(\.fileName.printable).joined(separator: ", ") + (missing.count > 3 ? ", …" : "")
    return "\(missing.count) of \(Format.count(images.count, "image")) "
      + "\(missing.count == 1 ? "has" : "have") no caption (\(names)): the trigger word alone will stand for "
      + "\(missing.count == 1 ? "it" : "them")."
  }
}
