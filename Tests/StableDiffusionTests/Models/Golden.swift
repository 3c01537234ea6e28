import Foundation
import Testing
import Torch

@testable import StableDiffusion

/// What a reference implementation computed, as `Tests/Goldens/make_goldens.py` wrote it.
struct Golden {
  let file: Safetensors

  init(_ name: String) throws {
    let tests = URL(filePath: #filePath).appending(path: "../../..").standardized
    file = try Safetensors(path: tests.appending(path: "Goldens/\(name).safetensors").path)
  }

  func configuration<Value: Decodable>(_: Value.Type = Value.self) throws -> Value {
    try JSONDecoder().decode(Value.self, from: Data(try #require(file.metadata["config"]).utf8))
  }

  /// The model's parameters, without the inputs and outputs beside them.
  func store(renaming: (String) -> String? = { $0 }) -> ParameterStore {
    ParameterStore(file: file, dtype: .float32, device: .cpu) { name in
      name.hasPrefix("input.") || name.hasPrefix("output.") ? nil : renaming(name)
    }
  }

  func input(_ name: String) throws -> Tensor { try file.tensor(named: "input.\(name)") }

  /// The largest difference from the reference's output, relative to the output's largest number.
  func deviation(of tensor: Tensor, from name: String) throws -> Double {
    let expected = try file.tensor(named: "output.\(name)")
    guard tensor.shape == expected.shape else { return .infinity }
    return try (tensor - expected).abs().max().item() / expected.abs().max().item()
  }
}
