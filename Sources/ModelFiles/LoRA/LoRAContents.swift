/// A tensor as a file's header describes it.
package struct TensorDescription: Sendable, Equatable {
  package var name: String
  /// As safetensors writes it, such as `F16`.
  package var type: String
  package var shape: [Int]

  package init(name: String, type: String, shape: [Int]) {
    self.name = name
    self.type = type
    self.shape = shape
  }
}

/// What a LoRA file holds, told from its header: the layers it adapts, and the tensors of each.
package struct LoRAContents: Sendable {
  package struct Layer: Sendable {
    package let key: LoRAKey
    package let tensors: [LoRAPart: TensorDescription]
    package let rank: Int
    package let inputs: Int
    package let outputs: Int
    /// Side of the convolution's kernel; 1 of a linear layer.
    package let kernel: Int

    package var hasMagnitudes: Bool { tensors[.magnitude] != nil || tensors[.doraScale] != nil }
  }

  /// Sorted by key, so that two readings of one file are equal.
  package let layers: [Layer]
  /// Of most of its layers.
  package let format: LoRAFormat
  /// Names of tensors that are no part of a LoRA in a layout known here, sorted.
  package let unknown: [String]
  package let settings: PEFTSettings?

  /// - Throws: for layers that no LoRA can have. Tensors that are not understood are for the caller to judge.
  package init(_ tensors: [TensorDescription], metadata: [String: String]) throws(LoRAContentsError) {
    var found: [LoRAKey: [LoRAPart: TensorDescription]] = [:]
    var counts: [LoRAFormat: Int] = [:]
    var unknown: [String] = []
    for tensor in tensors {
      guard let (key, part, format) = LoRALayouts.parse(tensor.name) else {
        unknown.append(tensor.name)
        continue
      }
      if let twin = found[key, default: [:]].updateValue(tensor, forKey: part) {
        throw .repeatedTensor(tensor.name, twin.name)
      }
      if part == .down { counts[format, default: 0] += 1 }
    }
    var layers: [Layer] = []
    var incomplete: [String] = []
    for (key, parts) in found.sorted(by: { $0.key.description < $1.key.description }) {
      if let down = parts[.down], let up = parts[.up] {
        layers.append(try Self.layer(key, parts, down: down, up: up))
      } else if parts.keys.contains(where: { $0 != .alpha }) {
        incomplete.append(key.description)
      } else {
        unknown += parts.values.map(\.name)
      }
    }
    guard incomplete.isEmpty else { throw .incompleteLayers(incomplete) }
    self.layers = layers
    // Of equal counts the first in the list of formats, that the answer is always the same.
    format = LoRAFormat.allCases.reversed().max { counts[$0, default: 0] < counts[$1, default: 0] } ?? .kohya
    self.unknown = unknown.sorted()
    settings = try PEFTSettings(metadata: metadata)
  }

  package init(_ header: SafetensorsHeader) throws(LoRAContentsError) {
    try self.init(
      header.entries.map { TensorDescription(name: $0.name, type: $0.type, shape: $0.shape) },
      metadata: header.metadata)
  }

  private static func layer(
    _ key: LoRAKey, _ parts: [LoRAPart: TensorDescription], down: TensorDescription, up: TensorDescription
  ) throws(LoRAContentsError) -> Layer {
    func fault(_ tensor: TensorDescription) -> LoRAContentsError { .oddShape(tensor.name, tensor.shape) }
    func isMatrix(_ shape: [Int]) -> Bool {
      (shape.count == 2 || shape.count == 4 && shape[2] == shape[3]) && shape.allSatisfy { $0 > 0 }
    }
    guard isMatrix(down.shape) else { throw fault(down) }
    guard isMatrix(up.shape), up.shape.dropFirst(2).allSatisfy({ $0 == 1 }) else { throw fault(up) }
    let rank = down.shape[0]
    var kernel = down.shape.count == 4 ? down.shape[2] : 1
    if let mid = parts[.mid] {
      // The kernel's side multiplies what the matrices become: a small file could ask for gigabytes.
      guard mid.shape.count == 4, isMatrix(mid.shape), kernel == 1, mid.shape[1] == rank, mid.shape[0] == up.shape[1],
        1...7 ~= mid.shape[2]
      else { throw fault(mid) }
      kernel = mid.shape[2]
    } else if up.shape[1] != rank {
      throw fault(up)
    }
    if let alpha = parts[.alpha] {
      guard alpha.shape.allSatisfy({ $0 == 1 }) else { throw fault(alpha) }
    }
    if parts[.magnitude] != nil, let twin = parts[.doraScale] { throw .repeatedTensor(twin.name, twin.name) }
    // One number for each output, wherever its axis stands; in LyCORIS' form it may be one for each input.
    let outputs = up.shape[0], inputs = down.shape[1]
    if let magnitude = parts[.magnitude] {
      guard count(magnitude.shape) == outputs, magnitude.shape.contains(outputs) else { throw fault(magnitude) }
    }
    if let scale = parts[.doraScale] {
      guard Self.perOutput(scale.shape, outputs: outputs, inputs: inputs) != nil else { throw fault(scale) }
    }
    return Layer(key: key, tensors: parts, rank: up.shape[1], inputs: inputs, outputs: outputs, kernel: kernel)
  }

  /// Whether LyCORIS' magnitudes are one for each output, as all newer files have it, or one for each input; nil for
  /// neither.
  package static func perOutput(_ shape: [Int], outputs: Int, inputs: Int) -> Bool? {
    guard shape.dropFirst(2).allSatisfy({ $0 == 1 }) else { return nil }
    switch Array(shape.prefix(2)) {
    case [outputs], [outputs, 1]: return true
    case [1, inputs]: return false
    case [1, outputs]: return true
    default: return nil
    }
  }

  private static func count(_ shape: [Int]) -> Int? {
    var product = 1
    for side in shape {
      let (next, overflow) = product.multipliedReportingOverflow(by: side)
      guard !overflow else { return nil }
      product = next
    }
    return product
  }

  /// What the layer's update is multiplied with, before the user's weight.
  /// - Parameter alpha: the file's own for this layer.
  package func scale(of layer: Layer, alpha: Double?) -> Double {
    if let alpha { return alpha / Double(layer.rank) }
    return settings?.scale(of: layer.key, rank: layer.rank) ?? 1
  }
}

/// What is wrong with a file's layers.
package enum LoRAContentsError: Error, Equatable, CustomStringConvertible {
  /// Two tensors that are the same part of the same layer.
  case repeatedTensor(String, String)
  /// Layers that lack one of their two matrices.
  case incompleteLayers([String])
  case oddShape(String, [Int])
  /// PEFT's settings in the metadata cannot be followed.
  case unusableSettings(String)

  package var description: String {
    switch self {
    case .repeatedTensor(let name, let twin):
      "the tensors \(name) and \(twin) are the same part of one layer: save the LoRA in one layout"
    case .incompleteLayers(let layers):
      "the LoRA has only one of the two matrices of \(NameList.text(layers)); the file is damaged: save it again"
    case .oddShape(let name, let shape):
      "the tensor \(name) of shape \(shape) is no part of a LoRA: the file is damaged"
    case .unusableSettings(let reason):
      "the LoRA's lora_adapter_metadata \(reason); save it without, with alpha equal to the rank"
    }
  }
}

/// Names for a message: the first of them, and how many more there are.
package enum NameList {
  package static func text(_ names: [String], most: Int = 6) -> String {
    let shown = names.prefix(most).joined(separator: ", ")
    return names.count > most ? "\(shown) and \(names.count - most) more" : shown
  }
}
