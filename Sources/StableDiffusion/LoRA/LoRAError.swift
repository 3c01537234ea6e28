import ModelFiles
import Torch

/// What can be wrong with a LoRA file, or between one and a checkpoint.
package enum LoRAError: Error, Equatable, CustomStringConvertible {
  /// Tensors whose names no layout knows: another kind of adapter, or not an adapter at all.
  case unknownTensors(path: String, names: [String])
  /// Layers that no LoRA can have.
  case contents(path: String, LoRAContentsError)
  /// Two updates of the file that are meant for one layer, under different names.
  case repeatedLayer(path: String, layer: String)
  /// Layers of the file that the checkpoint does not have.
  case unmatchedLayers(path: String, layers: [String], matched: Int)
  /// A matrix that does not fit its layer.
  case wrongShape(layer: String, expected: [Int], found: [Int])
  /// An alpha or a weight that is not a number to scale with.
  case invalidScale(layer: String)
  /// Matrices with infinities, or values that are no numbers, in the dtype they are to be written or used in.
  case notFinite(layers: [String])
  case file(CheckpointError)
  case torch(TorchError)

  package var description: String {
    switch self {
    case .unknownTensors(let path, let names):
      "\(path): \(ForeignAdapter.explanation(of: names))"
    case .contents(let path, let error): "\(path): \(error)"
    case .repeatedLayer(let path, let layer):
      "\(path) adapts \(layer) twice, under two names: save it in one layout"
    case .unmatchedLayers(let path, let layers, let matched):
      "\(path) fits \(matched) layers of the checkpoint, but \(layers.count) have no place there: "
        + "\(NameList.text(layers)); it was trained for another family or architecture"
    case .wrongShape(let layer, let expected, let found):
      "the LoRA's matrix for \(layer) is \(found), the checkpoint needs \(expected): "
        + "it was trained for another architecture"
    case .invalidScale(let layer):
      "the LoRA's alpha for \(layer) is not a finite number: the file is damaged"
    case .notFinite(let layers):
      "the LoRA's training diverged, or its numbers are too large for their type: the matrices of \(layers.count) "
        + "layers are not finite (\(NameList.text(layers))); train with a lower learning rate or a smaller alpha, or "
        + "use the checkpoint in bf16 or float32"
    case .file(let error): "\(error)"
    case .torch(let error): "\(error)"
    }
  }
}
