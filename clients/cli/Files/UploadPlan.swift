import Foundation
import LorikeetAPI

/// What one path on the command line becomes.
enum UploadPlan: Equatable {
  /// One asset of one file.
  case file(path: String, kind: AssetKind)
  /// An asset for each image, with captions.
  case images([CaptionedImage])
  /// One asset of a diffusers folder's files, by their paths inside it.
  case checkpoint(folder: String, files: [String])

  /// Decides by what is there and by `kind`, the user's word, if given.
  init(path: String, kind: AssetKind?) throws(CommandError) {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw .usage("\(path.printable) does not exist.")
    }
    if isFolder.boolValue {
      let hasIndex = FileManager.default.fileExists(atPath: path + "/model_index.json")
      switch kind {
      case .checkpoint: break
      case nil where hasIndex: break
      case nil, .image:
        self = .images(try ImageFolder.load(path))
        return
      default: throw .usage("\(path.printable) is a folder: only images and checkpoints are uploaded by the folder.")
      }
      guard hasIndex else { throw .usage("\(path.printable) is no diffusers checkpoint: it has no model_index.json.") }
      self = .checkpoint(folder: path, files: try Self.checkpointFiles(path))
      return
    }
    switch kind {
    case .image: self = .images([CaptionedImage(path: path, caption: try ImageFolder.captionBeside(path))])
    case nil where ImageFolder.isImage(path):
      self = .images([CaptionedImage(path: path, caption: try ImageFolder.captionBeside(path))])
    case nil: throw .usage("Say with --kind what \(path.printable) is: \(AssetKind.words.joined(separator: ", ")).")
    case .some(let kind): self = .file(path: path, kind: kind)
    }
  }

  /// The files that a checkpoint is made of; pickles, pictures and notes stay here.
  private static func checkpointFiles(_ folder: String) throws(CommandError) -> [String] {
    let wanted: Set = ["json", "txt", "safetensors", "model"]
    guard let walk = FileManager.default.enumerator(atPath: folder) else {
      throw .usage("Cannot read the folder \(folder.printable).")
    }
    let files = walk.compactMap { $0 as? String }.filter { path in
      wanted.contains((path as NSString).pathExtension.lowercased())
        && !path.split(separator: "/").contains { $0.hasPrefix(".") }
    }.sorted()
    guard files.contains(where: { $0.hasSuffix(".safetensors") }) else {
      throw .usage("\(folder.printable) holds no .safetensors files: weights in other formats are not taken.")
    }
    guard files.count <= 1024 else {
      throw .usage("\(folder.printable) holds \(files.count) files; 1,024 are the most.")
    }
    return files
  }
}
