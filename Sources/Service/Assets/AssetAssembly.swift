import LorikeetAPI
import ModelFiles
import RPC
import Store

/// Makes one asset of several stored files, after looking at all of them.
struct AssetAssembly {
  let request: CreateAssetRequest
  let store: Store

  /// - Returns: the asset, not stored yet, and the ids of those parts that are of kind FILE.
  func assemble() async throws -> (asset: Asset, parts: [String]) {
    var violations = checkFields()
    let (files, parts, missing) = try await findParts(&violations)
    if violations.isEmpty, !missing.isEmpty { throw missing.error(.notFound) }
    violations.add(contentsOf: missing)
    try violations.check()

    var asset = Asset()
    asset.id = Identifier.make(.asset)
    asset.name = request.name
    asset.kind = request.kind
    asset.state = .ready
    asset.description = request.description
    asset.files = files.sorted { $0.path < $1.path }
    asset.sizeBytes = files.reduce(0) { $0 + $1.sizeBytes }
    asset.createTime = .now
    if request.kind == .checkpoint, let facts = try await inspectCheckpoint(files) { asset.describe(facts) }
    return (asset, parts)
  }

  private func checkFields() -> Violations {
    var violations = Violations()
    if let fault = ResourceName.fault(request.name) { violations.add("name", fault) }
    switch request.kind {
    case .checkpoint, .file: break
    default:
      violations.add("kind", "must be CHECKPOINT, or FILE for any other collection; other kinds come from UploadAsset")
    }
    violations.requireLength(request.description, atMost: 4_096, "description")
    violations.requireRequestID(request.requestId)
    violations.require((1...1_024).contains(request.files.count), "files", "must be 1 to 1,024")
    var seen: Set<String> = []
    for (index, file) in request.files.prefix(1_024).enumerated() {
      if let fault = ResourceName.pathFault(file.path) { violations.add("files[\(index)].path", fault) }
      violations.require(seen.insert(file.path).inserted, "files[\(index)].path", "“\(file.path)” is there twice")
    }
    return violations
  }

  private func findParts(_ violations: inout Violations) async throws -> ([AssetFile], [String], Violations) {
    var missing = Violations()
    var files: [AssetFile] = []
    var parts: [String] = []
    let found = try await store.assets(named: request.files.prefix(1_024).map(\.asset))
    for (index, part) in request.files.prefix(1_024).enumerated() {
      guard let asset = found[part.asset] else {
        missing.add("files[\(index)].asset", "asset “\(part.asset)” does not exist; upload it first")
        continue
      }
      guard asset.files.count == 1, var file = asset.files.first else {
        violations.add("files[\(index)].asset", "“\(part.asset)” has \(asset.files.count) files; a part must have one")
        continue
      }
      file.path = part.path
      file.mediaType = ContentInspector.mediaType(ofFile: part.path)
      files.append(file)
      if asset.kind == .file { parts.append(asset.id) }
    }
    return (files, parts, missing)
  }

  private func inspectCheckpoint(_ files: [AssetFile]) async throws -> CheckpointFacts? {
    let indices = Dictionary(uniqueKeysWithValues: request.files.enumerated().map { ($1.path, $0) })
    let (facts, faults) = try await Inspection.run { [blobs = store.blobs] in
      try ContentInspector.inspectCheckpoint(files, in: blobs)
    }
    var violations = Violations()
    for fault in faults {
      let place = indices[fault.path].map { "files[\($0)]" } ?? "files"
      violations.add(place, fault.path.isEmpty ? fault.reason : "\(fault.path): \(fault.reason)")
    }
    try violations.check()
    return facts
  }
}
