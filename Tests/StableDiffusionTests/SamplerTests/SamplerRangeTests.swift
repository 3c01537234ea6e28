import Testing
import Torch

@testable import StableDiffusion

/// Runs that begin in the middle, or end there.
@Suite("Parts of a sampler's run")
struct SamplerRangeTests {
  static let names = SamplerCatalog.all.map(\.name)
  static let shape = [1, 4, 2, 2]
  let schedule = NoiseSchedule(SchedulerConfiguration(setAlphaToOne: true))

  private func make(_ name: String, steps: Int) throws -> any Sampler {
    try SamplerCatalog.named(name).make(schedule, steps: steps)
  }

  /// Walks some calls with a model that knows that there is one picture only, and finds the noise in any latents.
  private func walk(
    _ sampler: any Sampler, _ calls: Range<Int>, from start: Tensor, picture: Tensor, _ generator: Generator
  ) throws -> Tensor {
    var latents = start
    for call in calls {
      let sigma = NoiseLevels.interpolate([Double(sampler.timesteps[call])], schedule: schedule)[0]
      let signal = 1 / (1 + sigma * sigma).squareRoot()
      let input = try sampler.modelInput(latents, step: call)
      let output = try (input - picture * signal) / (sigma * signal)
      latents = try sampler.advance(latents, output: output, step: call) { () throws(TorchError) in
        try Tensor.randn(shape: Self.shape, generator: generator)
      }
    }
    return latents
  }

  private func distance(_ a: Tensor, _ b: Tensor) throws -> Double { try (a - b).abs().max().item() }

  @Test("image to image ends on the picture that a perfect model knows", arguments: names)
  func imageToImage(name: String) throws {
    for strength in [0.2, 0.5, 0.75, 0.97] {
      let generator = try Generator(seed: 3)
      let picture = try Tensor.randn(shape: Self.shape, generator: generator)
      let noise = try Tensor.randn(shape: Self.shape, generator: generator)
      let sampler = try make(name, steps: 20)
      let first = sampler.firstStep(strength: strength)
      let start = try sampler.addNoise(to: picture, noise: noise, step: first)
      let end = try walk(sampler, first..<sampler.steps, from: start, picture: picture, generator)
      #expect(try distance(end, picture) < 0.01, "strength \(strength)")
    }
  }

  @Test("a second sampler goes on where the first was stopped", arguments: names)
  func handOver(name: String) throws {
    for fraction in [0.3, 0.8, 0.93] {
      let generator = try Generator(seed: 4)
      let picture = try Tensor.randn(shape: Self.shape, generator: generator)
      let base = try make(name, steps: 20), refiner = try make(name, steps: 20)
      let border = base.step(atNoiseFraction: fraction, trainTimesteps: 1000)
      #expect((1..<base.steps).contains(border))
      // The first requested step below the timestep that is meant, and none before it.
      let cutoff = Float(1000 - 1000 * fraction)
      let borders = (0..<base.requestedSteps).map { base.call(ofStep: $0) }
      #expect(borders.filter { base.timesteps[$0] >= cutoff }.allSatisfy { $0 < border })
      #expect(borders.contains(border) && base.timesteps[border] < cutoff)

      let noise = try Tensor.randn(shape: Self.shape, generator: generator) * base.initialNoiseScale
      let middle = try walk(base, 0..<border, from: noise, picture: picture, generator)
      let end = try walk(refiner, border..<refiner.steps, from: middle, picture: picture, generator)
      #expect(try distance(end, picture) < 0.01, "fraction \(fraction)")
    }
  }

  @Test("the border of a shared run is diffusers': 0.8 of 30 steps leaves 6")
  func border() throws {
    let euler = try make("euler", steps: 30)
    // cutoff 200: linspace timesteps 999 · k / 29 below it are those of k = 0…5.
    #expect(euler.step(atNoiseFraction: 0.8, trainTimesteps: 1000) == 24)
    #expect(euler.step(atNoiseFraction: 0, trainTimesteps: 1000) == 0)
    #expect(euler.step(atNoiseFraction: 1, trainTimesteps: 1000) == 30)
    let heun = try make("heun", steps: 30)
    #expect(heun.step(atNoiseFraction: 0.8, trainTimesteps: 1000) == 48)
  }

  @Test("however small the strength, one step is walked; at full strength all are", arguments: names)
  func strength(name: String) throws {
    let sampler = try make(name, steps: 20)
    #expect(sampler.requestedSteps == 20)
    #expect(sampler.firstStep(strength: 0.001) == sampler.call(ofStep: 19))
    #expect(sampler.call(ofStep: 19) == sampler.steps - 1)
    #expect(sampler.firstStep(strength: 1) == 0)
    #expect(sampler.firstStep(strength: 0.8) == sampler.call(ofStep: 4))
  }

  @Test("samplers of second order call the model twice in each step but the last")
  func calls() throws {
    for name in ["heun", "dpm_2", "dpm_2_ancestral", "dpmpp_sde"] {
      #expect(try make(name, steps: 7).steps == 13)
      #expect(try make(name, steps: 1).steps == 1)
    }
    #expect(try make("pndm", steps: 7).steps == 8)
    #expect(try make("pndm", steps: 1).steps == 1)
  }
}
