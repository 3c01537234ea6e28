import Foundation
import LorikeetAPI
import Logging
import ModelFiles
import Store

/// Makes an asset of a checkpoint folder that came with the program, once in the life of a data directory.
struct BundledCheckpoint {
  let folder: String
  let name: String
  let store: Store

  /// Does nothing when it was done before, even if a user has deleted the asset since.
  func importOnce(logger: Logger) async throws {
    let setting = "bundled checkpoint \(name)"
    guard try await store.setting(setting) == nil else { return }
    if try await store.asset(name) == nil {
      let asset = try await makeAsset()
      logger.info("bundled checkpoint stored", metadata: ["name": "\(name)", "bytes": "\(asset.sizeBytes)"])
    }
    try await store.setSetting(setting, "imported")
  }

  private func makeAsset() async throws -> Asset {
    var asset = Asset()
    asset.id = Identifier.make(.asset)
    asset.name = name
    asset.kind = .checkpoint
    asset.state = .ready
    asset.description = "The tiny Stable Diffusion that comes with Lorikeet."
    asset.createTime = .now
    var holds: [BlobHold] = []
    for path in try paths() {
      let hold = try await store(path)
      holds.append(hold)
      var file = AssetFile()
      file.path = path
      file.sizeBytes = hold.count
      file.sha256 = hold.digest.hex
      file.mediaType = ContentInspector.mediaType(ofFile: path)
      asset.files.append(file)
    }
    let files = asset.files
    let (facts, faults) = try CheckpointContent.inspect(paths: files.map(\.path)) { path in
      guard let file = files.first(where: { $0.path == path }), let digest = Digest(hex: file.sha256) else {
        throw StoreError.notFound(path)
      }
      return try store.blobs.reader(of: digest)
    }
    if let fault = faults.first { throw ContentError("\(folder)/\(fault.path): \(fault.reason)") }
    if let facts { asset.describe(facts) }
    asset.sizeBytes = files.reduce(0) { $0 + $1.sizeBytes }
    let made = try await store.createAsset(asset, nameIsFixed: true)
    holds.removeAll()
    return made
  }

  /// The files that belong to the checkpoint: its index, and what lies in its components' folders.
  private func paths() throws -> [String] {
    let manager = FileManager.default
    var paths = ["model_index.json"]
    for component in try manager.contentsOfDirectory(atPath: folder).sorted() {
      var isFolder: ObjCBool = false
      guard manager.fileExists(atPath: "\(folder)/\(component)", isDirectory: &isFolder), isFolder.boolValue else {
        continue
      }
      for file in try manager.contentsOfDirectory(atPath: "\(folder)/\(component)").sorted()
      where [".json", ".txt", ".safetensors"].contains(where: file.hasSuffix) {
        paths.append("\(component)/\(file)")
      }
    }
    return paths
  }

  private func store(_ path: String) async throws -> BlobHold {
    guard let file = FileHandle(forReadingAtPath: "\(folder)/\(path)") else {
      throw ContentError("\(folder)/\(path) cannot be read; restore it, or set another models directory")
    }
    defer { try? file.close() }
    let writer = try await store.blobs.makeWriter(limit: .max)
    while let bytes = try file.read(upToCount: 1 << 20), !bytes.isEmpty { try await writer.append(Array(bytes)) }
    return try await writer.commit()
  }
}
