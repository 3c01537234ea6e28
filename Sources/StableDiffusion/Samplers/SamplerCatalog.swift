/// One sampler that a request can name.
package struct SamplerDescriptor: Sendable {
  /// The name in the API.
  package let name: String
  /// The name that A1111's image metadata uses.
  package let title: String
  private let build: @Sendable (NoiseSchedule, Int) -> any Sampler

  init(_ name: String, title: String, build: @escaping @Sendable (NoiseSchedule, Int) -> any Sampler) {
    self.name = name
    self.title = title
    self.build = build
  }

  /// A sampler for one run of `steps` steps.
  package func make(_ schedule: NoiseSchedule, steps: Int) throws(SamplerError) -> any Sampler {
    // One interval is kept in reserve for the multistep solvers, which cut one more than they walk.
    let allowed = 1...(schedule.trainTimesteps - 1)
    guard allowed.contains(steps) else { throw .steps(steps, allowed: allowed) }
    return build(schedule, steps)
  }
}

package enum SamplerCatalog {
  package static let all: [SamplerDescriptor] = [
    SamplerDescriptor("ddim", title: "DDIM") { DDIMSampler($0, steps: $1) },
    SamplerDescriptor("euler", title: "Euler") { EulerSampler($0, steps: $1, karras: false) },
    SamplerDescriptor("euler_karras", title: "Euler Karras") { EulerSampler($0, steps: $1, karras: true) },
    SamplerDescriptor("euler_ancestral", title: "Euler a") { EulerAncestralSampler($0, steps: $1) },
    SamplerDescriptor("dpmpp_2m", title: "DPM++ 2M") { DPMPlusPlus2MSampler($0, steps: $1, karras: false) },
    SamplerDescriptor("dpmpp_2m_karras", title: "DPM++ 2M Karras") {
      DPMPlusPlus2MSampler($0, steps: $1, karras: true)
    },
  ]

  package static func named(_ name: String) throws(SamplerError) -> SamplerDescriptor {
    guard let descriptor = all.first(where: { $0.name == name }) else { throw .unknown(name: name) }
    return descriptor
  }
}
