import LorikeetAPI
import RPC
import Store

/// Makes a job of a request: checks every field, finds every asset, fills every default.
struct GenerationPlanner {
  let store: Store
  let defaultCheckpoint: String

  func plan(_ request: GenerationSettings?, requestID: String) async throws -> NewJob<Generation> {
    var fields = Violations()
    if request == nil { fields.add("settings", "must say what to make") }
    let request = request ?? GenerationSettings()
    fields.add(contentsOf: GenerationRules.check(request))
    fields.requireRequestID(requestID)

    var found = try await store.assets(named: request.assetNames + [defaultCheckpoint])
    var references = AssetReferences()
    var loras: [(asset: Asset, field: String, weight: Double)] = []
    for (index, lora) in request.loras.prefix(16).enumerated() where !lora.asset.isEmpty {
      let field = "settings.loras[\(index)].asset"
      guard let asset = references.resolve(lora.asset, kind: .lora, field: field, in: found) else { continue }
      loras.append((asset, field, lora.weight ?? 1))
    }
    let checkpointName = try await checkpointName(request, firstLora: loras.first?.asset, &found)
    let checkpoint = references.resolve(checkpointName, kind: .checkpoint, field: "settings.checkpoint", in: found)
    func resolve(_ name: String, _ kind: AssetKind, _ field: String) -> Asset? {
      name.isEmpty ? nil : references.resolve(name, kind: kind, field: field, in: found)
    }
    let vae = resolve(request.vae, .vae, "settings.vae")
    let initImage = resolve(request.initImage, .image, "settings.init_image")
    let mask = resolve(request.inpainting?.maskImage ?? "", .image, "settings.inpainting.mask_image")
    let refiner = resolve(request.refinement?.checkpoint ?? "", .checkpoint, "settings.refinement.checkpoint")
    let checker = resolve(request.safetyChecker, .safetyChecker, "settings.safety_checker")
    var embeddings: [(asset: Asset, field: String, trigger: String)] = []
    for (index, use) in request.textualInversions.prefix(16).enumerated() where !use.asset.isEmpty {
      let field = "settings.textual_inversions[\(index)].asset"
      guard let asset = resolve(use.asset, .textualInversion, field) else { continue }
      let own = asset.embedding?.triggerWords.first ?? asset.name
      let trigger = use.trigger.isEmpty ? own : use.trigger
      if embeddings.contains(where: { $0.trigger == trigger }) {
        fields.add(
          "settings.textual_inversions[\(index)].trigger",
          "“\(trigger)” stands for another textual inversion already; give one of them another word")
      }
      embeddings.append((asset, field, trigger))
    }
    if let checkpoint {
      references.checkFit(request, checkpoint)
      for (asset, field, _) in loras { references.requireFamily(of: asset, field, toBeThatOf: checkpoint) }
      for (asset, field, _) in embeddings { references.requireFamily(of: asset, field, toBeThatOf: checkpoint) }
      if let vae { references.requireFamily(of: vae, "settings.vae", toBeThatOf: checkpoint) }
      if let refiner {
        references.requireFamily(of: refiner, "settings.refinement.checkpoint", toBeThatOf: checkpoint)
      }
    }
    try references.check(with: fields)
    guard let checkpoint else { throw StoreError.notFound("asset “\(checkpointName)”") }

    var generation = Generation()
    generation.id = Identifier.make(.generation)
    generation.settings = GenerationRules.completed(request, checkpoint: checkpoint)
    for (index, embedding) in embeddings.enumerated() {
      generation.settings?.textualInversions[index].trigger = embedding.trigger
    }
    let input = BackendInputAsset(checkpoint)
    var job = BackendGenerationAssignment()
    job.checkpoint = input
    job.loras = loras.map { lora in
      .with {
        ($0.asset, $0.weight) = (BackendInputAsset(lora.asset), lora.weight)
        // Only what was uploaded so has any.
        $0.allowUnmatched = !(lora.asset.lora?.unmatchedNames.isEmpty ?? true)
      }
    }
    job.embeddings = embeddings.map { embedding in
      .with { ($0.asset, $0.trigger) = (BackendInputAsset(embedding.asset), embedding.trigger) }
    }
    job.vae = vae.map(BackendInputAsset.init)
    job.initImage = initImage.map(BackendInputAsset.init)
    job.maskImage = mask.map(BackendInputAsset.init)
    job.refiner = refiner.map(BackendInputAsset.init)
    job.safetyChecker = checker.map(BackendInputAsset.init)
    var assignment = BackendAssignment()
    assignment.jobId = generation.id
    assignment.job = .generation(job)
    return NewJob(
      job: generation, assignment: assignment, checkpoint: checkpoint, checkpointDigest: input.digest,
      inputs: job.inputs.flatMap { $0.asset.files.compactMap(\.blob?.sha256) })
  }

