import Foundation

/// What the optional files of a tokenizer folder say.
struct TokenizerSettings {
  var padding = CLIPTokenizer.endText
  var contextLength = 77

  private struct File: Decodable {
    var padToken: Token?
    var modelMaxLength: Double?

    enum CodingKeys: String, CodingKey {
      case padToken = "pad_token"
      case modelMaxLength = "model_max_length"
    }
  }

  /// A token is written as a string, or as an object with flags.
  private enum Token: Decodable {
    case text(String)

    init(from decoder: any Decoder) throws {
      if let text = try? decoder.singleValueContainer().decode(String.self) {
        self = .text(text)
      } else {
        self = .text(try decoder.container(keyedBy: Keys.self).decode(String.self, forKey: .content))
      }
    }

    enum Keys: CodingKey { case content }
  }

  init(folder: String) {
    for name in ["tokenizer_config.json", "special_tokens_map.json"] {
      let path = "\(folder)/\(name)"
      guard let data = try? MappedFile.contents(path: path, limit: CLIPTokenizer.longestFile),
        let file = try? JSONDecoder().decode(File.self, from: data)
      else { continue }
      if case .text(let token)? = file.padToken { padding = token }
      // Some folders say "no limit" with a huge number; CLIP's encoders have 77 positions.
      if let length = file.modelMaxLength, (3...1_024).contains(length) { contextLength = Int(length) }
    }
  }
}
