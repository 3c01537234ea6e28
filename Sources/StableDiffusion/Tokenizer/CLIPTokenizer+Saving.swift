import Foundation

extension CLIPTokenizer {
  /// Writes the tokenizer folder of a diffusers checkpoint: a copy of the folder it was read from, or files of the same
  /// form that give the same ids.
  package func save(to folder: String) throws(CheckpointError) {
    switch source {
    case .folder(let path):
      for name in ["vocab.json", "merges.txt", "special_tokens_map.json", "tokenizer_config.json"] {
        let (source, target) = ("\(path)/\(name)", "\(folder)/\(name)")
        // The first two are there, or the tokenizer had not been read; a checkpoint may be saved over itself.
        guard source != target, FileManager.default.fileExists(atPath: source) else { continue }
        do {
          try Data(contentsOf: URL(filePath: source)).write(to: URL(filePath: target), options: .atomic)
        } catch {
          throw .inaccessible(path: target, reason: "\(error.localizedDescription)")
        }
      }
    case .publishedVocabulary(let path, let padding):
      let lines: [Substring]
      do {
        lines = try Self.publishedMerges(path)
      } catch {
        throw .tokenizer(error)
      }
      let merges = (["#version: 0.2"] + lines).joined(separator: "\n") + "\n"
      try Self.write(Data(merges.utf8), to: "\(folder)/merges.txt")
      try Self.write(Self.publishedIDs(lines), to: "\(folder)/vocab.json")
      try Self.write(["pad_token": padding], to: "\(folder)/special_tokens_map.json")
    }
  }

  private static func write(_ value: some Encodable, to path: String) throws(CheckpointError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      try (value as? Data ?? encoder.encode(value)).write(to: URL(filePath: path), options: .atomic)
    } catch {
      throw .inaccessible(path: path, reason: "\(error.localizedDescription)")
    }
  }
}
