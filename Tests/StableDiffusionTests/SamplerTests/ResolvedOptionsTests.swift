import Testing

@testable import StableDiffusion

/// What a manifest states of a run whose request left it to sampler and checkpoint.
@Suite("Sampler options as they were chosen")
struct ResolvedOptionsTests {
  static let names = SamplerCatalog.all.map(\.name)
  static let wishes: [TimestepSpacing?] = [nil] + TimestepSpacing.allCases

  @Test("they leave nothing open, and asked for they make the same run", arguments: names)
  func sameRun(name: String) throws {
    let sampler = try SamplerCatalog.named(name)
    for wish in Self.wishes {
      let schedule = NoiseSchedule(SchedulerConfiguration(timestepSpacing: wish))
      for sigmas in [nil] + sampler.sigmaSchedules {
        let asked = SamplerOptions(sigmaSchedule: sigmas)
        let chosen = sampler.resolved(asked, for: schedule.configuration)
        #expect(chosen.sigmaSchedule != nil)
        #expect(sampler.resolved(chosen, for: SchedulerConfiguration()) == chosen || chosen.spacing == nil)
        let first = try sampler.make(schedule, steps: 7, options: asked)
        let again = try sampler.make(schedule, steps: 7, options: chosen)
        #expect(first.timesteps == again.timesteps && first.initialNoiseScale == again.initialNoiseScale)
      }
    }
  }

  @Test("the checkpoint's spacing where the sampler follows one, the sampler's own where it does not")
  func spacing() throws {
    func chosen(_ name: String, _ wish: TimestepSpacing?) throws -> SamplerOptions {
      try SamplerCatalog.named(name).resolved(
        SamplerOptions(), for: SchedulerConfiguration(timestepSpacing: wish))
    }
    #expect(try chosen("ddim", nil) == SamplerOptions(sigmaSchedule: .trained, spacing: .leading))
    #expect(try chosen("ddim", .trailing) == SamplerOptions(sigmaSchedule: .trained, spacing: .trailing))
    #expect(try chosen("euler_karras", nil) == SamplerOptions(sigmaSchedule: .karras, spacing: .linspace))
    // It takes its timesteps from its noise levels: a spacing that is asked for is refused.
    #expect(try chosen("dpmpp_2m_karras", .trailing) == SamplerOptions(sigmaSchedule: .karras, spacing: nil))
  }
}
