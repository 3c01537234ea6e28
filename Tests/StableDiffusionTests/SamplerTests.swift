import Foundation
import Testing
import Torch

@testable import StableDiffusion

/// Trajectories that diffusers' schedulers took (Tests/Goldens/make_sampler_goldens.py).
private struct SamplerGoldens: Decodable {
  struct Noise: Decodable {
    let seed: UInt64
    let shape: [Int]
    let values: [Float]
  }
  struct Case: Decodable, CustomTestStringConvertible, Sendable {
    let sampler: String
    let variant: String
    let configuration: SchedulerConfiguration
    let steps: Int
    let strength: Double?
    let seed: UInt64
    let timesteps: [Float]
    let initialNoiseScale: Double
    let firstStep: Int
    let image: [Float]?
    let trajectory: [[Float]]
    var testDescription: String { "\(sampler), \(variant)" }
  }
  let noise: Noise
  let cases: [Case]

  static let shared: SamplerGoldens = {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Goldens/samplers.json")
    do {
      return try JSONDecoder().decode(SamplerGoldens.self, from: Data(contentsOf: file))
    } catch {
      fatalError("cannot read \(file.path): \(error); run Tests/Goldens/make_sampler_goldens.py")
    }
  }()
}

@Suite("Samplers")
struct SamplerTests {
  static let shape = [1, 4, 2, 2]

  @Test("every sampler walks the path that diffusers' scheduler walks", arguments: SamplerGoldens.shared.cases)
  fileprivate func trajectory(golden: SamplerGoldens.Case) throws {
    let schedule = NoiseSchedule(golden.configuration)
    let sampler = try SamplerCatalog.named(golden.sampler).make(schedule, steps: golden.steps)
    expectClose(sampler.timesteps, golden.timesteps, "timesteps")
    #expect(abs(sampler.initialNoiseScale / golden.initialNoiseScale - 1) < 1e-5)

    let generator = try Generator(seed: golden.seed)
    let noise = try Tensor.randn(shape: Self.shape, generator: generator)
    var latents: Tensor
    var first = 0
    if let strength = golden.strength, let values = golden.image {
      first = sampler.firstStep(strength: strength)
      #expect(first == golden.firstStep)
      latents = try sampler.addNoise(to: Tensor(values, shape: Self.shape), noise: noise, step: first)
    } else {
      latents = try noise * sampler.initialNoiseScale
    }
    try expectClose(latents.floats(), golden.trajectory[0], "start")
    for (index, step) in (first..<sampler.steps).enumerated() {
      let input = try sampler.modelInput(latents, step: step)
      let wave = try (input * 3).sin() * 0.7
      let output = try wave + input * (0.3 * cos(Double(sampler.timesteps[step]) / 150))
      latents = try sampler.advance(latents, output: output, step: step) { () throws(TorchError) in
        try Tensor.randn(shape: Self.shape, generator: generator)
      }
      try expectClose(latents.floats(), golden.trajectory[index + 1], "after step \(step)")
    }
    #expect(golden.trajectory.count == sampler.steps - first + 1)
  }

  @Test("every sampler of the catalogue has goldens")
  func coverage() {
    let covered = Set(SamplerGoldens.shared.cases.map(\.sampler))
    #expect(covered == Set(SamplerCatalog.all.map(\.name)))
  }

  @Test("a seed draws the noise that torch.Generator('cpu').manual_seed draws")
  func noise() throws {
    let golden = SamplerGoldens.shared.noise
    let drawn = try Tensor.randn(shape: golden.shape, generator: Generator(seed: golden.seed))
    try expectClose(drawn.floats(), golden.values, "noise")
  }

  @Test("an unknown sampler is refused with the names that exist")
  func unknown() {
    let error = #expect(throws: SamplerError.self) { try SamplerCatalog.named("warp") }
    #expect(error == .unknown(name: "warp"))
    #expect(error?.description.contains("dpmpp_2m_karras") == true)
  }

  @Test("more steps than the schedule has timesteps are refused", arguments: [0, -3, 1000])
  func steps(count: Int) {
    let schedule = NoiseSchedule(SchedulerConfiguration())
    for descriptor in SamplerCatalog.all {
      #expect(throws: SamplerError.self) { try descriptor.make(schedule, steps: count) }
    }
  }

  @Test("however small the strength, one step is walked; at full strength all are")
  func strength() throws {
    let sampler = try SamplerCatalog.named("ddim").make(NoiseSchedule(SchedulerConfiguration()), steps: 20)
    #expect(sampler.firstStep(strength: 0.001) == 19)
    #expect(sampler.firstStep(strength: 1) == 0)
    #expect(sampler.firstStep(strength: 0.8) == 4)
  }

  @Test("a configuration survives writing and reading")
  func configuration() throws {
    var configuration = SchedulerConfiguration()
    configuration.predictionType = .velocity
    configuration.timestepSpacing = .trailing
    let data = try JSONEncoder().encode(configuration)
    #expect(try JSONDecoder().decode(SchedulerConfiguration.self, from: data) == configuration)
  }

  /// Equal to 1e-4 of the golden's largest value.
  private func expectClose(_ values: [Float], _ golden: [Float], _ what: String) {
    #expect(values.count == golden.count, "\(what): \(values.count) values, not \(golden.count)")
    let scale = max(golden.map(abs).max() ?? 0, 1e-6)
    let worst = zip(values, golden).map { abs($0 - $1) }.max() ?? 0
    #expect(worst <= 1e-4 * scale, "\(what): off by \(worst) where the largest value is \(scale)")
  }
}
