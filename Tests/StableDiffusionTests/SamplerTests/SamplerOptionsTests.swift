import Testing

@testable import StableDiffusion

@Suite("Sampler options")
struct SamplerOptionsTests {
  let schedule = NoiseSchedule(SchedulerConfiguration())

  private func failure(_ name: String, _ options: SamplerOptions) throws -> SamplerError? {
    let sampler = try SamplerCatalog.named(name)
    return #expect(throws: SamplerError.self) { try sampler.make(schedule, steps: 8, options: options) }
  }

  @Test("sigmas that a sampler does not run on are refused with those it does")
  func sigmas() throws {
    let error = try failure("euler_ancestral", SamplerOptions(sigmaSchedule: .karras))
    #expect(error == .sigmaSchedule(.karras, sampler: "Euler a", allowed: [.trained]))
    #expect(error?.description == "Euler a does not run on karras sigmas; choose trained")
    let contradiction = try failure("euler_karras", SamplerOptions(sigmaSchedule: .exponential))
    #expect(contradiction == .sigmaSchedule(.exponential, sampler: "Euler", allowed: [.karras]))
  }

  @Test("a spacing that would change nothing is refused")
  func spacing() throws {
    let single = try failure("dpm_single", SamplerOptions(spacing: .trailing))
    #expect(single == .spacing(.trailing, sampler: "DPM++ 2S", allowed: [.linspace]))
    // Karras sigmas of this sampler span the whole schedule.
    let karras = try failure("dpmpp_2m", SamplerOptions(sigmaSchedule: .karras, spacing: .trailing))
    #expect(karras == .spacing(.trailing, sampler: "DPM++ 2M Karras", allowed: []))
    #expect(try failure("lcm", SamplerOptions(spacing: .leading)) == .spacing(.leading, sampler: "LCM", allowed: []))
  }

  @Test("a sampler keeps to its own spacing where the checkpoint's does not apply to it")
  func checkpointSpacing() throws {
    let trailing = NoiseSchedule(SchedulerConfiguration(timestepSpacing: .trailing))
    func timesteps(_ name: String, _ schedule: NoiseSchedule) throws -> [Float] {
      try SamplerCatalog.named(name).make(schedule, steps: 10).timesteps
    }
    #expect(try timesteps("dpm_single", trailing) == timesteps("dpm_single", schedule))
    #expect(try timesteps("euler", trailing) == (0..<10).map { Float(999 - 100 * $0) })
  }

  @Test("latent consistency allows the steps that it was distilled with, and no more")
  func consistencySteps() throws {
    let sampler = try SamplerCatalog.named("lcm")
    #expect(try sampler.make(schedule, steps: 50).steps == 50)
    #expect(throws: SamplerError.steps(51, sampler: "LCM", allowed: 1...50)) { try sampler.make(schedule, steps: 51) }
  }

  @Test("a title names the sigmas as A1111 does")
  func titles() throws {
    let sampler = try SamplerCatalog.named("dpmpp_2m_sde")
    #expect(sampler.title() == "DPM++ 2M SDE")
    #expect(sampler.title(SamplerOptions(sigmaSchedule: .karras)) == "DPM++ 2M SDE Karras")
    #expect(sampler.title(SamplerOptions(sigmaSchedule: .exponential)) == "DPM++ 2M SDE Exponential")
    #expect(try SamplerCatalog.named("dpmpp_2m_karras").title() == "DPM++ 2M Karras")
  }
}
