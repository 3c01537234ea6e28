/// Collects PEFT's settings of a LoRA, as `LoraConfig` takes them and `PEFTSettings` reads them.
struct PEFTSettingsWriter {
  private struct Layer {
    var path: String
    var rank: Int
    var alpha: Double
  }

  private var networks: [LoRAComponent: [Layer]] = [:]
  private var hasMagnitudes: Set<LoRAComponent> = []

  mutating func add(_ component: LoRAComponent, path: String, rank: Int, scale: Double, hasMagnitudes: Bool) {
    networks[component, default: []].append(Layer(path: path, rank: rank, alpha: scale * Double(rank)))
    if hasMagnitudes { self.hasMagnitudes.insert(component) }
  }

  var json: String {
    var fields: [String] = []
    for component in LoRAComponent.allCases {
      guard let layers = networks[component] else { continue }
      func field(_ name: String, _ value: String) { fields.append("\"\(component.diffusersName).\(name)\": \(value)") }
      let rank = Self.mostCommon(layers.map(\.rank)) ?? 0
      let alpha = Self.mostCommon(layers.map(\.alpha)) ?? 0
      field("peft_type", #""LORA""#)
      field("r", "\(rank)")
      field("lora_alpha", Self.text(alpha))
      field("rank_pattern", Self.object(layers.filter { $0.rank != rank }.map { (Self.pattern($0.path), "\($0.rank)") }))
      field(
        "alpha_pattern",
        Self.object(layers.filter { $0.alpha != alpha }.map { (Self.pattern($0.path), Self.text($0.alpha)) }))
      field("target_modules", Self.list(Self.targets(component, layers.map(\.path))))
      field("use_dora", "\(hasMagnitudes.contains(component))")
      field("use_rslora", "false")
      field("lora_bias", "false")
    }
    return "{\(fields.joined(separator: ", "))}"
  }

  /// transformers 5 dropped CLIP's outer module from its names: an end of the path fits both.
  private static func pattern(_ path: String) -> String {
    String(path.dropping(prefix: "text_model.") ?? path[...])
  }

  private static func targets(_ component: LoRAComponent, _ paths: [String]) -> [String] {
    Set(paths.map { pattern($0) }).sorted()
  }

  /// The most frequent value, the smallest of those.
  private static func mostCommon<Value: Hashable & Comparable>(_ values: [Value]) -> Value? {
    var counts: [Value: Int] = [:]
    for value in values { counts[value, default: 0] += 1 }
    return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
  }

  private static func text(_ alpha: Double) -> String {
    alpha == alpha.rounded() && abs(alpha) < 1e15 ? "\(Int(alpha))" : "\(alpha)"
  }

  private static func object(_ pairs: [(String, String)]) -> String {
    "{\(pairs.sorted { $0.0 < $1.0 }.map { "\"\($0.0)\": \($0.1)" }.joined(separator: ", "))}"
  }

  private static func list(_ words: [String]) -> String {
    "[\(words.map { "\"\($0)\"" }.joined(separator: ", "))]"
  }
}