  /// The one asked for; or the one the first LoRA was trained on; or the server's default.
  private func checkpointName(
    _ request: GenerationSettings, firstLora: Asset?, _ found: inout [String: Asset]
  ) async throws -> String {
    if !request.checkpoint.isEmpty { return request.checkpoint }
    guard let base = firstLora?.lora?.baseCheckpoint, !base.isEmpty else { return defaultCheckpoint }
    found[base] = try await store.asset(base)
    return base
  }
}

extension GenerationSettings {
  /// Everything that the settings name, as far as their rules let them.
  fileprivate var assetNames: [String] {
    let single = [
      checkpoint, vae, initImage, inpainting?.maskImage ?? "", refinement?.checkpoint ?? "", safetyChecker,
    ]
    return (single + loras.prefix(16).map(\.asset) + textualInversions.prefix(16).map(\.asset)).filter { !$0.isEmpty }
  }
}

extension AssetReferences {
  /// Notes what the settings want of a checkpoint that it cannot do, as far as its files were understood.
  fileprivate mutating func checkFit(_ settings: GenerationSettings, _ checkpoint: Asset) {
    if checkpoint.checkpoint?.refiner == true {
      addUnusable(
        "settings.checkpoint",
        "“\(checkpoint.name)” is a refiner; name it in refinement.checkpoint, and a whole checkpoint here")
    }
    if checkpoint.family == .stableDiffusion1 {
      for (field, text) in [("prompt_2", settings.prompt2), ("negative_prompt_2", settings.negativePrompt2)]
      where !text.isEmpty {
        addUnusable("settings.\(field)", "“\(checkpoint.name)” has one text encoder; only SDXL has a second one")
      }
    }
    // Of a checkpoint that an older version took in nothing is known but its files.
    let bringsChecker =
      checkpoint.checkpoint?.hasSafetyChecker ?? checkpoint.files.contains { $0.path.hasPrefix("safety_checker/") }
    if settings.checkSafety, settings.safetyChecker.isEmpty, !bringsChecker {
      addUnusable(
        "settings.check_safety",
        "“\(checkpoint.name)” brings no safety checker; upload one and name it in safety_checker")
    }
  }

  /// Notes an asset that was made for another model family, where both are known.
  fileprivate mutating func requireFamily(of asset: Asset, _ field: String, toBeThatOf checkpoint: Asset) {
    guard asset.family != .unspecified, checkpoint.family != .unspecified, asset.family != checkpoint.family
    else { return }
    addUnusable(
      field,
      "“\(asset.name)” is for \(Self.describe(asset.family)), “\(checkpoint.name)” is \(Self.describe(checkpoint.family))"
    )
  }

  private static func describe(_ family: ModelFamily) -> String {
    switch family {
    case .stableDiffusion1: "Stable Diffusion 1"
    case .stableDiffusionXl: "Stable Diffusion XL"
    case .unspecified, .unrecognized: "an unknown family"
    }
  }
}
