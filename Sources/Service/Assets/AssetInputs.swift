import LorikeetAPI
import Store

extension BackendInputAsset {
  /// An asset as a job's input, without the place of its files, which is filled in when the job is handed out.
  init(_ asset: Asset) {
    self.init()
    assetId = asset.id
    name = asset.name
    digest = Self.digest(of: asset.files)
    files = asset.files.map(BackendInputFile.init)
  }

  /// SHA-256 over the sorted paths with their digests: equal for equal content, whatever the asset is called.
  static func digest(of files: [AssetFile]) -> String {
    let lines = files.map { "\($0.path)\u{0}\($0.sha256)\n" }.sorted()
    return Digest(of: Array(lines.joined().utf8)).hex
  }

  func located(in blobs: BlobStore) -> BackendInputAsset {
    var copy = self
    copy.files = files.map { $0.located(in: blobs) }
    return copy
  }
}

extension BackendInputFile {
  init(_ file: AssetFile) {
    self.init()
    path = file.path
    blob = BackendBlob(sha256: file.sha256, sizeBytes: file.sizeBytes)
  }

  /// The same file with its path on this machine.
  func located(in blobs: BlobStore) -> BackendInputFile {
    var copy = self
    copy.localPath = Digest(hex: blob?.sha256 ?? "").map(blobs.path(of:)) ?? ""
    return copy
  }
}

extension BackendBlob {
  init(sha256: String, sizeBytes: Int64) {
    self.init()
    self.sha256 = sha256
    self.sizeBytes = sizeBytes
  }
}
