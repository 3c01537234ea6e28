import Torch

/// What can be wrong with a LoRA file, or between one and a checkpoint.
package enum LoRAError: Error, Equatable, CustomStringConvertible {
  /// Tensors whose names no layout knows: another kind of adapter, or not an adapter at all.
  case unknownTensors(path: String, names: [String])
  /// Layers that lack one of their two matrices.
  case incompleteLayers(path: String, layers: [String])
  /// Layers of the file that the checkpoint does not have.
  case unmatchedLayers(path: String, layers: [String], matched: Int)
  /// A matrix that does not fit its layer.
  case wrongShape(layer: String, expected: [Int], found: [Int])
  /// An alpha or a weight that is not a number to scale with.
  case invalidScale(layer: String)
  /// Trained matrices with infinities, or values that are no numbers, in the dtype they are to be written in.
  case notFinite(layers: [String])
  case file(CheckpointError)
  case torch(TorchError)

  package var description: String {
    switch self {
    case .unknownTensors(let path, let names):
      "\(path) holds \(names.count) tensors that are no part of a LoRA in a layout known here: \(Self.list(names)); "
        + "kohya's layout is read (lora_unet_….lora_down.weight)"
    case .incompleteLayers(let path, let layers):
      "\(path) has only one of the two matrices of \(Self.list(layers)); the file is damaged: save it again"
    case .unmatchedLayers(let path, let layers, let matched):
      "\(path) fits \(matched) layers of the checkpoint, but \(layers.count) have no place there: "
        + "\(Self.list(layers)); it was trained for another family or architecture"
    case .wrongShape(let layer, let expected, let found):
      "the LoRA's matrix for \(layer) is \(found), the checkpoint needs \(expected): "
        + "it was trained for another architecture"
    case .invalidScale(let layer):
      "the LoRA's alpha for \(layer) is not a finite number: the file is damaged"
    case .notFinite(let layers):
      "the training diverged: the matrices of \(layers.count) layers are not finite (\(Self.list(layers))); use a lower "
        + "learning rate, or a smaller alpha"
    case .file(let error): "\(error)"
    case .torch(let error): "\(error)"
    }
  }

  private static func list(_ names: [String]) -> String {
    let shown = names.prefix(6).joined(separator: ", ")
    return names.count > 6 ? "\(shown) and \(names.count - 6) more" : shown
  }
}
