import Foundation

/// The JSON files of a checkpoint.
enum JSONFile {
  static func read<Value: Decodable>(_ path: String) throws(CheckpointError) -> Value {
    guard let data = try MappedFile.contents(path: path, limit: 1 << 20) else {
      throw .malformedConfiguration(path: path, reason: "it is longer than 1 MiB")
    }
    return try decode(data, path: path)
  }

  /// - Parameter path: for the error.
  static func decode<Value: Decodable>(_ data: Data, path: String) throws(CheckpointError) -> Value {
    do {
      return try JSONDecoder().decode(Value.self, from: data)
    } catch {
      throw .malformedConfiguration(path: path, reason: brief(error))
    }
  }

  private static func brief(_ error: any Error) -> String {
    switch error as? DecodingError {
    case .dataCorrupted(let context), .keyNotFound(_, let context), .typeMismatch(_, let context),
      .valueNotFound(_, let context):
      context.debugDescription
    default: "\(error)"
    }
  }
}
