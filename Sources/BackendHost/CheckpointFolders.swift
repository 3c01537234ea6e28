import Foundation
import LorikeetAPI

/// Lays an asset's files out as the diffusers folder that they are, by links.
struct CheckpointFolders: Sendable {
  let exchange: BlobExchange
  let folder: String

  /// The folder of this asset's content, made when it is first asked for.
  func path(of asset: BackendInputAsset?) async throws -> String {
    guard let asset, BlobExchange.isDigest(asset.digest) else {
      throw InputError.invalid("the assignment names a checkpoint without a digest")
    }
    let target = "\(folder)/\(asset.digest)"
    // The links of an earlier job may point at downloads that are gone: every link is made anew.
    let building = "\(target).\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: building) }
    for file in asset.files {
      let place = "\(building)/\(try Self.checked(file.path))"
      let source = try await exchange.path(of: file)
      try InputError.onDisk(place) {
        try FileManager.default.createDirectory(
          at: URL(filePath: place).deletingLastPathComponent(), withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: place, withDestinationPath: source)
      }
    }
    try? FileManager.default.removeItem(atPath: target)
    try InputError.onDisk(target) { try FileManager.default.moveItem(atPath: building, toPath: target) }
    return target
  }

  /// A path that stays below the folder.
  static func checked(_ path: String) throws(InputError) -> String {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard !path.isEmpty, !path.utf8.contains(0), path.utf8.count <= 512,
      parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." })
    else { throw .invalid("the checkpoint has a file with the path \"\(path)\", which is none inside a folder") }
    return path
  }
}
