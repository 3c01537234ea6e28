import LorikeetAPI
import ModelFiles
import RPC
import Store

/// Looks at an uploaded file by its kind, and writes what it learned into the asset.
enum ContentInspector {
  /// Counts the ways of looking at assets. Raise it when more is found in one of the kinds than before: assets of older
  /// ways are then looked at again.
  static let version = 1

  /// - Throws: `ContentError` when the file is not what it was said to be.
  static func inspect(
    _ reader: BlobReader, header: UploadHeader, limits: ServiceLimits, into asset: inout Asset
  ) throws {
    guard reader.count > 0 else { throw ContentError("the file is empty; upload it again") }
    var mediaType = mediaType(ofFile: header.fileName)
    switch header.kind {
    case .image:
      let image = try ImageHeader.read(reader, pixelLimit: limits.maxImagePixels)
      mediaType = image.format.mediaType
      var info = ImageInfo()
      info.width = Int32(clamping: image.width)
      info.height = Int32(clamping: image.height)
      info.caption = header.caption
      asset.image = info
    case .lora:
      var (info, family) = try LoraContent.inspect(reader, allowUnmatched: header.allowUnmatched)
      if !header.triggerWords.isEmpty { info.triggerWords = header.triggerWords }
      asset.lora = info
      asset.family = family
    case .vae: try AdapterContent.inspectVAE(reader)
    case .textualInversion:
      var (info, family) = try AdapterContent.inspectEmbedding(reader)
      if !header.triggerWords.isEmpty { info.triggerWords = header.triggerWords }
      asset.embedding = info
      asset.family = family
    case .safetyChecker: try AdapterContent.inspectSafetyChecker(reader)
    case .checkpoint: asset.describe(try CheckpointContent.inspectFile(reader))
    case .file, .unspecified, .unrecognized: break
    }
    var file = AssetFile()
    file.path = fileName(header, mediaType: mediaType)
    file.sizeBytes = reader.count
    file.sha256 = reader.digest.hex
    file.mediaType = mediaType
    asset.files = [file]
    asset.sizeBytes = reader.count
  }

  /// A checkpoint of several stored files: what is known of it, or everything that is wrong with it.
  static func inspectCheckpoint(
    _ files: [AssetFile], in blobs: BlobStore
  ) throws -> (facts: CheckpointFacts?, faults: [CheckpointContent.Fault]) {
    let digests = Dictionary(files.map { ($0.path, $0.sha256) }) { first, _ in first }
    return try CheckpointContent.inspect(paths: digests.keys.sorted()) { path in
      guard let digest = digests[path].flatMap(Digest.init(hex:)) else { throw StoreError.corrupt("part \(path)") }
      return try blobs.reader(of: digest)
    }
  }

  static func mediaType(ofFile name: String) -> String {
    let ending = name.split(separator: ".").last?.lowercased() ?? ""
    return switch ending {
    case "json": "application/json"
    case "txt": "text/plain"
    case "safetensors": "application/vnd.safetensors"
    default: "application/octet-stream"
    }
  }

  /// The file's own name, cut to what a client can safely write into a folder.
  private static func fileName(_ header: UploadHeader, mediaType: String) -> String {
    let name = ResourceName.lastComponent(header.fileName)
    if ResourceName.pathFault(name) == nil { return name }
    let ending = mediaType.hasPrefix("image/") ? mediaType.dropFirst(6) : header.kind == .file ? "bin" : "safetensors"
    return "\(header.name.isEmpty ? "asset" : header.name).\(ending)"
  }
}
