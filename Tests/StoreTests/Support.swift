import Foundation
import Logging
import LorikeetAPI

@testable import Store

/// A data directory of its own for each test, removed at the end.
final class TemporaryDirectory: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "lorikeet-store-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Every regular file below.
  var files: [String] {
    (FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []).filter { file in
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: "\(path)/\(file)", isDirectory: &isFolder) && !isFolder.boolValue
    }.sorted()
  }
}

extension Store {
  static func temporary(_ directory: TemporaryDirectory) async throws -> Store {
    try await Store(directory: directory.path, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  /// Stores an asset of one file with these bytes.
  @discardableResult
  func makeAsset(
    _ name: String, _ content: String, kind: AssetKind = .image, source: String = "", key: RequestKey? = nil
  ) async throws -> Asset {
    let hold = try await blobs.write(Array(content.utf8))
    return try await createAsset(.sample(name, hold, kind: kind, source: source), nameIsFixed: true, key: key)
  }

  /// Accepts a tune on a checkpoint and one image.
  @discardableResult
  func makeTune(_ name: String, key: RequestKey? = nil) async throws -> Tune {
    let checkpoint = try await makeAsset("\(name)-checkpoint", "checkpoint of \(name)", kind: .checkpoint)
    let image = try await makeAsset("\(name)-image", "image of \(name)")
    return try await createJob(.sample(name, checkpoint: checkpoint, inputs: [checkpoint, image]), key: key).job
  }

  func start(_ tune: Tune) async throws -> Tune? {
    try await updateJob(Tune.self, tune.id, ifIn: [.pending], attempt: tune.attempt) { tune, changes in
      tune.state = .running
      tune.attempt += 1
      changes.events = [.state]
    }
  }
}

extension Asset {
  static func sample(_ name: String, _ hold: BlobHold, kind: AssetKind, source: String = "") -> Asset {
    var asset = Asset()
    asset.id = Identifier.make(.asset)
    asset.name = name
    asset.kind = kind
    asset.state = .ready
    asset.source = source
    var file = AssetFile()
    file.path = name
    file.sha256 = hold.digest.hex
    file.sizeBytes = hold.count
    asset.files = [file]
    return asset
  }
}

extension NewJob<Tune> {
  static func sample(_ name: String, checkpoint: Asset, inputs: [Asset]) -> NewJob<Tune> {
    var tune = Tune()
    tune.id = Identifier.make(.tune)
    tune.name = name
    tune.triggerWord = "zorp"
    var assignment = BackendAssignment()
    assignment.jobId = tune.id
    assignment.job = .tune(BackendTuneAssignment())
    return NewJob(
      job: tune, assignment: assignment, checkpoint: checkpoint, checkpointDigest: "digest",
      inputs: inputs.flatMap { $0.files.map(\.sha256) })
  }
}
