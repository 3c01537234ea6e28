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
    let sigmas: String?
    let spacing: TimestepSpacing?
    let seed: UInt64
    let timesteps: [Float]
    let initialNoiseScale: Double
    let firstStep: Int
    let image: [Float]?
    let trajectory: [[Float]]
    var testDescription: String { "\(sampler), \(variant)" }
    var options: SamplerOptions {
      SamplerOptions(sigmaSchedule: sigmas.flatMap(SigmaSchedule.init(rawValue:)), spacing: spacing)
    }
  }
  let noise: Noise
  let cases: [Case]

  static let shared: SamplerGoldens = {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Goldens/samplers.json")
    do {
      return try JSONDecoder().decode(SamplerGoldens.self, from: Data(contentsOf: file))
    } catch {
      fatalError("cannot read \(file.path): \(error); run Tests/Goldens/make_sampler_goldens.py")
    }
  }()
}

@Suite("Samplers")
struct SamplerTests {
  static let shape = [1, 4, 1, 2]

  @Test("every sampler walks the path that diffusers' scheduler walks", arguments: SamplerCatalog.all.map(\.name))
  func trajectory(name: String) throws {
    let cases = SamplerGoldens.shared.cases.filter { $0.sampler == name }
    #expect(cases.count >= 3)
    for golden in cases {
      let sampler = try SamplerCatalog.named(name)
        .make(NoiseSchedule(golden.configuration), steps: golden.steps, options: golden.options)
      #expect(sampler.requestedSteps == golden.steps)
      expectClose(sampler.timesteps, golden.timesteps, decibels: 120, "\(golden.testDescription): timesteps")
      #expect(abs(sampler.initialNoiseScale / golden.initialNoiseScale - 1) < 1e-5)
      try walk(sampler, golden)
    }
  }

  private func walk(_ sampler: any Sampler, _ golden: SamplerGoldens.Case) throws {
    let generator = try Generator(seed: golden.seed)
    let noise = try Tensor.randn(shape: Self.shape, generator: generator)
    var latents: Tensor
    var first = 0
    if let strength = golden.strength, let values = golden.image {
      first = sampler.firstStep(strength: strength)
      #expect(first == golden.firstStep, "\(golden.testDescription)")
      latents = try sampler.addNoise(to: Tensor(values, shape: Self.shape), noise: noise, step: first)
    } else {
      latents = try noise * sampler.initialNoiseScale
    }
    try #require(golden.trajectory.count == sampler.steps - first + 1, "\(golden.testDescription)")
    try expectClose(latents.floats(), golden.trajectory[0], "\(golden.testDescription): start")
    for (index, step) in (first..<sampler.steps).enumerated() {
      let input = try sampler.modelInput(latents, step: step)
      let wave = try (input * 2).sin() * 0.6
      let output = try wave + input * (0.3 * cos(Double(sampler.timesteps[step]) / 150))
      latents = try sampler.advance(latents, output: output, step: step) { () throws(TorchError) in
        try Tensor.randn(shape: Self.shape, generator: generator)
      }
      try expectClose(latents.floats(), golden.trajectory[index + 1], "\(golden.testDescription): after \(step)")
    }
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

  @Test("a configuration survives writing and reading")
  func configuration() throws {
    var configuration = SchedulerConfiguration()
    configuration.predictionType = .velocity
    configuration.timestepSpacing = .trailing
    configuration.rescalesBetasToZeroSNR = true
    let data = try JSONEncoder().encode(configuration)
    #expect(try JSONDecoder().decode(SchedulerConfiguration.self, from: data) == configuration)
  }

  /// Equal but for noise that is weaker than the golden's largest value by as much.
  private func expectClose(_ values: [Float], _ golden: [Float], decibels: Double = 90, _ what: String) {
    #expect(values.count == golden.count, "\(what): \(values.count) values, not \(golden.count)")
    let peak = Double(golden.map(abs).max() ?? 0)
    let squares = zip(values, golden).reduce(0) { $0 + pow(Double($1.0) - Double($1.1), 2) }
    let error = (squares / Double(max(golden.count, 1))).squareRoot()
    let found = 20 * log10(max(peak, 1e-6) / max(error, 1e-30))
    #expect(found >= decibels, "\(what): \(Int(found)) dB")
  }
}
