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

    let weights = request.loras.prefix(16).filter { !$0.asset.isEmpty }
    let names = weights.map(\.asset) + [request.checkpoint, request.initImage, defaultCheckpoint].filter { !$0.isEmpty }
    var found = try await store.assets(named: names)
    var references = AssetReferences()
    var loras: [(Asset, Double)] = []
    for (index, lora) in request.loras.prefix(16).enumerated() where !lora.asset.isEmpty {
      if let asset = references.resolve(lora.asset, kind: .lora, field: "settings.loras[\(index)].asset", in: found) {
        loras.append((asset, lora.weight ?? 1))
      }
    }
    let checkpointName = try await checkpointName(request, firstLora: loras.first?.0, &found)
    let checkpoint = references.resolve(checkpointName, kind: .checkpoint, field: "settings.checkpoint", in: found)
    var initImage: Asset?
    if !request.initImage.isEmpty {
      initImage = references.resolve(request.initImage, kind: .image, field: "settings.init_image", in: found)
    }
    try references.check(with: fields)
    guard let checkpoint else { throw StoreError.notFound("asset “\(checkpointName)”") }

    var generation = Generation()
    generation.id = Identifier.make(.generation)
    generation.settings = GenerationRules.completed(request, checkpoint: checkpoint)
    let input = BackendInputAsset(checkpoint)
    var job = BackendGenerationAssignment()
    job.checkpoint = input
    job.loras = loras.map { asset, weight in
      var lora = BackendInputLora()
      lora.asset = BackendInputAsset(asset)
      lora.weight = weight
      return lora
    }
    job.initImage = initImage.map(BackendInputAsset.init)
    var assignment = BackendAssignment()
    assignment.jobId = generation.id
    assignment.job = .generation(job)
    let inputs = [checkpoint] + loras.map(\.0) + [initImage].compactMap(\.self)
    return NewJob(
      job: generation, assignment: assignment, checkpoint: checkpoint, checkpointDigest: input.digest,
      inputs: inputs.flatMap { $0.files.map(\.sha256) })
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
