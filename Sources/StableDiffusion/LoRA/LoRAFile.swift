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
    /// The file's own; without one it equals the rank.
    package let alpha: Double
    /// DoRA's lengths of the updated weight's vectors.
    package let magnitudes: (values: Tensor, perOutput: Bool)?

    package var rank: Int { down.shape.first ?? 0 }
  }

  package let path: String
  package let format: LoRAFormat
  /// Sorted by key, so that two readings of one file are equal.
  package let layers: [Layer]
  /// Names of tensors that were left out because no layout knows them.
  package let unknown: [String]
  package let metadata: [String: String]

  /// Reads a file of any layout in `LoRALayouts.readable`.
  ///
  /// - Parameter allowingUnknown: whether tensors that are not understood are left out instead of refused.
  /// - Throws: for every tensor that is not understood: a part of an adapter left out unnoticed is an adapter that
  ///   works at the wrong strength.
  package init(path: String, allowingUnknown: Bool = false) throws(LoRAError) {
    let file = try Self.wrapping { () throws(CheckpointError) in try Safetensors(path: path) }
    let contents: LoRAContents
    do throws(LoRAContentsError) {
      contents = try LoRAContents(file.header)
    } catch {
      throw .contents(path: path, error)
    }
    guard !contents.layers.isEmpty, contents.unknown.isEmpty || allowingUnknown else {
      throw .unknownTensors(path: path, names: contents.unknown)
    }
    var layers: [Layer] = []
    for layer in contents.layers {
      layers.append(try Self.read(layer, of: contents, from: file))
    }
    self.path = path
    self.layers = layers
    format = contents.format
    unknown = contents.unknown
    metadata = file.metadata
  }

  private static func read(
    _ layer: LoRAContents.Layer, of contents: LoRAContents, from file: Safetensors
  ) throws(LoRAError) -> Layer {
    func tensor(_ part: LoRAPart) throws(LoRAError) -> Tensor? {
      guard let description = layer.tensors[part] else { return nil }
      return try wrapping { () throws(CheckpointError) in try file.tensor(named: description.name) }
    }
    guard var down = try tensor(.down), let up = try tensor(.up) else {
      throw .contents(path: file.path, .incompleteLayers([layer.key.description]))
    }
    var alpha: Double?
    if let stored = try tensor(.alpha) {
      do { alpha = try stored.to(dtype: .float32).item() } catch { throw .torch(error) }
    }
    let scale = contents.scale(of: layer, alpha: alpha)
    guard scale.isFinite else { throw .invalidScale(layer: layer.key.description) }
    if let mid = try tensor(.mid) {
      do { down = try folded(mid, down) } catch { throw .torch(error) }
    }
    var magnitudes: (Tensor, Bool)?
    if let values = try tensor(.magnitude) {
      magnitudes = (values, true)
    } else if let values = try tensor(.doraScale) {
      let perOutput = LoRAContents.perOutput(values.shape, outputs: layer.outputs, inputs: layer.inputs)
      magnitudes = (values, perOutput ?? true)
    }
    return Layer(key: layer.key, down: down, up: up, alpha: scale * Double(layer.rank), magnitudes: magnitudes)
  }

  /// A convolution in Tucker form takes its input to the rank, convolves there, and goes on: the first two are one
  /// convolution with `Σ_m mid[r, m, y, x] · down[m, in]` for a kernel.
  private static func folded(_ mid: Tensor, _ down: Tensor) throws(TorchError) -> Tensor {
    let wide = try mid.to(dtype: .float32).permute([0, 2, 3, 1])
    let kernels = try wide.matmul(down.to(dtype: .float32).flatten(from: 1, to: -1))
    return try kernels.permute([0, 3, 1, 2]).contiguous()
  }

  private static func wrapping<Result>(_ body: () throws(CheckpointError) -> Result) throws(LoRAError) -> Result {
    do { return try body() } catch { throw .file(error) }
  }
}
