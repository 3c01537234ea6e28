/// What can be wrong with a tokenizer's files.
package enum TokenizerError: Error, Equatable {
  /// A file cannot be read.
  case inaccessible(path: String, reason: String)
  /// A file is not what its name says.
  case malformed(path: String, reason: String)
}

extension TokenizerError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .inaccessible(let path, let reason):
      "\(path) cannot be read: \(reason); a tokenizer is a folder with vocab.json and merges.txt"
    case .malformed(let path, let reason):
      "\(path) is not a CLIP vocabulary: \(reason); copy the tokenizer folder from the checkpoint again"
    }
  }
}
