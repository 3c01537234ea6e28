import Foundation

/// CLIP's vocabulary as OpenAI published it, which checkpoints in one file do not bring.
package enum PublishedVocabulary {
  package static let fileName = "bpe_simple_vocab_16e6.txt.gz"
  /// The environment variable that names the file.
  package static let variable = "LORIKEET_VOCABULARY"

  /// Where it is: as the environment says, beside an installed program (`share/lorikeet`), or where `make setup` puts
  /// it in a source tree. Nil where it is at none of these places.
  package static var path: String? {
    if let named = ProcessInfo.processInfo.environment[variable], !named.isEmpty { return named }
    return candidates.first { FileManager.default.fileExists(atPath: $0) }
  }

  private static var candidates: [String] {
    let program = Bundle.main.executableURL?.resolvingSymlinksInPath().deletingLastPathComponent()
    var places: [String] = []
    if let program {
      places += ["\(program.path)/../share/lorikeet/\(fileName)", "\(program.path)/\(fileName)"]
      // A build folder stands some levels below the tree that .deps lies in.
      var folder = program
      for _ in 0..<5 {
        places.append("\(folder.path)/.deps/open_clip/\(fileName)")
        folder.deleteLastPathComponent()
      }
    }
    return places + ["\(FileManager.default.currentDirectoryPath)/.deps/open_clip/\(fileName)"]
  }
}
