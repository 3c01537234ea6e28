/// A LoRA file in another layout: its header, and where the bytes behind it come from.
///
/// The matrices stay as they are, so a file of any size is sent on as it is read. Only names change, and how alphas
/// are told: a number for each layer in kohya's layout, PEFT's settings in the metadata in the others.
package struct LoRAConversion: Sendable {
  package enum Source: Sendable, Equatable {
    /// The bytes of this tensor of the file.
    case tensor(String)
    case bytes([UInt8])
  }

  /// The new file's beginning, up to its tensors' bytes.
  package let header: [UInt8]
  /// Where the tensors' bytes come from, in their order.
  package let sources: [Source]

  private typealias Output = (tensor: TensorDescription, source: Source)

  /// - Parameters:
  ///   - contents: of the file. Tensors that it does not know are left out.
  ///   - metadata: of the file; hashes are left out, for they are of other bytes.
  ///   - alpha: the value of the file's tensor of this name.
  package init(
    _ contents: LoRAContents, metadata: [String: String], to format: LoRAFormat, alpha: (String) throws -> Double?
  ) throws {
    let match = LoRAMatch(contents)
    let isXL = match.family?.isXL ?? Self.looksXL(contents, metadata)
    var outputs: [Output] = []
    var entries = metadata.filter { entry in
      !["sshs_model_hash", "sshs_legacy_hash", "modelspec.hash_sha256", PEFTSettings.metadataKey, "format"]
        .contains(entry.key)
    }
    var settings = PEFTSettingsWriter()
    var ranks: [Int: Int] = [:]
    let present = contents.layers.map { PublishedNetworks.presentKey($0.key) }
    let names = match.family.map { PublishedNetworks.of($0).sgmNames } ?? SGMNames()
    for (index, layer) in contents.layers.enumerated() {
      var stored: Double?
      if let tensor = layer.tensors[.alpha] {
        stored = try alpha(tensor.name)
        guard stored?.isFinite ?? false else { throw LoRAConversionError.unreadableAlpha(tensor.name) }
      }
      let scale = contents.scale(of: layer, alpha: stored)
      ranks[layer.rank, default: 0] += 1
      switch format {
      case .kohya:
        let key = isXL ? names.sgmKey(present[index]) : present[index]
        outputs += Self.kohya(layer, key, scale: scale, twoTextEncoders: isXL)
      case .peft, .diffusers:
        guard let path = LayerPath.dotted(present[index]) else {
          throw LoRAConversionError.unnamedLayer(layer.key.description, format)
        }
        outputs += try Self.dotted(layer, path: path, format: format)
        settings.add(
          present[index].component, path: path, rank: layer.rank, scale: scale, hasMagnitudes: layer.hasMagnitudes)
      case .oldDiffusers:
        throw LoRAConversionError.notWritten(format)
      }
    }
    let rank = ranks.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? 0
    if format == .kohya {
      let version = isXL ? "sdxl_base_v1-0" : "sd_v1"
      for (key, value) in [
        ("ss_v2", "False"), ("ss_base_model_version", version), ("ss_network_module", "networks.lora"),
        ("ss_network_dim", "\(rank)"), ("ss_network_alpha", "\(Double(rank))"), ("ss_network_args", "{}"),
      ] where entries[key] == nil {
        entries[key] = value
      }
    } else {
      entries["format"] = "pt"
      entries[PEFTSettings.metadataKey] = settings.json
    }
    // Wide types first, so that each tensor is aligned; `sorted` is stable.
    let ordered = outputs.sorted { Self.width($0.tensor) > Self.width($1.tensor) }
    header = SafetensorsHeaderText.make(ordered.map(\.tensor), metadata: entries)
    sources = ordered.map(\.source)
  }

  /// Whether a LoRA for a model of other widths than the published ones is of the XL family.
  private static func looksXL(_ contents: LoRAContents, _ metadata: [String: String]) -> Bool {
    metadata["ss_base_model_version"]?.hasPrefix("sdxl") ?? false
      || contents.layers.contains { layer in
        let key = PublishedNetworks.presentKey(layer.key)
        return key.component == .textEncoder2 || key != layer.key || key.layer.hasPrefix("add_embedding_")
          || key.layer.contains("_transformer_blocks_1_")
      }
  }

  private static func width(_ tensor: TensorDescription) -> Int { SafetensorsHeader.elementSize(tensor.type) ?? 0 }

  private static func renamed(_ tensor: TensorDescription, _ name: String, shape: [Int]? = nil) -> Output {
    (TensorDescription(name: name, type: tensor.type, shape: shape ?? tensor.shape), .tensor(tensor.name))
  }

  private static func kohya(
    _ layer: LoRAContents.Layer, _ key: LoRAKey, scale: Double, twoTextEncoders: Bool
  ) -> [Output] {
    func name(_ part: LoRAPart) -> String { KohyaLayout.tensorName(key, part, twoTextEncoders: twoTextEncoders) }
    let alpha = Float(scale * Double(layer.rank))
    let bytes = withUnsafeBytes(of: alpha.bitPattern.littleEndian) { Array($0) }
    var outputs: [Output] = [
      (TensorDescription(name: name(.alpha), type: "F32", shape: []), .bytes(bytes))
    ]
    for part in [LoRAPart.down, .mid, .up, .doraScale] {
      if let tensor = layer.tensors[part] { outputs.append(renamed(tensor, name(part))) }
    }
    if let magnitude = layer.tensors[.magnitude] {
      let kernel = Array(repeating: 1, count: max((layer.tensors[.down]?.shape.count ?? 2) - 2, 0))
      outputs.append(renamed(magnitude, name(.doraScale), shape: [layer.outputs, 1] + kernel))
    }
    return outputs
  }

  private static func dotted(
    _ layer: LoRAContents.Layer, path: String, format: LoRAFormat
  ) throws(LoRAConversionError) -> [Output] {
    guard layer.tensors[.mid] == nil else { throw .notExpressible(layer.key.description, "a matrix in the middle", format) }
    func name(_ part: LoRAPart) -> String {
      let own =
        format == .diffusers ? DiffusersLayout.tensorName(component: layer.key.component, path: path, part) : nil
      return own ?? PEFTLayout.tensorName(component: layer.key.component, path: path, part) ?? path
    }
    var outputs: [Output] = []
    for part in [LoRAPart.down, .up] {
      if let tensor = layer.tensors[part] { outputs.append(renamed(tensor, name(part))) }
    }
    if let values = layer.tensors[.magnitude] ?? layer.tensors[.doraScale] {
      if layer.tensors[.doraScale] != nil,
        LoRAContents.perOutput(values.shape, outputs: layer.outputs, inputs: layer.inputs) != true
      {
        throw .notExpressible(layer.key.description, "magnitudes of its inputs", format)
      }
      // PEFT has them as a vector of a linear layer, and with a convolution's axes otherwise.
      let isConvolution = layer.tensors[.down]?.shape.count == 4
      outputs.append(
        renamed(values, name(.magnitude), shape: isConvolution ? [1, layer.outputs, 1, 1] : [layer.outputs]))
    }
    return outputs
  }
}

package enum LoRAConversionError: Error, Equatable, CustomStringConvertible {
  case unreadableAlpha(String)
  case unnamedLayer(String, LoRAFormat)
  case notExpressible(String, String, LoRAFormat)
  case notWritten(LoRAFormat)

  package var description: String {
    switch self {
    case .unreadableAlpha(let name): "the LoRA's tensor \(name) is not one number: the file is damaged"
    case .unnamedLayer(let layer, let format):
      "the LoRA's layer \(layer) has no name in the layout of \(format.title); ask for it as it is stored"
    case .notExpressible(let layer, let what, let format):
      "the LoRA's layer \(layer) has \(what), which the layout of \(format.title) does not know; ask for kohya's"
    case .notWritten(let format):
      "files in the layout of \(format.title) are read, not written; ask for kohya's, PEFT's or diffusers'"
    }
  }
}
