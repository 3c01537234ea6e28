import ModelFiles
import Torch

/// Where a model's parameters come from and where they are kept, in the order in which the model asks for them.
///
/// A module is built the same way from a file and from nothing: it names each parameter, its shape and how a new one is
/// drawn, and the store reads it or draws it. Faults of a file are gathered while the model is built and thrown
/// together by `finish()`, so that the user sees every one of them.
package final class ParameterStore {
  private enum Source {
    case files([String: StoredTensor], path: String)
    case generator(Generator)
  }

  /// A configuration can call for far more than any file holds: past so many missing tensors the model is not built
  /// on.
  static let mostMissing = 200

  package let dtype: DType
  package let device: Device
  private let source: Source
  /// In building order: the order of the optimiser's state, of the moving average and of saved files.
  package private(set) var parameters: [(path: String, tensor: Tensor)] = []
  /// Every linear layer and convolution, in building order.
  package private(set) var layers: [any AdaptableLayer] = []
  /// Tensors of files that parameters are views of.
  private var mapped: [(file: Safetensors, name: String)] = []
  private var missing: [String] = []
  private var mismatches: [CheckpointError.ShapeMismatch] = []
  private var used: Set<String> = []

  /// Parameters from a file.
  /// - Parameter renaming: the model's present name of a tensor in the file (older files use others), or nil for a
  ///   tensor to pass over.
  package convenience init(
    file: Safetensors, dtype: DType, device: Device, renaming: (String) -> String? = { $0 }
  ) {
    self.init(files: [file], path: file.path, dtype: dtype, device: device, renaming: renaming)
  }

  /// Parameters from files that each hold a part of them.
  /// - Parameter path: what to call the files together in errors.
  convenience init(
    files: [Safetensors], path: String, dtype: DType, device: Device, renaming: (String) -> String? = { $0 }
  ) {
    var tensors: [String: StoredTensor] = [:]
    for file in files {
      for name in file.names {
        if let present = renaming(name) { tensors[present] = StoredTensor(file: file, place: TensorPlace(name: name)) }
      }
    }
    self.init(tensors: tensors, path: path, dtype: dtype, device: device)
  }

  /// Parameters that lie in a file under other names, or are parts of its tensors.
  convenience init(file: Safetensors, places: [String: TensorPlace], dtype: DType, device: Device) {
    self.init(
      tensors: places.mapValues { StoredTensor(file: file, place: $0) }, path: file.path, dtype: dtype, device: device)
  }

  private init(tensors: [String: StoredTensor], path: String, dtype: DType, device: Device) {
    source = .files(tensors, path: path)
    self.dtype = dtype
    self.device = device
  }

  /// A parameter's place among the files.
  private struct StoredTensor {
    let file: Safetensors
    let place: TensorPlace

    var shape: [Int]? { file.shape(of: place.name).flatMap(place.shape) }

    /// A view of the mapped file wherever that is possible.
    func read() throws(CheckpointError) -> Tensor {
      let whole = try file.tensor(named: place.name)
      return try wrappingTorchErrors { () throws(TorchError) in
        switch place.part {
        case .whole: return whole
        case .third(let index): return try whole.chunk(3, dim: 0)[index]
        case .transposed: return try whole.transpose(0, 1).contiguous()
        }
      }
    }
  }

  /// Freshly drawn parameters; the same seed gives the same values on every device and in every type.
  package init(seed: UInt64, dtype: DType, device: Device) throws(CheckpointError) {
    source = .generator(try wrappingTorchErrors { () throws(TorchError) in try Generator(seed: seed) })
    self.dtype = dtype
    self.device = device
  }

  package var root: ParameterScope { ParameterScope(store: self, path: "") }

  func parameter(
    _ path: String, shape: [Int], initialization: Initialization
  ) throws(CheckpointError) -> Tensor {
    let tensor =
      switch source {
      case .files(let tensors, let file): try read(path, shape: shape, from: tensors, file)
      case .generator(let generator): try draw(shape, initialization, generator)
      }
    parameters.append((path, tensor))
    return tensor
  }

  func register(_ layer: any AdaptableLayer) {
    layers.append(layer)
  }

  /// - Throws: the file's faults, the gravest kind first.
  package func finish() throws(CheckpointError) {
    guard case .files(let tensors, let path) = source else { return }
    guard missing.isEmpty else { throw .missingTensors(path: path, names: missing) }
    guard mismatches.isEmpty else { throw .wrongShapes(path: path, mismatches) }
    let unused = tensors.keys.filter { !used.contains($0) }
    guard unused.isEmpty else { throw .unusedTensors(path: path, names: unused.sorted()) }
  }

  /// Gives back the memory of parameters that lie in their file as they are used. They stay as they are: whoever needs
  /// them next reads them from the file again, which the system most likely still holds.
  ///
  /// Only for parameters that nobody writes to: what was written would be lost.
  package func rest() {
    for tensors in Dictionary(grouping: mapped, by: { ObjectIdentifier($0.file) }).values {
      tensors.first?.file.release(tensors.map(\.name))
    }
  }

  private func read(
    _ path: String, shape: [Int], from tensors: [String: StoredTensor], _ file: String
  ) throws(CheckpointError) -> Tensor {
    used.insert(path)
    guard let tensor = tensors[path], let found = tensor.shape else {
      missing.append(path)
      guard missing.count <= Self.mostMissing else { throw .missingTensors(path: file, names: missing) }
      return try placeholder()
    }
    // The first releases kept the autoencoder's attention as 1×1 convolutions: the same numbers in the same order.
    guard found == shape || (found.count == 4 && found.suffix(2) == [1, 1] && Array(found.prefix(2)) == shape) else {
      mismatches.append(.init(name: path, expected: shape, found: found))
      return try placeholder()
    }
    let stored = try tensor.read()
    let result = try wrappingTorchErrors { () throws(TorchError) in
      let shaped = found == shape ? stored : try stored.reshape(shape)
      return try shaped.to(device: device).to(dtype: dtype)
    }
    // What was converted or copied needs its pages no more: loading takes the room of the model, not of both.
    if stored.dtype != dtype || stored.device != device || tensor.place.part == .transposed {
      tensor.file.release([tensor.place.name])
    } else {
      mapped.append((tensor.file, tensor.place.name))
    }
    return result
  }

  /// Stands for a parameter that the file lacks until `finish()` tells of it.
  private func placeholder() throws(CheckpointError) -> Tensor {
    try wrappingTorchErrors { () throws(TorchError) in try Tensor.empty(shape: [0], dtype: dtype) }
  }

  private func draw(
    _ shape: [Int], _ initialization: Initialization, _ generator: Generator
  ) throws(CheckpointError) -> Tensor {
    try wrappingTorchErrors { () throws(TorchError) in
      let values =
        switch initialization {
        case .zeros: try Tensor.zeros(shape: shape)
        case .ones: try Tensor.ones(shape: shape)
        case .uniform(let bound): try (Tensor.rand(shape: shape, generator: generator) - 0.5) * (2 * bound)
        case .normal(let deviation): try Tensor.randn(shape: shape, generator: generator) * deviation
        }
      return try values.to(device: device).to(dtype: dtype)
    }
  }
}

/// A place in the tree of a model's parameters, such as `down_blocks.0.resnets.1`.
package struct ParameterScope {
  let store: ParameterStore
  package let path: String

  package subscript(name: String) -> ParameterScope {
    ParameterScope(store: store, path: path.isEmpty ? name : "\(path).\(name)")
  }

  package subscript(index: Int) -> ParameterScope { self[String(index)] }

  func parameter(
    _ name: String, shape: [Int], _ initialization: Initialization
  ) throws(CheckpointError) -> Tensor {
    try store.parameter(self[name].path, shape: shape, initialization: initialization)
  }
}

/// How a new parameter is drawn.
package enum Initialization: Sendable, Equatable {
  case zeros
  case ones
  /// Between `-bound` and `bound`.
  case uniform(bound: Double)
  /// Around zero.
  case normal(deviation: Double)

  /// PyTorch's default for the weight and bias of linear layers and convolutions: He's uniform rule with a = √5, which
  /// comes to ±1/√fanIn.
  static func fanIn(_ count: Int) -> Initialization {
    .uniform(bound: 1 / Double(max(count, 1)).squareRoot())
  }
}
