import LorikeetAPI
import RPC
import Store

/// Makes a job of a manifest that makes the same pixels again, or says what is missing.
struct ReplayPlanner {
  let store: Store
  let planner: GenerationPlanner
  /// What the attached sampling backends compute with.
  let engines: Set<EngineIdentity>

  /// - Throws: `INVALID_ARGUMENT` for a manifest that says too little; `FAILED_PRECONDITION` naming every input that is
  ///   not here, and every difference of the engine.
  func plan(_ manifest: GenerationManifest, _ request: ReplayGenerationRequest) async throws -> NewJob<Generation> {
    guard var settings = manifest.settings.map(GenerationRules.effective) else {
      throw RPCError.invalid("manifest.settings", "must be there")
    }
    var faults = Self.check(manifest, settings)
    faults.requireRequestID(request.requestId)
    try faults.check()

    var missing = Violations()
    for reference in settings.references {
      let name = settings[keyPath: reference.path]
      guard let index = manifest.inputs.firstIndex(where: { $0.role == reference.role.rawValue && $0.names(name) })
      else {
        faults.add("manifest.inputs", "must hold the \(Self.word(reference.role)) “\(name)” that the settings name")
        continue
      }
      let input = manifest.inputs[index]
      guard let digest = Digest(hex: input.digest) else {
        faults.add("manifest.inputs[\(index)].digest", "must be 64 hexadecimal digits")
        continue
      }
      let asset = try await store.asset(kind: reference.role.kind, content: digest.hex, preferring: input.asset)
      guard let asset else {
        missing.add("manifest.inputs[\(index)]", Self.absence(input, reference.role))
        continue
      }
      settings[keyPath: reference.path] = asset.id
    }
    try faults.check()
    let engine = EngineIdentity(manifest)
    if !request.allowDifferences { compare(engine, &missing) }
    guard missing.isEmpty else { throw missing.error(.failedPrecondition) }

    var job = try await planner.plan(settings, requestID: request.requestId)
    if !request.allowDifferences {
      job.engine = engine
      job.job.stateReason = engine.waitingReason(isAttached: true)
    }
    return job
  }

  /// What a manifest must say: without seeds, say, others would be drawn.
  private static func check(_ manifest: GenerationManifest, _ settings: GenerationSettings) -> Violations {
    var faults = GenerationRules.check(settings)
    faults.require(!settings.checkpoint.isEmpty, "settings.checkpoint", "must name the checkpoint")
    faults.require(
      !settings.seeds.isEmpty && settings.seeds.count == Int(settings.imageCount ?? 1), "settings.seeds",
      "must hold one seed for each image")
    faults.require(manifest.inputs.count <= 64, "manifest.inputs", "must be at most 64")
    return faults
  }

  /// Notes in what the manifest's engine differs from every one that is there.
  private func compare(_ engine: EngineIdentity, _ missing: inout Violations) {
    guard !engines.contains(engine) else { return }
    guard !engines.isEmpty else {
      missing.add("manifest.engine_version", "no sampling backend is attached; start one, or wait until it is")
      return
    }
    // The nearest one that is there: told of only where it differs.
    func differences(_ other: EngineIdentity) -> [(String, String, String)] {
      [
        ("engine_version", engine.version, other.version), ("device", engine.device, other.device),
        ("precision", engine.precision, other.precision),
      ].filter { $0.1 != $0.2 }
    }
    let nearest = engines.map(differences).min { $0.count < $1.count } ?? []
    for (field, then, now) in nearest {
      missing.add(
        "manifest.\(field)",
        "was “\(then)” and is “\(now)” now, which may change the pixels' last bits; allow_differences goes on")
    }
  }

  private static func word(_ role: GenerationRole) -> String {
    switch role {
    case .checkpoint: "checkpoint"
    case .vae: "VAE"
    case .lora: "LoRA"
    case .refiner: "refiner"
    case .textualInversion: "textual inversion"
    case .initImage: "image to start from"
    case .maskImage: "mask"
    case .safetyChecker: "safety checker"
    }
  }

  private static func absence(_ input: ManifestInput, _ role: GenerationRole) -> String {
    "the \(word(role)) “\(input.name)” is not here: no asset has its content, \(input.digest.prefix(12))…; "
      + "upload it again"
  }
}

extension ManifestInput {
  /// Whether the settings mean this input: by id, or by name in manifests that people wrote.
  fileprivate func names(_ reference: String) -> Bool { asset == reference || name == reference }
}

extension GenerationSettings {
  /// A place that names an asset.
  struct Reference {
    let role: GenerationRole
    let path: WritableKeyPath<GenerationSettings, String>
  }

  /// Every place that names one.
  var references: [Reference] {
    let fixed: [Reference] = [
      .init(role: .checkpoint, path: \.checkpoint), .init(role: .vae, path: \.vae),
      .init(role: .initImage, path: \.initImage), .init(role: .safetyChecker, path: \.safetyChecker),
      .init(role: .maskImage, path: \.maskReference), .init(role: .refiner, path: \.refinerReference),
    ]
    let adapters = loras.indices.map { Reference(role: .lora, path: \.loras[$0].asset) }
    let embeddings = textualInversions.indices.map {
      Reference(role: .textualInversion, path: \.textualInversions[$0].asset)
    }
    return (fixed + adapters + embeddings).filter { !self[keyPath: $0.path].isEmpty }
  }

  private var maskReference: String {
    get { inpainting?.maskImage ?? "" }
    set { inpainting?.maskImage = newValue }
  }

  private var refinerReference: String {
    get { refinement?.checkpoint ?? "" }
    set { refinement?.checkpoint = newValue }
  }
}
