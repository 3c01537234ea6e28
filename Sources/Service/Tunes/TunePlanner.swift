import LorikeetAPI
import RPC
import Store

/// Makes a job of a request: checks every field, finds every asset, fills every default.
struct TunePlanner {
  let store: Store
  let defaultCheckpoint: String

  func plan(_ request: CreateTuneRequest) async throws -> NewJob<Tune> {
    let tune = request.tune ?? Tune()
    var fields = TuneRules.check(tune)
    fields.requireRequestID(request.requestId)

    let checkpointName = tune.baseCheckpoint.isEmpty ? defaultCheckpoint : tune.baseCheckpoint
    let images = Array(tune.images.prefix(10_000))
    let found = try await store.assets(named: [checkpointName] + images.map(\.asset))
    var references = AssetReferences()
    let checkpoint = references.resolve(
      checkpointName, kind: .checkpoint, field: "tune.base_checkpoint", in: found)

    var usable: [(Asset, TrainingImage)] = []
    var rejected: [RejectedImage] = []
    for (index, image) in images.enumerated() where !image.asset.isEmpty {
      if tune.continueOnRejection {
        let asset = found[image.asset]
        if let asset, AssetReferences.fault(asset, kind: .image) == nil {
          usable.append((asset, image))
        } else {
          var rejection = RejectedImage()
          rejection.asset = asset?.id ?? image.asset
          rejection.reason =
            asset.flatMap { AssetReferences.fault($0, kind: .image) } ?? AssetReferences.absence(image.asset)
          rejected.append(rejection)
        }
      } else if let asset = references.resolve(
        image.asset, kind: .image, field: "tune.images[\(index)].asset", in: found)
      {
        usable.append((asset, image))
      }
    }
    if usable.isEmpty, !rejected.isEmpty { fields.add("tune.images", "none of the images can be used") }
    try references.check(with: fields)
    guard let checkpoint else { throw StoreError.notFound("asset “\(checkpointName)”") }

    let id = Identifier.make(.tune)
    let accepted = TuneRules.accepted(tune, id: id, checkpoint: checkpoint, rejected: rejected)
    let input = BackendInputAsset(checkpoint)
    var job = BackendTuneAssignment()
    job.checkpoint = input
    job.images = usable.map { asset, image in
      var input = BackendInputImage()
      input.assetId = asset.id
      input.caption = image.caption ?? asset.image?.caption ?? ""
      input.file = asset.files.first.map(BackendInputFile.init)
      return input
    }
    var assignment = BackendAssignment()
    assignment.jobId = id
    assignment.job = .tune(job)
    return NewJob(
      job: accepted, assignment: assignment, checkpoint: checkpoint, checkpointDigest: input.digest,
      inputs: ([checkpoint] + usable.map(\.0)).flatMap { $0.files.map(\.sha256) })
  }
}
