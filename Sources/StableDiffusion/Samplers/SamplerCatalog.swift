/// One sampler that a request can name.
package struct SamplerDescriptor: Sendable {
  /// The name in the API.
  package let name: String
  /// Those it can run on; the first is its own.
  package let sigmaSchedules: [SigmaSchedule]
  /// Those it can run with on trained sigmas; empty: it has a custom of its own.
  package let spacings: [TimestepSpacing]
  private let baseTitle: String
  /// What diffusers falls back on where neither request nor checkpoint says.
  private let customSpacing: TimestepSpacing
  /// Whether Karras and exponential sigmas lie between the ends of the run's timesteps, and not of the whole schedule.
  private let spacesAllSigmas: Bool
  private let mostSteps: Int
  private let build: @Sendable (SamplerRun) -> any Sampler

  init(
    _ name: String, title: String, sigmas: [SigmaSchedule] = [.trained],
    spacings: [TimestepSpacing] = TimestepSpacing.allCases, custom: TimestepSpacing = .linspace,
    spacesAllSigmas: Bool = true, mostSteps: Int = .max, build: @escaping @Sendable (SamplerRun) -> any Sampler
  ) {
    self.name = name
    self.baseTitle = title
    self.sigmaSchedules = sigmas
    self.spacings = spacings
    self.customSpacing = custom
    self.spacesAllSigmas = spacesAllSigmas
    self.mostSteps = mostSteps
    self.build = build
  }

  /// The name that A1111's image metadata uses, such as `DPM++ 2M Karras`.
  package func title(_ options: SamplerOptions = SamplerOptions()) -> String {
    switch options.sigmaSchedule ?? ownSigmas {
    case .trained: baseTitle
    case .karras: "\(baseTitle) Karras"
    case .exponential: "\(baseTitle) Exponential"
    }
  }

  /// A sampler for one run of `steps` steps.
  package func make(
    _ schedule: NoiseSchedule, steps: Int, options: SamplerOptions = SamplerOptions()
  ) throws(SamplerError) -> any Sampler {
    // One interval is kept in reserve for the multistep solvers, which cut one more than they walk.
    let allowed = 1...min(schedule.trainTimesteps - 1, mostSteps)
    guard allowed.contains(steps) else { throw .steps(steps, sampler: title(options), allowed: allowed) }
    let sigmas = options.sigmaSchedule ?? ownSigmas
    guard sigmaSchedules.contains(sigmas) else {
      throw .sigmaSchedule(sigmas, sampler: baseTitle, allowed: sigmaSchedules)
    }
    let spacings = self.spacings(on: sigmas)
    if let asked = options.spacing, !spacings.contains(asked) {
      throw .spacing(asked, sampler: title(options), allowed: spacings)
    }
    let spacing = resolved(options, for: schedule.configuration).spacing ?? customSpacing
    return build(SamplerRun(schedule: schedule, steps: steps, sigmas: sigmas, spacing: spacing))
  }

  /// What a run goes by, with every choice made that was left to the sampler and the checkpoint; asked for, it makes the
  /// same run. No spacing: the sampler chooses its timesteps itself.
  package func resolved(_ options: SamplerOptions, for checkpoint: SchedulerConfiguration) -> SamplerOptions {
    let sigmas = options.sigmaSchedule ?? ownSigmas
    // The checkpoint's spacing is a wish: samplers that cannot follow it keep to their own.
    let wishes = [checkpoint.timestepSpacing, customSpacing].compactMap(\.self)
    let spacings = self.spacings(on: sigmas)
    return SamplerOptions(
      sigmaSchedule: sigmas, spacing: options.spacing ?? wishes.first { spacings.contains($0) })
  }

  private func spacings(on sigmas: SigmaSchedule) -> [TimestepSpacing] {
    sigmas == .trained || spacesAllSigmas ? self.spacings : []
  }

  private var ownSigmas: SigmaSchedule { sigmaSchedules.first ?? .trained }
}

package enum SamplerCatalog {
  package static let all: [SamplerDescriptor] = [
    SamplerDescriptor("ddim", title: "DDIM", custom: .leading) { DDIMSampler($0) },
    SamplerDescriptor("euler", title: "Euler", sigmas: SigmaSchedule.allCases) { EulerSampler($0) },
    SamplerDescriptor("euler_karras", title: "Euler", sigmas: [.karras]) { EulerSampler($0) },
    SamplerDescriptor("euler_ancestral", title: "Euler a") { EulerAncestralSampler($0) },
    SamplerDescriptor("dpmpp_2m", title: "DPM++ 2M", sigmas: SigmaSchedule.allCases, spacesAllSigmas: false) {
      DPMPlusPlus2MSampler($0)
    },
    SamplerDescriptor("dpmpp_2m_karras", title: "DPM++ 2M", sigmas: [.karras], spacesAllSigmas: false) {
      DPMPlusPlus2MSampler($0)
    },
    SamplerDescriptor("pndm", title: "PLMS", custom: .leading) { PNDMSampler($0) },
    SamplerDescriptor("lms", title: "LMS", sigmas: SigmaSchedule.allCases) { LMSSampler($0) },
    SamplerDescriptor("ddpm", title: "DDPM", custom: .leading) { DDPMSampler($0) },
    SamplerDescriptor("heun", title: "Heun", sigmas: SigmaSchedule.allCases) { HeunSampler($0) },
    SamplerDescriptor("dpmpp_2m_sde", title: "DPM++ 2M SDE", sigmas: SigmaSchedule.allCases, spacesAllSigmas: false) {
      DPMPlusPlus2MSDESampler($0)
    },
    SamplerDescriptor("dpmpp_sde", title: "DPM++ SDE", sigmas: SigmaSchedule.allCases) { DPMPlusPlusSDESampler($0) },
    SamplerDescriptor(
      "dpm_single", title: "DPM++ 2S", sigmas: SigmaSchedule.allCases, spacings: [.linspace], spacesAllSigmas: false
    ) { DPMSingleSampler($0) },
    SamplerDescriptor("dpm_2", title: "DPM2", sigmas: SigmaSchedule.allCases) { DPM2Sampler($0) },
    SamplerDescriptor("dpm_2_ancestral", title: "DPM2 a", sigmas: SigmaSchedule.allCases) {
      DPM2AncestralSampler($0)
    },
    SamplerDescriptor("uni_pc", title: "UniPC", sigmas: SigmaSchedule.allCases, spacesAllSigmas: false) {
      UniPCSampler($0)
    },
    SamplerDescriptor("lcm", title: "LCM", spacings: [], mostSteps: LCMSampler.distilledSteps) { LCMSampler($0) },
  ]

  package static func named(_ name: String) throws(SamplerError) -> SamplerDescriptor {
    guard let descriptor = all.first(where: { $0.name == name }) else { throw .unknown(name: name) }
    return descriptor
  }
}
