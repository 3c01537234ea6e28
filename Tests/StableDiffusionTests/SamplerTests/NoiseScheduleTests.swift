import Testing
import Torch

@testable import StableDiffusion

@Suite("Noise schedule")
struct NoiseScheduleTests {
  @Test("a schedule rescaled to zero terminal SNR begins where it did and ends without signal")
  func zeroTerminalSNR() throws {
    let plain = NoiseSchedule(SchedulerConfiguration(predictionType: .velocity))
    let configuration = SchedulerConfiguration(predictionType: .velocity, rescalesBetasToZeroSNR: true)
    try configuration.validate()
    let rescaled = NoiseSchedule(configuration)
    #expect(abs(rescaled.alphasCumprod[0] - plain.alphasCumprod[0]) < 1e-6)
    #expect(rescaled.alphasCumprod[999] == 0)
    #expect(abs(rescaled.sigmas[999] - 4096) < 0.01)
    #expect(zip(rescaled.alphasCumprod, rescaled.alphasCumprod.dropFirst()).allSatisfy { $0 > $1 })
  }

  @Test("a noise prediction is never asked to find a signal where there is none")
  func epsilonWithoutSignal() throws {
    let configuration = SchedulerConfiguration(timestepSpacing: .trailing, rescalesBetasToZeroSNR: true)
    try configuration.validate()
    for descriptor in SamplerCatalog.all {
      let sampler = try descriptor.make(NoiseSchedule(configuration), steps: 4)
      var latents = try Tensor.ones(shape: [1, 4, 2, 2]) * sampler.initialNoiseScale
      for step in 0..<sampler.steps {
        let output = try sampler.modelInput(latents, step: step) * 0.9
        latents = try sampler.advance(latents, output: output, step: step) { () throws(TorchError) in
          try Tensor.zeros(shape: [1, 4, 2, 2])
        }
      }
      #expect(try latents.isFinite().all(), "\(descriptor.name)")
    }
  }
}
