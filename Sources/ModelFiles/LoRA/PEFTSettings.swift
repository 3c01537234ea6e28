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
    do {
      try read(text)
    } catch let error as LoRAContentsError {
      throw error
    } catch {
      throw .unusableSettings("is not the JSON of a LoraConfig (\(error))")
    }
  }

  private mutating func read(_ text: String) throws {
    var networks: [LoRAComponent: Network] = [:]
    var reader = JSONReader(Array(text.utf8))
    try reader.readObject { reader, key in
      // A file of the U-Net alone, saved by the model itself, leaves its name out.
      let component = LoRAComponent.allCases.first { key.hasPrefix("\($0.diffusersName).") }
      let name = component.map { key.dropFirst($0.diffusersName.count + 1) } ?? key[...]
      var network = networks[component ?? .unet] ?? Network()
      switch name {
      case "lora_alpha": network.alpha = try reader.readNumberOrSkip()
      case "use_rslora": network.isRankStabilized = try reader.readFlagOrSkip()
      case "alpha_pattern":
        try reader.readObject { reader, pattern in
          let path = try Self.path(pattern)
          network.alphas[path] = try reader.readNumberOrSkip()
        }
      default: try reader.skipValue()
      }
      networks[component ?? .unet] = network
    }
    try reader.expectEnd()
    self.networks = networks
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
