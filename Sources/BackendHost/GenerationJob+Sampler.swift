import LorikeetAPI
import SamplingBackend
import StableDiffusion

extension GenerationJob {
  /// The name in `SamplerCatalog`.
  static func samplerName(_ sampler: LorikeetAPI.Sampler) throws(InputError) -> String {
    switch sampler {
    case .unspecified, .dpmPlusPlus2mKarras: "dpmpp_2m_karras"
    case .ddim: "ddim"
    case .euler: "euler"
    case .eulerKarras: "euler_karras"
    case .eulerAncestral: "euler_ancestral"
    case .dpmPlusPlus2m: "dpmpp_2m"
    case .pndm: "pndm"
    case .lms: "lms"
    case .ddpm: "ddpm"
    case .heun: "heun"
    case .dpmPlusPlus2mSde: "dpmpp_2m_sde"
    case .dpmPlusPlusSde: "dpmpp_sde"
    case .dpmSingle: "dpm_single"
    case .dpm2: "dpm_2"
    case .dpm2Ancestral: "dpm_2_ancestral"
    case .uniPc: "uni_pc"
    case .lcm: "lcm"
    case .unrecognized(let number): throw .invalid("this backend does not know sampler \(number); update it")
    }
  }

  static func samplerOptions(_ settings: GenerationSettings) throws(InputError) -> SamplerOptions {
    SamplerOptions(
      sigmaSchedule: try sigmaSchedule(settings.sigmaSchedule), spacing: try spacing(settings.timestepSpacing))
  }

  /// The settings with what was left to the models, as it was chosen.
  static func settings(
    _ settings: GenerationSettings, completedBy resolved: ResolvedSettings
  ) -> GenerationSettings {
    var settings = settings
    settings.width = Int32(clamping: resolved.width)
    settings.height = Int32(clamping: resolved.height)
    settings.guidanceRescale = resolved.guidanceRescale
    settings.clipSkip = resolved.clipSkip.map { Int32(clamping: $0) }
    settings.sigmaSchedule =
      switch resolved.sampler.sigmaSchedule {
      case nil: .unspecified
      case .trained: .trained
      case .karras: .karras
      case .exponential: .exponential
      }
    settings.timestepSpacing =
      switch resolved.sampler.spacing {
      case nil: .unspecified
      case .leading: .leading
      case .trailing: .trailing
      case .linspace: .linspace
      }
    return settings
  }

  private static func sigmaSchedule(
    _ schedule: LorikeetAPI.SigmaSchedule
  ) throws(InputError) -> StableDiffusion.SigmaSchedule? {
    switch schedule {
    case .unspecified: nil
    case .trained: .trained
    case .karras: .karras
    case .exponential: .exponential
    case .unrecognized(let number): throw .invalid("this backend does not know sigma schedule \(number); update it")
    }
  }

  private static func spacing(
    _ spacing: LorikeetAPI.TimestepSpacing
  ) throws(InputError) -> StableDiffusion.TimestepSpacing? {
    switch spacing {
    case .unspecified: nil
    case .leading: .leading
    case .trailing: .trailing
    case .linspace: .linspace
    case .unrecognized(let number): throw .invalid("this backend does not know timestep spacing \(number); update it")
    }
  }
}
