import Foundation
import LorikeetAPI
import Logging
import ModelFiles
import Store

/// Makes an asset of a checkpoint folder that came with the program, and a new one when a newer program brings another.
struct BundledCheckpoint {
  let folder: String
  let name: String
  let store: Store

  private static let description = "The tiny Stable Diffusion that comes with Lorikeet."
  /// What versions wrote that did not note the content.
  private static let importedOnce = "imported"

  /// Does nothing where its content was imported before, even if a user has deleted the asset since.
  ///
  /// Where the folder's content is another now, the asset of before gives its name to the new one and stays under a
  /// numbered name: manifests, and tunes that go on from others, still need it.
  ///
  /// - Throws: when its content cannot be imported the first time. Later the service does without the folder: what
  ///   was imported stays, and the fault is logged.
  func importIfNew(logger: Logger) async throws {
    let earlier = try await store.setting(setting)
    do {
      try await importContent(otherThan: earlier, logger: logger)
    } catch {
      guard earlier != nil else { throw error }
      logger.error(
        "the bundled checkpoint could not be looked at or renewed; the one of before stays",
        metadata: ["name": "\(name)", "folder": "\(folder)", "error": "\(error)"])
    }
  }

  private var setting: String { "bundled checkpoint \(name)" }

  private func importContent(otherThan earlier: String?, logger: Logger) async throws {
    let files = try paths().map(describe)
    let content = ContentDigest.of(files)
    guard earlier != content else { return }
    let present = try await store.asset(name)
    switch (earlier, present) {
    case (nil, nil):
      let made = try await withAsset { try await store.createAsset($0, nameIsFixed: true) }
      logger.info("bundled checkpoint stored", metadata: ["name": "\(name)", "bytes": "\(made.sizeBytes)"])
    case (let earlier?, let present?) where isBundled(present, earlier) && ContentDigest.of(present.files) != content:
      let keepsLoras = Self.weights(present.files) != Self.weights(files)
      let (_, displaced) = try await withAsset {
        try await store.createAsset($0, displacing: present.id, keepsLoras: keepsLoras)
      }
      logger.info(
        "bundled checkpoint renewed", metadata: ["name": "\(name)", "the one of before": "\(displaced.name)"])
    default: break
    }
    try await store.setSetting(setting, content)
  }

  /// Whether it is what an earlier import made, and not something of a user's under the same name.
  private func isBundled(_ asset: Asset, _ earlier: String) -> Bool {
    earlier == Self.importedOnce ? asset.description == Self.description : ContentDigest.of(asset.files) == earlier
  }

  /// What decides over what a LoRA is to it: all but its safety checker and the list of its parts.
  private static func weights(_ files: [AssetFile]) -> [String: String] {
    let deciding = files.filter { !$0.path.hasPrefix("safety_checker/") && $0.path != "model_index.json" }
    return Dictionary(deciding.map { ($0.path, $0.sha256) }) { first, _ in first }
  }

  /// Stores the folder's files and makes an asset of them.
  ///
  /// - Parameter create: puts it into the store while the files are held.
  private func withAsset<Made: Sendable>(_ create: (Asset) async throws -> Made) async throws -> Made {
    var asset = Asset()
    asset.id = Identifier.make(.asset)
    asset.name = name
    asset.kind = .checkpoint
    asset.state = .ready
    asset.description = Self.description
    asset.createTime = .now
    var holds: [BlobHold] = []
    for path in try paths() {
      let hold = try await store(path)
      holds.append(hold)
      asset.files.append(file(path, hold.digest, hold.count))
    }
    let (facts, faults) = try ContentInspector.inspectCheckpoint(asset.files, in: store.blobs)
    if let fault = faults.first { throw ContentError("\(folder)/\(fault.path): \(fault.reason)") }
    if let facts { asset.describe(facts) }
    asset.sizeBytes = asset.files.reduce(0) { $0 + $1.sizeBytes }
    let made = try await create(asset)
    holds.removeAll()
    return made
  }

  private func file(_ path: String, _ digest: Digest, _ size: Int64) -> AssetFile {
    var file = AssetFile()
    file.path = path
    file.sizeBytes = size
    file.sha256 = digest.hex
    file.mediaType = ContentInspector.mediaType(ofFile: path)
    return file
  }

  private func describe(_ path: String) throws -> AssetFile {
    var digest = DigestBuilder()
    var size: Int64 = 0
    let handle = try open(path)
    defer { try? handle.close() }
    while let bytes = try handle.read(upToCount: 1 << 20), !bytes.isEmpty {
      digest.append(Array(bytes))
      size += Int64(bytes.count)
    }
    return file(path, digest.finish(), size)
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
    let file = try open(path)
    defer { try? file.close() }
    let writer = try await store.blobs.makeWriter(limit: .max)
    while let bytes = try file.read(upToCount: 1 << 20), !bytes.isEmpty { try await writer.append(Array(bytes)) }
    return try await writer.commit()
  }

  private func open(_ path: String) throws(ContentError) -> FileHandle {
    guard let file = FileHandle(forReadingAtPath: "\(folder)/\(path)") else {
      throw ContentError("\(folder)/\(path) cannot be read; restore it, or set another models directory")
    }
    return file
  }
}
