import LorikeetAPI
import ModelFiles
import Store

/// What the service knows of a LoRA, and the family that it is for.
typealias LoraFacts = (info: LoraInfo, family: LorikeetAPI.ModelFamily)

/// What the service learns of a LoRA from its safetensors header.
enum LoraContent {
  /// Names of tensors that fit nothing, as many as an asset lists.
  private static let mostNames = 100

  /// A LoRA in any of the layouts of kohya, diffusers and PEFT, held against the layers of its family's networks.
  ///
  /// - Parameter allowUnmatched: accepts what fits nothing, as long as something fits.
  static func inspect<Source: ByteSource>(
    _ source: Source, allowUnmatched: Bool = false
  ) throws -> LoraFacts {
    let header = try SafetensorsHeader.read(source)
    let contents = try contents(of: header)
    guard !contents.layers.isEmpty else {
      throw ContentError(
        "the file holds no LoRA matrices (lora_down, lora_A or lora.down); choose a LoRA in the form of kohya, "
          + "diffusers or PEFT" + (contents.unknown.isEmpty ? "" : ": \(ForeignAdapter.explanation(of: contents.unknown))"))
    }
    let match = LoRAMatch(contents)
    if !allowUnmatched || match.matched.isEmpty { try refuseUnmatched(contents, match) }

    var info = LoraInfo()
    info.format = LoraFormat(contents.format)
    info.tensorCount = Int32(clamping: header.entries.count)
    if let words = header.metadata["modelspec.trigger_phrase"], !words.isEmpty { info.triggerWords = [words] }
    for layer in contents.layers where layer.rank > Int(info.rank) {
      info.rank = Int32(clamping: layer.rank)
      let stored = try layer.tensors[.alpha].flatMap { try header.scalar($0.name, in: source) }
      info.alpha = contents.scale(of: layer, alpha: stored) * Double(layer.rank)
    }
    info.matchedLayers = Int32(clamping: match.matched.count)
    info.unmatchedLayers = Int32(clamping: match.unmatched.count)
    let unmatched = Set(match.unmatched)
    let strangers = contents.layers.filter { unmatched.contains($0.key) }.flatMap { $0.tensors.values.map(\.name) }
    info.unmatchedNames = Array((contents.unknown + strangers.sorted()).prefix(mostNames))
    info.hasTextEncoder = contents.layers.contains { $0.key.component != .unet }
    info.hasConvolutions = contents.layers.contains { $0.kernel > 1 }
    info.hasMagnitudes = contents.layers.contains { $0.hasMagnitudes }
    return (info, family(match, contents, header))
  }

  /// - Throws: `ContentError` for what no LoRA has.
  static func contents(of header: SafetensorsHeader) throws(ContentError) -> LoRAContents {
    do {
      return try LoRAContents(header)
    } catch {
      throw ContentError(error.description)
    }
  }

  private static func refuseUnmatched(_ contents: LoRAContents, _ match: LoRAMatch) throws(ContentError) {
    let advice = match.matched.isEmpty ? "" : "; upload it with allow_unmatched to use the rest of it"
    if !match.unmatched.isEmpty {
      let family =
        switch match.family {
        case .stableDiffusion1: "Stable Diffusion 1"
        case .stableDiffusionXL: "Stable Diffusion XL"
        case .stableDiffusionXLRefiner: "the refiner of Stable Diffusion XL"
        case nil: "a U-Net or a text encoder of Stable Diffusion"
        }
      throw ContentError(
        "\(match.unmatched.count) of the LoRA's \(contents.layers.count) layers have no place in \(family): "
          + "\(NameList.text(match.unmatched.map(\.description)))\(advice)")
    }
    guard contents.unknown.isEmpty else {
      throw ContentError("\(ForeignAdapter.explanation(of: contents.unknown))\(advice)")
    }
  }

  /// Of the published networks that it fits; of a model with other widths what the file says of itself.
  private static func family(
    _ match: LoRAMatch, _ contents: LoRAContents, _ header: SafetensorsHeader
  ) -> LorikeetAPI.ModelFamily {
    if let family = match.family { return family.isXL ? .stableDiffusionXl : .stableDiffusion1 }
    switch header.metadata["ss_base_model_version"] {
    case .some(let version) where version.hasPrefix("sdxl"): return .stableDiffusionXl
    case .some(let version) where version.hasPrefix("sd_v1"): return .stableDiffusion1
    default: return contents.layers.contains { $0.key.component == .textEncoder2 } ? .stableDiffusionXl : .unspecified
    }
  }
}

extension LoraFormat {
  init(_ format: LoRAFormat) {
    self =
      switch format {
      case .kohya: .kohya
      case .peft: .peft
      case .diffusers: .diffusers
      case .oldDiffusers: .oldDiffusers
      }
  }

  /// nil: none is asked for, or one that this service does not know.
  var layout: LoRAFormat? {
    switch self {
    case .kohya: .kohya
    case .peft: .peft
    case .diffusers: .diffusers
    case .oldDiffusers: .oldDiffusers
    case .unspecified, .unrecognized: nil
    }
  }
}
