import Foundation
import StableDiffusion
import Testing
import Torch

@testable import TrainingBackend

/// Where reference optimisers lead (`Tests/Goldens/make_optimizer_goldens.py`): down |p − target|² / 2.
private struct Descent {
  let name: String
  let parameters: [Tensor]
  let targets: [Tensor]
  let ends: [[Float]]
  let rates: [Double]

  init(_ name: String) throws {
    self.name = name
    let file = try Self.goldens()
    var parameters: [Tensor] = []
    var targets: [Tensor] = []
    var ends: [[Float]] = []
    while file.contains("\(name).\(parameters.count).start") {
      let prefix = "\(name).\(parameters.count)"
      let parameter = try file.tensor(named: "\(prefix).start").clone()
      parameter.requiresGrad = true
      targets.append(try file.tensor(named: "\(prefix).target"))
      ends.append(try file.tensor(named: "\(prefix).end").floats())
      parameters.append(parameter)
    }
    self.parameters = parameters
    self.targets = targets
    self.ends = ends
    rates = try file.tensor(named: "\(name).rates").doubles()
  }

  static func goldens() throws -> Safetensors {
    let folder = URL(filePath: #filePath).appending(path: "../../Goldens").standardized
    return try Safetensors(path: folder.appending(path: "optimizers.safetensors").path)
  }

  func step(_ optimizer: any Optimizer, _ step: Int) throws {
    for (parameter, target) in zip(parameters, targets) { try parameter.setGrad(parameter.detach() - target) }
    optimizer.learningRate = rates[step]
    try optimizer.step()
  }

  /// The largest difference from the reference, relative to the largest number.
  func difference() throws -> Float {
    var difference: Float = 0, size: Float = 0
    for (parameter, end) in zip(parameters, ends) {
      for (value, wanted) in zip(try parameter.detach().floats(), end) {
        difference = max(difference, abs(value - wanted))
        size = max(size, abs(wanted))
      }
    }
    return difference / size
  }

  func optimizer() -> any Optimizer {
    switch name {
    case "adamw": AdamW(parameters: parameters, learningRate: 1, weightDecay: 0.05)
    case "lion": Lion(parameters: parameters, learningRate: 1, weightDecay: 0.1)
    case "prodigy": Prodigy(parameters: parameters, weightDecay: 0.01, initialDistance: 1e-3)
    case "adafactor": Adafactor(parameters: parameters, learningRate: 1, weightDecay: 0.02)
    default: AdamW8Bit(parameters: parameters, learningRate: 1, weightDecay: 0.05)
    }
  }
}

@Suite("Optimisers")
struct OptimizerTests {
  static let names = ["adamw", "lion", "prodigy", "adafactor", "adamw8bit"]

  @Test("all steps lead where the reference leads", arguments: ["adamw", "lion", "prodigy", "adafactor"])
  func reference(name: String) throws {
    let descent = try Descent(name)
    let optimizer = descent.optimizer()
    for step in descent.rates.indices { try descent.step(optimizer, step) }
    #expect(descent.parameters.count == 5)
    // Prodigy's rate grows out of sums of everything: rounding alone moves it by about 1e-6.
    #expect(try descent.difference() < (name == "prodigy" ? 1e-5 : 2e-6))
    if let prodigy = optimizer as? Prodigy {
      let wanted = try Descent.goldens().tensor(named: "prodigy.distance").item()
      #expect(abs(prodigy.distance / wanted - 1) < 1e-5)
    }
  }

  @Test("eight-bit moments are the nearest of bitsandbytes' numbers")
  func eightBit() throws {
    let file = try Descent.goldens()
    #expect(try AdamW8Bit.codebook(signed: true).floats() == file.tensor(named: "codebook.signed").floats())
    #expect(try AdamW8Bit.codebook(signed: false).floats() == file.tensor(named: "codebook.unsigned").floats())

    let descent = try Descent("adamw8bit")
    let optimizer = descent.optimizer()
    for step in descent.rates.indices { try descent.step(optimizer, step) }
    #expect(try descent.difference() < 1e-3)
    let state = try optimizer.state(of: 0)
    for (kind, signed) in [("average", true), ("square", false)] {
      let book = try AdamW8Bit.codebook(signed: signed).floats()
      let codes = try #require(state["\(kind)_codes"]).int64s(), scales = try #require(state["\(kind)_scales"]).floats()
      let wanted = try file.tensor(named: "adamw8bit.\(kind)").floats()
      // Sums in another order may cross the border between two numbers.
      let apart = wanted.indices.count { index in
        abs(wanted[index] - book[Int(codes[index])] * scales[index / 256]) > 1e-5 * abs(wanted[index])
      }
      #expect(apart < wanted.count / 200, "\(apart) codes of \(wanted.count) differ")
    }
    // A parameter of 24 elements is not quantised.
    #expect(try optimizer.state(of: 1)["average"]?.dtype == .float32)
    #expect(state["average_codes"]?.dtype == .uint8)
  }

