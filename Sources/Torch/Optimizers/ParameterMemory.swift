/// What an optimiser remembers of one parameter.
protocol ParameterMemory {
  /// Before the parameter's first step.
  init(of parameter: Tensor) throws(TorchError)

  /// Its tensors, under the names that they are stored by.
  var tensors: [(name: String, tensor: Tensor)] { get }

  /// Steps that the parameter has taken; nil where nothing depends on them.
  func steps() throws(TorchError) -> Int?

  mutating func goOn(after steps: Int) throws(TorchError)
}

extension ParameterMemory {
  func steps() -> Int? { nil }

  mutating func goOn(after steps: Int) {}
}

/// What an optimiser remembers of its parameters, each from its first gradient on.
struct Memories<Memory: ParameterMemory> {
  private let parameters: [Tensor]
  private var memories: [Memory?]

  init(of parameters: [Tensor]) {
    self.parameters = parameters
    memories = Array(repeating: nil, count: parameters.count)
  }

  /// Made where there is none yet.
  mutating func memory(of index: Int) throws(TorchError) -> Memory {
    if let existing = memories[index] { return existing }
    let new = try Memory(of: parameters[index])
    memories[index] = new
    return new
  }

  /// Notes what a step has made of it.
  mutating func update(_ index: Int, _ change: (inout Memory) -> Void) {
    if var memory = memories[index] {
      change(&memory)
      memories[index] = memory
    }
  }

  /// Parameters that move together, each with its gradient and what is remembered of it.
  struct Moving {
    fileprivate(set) var parameters: [Tensor] = []
    fileprivate(set) var gradients: [Tensor] = []
    fileprivate(set) var memories: [Memory] = []
  }

  /// Those of all parameters, or of some, that have a gradient.
  mutating func moving(_ indices: [Int]? = nil) throws(TorchError) -> Moving {
    var moving = Moving()
    for index in indices ?? Array(parameters.indices) {
      guard let gradient = parameters[index].grad else { continue }
      moving.parameters.append(parameters[index])
      moving.gradients.append(gradient)
      moving.memories.append(try memory(of: index))
    }
    return moving
  }

  /// `step`, where steps are counted, and the tensors.
  func state(of index: Int) throws(TorchError) -> [String: Tensor] {
    guard let memory = memories[index] else { return [:] }
    var state: [String: Tensor] = [:]
    if let steps = try memory.steps() {
      guard steps > 0 else { return [:] }
      state["step"] = try Tensor([Int64(steps)], shape: [1])
    }
    for (name, tensor) in memory.tensors { state[name] = tensor }
    return state
  }

  /// Copies what `state(of:)` gave, unless it does not fit.
  mutating func restore(_ state: [String: Tensor], of index: Int) throws(TorchError) {
    let stored = StoredState(tensors: state, index: index)
    var memory: Memory
    if let existing = memories[index] { memory = existing } else { memory = try Memory(of: parameters[index]) }
    let steps: Int? = try memory.steps() == nil ? nil : stored.steps()
    var copies: [(from: Tensor, to: Tensor)] = []
    for (name, tensor) in memory.tensors {
      copies.append((try stored.tensor(name, shape: tensor.shape, dtype: tensor.dtype), tensor))
    }
    for (source, target) in copies { try target.copy_(source) }
    if let steps { try memory.goOn(after: steps) }
    memories[index] = memory
  }
}

/// Tensors of an optimiser's state on their way back in.
struct StoredState {
  let tensors: [String: Tensor]
  /// Of the parameter, for messages.
  let index: Int

  /// float32 counts exactly up to here.
  static let mostSteps = 0x1p24

  /// - Throws: unless the tensor is there, of this shape and type.
  func tensor(_ name: String, shape: [Int], dtype: DType) throws(TorchError) -> Tensor {
    guard let tensor = tensors[name] else {
      throw TorchError(.invalidArgument, "the optimiser's \(name) of parameter \(index) is missing")
    }
    guard tensor.shape == shape, tensor.dtype == dtype else {
      throw TorchError(
        .invalidArgument,
        "the optimiser's \(name) of parameter \(index) is of shape \(tensor.shape) and type \(tensor.dtype) instead of "
          + "\(shape) and \(dtype)")
    }
    return tensor
  }

  /// A count of steps.
  func steps() throws(TorchError) -> Int {
    let count = try tensor("step", shape: [1], dtype: .int64).item()
    guard count >= 1, count <= Self.mostSteps else {
      throw TorchError(.invalidArgument, "parameter \(index) cannot have taken \(count) steps")
    }
    return Int(count)
  }
}

extension Tensor {
  /// Zeros of this tensor's shape and type, beside it.
  func zerosLike() throws(TorchError) -> Tensor { try Tensor.zeros(shape: shape, dtype: dtype, device: device) }
}
