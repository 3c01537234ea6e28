import Torch

/// A network with its parameters in a fixed order.
package protocol Model: AnyObject {
  var store: ParameterStore { get }
}

extension Model {
  /// Paths as in the saved file, in building order.
  package var parameters: [(path: String, tensor: Tensor)] { store.parameters }

  package var parameterCount: Int { parameters.reduce(0) { $0 + $1.tensor.count } }

  package var dtype: DType { store.dtype }

  package var device: Device { store.device }

  /// Whether training changes the model itself; new and loaded models are frozen.
  package func setRequiresGrad(_ required: Bool) {
    for (_, tensor) in parameters { tensor.requiresGrad = required }
  }

  /// Writes the parameters, converted to `dtype`, under their paths.
  package func save(to path: String, dtype: DType) throws(CheckpointError) {
    let converted = try wrappingTorchErrors { () throws(TorchError) in
      var result: [(String, Tensor)] = []
      for (path, tensor) in parameters { result.append((path, try tensor.detach().to(dtype: dtype))) }
      return result
    }
    try Safetensors.write(converted, metadata: ["format": "pt"], to: path)
  }
}