  @Test("an optimiser that goes on from another's state ends bit for bit where that one ends", arguments: names)
  func resume(name: String) throws {
    let whole = try Descent(name), first = try Descent(name), second = try Descent(name)
    let unbroken = whole.optimizer(), before = first.optimizer(), after = second.optimizer()
    for step in whole.rates.indices { try whole.step(unbroken, step) }
    for step in 0..<5 { try first.step(before, step) }
    for (index, parameter) in first.parameters.enumerated() {
      _ = try noGrad { () throws(TorchError) in try second.parameters[index].copy_(parameter) }
      try after.restore(before.state(of: index), of: index)
    }
    try after.restoreShared(before.sharedState())
    for step in 5..<whole.rates.count { try second.step(after, step) }
    for (one, other) in zip(whole.parameters, second.parameters) {
      #expect(try one.detach().bytes() == other.detach().bytes())
    }
  }

  @Test("state that does not fit is refused, whichever tensor it is", arguments: names)
  func misfits(name: String) throws {
    let descent = try Descent(name)
    let optimizer = descent.optimizer()
    for step in 0..<3 { try descent.step(optimizer, step) }
    let state = try optimizer.state(of: 0)
    #expect(!state.isEmpty)
    for part in state.keys {
      var spoilt = state
      spoilt[part] = try Tensor.zeros(shape: [3, 3, 3])
      #expect(throws: TorchError.self) { try optimizer.restore(spoilt, of: 0) }
      spoilt[part] = nil
      #expect(throws: TorchError.self) { try optimizer.restore(spoilt, of: 0) }
    }
    for part in try optimizer.sharedState().keys {
      #expect(throws: TorchError.self) { try optimizer.restoreShared([part: Tensor.zeros(shape: [4])]) }
    }
  }

  @Test("a parameter without a gradient stays, and what is remembered of it", arguments: names)
  func absentGradient(name: String) throws {
    let descent = try Descent(name)
    let optimizer = descent.optimizer()
    for step in 0..<3 { try descent.step(optimizer, step) }
    func remembered() throws -> [[UInt8]] {
      try optimizer.state(of: 0).sorted { $0.key < $1.key }.map { try $0.value.bytes() }
    }
    let parameter = try descent.parameters[0].detach().bytes(), state = try remembered()
    let other = try descent.parameters[1].detach().bytes()
    try descent.parameters[0].setGrad(nil)
    try optimizer.step()
    #expect(try descent.parameters[0].detach().bytes() == parameter)
    #expect(try remembered() == state)
    #expect(try descent.parameters[1].detach().bytes() != other)
  }
}

@Suite("Learning-rate schedules")
struct ScheduleTests {
  private struct Case: Decodable {
    let name: String
    let steps: Int
    let warmup: Int
    let cycles: Int
    let factors: [Double]
  }

  @Test("every step's factor is diffusers'")
  func reference() throws {
    let path = URL(filePath: #filePath).appending(path: "../../Goldens/schedules.json").standardized
    let cases = try JSONDecoder().decode([Case].self, from: Data(contentsOf: path))
    #expect(Set(cases.map(\.name)) == Set(TrainingSettings.Schedule.allCases.map(\.rawValue)))
    for item in cases {
      var settings = TrainingSettings(steps: item.steps, resolution: 64)
      settings.schedule = try #require(TrainingSettings.Schedule(rawValue: item.name))
      settings.warmupSteps = item.warmup
      settings.scheduleCycles = item.cycles
      for (step, factor) in item.factors.enumerated() {
        #expect(abs(settings.rateFactor(at: step) - factor) < 1e-12, "\(item.name), step \(step)")
      }
    }
  }
}
