import ModelFiles
import Torch

/// The layers of a checkpoint that adapters can be hung on, found by key.
///
/// An adapter is added to a layer's output in its forward pass and the layer's weight is never written, so removing
/// it gives back the very same model, and any number can be stacked.
package final class AdapterSet {
  private let layers: [LoRAKey: any AdaptableLayer]

  /// - Parameter networks: each network's layers, with paths as in its own weights file.
  package init(_ networks: [(component: LoRAComponent, layers: [any AdaptableLayer])]) {
    var layers: [LoRAKey: any AdaptableLayer] = [:]
    for (component, members) in networks {
      for layer in members { layers[LoRAKey(component: component, path: layer.path)] = layer }
    }
    self.layers = layers
  }

  package subscript(key: LoRAKey) -> (any AdaptableLayer)? { layers[key] }

  /// What became of a file's layers.
  package struct Report: Sendable, Equatable {
    package var matched: [LoRAKey]
    package var unmatched: [LoRAKey]
  }

  /// Hangs a file's updates on the layers they belong to.
  ///
  /// - Parameters:
  ///   - name: to detach it by; the caller keeps names apart.
  ///   - weight: what the update is multiplied with; 1 is as trained.
  ///   - allowingUnmatched: whether layers that the checkpoint lacks are left out instead of refused.
  /// - Throws: before anything is attached.
  @discardableResult
  package func attach(
    _ file: LoRAFile, name: String, weight: Double = 1, allowingUnmatched: Bool = false
  ) throws(LoRAError) -> Report {
    guard weight.isFinite else { throw .invalidScale(layer: name) }
    var report = Report(matched: [], unmatched: [])
    var attachments: [(any AdaptableLayer, LowRankAdapter)] = []
    for layer in file.layers {
      guard let target = layers[layer.key] else {
        report.unmatched.append(layer.key)
        continue
      }
      attachments.append((target, try Self.adapter(layer, for: target, name: name, weight: weight)))
      report.matched.append(layer.key)
    }
    guard !report.matched.isEmpty, report.unmatched.isEmpty || allowingUnmatched else {
      throw .unmatchedLayers(
        path: file.path, layers: report.unmatched.map(\.description), matched: report.matched.count)
    }
    for (layer, adapter) in attachments { layer.adapters.append(adapter) }
    return report
  }

  /// Takes every update of this name off.
  package func detach(name: String) {
    for layer in layers.values { layer.adapters.removeAll { $0.name == name } }
  }

  private static func adapter(
    _ layer: LoRAFile.Layer, for target: any AdaptableLayer, name: String, weight: Double
  ) throws(LoRAError) -> LowRankAdapter {
    let shapes = target.adapterShapes(rank: layer.rank)
    return LowRankAdapter(
      name: name,
      down: try fitted(layer.down, to: shapes.down, like: target.weight, layer: layer.key),
      up: try fitted(layer.up, to: shapes.up, like: target.weight, layer: layer.key),
      scale: weight * layer.alpha / Double(layer.rank))
  }

  /// The matrix in the layer's type and on its device. Some writers give a linear layer 1×1 kernels or leave them
  /// off a convolution: the same numbers in the same order.
  private static func fitted(
    _ matrix: Tensor, to shape: [Int], like weight: Tensor, layer: LoRAKey
  ) throws(LoRAError) -> Tensor {
    func withoutKernel(_ shape: [Int]) -> [Int] {
      shape.count == 4 && shape[2] == 1 && shape[3] == 1 ? Array(shape.prefix(2)) : shape
    }
    guard withoutKernel(matrix.shape) == withoutKernel(shape) else {
      throw .wrongShape(layer: layer.description, expected: shape, found: matrix.shape)
    }
    do {
      return try matrix.reshape(shape).to(device: weight.device).to(dtype: weight.dtype)
    } catch {
      throw .torch(error)
    }
  }
}
