import LorikeetAPI
import RPC
import Store

/// Makes a job of a request: checks every field, finds every asset, fills every default.
struct TunePlanner {
  let store: Store
  let defaultCheckpoint: String

  /// A tune as it would be accepted, with what a backend needs to look at it or to run it.
  struct Plan {
    var tune: Tune
    var inputs: BackendTuneAssignment
    var checkpoint: Asset
    var rejected: [RejectedImage]
    /// The files that it reads.
    var files: [AssetFile]
    var resumeFrom: BackendTrainingCheckpoint?
  }

  func job(_ request: CreateTuneRequest) async throws -> NewJob<Tune> {
    var fields = Violations()
    fields.requireRequestID(request.requestId)
    let plan = try await plan(request.tune, fields)
    var assignment = BackendAssignment()
    assignment.jobId = plan.tune.id
    assignment.job = .tune(plan.inputs)
    var job = NewJob(
      job: plan.tune, assignment: assignment, checkpoint: plan.checkpoint,
      checkpointDigest: plan.inputs.checkpoint?.digest ?? "", inputs: plan.files.map(\.sha256))
    job.resumeFrom = plan.resumeFrom
    return job
  }

  /// - Parameters:
  ///   - fields: what is wrong with the request beside the tune.
  ///   - isToBeCreated: otherwise it is only looked at, and needs no name.
  func plan(_ request: Tune?, _ fields: Violations = Violations(), isToBeCreated: Bool = true) async throws -> Plan {
    var references = AssetReferences()
    var tune = request ?? Tune()
    if !isToBeCreated, tune.name.isEmpty { tune.name = "unnamed" }
    var kept: KeptTune?
    if !tune.resumeFrom.isEmpty {
      kept = try await KeptTune.find(tune.resumeFrom, in: store, &references)
      if let kept { tune = kept.completing(tune) }
    }
    var fields = fields
    fields.add(contentsOf: TuneRules.check(tune))

    let checkpointName = tune.baseCheckpoint.isEmpty ? defaultCheckpoint : tune.baseCheckpoint
    let images = Array(tune.images.prefix(10_000))
    let names = [checkpointName, tune.safetyChecker] + images.flatMap { [$0.asset, $0.mask] }
    let found = try await store.assets(named: names.filter { !$0.isEmpty })
    let checkpoint = references.resolve(
      checkpointName, kind: .checkpoint, field: "tune.base_checkpoint", in: found)
    if let checkpoint { Self.requireTrainable(checkpoint, &references) }
    var checker: Asset?
    if !tune.safetyChecker.isEmpty {
      checker = references.resolve(tune.safetyChecker, kind: .safetyChecker, field: "tune.safety_checker", in: found)
    } else if tune.checkSafety, let checkpoint, !checkpoint.bringsSafetyChecker {
      references.addUnusable(
        "tune.check_safety",
        "“\(checkpoint.name)” brings no safety checker: name one in safety_checker, or turn the check off")
    }
    let (usable, rejected) = choose(images, of: tune, in: found, &references)
    if usable.isEmpty, !rejected.isEmpty { fields.add("tune.images", "none of the images can be used") }
    Self.checkSize(usable.map(\.input), &fields)
    try references.check(with: fields)
    guard let checkpoint else { throw StoreError.notFound("asset “\(checkpointName)”") }

    var inputs = BackendTuneAssignment()
    inputs.checkpoint = BackendInputAsset(checkpoint)
    inputs.safetyChecker = checker.map(BackendInputAsset.init)
    inputs.images = usable.map(\.input)
    let accepted = TuneRules.accepted(tune, id: Identifier.make(.tune), checkpoint: checkpoint, rejected: rejected)
    if let kept {
      let differences = kept.differences(accepted, inputs)
      if !differences.isEmpty { throw differences.error(.failedPrecondition) }
    }
    let files = ([checkpoint, checker].compactMap(\.self) + usable.flatMap(\.assets)).flatMap(\.files)
    return Plan(
      tune: accepted, inputs: inputs, checkpoint: checkpoint, rejected: rejected, files: files,
      resumeFrom: kept?.checkpoint)
  }

  /// What a backend is told of all images together goes to it in one message, which may have 64 MiB.
  private static let mostImageBytes = 32 << 20
  /// What an image takes there beside its caption, about: ids, digests and paths, its own and its mask's.
  private static let bytesBesideCaption = 512

  /// Notes captions that together are too long to be handed to a backend.
  static func checkSize(_ images: [BackendInputImage], _ violations: inout Violations) {
    let bytes = images.reduce(0) { $0 + $1.caption.utf8.count + bytesBesideCaption }
    violations.require(
      bytes <= mostImageBytes, "tune.images",
      "the captions are too long together: with 512 bytes for each image they take \(bytes) bytes, and may take "
        + "\(mostImageBytes)")
  }

  /// Notes a checkpoint that cannot be trained: what a LoRA of it learned would be for no checkpoint that makes whole
  /// pictures from a prompt.
  private static func requireTrainable(_ checkpoint: Asset, _ references: inout AssetReferences) {
    guard let info = checkpoint.checkpoint else { return }
    if info.refiner {
      references.addUnusable(
        "tune.base_checkpoint", "“\(checkpoint.name)” is a refiner; tune the whole checkpoint that it refines for")
    } else if info.inpainting {
      references.addUnusable(
        "tune.base_checkpoint",
        "“\(checkpoint.name)” is an inpainting model, whose U-Net also takes a mask; tune the checkpoint that it was "
          + "made from")
    }
  }

  /// An image that can be used, with its mask.
  private struct Usable {
    var input: BackendInputImage
    var assets: [Asset]
  }

  /// The images that can be used, and with `continue_on_rejection` the others with the reason; without it, what is
  /// wrong is noted as a fault of its field.
  private func choose(
    _ images: [TrainingImage], of tune: Tune, in found: [String: Asset], _ references: inout AssetReferences
  ) -> (usable: [Usable], rejected: [RejectedImage]) {
    func fault(_ name: String) -> String? {
      found[name].map { AssetReferences.fault($0, kind: .image) } ?? AssetReferences.absence(name)
    }
    var usable: [Usable] = []
    var rejected: [RejectedImage] = []
    for (index, image) in images.enumerated() where !image.asset.isEmpty {
      if tune.continueOnRejection, let reason = fault(image.asset) ?? (image.mask.isEmpty ? nil : fault(image.mask)) {
        var rejection = RejectedImage()
        rejection.asset = found[image.asset]?.id ?? image.asset
        rejection.reason = reason
        rejected.append(rejection)
        continue
      }
      let field = "tune.images[\(index)]"
      let asset = references.resolve(image.asset, kind: .image, field: "\(field).asset", in: found)
      let mask =
        image.mask.isEmpty
        ? nil : references.resolve(image.mask, kind: .image, field: "\(field).mask", in: found)
      guard let asset, image.mask.isEmpty || mask != nil else { continue }
      var input = BackendInputImage()
      input.assetId = asset.id
      input.caption = image.caption ?? asset.image?.caption ?? ""
      input.file = asset.files.first.map(BackendInputFile.init)
      input.mask = mask?.files.first.map(BackendInputFile.init)
      usable.append(Usable(input: input, assets: [asset, mask].compactMap(\.self)))
    }
    return (usable, rejected)
  }
}
