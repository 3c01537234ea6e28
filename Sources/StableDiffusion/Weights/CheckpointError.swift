import Torch

/// What can be wrong with a model on disk, or with a configuration to build one from.
///
/// Every description names the file or the tensor at fault and says what to do.
package enum CheckpointError: Error, Equatable {
  /// A file that the checkpoint needs is not there.
  case missingFile(path: String)
  /// The system refused to open, map or write a file.
  case inaccessible(path: String, reason: String)
  /// The file is something else: a web page, a pickle, a Git LFS pointer.
  case notSafetensors(path: String, found: String)
  /// A safetensors file whose header contradicts itself or the file's size.
  case malformed(path: String, reason: String)
  /// The file is sound but has no tensor of this name.
  case unknownTensor(path: String, name: String)
  /// A tensor stored in a form that this program does not compute with.
  case unsupportedType(path: String, name: String, type: String)
  /// Tensors that the configuration calls for and the weights lack.
  case missingTensors(path: String, names: [String])
  /// Tensors in the weights that the configuration has no place for.
  case unusedTensors(path: String, names: [String])
  /// Tensors whose shape differs from what the configuration calls for.
  case wrongShapes(path: String, [ShapeMismatch])
  /// A configuration file that is not JSON of the expected form.
  case malformedConfiguration(path: String, reason: String)
  /// A configuration value outside its range, or one that contradicts another.
  case invalidConfiguration(field: String, reason: String)
  /// A configuration value of a model family that is not built here.
  case unsupportedConfiguration(field: String, value: String)
  /// The tokenizer's files are missing or wrong.
  case tokenizer(TokenizerError)
  /// A file that is no checkpoint, or one of a kind that is not supported; the reason says what to do.
  case unsuitable(path: String, reason: String)
  /// The tensor library failed, mostly for lack of memory.
  case torch(TorchError)

  package struct ShapeMismatch: Equatable, Sendable {
    package var name: String
    package var expected: [Int]
    package var found: [Int]
  }
}

extension CheckpointError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .missingFile(let path):
      "\(path) does not exist; a checkpoint is a folder in the diffusers layout (model_index.json, unet/, vae/, "
        + "text_encoder/, tokenizer/, scheduler/) with safetensors weights, or one safetensors file"
    case .inaccessible(let path, let reason):
      "\(path) cannot be accessed: \(reason)"
    case .notSafetensors(let path, let found):
      "\(path) is not a safetensors file: \(found); convert the weights to safetensors or download them again"
    case .malformed(let path, let reason):
      "\(path) is damaged: \(reason); download or save it again"
    case .unknownTensor(let path, let name):
      "\(path) has no tensor named \(name)"
    case .unsupportedType(let path, let name, let type):
      "\(path) stores \(name) as \(type); save it as F32, F16 or BF16"
    case .missingTensors(let path, let names):
      "\(path) lacks \(names.count > ParameterStore.mostMissing ? "at least " : "")\(names.count) "
        + "tensor\(names.count == 1 ? "" : "s") that its configuration calls for: "
        + "\(Self.list(names)); check that config.json belongs to these weights"
    case .unusedTensors(let path, let names):
      "\(path) holds \(names.count) tensor\(names.count == 1 ? "" : "s") that its configuration has no place for: "
        + "\(Self.list(names)); check that config.json belongs to these weights"
    case .wrongShapes(let path, let mismatches):
      "\(path) does not fit its configuration: "
        + Self.list(mismatches.map { "\($0.name) is \($0.found), expected \($0.expected)" })
        + "; check that config.json belongs to these weights"
    case .malformedConfiguration(let path, let reason):
      "\(path) cannot be read as a configuration: \(reason)"
    case .invalidConfiguration(let field, let reason):
      "configuration: \(field) \(reason)"
    case .unsupportedConfiguration(let field, let value):
      "configuration: \(field) = \(value) is not supported; use a checkpoint of Stable Diffusion 1 or XL"
    case .tokenizer(let error):
      "\(error)"
    case .unsuitable(let path, let reason):
      "\(path): \(reason)"
    case .torch(let error):
      "\(error)"
    }
  }

  /// The first names in full, the rest as a count: a wrong file can differ in hundreds.
  private static func list(_ names: [String]) -> String {
    let shown = names.prefix(8).joined(separator: ", ")
    return names.count > 8 ? "\(shown) and \(names.count - 8) more" : shown
  }
}

/// Runs tensor code where only `CheckpointError` may leave.
func wrappingTorchErrors<Result>(_ body: () throws(TorchError) -> Result) throws(CheckpointError) -> Result {
  do {
    return try body()
  } catch {
    throw .torch(error)
  }
}
