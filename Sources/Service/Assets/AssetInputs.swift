import LorikeetAPI
import Store

extension BackendInputAsset {
  /// An asset as a job's input, without the place of its files, which is filled in when the job is handed out.
  init(_ asset: Asset) {
    self.init()
    assetId = asset.id
    name = asset.name
    digest = ContentDigest.of(asset.files)
    files = asset.files.map(BackendInputFile.init)
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

extension Asset {
  /// Whether a checkpoint comes with the weights that unsafe images are found with.
  var bringsSafetyChecker: Bool {
    checkpoint?.hasSafetyChecker == true
      || files.contains { $0.path.hasPrefix("safety_checker/") && $0.path.hasSuffix(".safetensors") }
  }
}
