import Foundation

/// What PEFT's `LoraConfig` says of a file's ranks and alphas, as diffusers stores it in the metadata: one JSON object
/// with the network's name before each key (`unet.lora_alpha`).
package struct PEFTSettings: Sendable, Equatable {
  package static let metadataKey = "lora_adapter_metadata"

  private struct Network: Equatable {
    var alpha: Double?
    var alphas: [String: Double] = [:]
    /// Divides by the root of the rank (Kalajdzievski 2023).
    var isRankStabilized = false
  }

  private var networks: [LoRAComponent: Network] = [:]

  /// - Returns: nil without such an entry.
  package init?(metadata: [String: String]) throws(LoRAContentsError) {
    guard let text = metadata[Self.metadataKey] else { return nil }
    let entries: [String: Value]
    do {
      entries = try JSONDecoder().decode([String: Value].self, from: Data(text.utf8))
    } catch {
      throw .unusableSettings("is not a JSON object")
    }
    for component in LoRAComponent.allCases {
      func entry(_ name: String) -> Value? {
        // A file of the U-Net alone, saved by the model itself, leaves its name out.
        entries["\(component.diffusersName).\(name)"] ?? (component == .unet ? entries[name] : nil)
      }
      var network = Network()
      if case .number(let alpha) = entry("lora_alpha") { network.alpha = alpha }
      if case .boolean(true) = entry("use_rslora") { network.isRankStabilized = true }
      if case .numbers(let alphas) = entry("alpha_pattern") {
        for (pattern, alpha) in alphas { network.alphas[try Self.path(pattern)] = alpha }
      }
      networks[component] = network
    }
  }

  /// The end of a path that a pattern stands for. PEFT takes patterns for regular expressions; those that diffusers
  /// writes are paths, some with a mark for the beginning.
  private static func path(_ pattern: String) throws(LoRAContentsError) -> String {
    var path = pattern.hasPrefix("^") ? String(pattern.dropFirst()) : pattern
    path = path.split(separator: #"\."#, omittingEmptySubsequences: false).joined(separator: ".")
    guard path.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == ".") }) else {
      throw .unusableSettings("has the pattern \(pattern.prefix(80)), which is not a layer's path")
    }
    return path
  }

  /// What the update of a layer is multiplied with; nil where nothing is said of its network.
  func scale(of key: LoRAKey, rank: Int) -> Double? {
    guard let network = networks[key.component] else { return nil }
    func scale(_ alpha: Double) -> Double {
      alpha / (network.isRankStabilized ? Double(rank).squareRoot() : Double(rank))
    }
    if !network.alphas.isEmpty, var tail = LayerPath.dotted(key)?[...] {
      // From the whole path to its last word: the narrowest pattern decides.
      while true {
        if let own = network.alphas[String(tail)] { return scale(own) }
        guard let dot = tail.firstIndex(of: ".") else { break }
        tail = tail[tail.index(after: dot)...]
      }
    }
    return network.alpha.map(scale)
  }
}

/// The values of a `LoraConfig` that matter here; any other is passed over.
private enum Value: Decodable {
  case boolean(Bool)
  case number(Double)
  case numbers([String: Double])
  case other

  init(from decoder: any Decoder) throws {
    let container = try? decoder.singleValueContainer()
    if let value = try? container?.decode(Bool.self) {
      self = .boolean(value)
    } else if let value = try? container?.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container?.decode([String: Double].self) {
      self = .numbers(value)
    } else {
      self = .other
    }
  }
}
