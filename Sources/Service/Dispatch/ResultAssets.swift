import LorikeetAPI
import Protobuf
import Store

/// The assets that jobs make. Their names are wishes: the store adds a number where one is taken.
extension Asset {
  private init(name: String, kind: AssetKind, blob: BackendBlob?, fileName: String, mediaType: String, source: String) {
    self.init()
    id = Identifier.make(.asset)
    self.name = name
    self.kind = kind
    state = .ready
    createTime = .now
    self.source = source
    var file = AssetFile()
    file.path = fileName
    file.sha256 = blob?.sha256 ?? ""
    file.sizeBytes = blob?.sizeBytes ?? 0
    file.mediaType = mediaType
    files = [file]
    sizeBytes = file.sizeBytes
  }

  /// The LoRA of a finished tune: called as the tune is.
  ///
  /// - Parameters:
  ///   - facts: what was found in the file; nil: what the backend says of it has to do.
  ///   - baseCheckpoint: the name of what it was trained on.
  init(lora finished: BackendTuneFinished, _ facts: LoraFacts?, of tune: Tune, baseCheckpoint: String) {
    self.init(
      name: tune.name, kind: .lora, blob: finished.lora, fileName: "\(tune.name).safetensors",
      mediaType: "application/vnd.safetensors", source: tune.id)
    description = tune.description
    var info = facts?.info ?? LoraInfo()
    if facts == nil {
      info.rank = finished.rank
      info.alpha = finished.alpha
      info.tensorCount = finished.tensorCount
      info.format = .kohya
    }
    info.triggerWords = [tune.triggerWord]
    info.baseCheckpoint = baseCheckpoint
    lora = info
    family = facts?.family ?? .unspecified
  }

  /// A picture made during training.
  init(preview: BackendTunePreviewReport, of tune: Tune) {
    let name = "\(tune.name.prefix(100))-step-\(preview.step)"
    self.init(
      name: name, kind: .image, blob: preview.picture, fileName: "\(name).png", mediaType: "image/png", source: tune.id)
    image = ImageInfo(width: preview.width, height: preview.height)
  }

  /// A finished picture of a generation.
  init(image report: BackendImageReport, of generation: Generation) {
    let format: ImageHeader.Format =
      switch generation.settings?.format {
      case .jpeg: .jpeg
      case .webp: .webp
      default: .png
      }
    let name = "\(generation.id)-\(report.index)"
    self.init(
      name: name, kind: .image, blob: report.picture, fileName: "\(name).\(format.rawValue)",
      mediaType: format.mediaType, source: generation.id)
    image = ImageInfo(width: report.width, height: report.height)
  }
}

extension ImageInfo {
  init(width: Int32, height: Int32) {
    self.init()
    self.width = width
    self.height = height
  }
}
