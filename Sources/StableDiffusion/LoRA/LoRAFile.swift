import ModelFiles
import Torch

/// A LoRA file's contents: the low-rank update of each adapted layer, and the metadata.
package struct LoRAFile {
  /// One layer's update: `alpha / rank · up · down`.
  package struct Layer {
    package let key: LoRAKey
    /// `[rank, in]`, or `[rank, in, k, k]` of a convolution.
    package let down: Tensor
    /// `[out, rank]`, or `[out, rank, 1, 1]` of a convolution.
    package let up: Tensor
    /// The file's own; without one it equals the rank (kohya's convention).
    package let alpha: Double

    package var rank: Int { down.shape.first ?? 0 }
  }

  package let path: String
  /// Sorted by key, so that two readings of one file are equal.
  package let layers: [Layer]
  package let metadata: [String: String]

  /// Reads a file of any layout in `LoRALayouts.readable`.
  ///
  /// - Throws: for every tensor that is not understood: a part of an adapter left out unnoticed is an adapter that
  ///   works at the wrong strength.
  package init(path: String) throws(LoRAError) {
    let file = try Self.wrapping { () throws(CheckpointError) in try Safetensors(path: path) }
    var tensors: [LoRAKey: [LoRAPart: Tensor]] = [:]
    var unknown: [String] = []
    for name in file.names {
      guard let (key, part) = LoRALayouts.parse(name) else {
        unknown.append(name)
        continue
      }
      tensors[key, default: [:]][part] = try Self.wrapping { () throws(CheckpointError) in
        try file.tensor(named: name)
      }
    }
    guard unknown.isEmpty, !tensors.isEmpty else { throw .unknownTensors(path: path, names: unknown.sorted()) }

    var layers: [Layer] = []
    var incomplete: [String] = []
    for (key, parts) in tensors.sorted(by: { $0.key.description < $1.key.description }) {
      guard let down = parts[.down], let up = parts[.up] else {
        incomplete.append(key.description)
        continue
      }
      guard let rank = down.shape.first, rank > 0 else {
        throw .wrongShape(layer: key.description, expected: [1], found: down.shape)
      }
      var alpha = Double(rank)
      if let stored = parts[.alpha] {
        guard stored.count == 1 else { throw .invalidScale(layer: key.description) }
        do { alpha = try stored.to(dtype: .float32).item() } catch { throw .torch(error) }
      }
      guard alpha.isFinite else { throw .invalidScale(layer: key.description) }
      layers.append(Layer(key: key, down: down, up: up, alpha: alpha))
    }
    guard incomplete.isEmpty else { throw .incompleteLayers(path: path, layers: incomplete) }
    self.path = path
    self.layers = layers
    metadata = file.metadata
  }

  private static func wrapping<Result>(_ body: () throws(CheckpointError) -> Result) throws(LoRAError) -> Result {
    do { return try body() } catch { throw .file(error) }
  }
}
