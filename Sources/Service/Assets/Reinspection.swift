import LorikeetAPI
import Logging
import ModelFiles
import Store

/// Looks again at assets that an older version took in: what it could not tell of them yet, they tell now.
///
/// What an asset was accepted with stays: its caption, its trigger words, and its usability. One that would be refused
/// now keeps what was known of it, for jobs may have used it well.
struct Reinspection {
  let store: Store
  let limits: ServiceLimits
  let logger: Logger

  /// Works through all of them, unless its task is cancelled first; the rest comes at the next start, and so do those
  /// that could not be read.
  func run() async {
    do {
      var count = 0
      var place: Int64 = 0
      while !Task.isCancelled, case let assets = try await store.outdatedAssets(after: place, limit: 32),
        let last = assets.last
      {
        place = last.place
        var found: [Asset] = []
        for outdated in assets where !Task.isCancelled {
          if let asset = await inspect(outdated.asset) { found.append(asset) }
        }
        try await store.recordInspections(found) { asset, found in
          (asset.family, asset.image, asset.lora) = (found.family, found.image, found.lora)
          (asset.checkpoint, asset.embedding) = (found.checkpoint, found.embedding)
        }
        count += found.count
      }
      if count > 0 { logger.info("assets of an older version looked at again", metadata: ["count": "\(count)"]) }
    } catch {
      logger.error("assets could not be looked at again", metadata: ["error": "\(error)"])
    }
  }

  /// - Returns: the asset as it was found to be; nil where that could not be told, and may be another time.
  private func inspect(_ asset: Asset) async -> Asset? {
    do {
      return try await Inspection.run { [blobs = store.blobs, limits] in
        try Self.looked(at: asset, in: blobs, limits)
      }
    } catch {
      let isContent = error is ContentError
      logger.log(
        level: isContent ? .notice : .error,
        isContent ? "an asset would be refused now; it stays as it was" : "an asset could not be looked at again",
        metadata: ["asset": "\(asset.id)", "name": "\(asset.name)", "error": "\(error)"])
      return isContent ? asset : nil
    }
  }

  /// The asset as it would be described now, if all that its uploader said were said again.
  private static func looked(at asset: Asset, in blobs: BlobStore, _ limits: ServiceLimits) throws -> Asset {
    var found = asset
    guard asset.files.count == 1, let file = asset.files.first else {
      guard asset.kind == .checkpoint else { return asset }
      let (facts, faults) = try ContentInspector.inspectCheckpoint(asset.files, in: blobs)
      if let fault = faults.first { throw ContentError("\(fault.path): \(fault.reason)") }
      if let facts { found.describe(facts) }
      return found
    }
    guard let digest = Digest(hex: file.sha256) else { throw StoreError.corrupt("asset \(asset.id)") }
    var header = UploadHeader()
    (header.kind, header.fileName) = (asset.kind, file.path)
    header.caption = asset.image?.caption ?? ""
    header.triggerWords = asset.lora?.triggerWords ?? asset.embedding?.triggerWords ?? []
    header.allowUnmatched = true
    try ContentInspector.inspect(blobs.reader(of: digest), header: header, limits: limits, into: &found)
    found.lora?.baseCheckpoint = asset.lora?.baseCheckpoint ?? ""
    return found
  }
}
