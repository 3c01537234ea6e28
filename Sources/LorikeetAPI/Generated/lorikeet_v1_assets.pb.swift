// Generated from lorikeet/v1/assets.proto by Protos/generate.sh; do not edit.

internal import CProtobufC
internal import CLorikeetProtos
public import Protobuf

/// What an asset is.
public enum AssetKind: RawRepresentable, CaseIterable, Hashable, Sendable {
  /// Not given; for a filter, any kind.
  case unspecified
  /// A picture: PNG, JPEG or WebP.
  case image
  /// A Stable Diffusion checkpoint: a diffusers folder, or one safetensors file in the layout of the original code.
  case checkpoint
  /// A LoRA adapter in safetensors.
  case lora
  /// A variational autoencoder in safetensors.
  case vae
  /// A textual inversion embedding in safetensors.
  case textualInversion
  /// Any other file: a part of an asset that `CreateAsset` puts together.
  case file
  /// A safety checker in safetensors: CLIP's vision tower with the embeddings of the concepts to find.
  case safetyChecker
  /// A number that this version of the schema has no name for.
  case unrecognized(Int32)

  public init() { self = .unspecified }

  public init(rawValue: Int32) {
    switch rawValue {
    case 0: self = .unspecified
    case 1: self = .image
    case 2: self = .checkpoint
    case 3: self = .lora
    case 4: self = .vae
    case 5: self = .textualInversion
    case 6: self = .file
    case 7: self = .safetyChecker
    default: self = .unrecognized(rawValue)
    }
  }

  public var rawValue: Int32 {
    switch self {
    case .unspecified: 0
    case .image: 1
    case .checkpoint: 2
    case .lora: 3
    case .vae: 4
    case .textualInversion: 5
    case .file: 6
    case .safetyChecker: 7
    case .unrecognized(let number): number
    }
  }

  /// The name in the schema; nil for an unrecognized number.
  public var protoName: String? {
    switch self {
    case .unspecified: "ASSET_KIND_UNSPECIFIED"
    case .image: "ASSET_KIND_IMAGE"
    case .checkpoint: "ASSET_KIND_CHECKPOINT"
    case .lora: "ASSET_KIND_LORA"
    case .vae: "ASSET_KIND_VAE"
    case .textualInversion: "ASSET_KIND_TEXTUAL_INVERSION"
    case .file: "ASSET_KIND_FILE"
    case .safetyChecker: "ASSET_KIND_SAFETY_CHECKER"
    case .unrecognized: nil
    }
  }

  public static let allCases: [AssetKind] = [
    .unspecified, .image, .checkpoint, .lora, .vae, .textualInversion, .file, .safetyChecker,
  ]
}

/// Where an asset is in its life.
public enum AssetState: RawRepresentable, CaseIterable, Hashable, Sendable {
  /// Not known.
  case unspecified
  /// Stored; its content has not been looked at yet.
  case pending
  /// Stored, checked and usable.
  case ready
  /// Looked at and refused; `state_reason` says why. It can be downloaded and deleted, not used.
  case rejected
  /// A number that this version of the schema has no name for.
  case unrecognized(Int32)

  public init() { self = .unspecified }

  public init(rawValue: Int32) {
    switch rawValue {
    case 0: self = .unspecified
    case 1: self = .pending
    case 2: self = .ready
    case 3: self = .rejected
    default: self = .unrecognized(rawValue)
    }
  }

  public var rawValue: Int32 {
    switch self {
    case .unspecified: 0
    case .pending: 1
    case .ready: 2
    case .rejected: 3
    case .unrecognized(let number): number
    }
  }

  /// The name in the schema; nil for an unrecognized number.
  public var protoName: String? {
    switch self {
    case .unspecified: "ASSET_STATE_UNSPECIFIED"
    case .pending: "ASSET_STATE_PENDING"
    case .ready: "ASSET_STATE_READY"
    case .rejected: "ASSET_STATE_REJECTED"
    case .unrecognized: nil
    }
  }

  public static let allCases: [AssetState] = [
    .unspecified, .pending, .ready, .rejected,
  ]
}

/// The model family that a checkpoint, LoRA, VAE or embedding belongs to.
public enum ModelFamily: RawRepresentable, CaseIterable, Hashable, Sendable {
  /// Not known or not applicable.
  case unspecified
  /// Stable Diffusion 1.x.
  case stableDiffusion1
  /// Stable Diffusion XL.
  case stableDiffusionXl
  /// A number that this version of the schema has no name for.
  case unrecognized(Int32)

  public init() { self = .unspecified }

  public init(rawValue: Int32) {
    switch rawValue {
    case 0: self = .unspecified
    case 1: self = .stableDiffusion1
    case 2: self = .stableDiffusionXl
    default: self = .unrecognized(rawValue)
    }
  }

  public var rawValue: Int32 {
    switch self {
    case .unspecified: 0
    case .stableDiffusion1: 1
    case .stableDiffusionXl: 2
    case .unrecognized(let number): number
    }
  }

  /// The name in the schema; nil for an unrecognized number.
  public var protoName: String? {
    switch self {
    case .unspecified: "MODEL_FAMILY_UNSPECIFIED"
    case .stableDiffusion1: "MODEL_FAMILY_STABLE_DIFFUSION_1"
    case .stableDiffusionXl: "MODEL_FAMILY_STABLE_DIFFUSION_XL"
    case .unrecognized: nil
    }
  }

  public static let allCases: [ModelFamily] = [
    .unspecified, .stableDiffusion1, .stableDiffusionXl,
  ]
}

/// How a checkpoint's files are laid out.
public enum CheckpointLayout: RawRepresentable, CaseIterable, Hashable, Sendable {
  /// Not known.
  case unspecified
  /// A folder with one subfolder a component.
  case diffusers
  /// One file in the names of the original code (CompVis for Stable Diffusion 1, SGM for XL).
  case singleFile
  /// A number that this version of the schema has no name for.
  case unrecognized(Int32)

  public init() { self = .unspecified }

  public init(rawValue: Int32) {
    switch rawValue {
    case 0: self = .unspecified
    case 1: self = .diffusers
    case 2: self = .singleFile
    default: self = .unrecognized(rawValue)
    }
  }

  public var rawValue: Int32 {
    switch self {
    case .unspecified: 0
    case .diffusers: 1
    case .singleFile: 2
    case .unrecognized(let number): number
    }
  }

  /// The name in the schema; nil for an unrecognized number.
  public var protoName: String? {
    switch self {
    case .unspecified: "CHECKPOINT_LAYOUT_UNSPECIFIED"
    case .diffusers: "CHECKPOINT_LAYOUT_DIFFUSERS"
    case .singleFile: "CHECKPOINT_LAYOUT_SINGLE_FILE"
    case .unrecognized: nil
    }
  }

  public static let allCases: [CheckpointLayout] = [
    .unspecified, .diffusers, .singleFile,
  ]
}

/// What a checkpoint's U-Net predicts.
public enum PredictionType: RawRepresentable, CaseIterable, Hashable, Sendable {
  /// Not known.
  case unspecified
  /// The noise.
  case epsilon
  /// The velocity (Salimans and Ho 2022).
  case velocity
  /// A number that this version of the schema has no name for.
  case unrecognized(Int32)

  public init() { self = .unspecified }

  public init(rawValue: Int32) {
    switch rawValue {
    case 0: self = .unspecified
    case 1: self = .epsilon
    case 2: self = .velocity
    default: self = .unrecognized(rawValue)
    }
  }

  public var rawValue: Int32 {
    switch self {
    case .unspecified: 0
    case .epsilon: 1
    case .velocity: 2
    case .unrecognized(let number): number
    }
  }

  /// The name in the schema; nil for an unrecognized number.
  public var protoName: String? {
    switch self {
    case .unspecified: "PREDICTION_TYPE_UNSPECIFIED"
    case .epsilon: "PREDICTION_TYPE_EPSILON"
    case .velocity: "PREDICTION_TYPE_VELOCITY"
    case .unrecognized: nil
    }
  }

  public static let allCases: [PredictionType] = [
    .unspecified, .epsilon, .velocity,
  ]
}

/// How the tensors of a LoRA file are named.
public enum LoraFormat: RawRepresentable, CaseIterable, Hashable, Sendable {
  /// Kohya.
  case unspecified
  /// kohya's sd-scripts: what most programs read.
  case kohya
  /// PEFT, with its settings in the file's metadata.
  case peft
  /// The layout of diffusers' DreamBooth scripts.
  case diffusers
  /// The attention processors of diffusers before 0.20.
  case oldDiffusers
  /// A number that this version of the schema has no name for.
  case unrecognized(Int32)

  public init() { self = .unspecified }

  public init(rawValue: Int32) {
    switch rawValue {
    case 0: self = .unspecified
    case 1: self = .kohya
    case 2: self = .peft
    case 3: self = .diffusers
    case 4: self = .oldDiffusers
    default: self = .unrecognized(rawValue)
    }
  }

  public var rawValue: Int32 {
    switch self {
    case .unspecified: 0
    case .kohya: 1
    case .peft: 2
    case .diffusers: 3
    case .oldDiffusers: 4
    case .unrecognized(let number): number
    }
  }

  /// The name in the schema; nil for an unrecognized number.
  public var protoName: String? {
    switch self {
    case .unspecified: "LORA_FORMAT_UNSPECIFIED"
    case .kohya: "LORA_FORMAT_KOHYA"
    case .peft: "LORA_FORMAT_PEFT"
    case .diffusers: "LORA_FORMAT_DIFFUSERS"
    case .oldDiffusers: "LORA_FORMAT_OLD_DIFFUSERS"
    case .unrecognized: nil
    }
  }

  public static let allCases: [LoraFormat] = [
    .unspecified, .kohya, .peft, .diffusers, .oldDiffusers,
  ]
}

/// One asset.
public struct Asset: Message {
  public static let protoFullName = "lorikeet.v1.Asset"

  /// Made by the service, such as `asset_01hv…`. Output only.
  public var id: String = ""

  /// Unique; letters, digits, `_`, `-` and `.`, 1–128 of them, not starting with `.`.
  /// Left out: made from the file's name.
  public var name: String = ""

  /// What it is.
  public var kind: AssetKind = .unspecified

  /// Where it is in its life. Output only.
  public var state: AssetState = .unspecified

  /// Why it is in that state, for people. Output only.
  public var stateReason: String = ""

  /// Free text, up to 4,096 characters.
  public var description: String = ""

  /// Its files; one, but for a checkpoint folder. Output only.
  public var files: [AssetFile] = []

  /// The bytes of all files. Output only.
  public var sizeBytes: Int64 = 0

  /// When it was stored. Output only.
  public var createTime: GoogleProtobufTimestamp? = nil

  /// Checkpoint, LoRA, VAE, embedding: the family. Output only where the service can tell.
  public var family: ModelFamily = .unspecified

  /// Image: what is known of the picture. Output only.
  public var image: ImageInfo? = nil

  /// LoRA: what is known of the adapter. Output only.
  public var lora: LoraInfo? = nil

  /// The tune or the generation that made it; empty for an upload. Output only.
  public var source: String = ""

  /// Checkpoint: what is known of the model. Output only.
  public var checkpoint: CheckpointInfo? = nil

  /// Textual inversion: what is known of the embedding. Output only.
  public var embedding: EmbeddingInfo? = nil

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__Asset>.size) { structure in
    lorikeet__v1__asset__init(structure.assumingMemoryBound(to: Lorikeet__V1__Asset.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__Asset.self)
    self.id = source.string(c.pointee.id.len, c.pointee.id.data, "lorikeet.v1.Asset.id")
    self.name = source.string(c.pointee.name.len, c.pointee.name.data, "lorikeet.v1.Asset.name")
    self.kind = AssetKind(rawValue: Int32(truncatingIfNeeded: c.pointee.kind.rawValue))
    self.state = AssetState(rawValue: Int32(truncatingIfNeeded: c.pointee.state.rawValue))
    self.stateReason = source.string(c.pointee.state_reason.len, c.pointee.state_reason.data, "lorikeet.v1.Asset.state_reason")
    self.description = source.string(c.pointee.description.len, c.pointee.description.data, "lorikeet.v1.Asset.description")
    self.files = Unpack.messages(c.pointee.n_files, c.pointee.files) { AssetFile(unpacked: $0, source: source.nested) }
    self.sizeBytes = c.pointee.size_bytes
    if let value = c.pointee.create_time {
      self.createTime = GoogleProtobufTimestamp(unpacked: value, source: source.nested)
    }
    self.family = ModelFamily(rawValue: Int32(truncatingIfNeeded: c.pointee.family.rawValue))
    if let value = c.pointee.image {
      self.image = ImageInfo(unpacked: value, source: source.nested)
    }
    if let value = c.pointee.lora {
      self.lora = LoraInfo(unpacked: value, source: source.nested)
    }
    self.source = source.string(c.pointee.source.len, c.pointee.source.data, "lorikeet.v1.Asset.source")
    if let value = c.pointee.checkpoint {
      self.checkpoint = CheckpointInfo(unpacked: value, source: source.nested)
    }
    if let value = c.pointee.embedding {
      self.embedding = EmbeddingInfo(unpacked: value, source: source.nested)
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__Asset.self)
    lorikeet__v1__asset__init(c)
    let frame = packer.open()
    if !self.id.isEmpty {
      c.pointee.id = ProtobufCBinaryData(packer.text(self.id))
    }
    if !self.name.isEmpty {
      c.pointee.name = ProtobufCBinaryData(packer.text(self.name))
    }
    c.pointee.kind = Lorikeet__V1__AssetKind(rawValue: .init(truncatingIfNeeded: self.kind.rawValue))
    c.pointee.state = Lorikeet__V1__AssetState(rawValue: .init(truncatingIfNeeded: self.state.rawValue))
    if !self.stateReason.isEmpty {
      c.pointee.state_reason = ProtobufCBinaryData(packer.text(self.stateReason))
    }
    if !self.description.isEmpty {
      c.pointee.description = ProtobufCBinaryData(packer.text(self.description))
    }
    if !self.files.isEmpty {
      c.pointee.files = packer.array(self.files) { value, packer -> UnsafeMutablePointer<Lorikeet__V1__AssetFile>? in
        value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__AssetFile.self)
      }
      c.pointee.n_files = self.files.count
    }
    c.pointee.size_bytes = self.sizeBytes
    if let value = self.createTime {
      c.pointee.create_time = value.pack(into: &packer).assumingMemoryBound(to: Google__Protobuf__Timestamp.self)
    }
    c.pointee.family = Lorikeet__V1__ModelFamily(rawValue: .init(truncatingIfNeeded: self.family.rawValue))
    if let value = self.image {
      c.pointee.image = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__ImageInfo.self)
    }
    if let value = self.lora {
      c.pointee.lora = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__LoraInfo.self)
    }
    if !self.source.isEmpty {
      c.pointee.source = ProtobufCBinaryData(packer.text(self.source))
    }
    if let value = self.checkpoint {
      c.pointee.checkpoint = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__CheckpointInfo.self)
    }
    if let value = self.embedding {
      c.pointee.embedding = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__EmbeddingInfo.self)
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// One file of an asset.
public struct AssetFile: Message {
  public static let protoFullName = "lorikeet.v1.AssetFile"

  /// The path inside the asset, such as `unet/config.json`; for a single file its name.
  public var path: String = ""

  /// The length.
  public var sizeBytes: Int64 = 0

  /// SHA-256 of the content, 64 lower-case hexadecimal digits.
  public var sha256: String = ""

  /// Such as `image/png`.
  public var mediaType: String = ""

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__AssetFile>.size) { structure in
    lorikeet__v1__asset_file__init(structure.assumingMemoryBound(to: Lorikeet__V1__AssetFile.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__AssetFile.self)
    self.path = source.string(c.pointee.path.len, c.pointee.path.data, "lorikeet.v1.AssetFile.path")
    self.sizeBytes = c.pointee.size_bytes
    self.sha256 = source.string(c.pointee.sha256.len, c.pointee.sha256.data, "lorikeet.v1.AssetFile.sha256")
    self.mediaType = source.string(c.pointee.media_type.len, c.pointee.media_type.data, "lorikeet.v1.AssetFile.media_type")
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__AssetFile.self)
    lorikeet__v1__asset_file__init(c)
    let frame = packer.open()
    if !self.path.isEmpty {
      c.pointee.path = ProtobufCBinaryData(packer.text(self.path))
    }
    c.pointee.size_bytes = self.sizeBytes
    if !self.sha256.isEmpty {
      c.pointee.sha256 = ProtobufCBinaryData(packer.text(self.sha256))
    }
    if !self.mediaType.isEmpty {
      c.pointee.media_type = ProtobufCBinaryData(packer.text(self.mediaType))
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 10: self.path = wire.string()
      case 16: self.sizeBytes = wire.int64()
      case 26: self.sha256 = wire.string()
      case 34: self.mediaType = wire.string()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if !self.path.isEmpty { size.string(self.path, tag: 10) }
    if self.sizeBytes != 0 { size.int64(self.sizeBytes, tag: 16) }
    if !self.sha256.isEmpty { size.string(self.sha256, tag: 26) }
    if !self.mediaType.isEmpty { size.string(self.mediaType, tag: 34) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if !self.path.isEmpty { wire.string(self.path, tag: 10) }
    if self.sizeBytes != 0 { wire.int64(self.sizeBytes, tag: 16) }
    if !self.sha256.isEmpty { wire.string(self.sha256, tag: 26) }
    if !self.mediaType.isEmpty { wire.string(self.mediaType, tag: 34) }
    wire.unknown(self.unknownFields)
  }
}

/// What is known of a picture.
public struct ImageInfo: Message {
  public static let protoFullName = "lorikeet.v1.ImageInfo"

  /// In pixels.
  public var width: Int32 = 0

  /// In pixels.
  public var height: Int32 = 0

  /// The text to train with, when the uploader gave one.
  public var caption: String = ""

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__ImageInfo>.size) { structure in
    lorikeet__v1__image_info__init(structure.assumingMemoryBound(to: Lorikeet__V1__ImageInfo.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__ImageInfo.self)
    self.width = c.pointee.width
    self.height = c.pointee.height
    self.caption = source.string(c.pointee.caption.len, c.pointee.caption.data, "lorikeet.v1.ImageInfo.caption")
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__ImageInfo.self)
    lorikeet__v1__image_info__init(c)
    let frame = packer.open()
    c.pointee.width = self.width
    c.pointee.height = self.height
    if !self.caption.isEmpty {
      c.pointee.caption = ProtobufCBinaryData(packer.text(self.caption))
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 8: self.width = wire.int32()
      case 16: self.height = wire.int32()
      case 26: self.caption = wire.string()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if self.width != 0 { size.int32(self.width, tag: 8) }
    if self.height != 0 { size.int32(self.height, tag: 16) }
    if !self.caption.isEmpty { size.string(self.caption, tag: 26) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if self.width != 0 { wire.int32(self.width, tag: 8) }
    if self.height != 0 { wire.int32(self.height, tag: 16) }
    if !self.caption.isEmpty { wire.string(self.caption, tag: 26) }
    wire.unknown(self.unknownFields)
  }
}

/// What is known of a LoRA.
public struct LoraInfo: Message {
  public static let protoFullName = "lorikeet.v1.LoraInfo"

  /// The rank of its matrices; the largest, where they differ.
  public var rank: Int32 = 0

  /// The alpha of its matrices; equal to the rank, where the file has none.
  public var alpha: Double = 0

  /// The words that call what it has learned.
  public var triggerWords: [String] = []

  /// The checkpoint it was trained on: an asset's name.
  public var baseCheckpoint: String = ""

  /// Tensors in the file.
  public var tensorCount: Int32 = 0

  /// How its tensors are named.
  public var format: LoraFormat = .unspecified

  /// Layers with an update that the family's networks have.
  public var matchedLayers: Int32 = 0

  /// Layers with an update that they do not have: left out when the LoRA is applied.
  public var unmatchedLayers: Int32 = 0

  /// Names of tensors that fit nothing, at most 100.
  public var unmatchedNames: [String] = []

  /// It adapts the text encoder too.
  public var hasTextEncoder: Bool = false

  /// It adapts convolutions of more than one pixel (LoCon).
  public var hasConvolutions: Bool = false

  /// It learned magnitudes too (DoRA, Liu et al. 2024).
  public var hasMagnitudes: Bool = false

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__LoraInfo>.size) { structure in
    lorikeet__v1__lora_info__init(structure.assumingMemoryBound(to: Lorikeet__V1__LoraInfo.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__LoraInfo.self)
    self.rank = c.pointee.rank
    self.alpha = c.pointee.alpha
    self.triggerWords = Unpack.array(c.pointee.n_trigger_words, c.pointee.trigger_words) { source.nested.string($0.len, $0.data, "lorikeet.v1.LoraInfo.trigger_words") }
    self.baseCheckpoint = source.string(c.pointee.base_checkpoint.len, c.pointee.base_checkpoint.data, "lorikeet.v1.LoraInfo.base_checkpoint")
    self.tensorCount = c.pointee.tensor_count
    self.format = LoraFormat(rawValue: Int32(truncatingIfNeeded: c.pointee.format.rawValue))
    self.matchedLayers = c.pointee.matched_layers
    self.unmatchedLayers = c.pointee.unmatched_layers
    self.unmatchedNames = Unpack.array(c.pointee.n_unmatched_names, c.pointee.unmatched_names) { source.nested.string($0.len, $0.data, "lorikeet.v1.LoraInfo.unmatched_names") }
    self.hasTextEncoder = c.pointee.has_text_encoder != 0
    self.hasConvolutions = c.pointee.has_convolutions != 0
    self.hasMagnitudes = c.pointee.has_magnitudes != 0
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__LoraInfo.self)
    lorikeet__v1__lora_info__init(c)
    let frame = packer.open()
    c.pointee.rank = self.rank
    c.pointee.alpha = self.alpha
    packer.keepNegativeZero(self.alpha, field: 2)
    if !self.triggerWords.isEmpty {
      c.pointee.trigger_words = packer.array(self.triggerWords) { value, packer in
        ProtobufCBinaryData(packer.text(value))
      }
      c.pointee.n_trigger_words = self.triggerWords.count
    }
    if !self.baseCheckpoint.isEmpty {
      c.pointee.base_checkpoint = ProtobufCBinaryData(packer.text(self.baseCheckpoint))
    }
    c.pointee.tensor_count = self.tensorCount
    c.pointee.format = Lorikeet__V1__LoraFormat(rawValue: .init(truncatingIfNeeded: self.format.rawValue))
    c.pointee.matched_layers = self.matchedLayers
    c.pointee.unmatched_layers = self.unmatchedLayers
    if !self.unmatchedNames.isEmpty {
      c.pointee.unmatched_names = packer.array(self.unmatchedNames) { value, packer in
        ProtobufCBinaryData(packer.text(value))
      }
      c.pointee.n_unmatched_names = self.unmatchedNames.count
    }
    c.pointee.has_text_encoder = self.hasTextEncoder ? 1 : 0
    c.pointee.has_convolutions = self.hasConvolutions ? 1 : 0
    c.pointee.has_magnitudes = self.hasMagnitudes ? 1 : 0
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// What is known of a checkpoint, from its tensors and configurations, never from its name.
public struct CheckpointInfo: Message {
  public static let protoFullName = "lorikeet.v1.CheckpointInfo"

  /// How its files are laid out.
  public var layout: CheckpointLayout = .unspecified

  /// What its U-Net predicts.
  public var predictionType: PredictionType = .unspecified

  /// The element type of its U-Net's weights: `F32`, `F16` or `BF16`.
  public var precision: String = ""

  /// Its noise schedule ends in pure noise (Lin et al. 2024).
  public var zeroTerminalSnr: Bool = false

  /// Its U-Net takes a mask and a masked image beside the latents.
  public var inpainting: Bool = false

  /// It is a refiner: the last part of another checkpoint's work is its only one.
  public var refiner: Bool = false

  /// It brings a safety checker.
  public var hasSafetyChecker: Bool = false

  /// The side that it was trained at, in pixels.
  public var nativeSize: Int32 = 0

  /// Parameters of the U-Net.
  public var unetParameters: Int64 = 0

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__CheckpointInfo>.size) { structure in
    lorikeet__v1__checkpoint_info__init(structure.assumingMemoryBound(to: Lorikeet__V1__CheckpointInfo.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__CheckpointInfo.self)
    self.layout = CheckpointLayout(rawValue: Int32(truncatingIfNeeded: c.pointee.layout.rawValue))
    self.predictionType = PredictionType(rawValue: Int32(truncatingIfNeeded: c.pointee.prediction_type.rawValue))
    self.precision = source.string(c.pointee.precision.len, c.pointee.precision.data, "lorikeet.v1.CheckpointInfo.precision")
    self.zeroTerminalSnr = c.pointee.zero_terminal_snr != 0
    self.inpainting = c.pointee.inpainting != 0
    self.refiner = c.pointee.refiner != 0
    self.hasSafetyChecker = c.pointee.has_safety_checker != 0
    self.nativeSize = c.pointee.native_size
    self.unetParameters = c.pointee.unet_parameters
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__CheckpointInfo.self)
    lorikeet__v1__checkpoint_info__init(c)
    let frame = packer.open()
    c.pointee.layout = Lorikeet__V1__CheckpointLayout(rawValue: .init(truncatingIfNeeded: self.layout.rawValue))
    c.pointee.prediction_type = Lorikeet__V1__PredictionType(rawValue: .init(truncatingIfNeeded: self.predictionType.rawValue))
    if !self.precision.isEmpty {
      c.pointee.precision = ProtobufCBinaryData(packer.text(self.precision))
    }
    c.pointee.zero_terminal_snr = self.zeroTerminalSnr ? 1 : 0
    c.pointee.inpainting = self.inpainting ? 1 : 0
    c.pointee.refiner = self.refiner ? 1 : 0
    c.pointee.has_safety_checker = self.hasSafetyChecker ? 1 : 0
    c.pointee.native_size = self.nativeSize
    c.pointee.unet_parameters = self.unetParameters
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 8: self.layout = CheckpointLayout(rawValue: wire.int32())
      case 16: self.predictionType = PredictionType(rawValue: wire.int32())
      case 26: self.precision = wire.string()
      case 32: self.zeroTerminalSnr = wire.bool()
      case 40: self.inpainting = wire.bool()
      case 48: self.refiner = wire.bool()
      case 56: self.hasSafetyChecker = wire.bool()
      case 64: self.nativeSize = wire.int32()
      case 72: self.unetParameters = wire.int64()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if self.layout.rawValue != 0 { size.int32(self.layout.rawValue, tag: 8) }
    if self.predictionType.rawValue != 0 { size.int32(self.predictionType.rawValue, tag: 16) }
    if !self.precision.isEmpty { size.string(self.precision, tag: 26) }
    if self.zeroTerminalSnr { size.bool(self.zeroTerminalSnr, tag: 32) }
    if self.inpainting { size.bool(self.inpainting, tag: 40) }
    if self.refiner { size.bool(self.refiner, tag: 48) }
    if self.hasSafetyChecker { size.bool(self.hasSafetyChecker, tag: 56) }
    if self.nativeSize != 0 { size.int32(self.nativeSize, tag: 64) }
    if self.unetParameters != 0 { size.int64(self.unetParameters, tag: 72) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if self.layout.rawValue != 0 { wire.int32(self.layout.rawValue, tag: 8) }
    if self.predictionType.rawValue != 0 { wire.int32(self.predictionType.rawValue, tag: 16) }
    if !self.precision.isEmpty { wire.string(self.precision, tag: 26) }
    if self.zeroTerminalSnr { wire.bool(self.zeroTerminalSnr, tag: 32) }
    if self.inpainting { wire.bool(self.inpainting, tag: 40) }
    if self.refiner { wire.bool(self.refiner, tag: 48) }
    if self.hasSafetyChecker { wire.bool(self.hasSafetyChecker, tag: 56) }
    if self.nativeSize != 0 { wire.int32(self.nativeSize, tag: 64) }
    if self.unetParameters != 0 { wire.int64(self.unetParameters, tag: 72) }
    wire.unknown(self.unknownFields)
  }
}

/// What is known of a textual inversion.
public struct EmbeddingInfo: Message {
  public static let protoFullName = "lorikeet.v1.EmbeddingInfo"

  /// How many tokens it stands for.
  public var vectors: Int32 = 0

  /// The words that call it.
  public var triggerWords: [String] = []

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__EmbeddingInfo>.size) { structure in
    lorikeet__v1__embedding_info__init(structure.assumingMemoryBound(to: Lorikeet__V1__EmbeddingInfo.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__EmbeddingInfo.self)
    self.vectors = c.pointee.vectors
    self.triggerWords = Unpack.array(c.pointee.n_trigger_words, c.pointee.trigger_words) { source.nested.string($0.len, $0.data, "lorikeet.v1.EmbeddingInfo.trigger_words") }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__EmbeddingInfo.self)
    lorikeet__v1__embedding_info__init(c)
    let frame = packer.open()
    c.pointee.vectors = self.vectors
    if !self.triggerWords.isEmpty {
      c.pointee.trigger_words = packer.array(self.triggerWords) { value, packer in
        ProtobufCBinaryData(packer.text(value))
      }
      c.pointee.n_trigger_words = self.triggerWords.count
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// What an upload is to become.
public struct UploadHeader: Message {
  public static let protoFullName = "lorikeet.v1.UploadHeader"

  /// The asset's name; see `Asset.name`.
  public var name: String = ""

  /// What it is. Required.
  public var kind: AssetKind = .unspecified

  /// The file's own name, such as `cat.png`.
  public var fileName: String = ""

  /// The length of the file, when it is known beforehand. 0: not known.
  public var sizeBytes: Int64 = 0

  /// SHA-256 of the file, 64 hexadecimal digits, when it is known beforehand; see also `UploadTrailer`.
  public var sha256: String = ""

  /// Free text.
  public var description: String = ""

  /// Image: the caption to train with.
  public var caption: String = ""

  /// LoRA, embedding: the words that call it.
  public var triggerWords: [String] = []

  /// Makes a repeated upload answer with the asset that the first one made. Up to 128 characters.
  public var requestId: String = ""

  /// LoRA: accepts a file with tensors that fit nothing; what they were meant to do is lost. Otherwise it is refused.
  public var allowUnmatched: Bool = false

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__UploadHeader>.size) { structure in
    lorikeet__v1__upload_header__init(structure.assumingMemoryBound(to: Lorikeet__V1__UploadHeader.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__UploadHeader.self)
    self.name = source.string(c.pointee.name.len, c.pointee.name.data, "lorikeet.v1.UploadHeader.name")
    self.kind = AssetKind(rawValue: Int32(truncatingIfNeeded: c.pointee.kind.rawValue))
    self.fileName = source.string(c.pointee.file_name.len, c.pointee.file_name.data, "lorikeet.v1.UploadHeader.file_name")
    self.sizeBytes = c.pointee.size_bytes
    self.sha256 = source.string(c.pointee.sha256.len, c.pointee.sha256.data, "lorikeet.v1.UploadHeader.sha256")
    self.description = source.string(c.pointee.description.len, c.pointee.description.data, "lorikeet.v1.UploadHeader.description")
    self.caption = source.string(c.pointee.caption.len, c.pointee.caption.data, "lorikeet.v1.UploadHeader.caption")
    self.triggerWords = Unpack.array(c.pointee.n_trigger_words, c.pointee.trigger_words) { source.nested.string($0.len, $0.data, "lorikeet.v1.UploadHeader.trigger_words") }
    self.requestId = source.string(c.pointee.request_id.len, c.pointee.request_id.data, "lorikeet.v1.UploadHeader.request_id")
    self.allowUnmatched = c.pointee.allow_unmatched != 0
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__UploadHeader.self)
    lorikeet__v1__upload_header__init(c)
    let frame = packer.open()
    if !self.name.isEmpty {
      c.pointee.name = ProtobufCBinaryData(packer.text(self.name))
    }
    c.pointee.kind = Lorikeet__V1__AssetKind(rawValue: .init(truncatingIfNeeded: self.kind.rawValue))
    if !self.fileName.isEmpty {
      c.pointee.file_name = ProtobufCBinaryData(packer.text(self.fileName))
    }
    c.pointee.size_bytes = self.sizeBytes
    if !self.sha256.isEmpty {
      c.pointee.sha256 = ProtobufCBinaryData(packer.text(self.sha256))
    }
    if !self.description.isEmpty {
      c.pointee.description = ProtobufCBinaryData(packer.text(self.description))
    }
    if !self.caption.isEmpty {
      c.pointee.caption = ProtobufCBinaryData(packer.text(self.caption))
    }
    if !self.triggerWords.isEmpty {
      c.pointee.trigger_words = packer.array(self.triggerWords) { value, packer in
        ProtobufCBinaryData(packer.text(value))
      }
      c.pointee.n_trigger_words = self.triggerWords.count
    }
    if !self.requestId.isEmpty {
      c.pointee.request_id = ProtobufCBinaryData(packer.text(self.requestId))
    }
    c.pointee.allow_unmatched = self.allowUnmatched ? 1 : 0
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// Closes an upload whose digest was not known beforehand.
public struct UploadTrailer: Message {
  public static let protoFullName = "lorikeet.v1.UploadTrailer"

  /// SHA-256 of all chunks, 64 hexadecimal digits.
  public var sha256: String = ""

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__UploadTrailer>.size) { structure in
    lorikeet__v1__upload_trailer__init(structure.assumingMemoryBound(to: Lorikeet__V1__UploadTrailer.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__UploadTrailer.self)
    self.sha256 = source.string(c.pointee.sha256.len, c.pointee.sha256.data, "lorikeet.v1.UploadTrailer.sha256")
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__UploadTrailer.self)
    lorikeet__v1__upload_trailer__init(c)
    let frame = packer.open()
    if !self.sha256.isEmpty {
      c.pointee.sha256 = ProtobufCBinaryData(packer.text(self.sha256))
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 10: self.sha256 = wire.string()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if !self.sha256.isEmpty { size.string(self.sha256, tag: 10) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if !self.sha256.isEmpty { wire.string(self.sha256, tag: 10) }
    wire.unknown(self.unknownFields)
  }
}

/// One message of an upload.
public struct UploadAssetRequest: Message {
  public static let protoFullName = "lorikeet.v1.UploadAssetRequest"

  /// The header first, then chunks, then the trailer if there is one.
  public var payload: Payload? = nil

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  /// The header first, then chunks, then the trailer if there is one.
  public enum Payload: Sendable, Equatable {
    /// The first message, and only that.
    case header(UploadHeader)
    /// The next bytes of the file; 64 KiB to 1 MiB is a good size.
    case chunk([UInt8])
    /// The last message: a digest to check, required if the header had none.
    case trailer(UploadTrailer)
  }

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__UploadAssetRequest>.size) { structure in
    lorikeet__v1__upload_asset_request__init(structure.assumingMemoryBound(to: Lorikeet__V1__UploadAssetRequest.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__UploadAssetRequest.self)
    switch c.pointee.payload_case.rawValue {
    case 1:
      if let value = c.pointee.header { self.payload = .header(UploadHeader(unpacked: value, source: source.nested)) }
    case 2:
      self.payload = .chunk(source.bytes(c.pointee.chunk.len, c.pointee.chunk.data))
    case 3:
      if let value = c.pointee.trailer { self.payload = .trailer(UploadTrailer(unpacked: value, source: source.nested)) }
    default: break
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__UploadAssetRequest.self)
    lorikeet__v1__upload_asset_request__init(c)
    let frame = packer.open()
    switch self.payload {
    case .header(let value):
      c.pointee.header = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__UploadHeader.self)
      c.pointee.payload_case = .init(rawValue: 1)
    case .chunk(let value):
      if let start = packer.bytes(value, field: 2) {
        c.pointee.chunk = ProtobufCBinaryData(start)
        c.pointee.payload_case = .init(rawValue: 2)
      }
    case .trailer(let value):
      c.pointee.trailer = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__UploadTrailer.self)
      c.pointee.payload_case = .init(rawValue: 3)
    case nil: break
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 18: self.payload = .chunk(wire.bytes())
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    switch self.payload {
    case .chunk(let value): size.bytes(value, tag: 18)
    case .some: size.giveUp()
    case nil: break
    }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    switch self.payload {
    case .chunk(let value): wire.bytes(value, tag: 18)
    case .some: break
    case nil: break
    }
    wire.unknown(self.unknownFields)
  }
}

/// Makes an asset of several files.
public struct CreateAssetRequest: Message {
  public static let protoFullName = "lorikeet.v1.CreateAssetRequest"

  /// The asset's name; see `Asset.name`. Required.
  public var name: String = ""

  /// What it is. Required.
  public var kind: AssetKind = .unspecified

  /// Free text.
  public var description: String = ""

  /// The files, at most 1,024.
  public var files: [CreateAssetFile] = []

  /// Makes a repeated call answer with the asset that the first one made.
  public var requestId: String = ""

  /// Deletes the parts (assets of kind FILE) once the asset is made: their bytes live on in it.
  public var consumeParts: Bool = false

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__CreateAssetRequest>.size) { structure in
    lorikeet__v1__create_asset_request__init(structure.assumingMemoryBound(to: Lorikeet__V1__CreateAssetRequest.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__CreateAssetRequest.self)
    self.name = source.string(c.pointee.name.len, c.pointee.name.data, "lorikeet.v1.CreateAssetRequest.name")
    self.kind = AssetKind(rawValue: Int32(truncatingIfNeeded: c.pointee.kind.rawValue))
    self.description = source.string(c.pointee.description.len, c.pointee.description.data, "lorikeet.v1.CreateAssetRequest.description")
    self.files = Unpack.messages(c.pointee.n_files, c.pointee.files) { CreateAssetFile(unpacked: $0, source: source.nested) }
    self.requestId = source.string(c.pointee.request_id.len, c.pointee.request_id.data, "lorikeet.v1.CreateAssetRequest.request_id")
    self.consumeParts = c.pointee.consume_parts != 0
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__CreateAssetRequest.self)
    lorikeet__v1__create_asset_request__init(c)
    let frame = packer.open()
    if !self.name.isEmpty {
      c.pointee.name = ProtobufCBinaryData(packer.text(self.name))
    }
    c.pointee.kind = Lorikeet__V1__AssetKind(rawValue: .init(truncatingIfNeeded: self.kind.rawValue))
    if !self.description.isEmpty {
      c.pointee.description = ProtobufCBinaryData(packer.text(self.description))
    }
    if !self.files.isEmpty {
      c.pointee.files = packer.array(self.files) { value, packer -> UnsafeMutablePointer<Lorikeet__V1__CreateAssetFile>? in
        value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__CreateAssetFile.self)
      }
      c.pointee.n_files = self.files.count
    }
    if !self.requestId.isEmpty {
      c.pointee.request_id = ProtobufCBinaryData(packer.text(self.requestId))
    }
    c.pointee.consume_parts = self.consumeParts ? 1 : 0
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// One file of the asset to be.
public struct CreateAssetFile: Message {
  public static let protoFullName = "lorikeet.v1.CreateAssetFile"

  /// The path inside the asset, with `/` between folders, such as `unet/config.json`.
  public var path: String = ""

  /// The id or name of a single-file asset that holds the bytes.
  public var asset: String = ""

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__CreateAssetFile>.size) { structure in
    lorikeet__v1__create_asset_file__init(structure.assumingMemoryBound(to: Lorikeet__V1__CreateAssetFile.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__CreateAssetFile.self)
    self.path = source.string(c.pointee.path.len, c.pointee.path.data, "lorikeet.v1.CreateAssetFile.path")
    self.asset = source.string(c.pointee.asset.len, c.pointee.asset.data, "lorikeet.v1.CreateAssetFile.asset")
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__CreateAssetFile.self)
    lorikeet__v1__create_asset_file__init(c)
    let frame = packer.open()
    if !self.path.isEmpty {
      c.pointee.path = ProtobufCBinaryData(packer.text(self.path))
    }
    if !self.asset.isEmpty {
      c.pointee.asset = ProtobufCBinaryData(packer.text(self.asset))
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 10: self.path = wire.string()
      case 18: self.asset = wire.string()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if !self.path.isEmpty { size.string(self.path, tag: 10) }
    if !self.asset.isEmpty { size.string(self.asset, tag: 18) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if !self.path.isEmpty { wire.string(self.path, tag: 10) }
    if !self.asset.isEmpty { wire.string(self.asset, tag: 18) }
    wire.unknown(self.unknownFields)
  }
}

/// Names one asset.
public struct GetAssetRequest: Message {
  public static let protoFullName = "lorikeet.v1.GetAssetRequest"

  /// Its id or its name.
  public var asset: String = ""

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__GetAssetRequest>.size) { structure in
    lorikeet__v1__get_asset_request__init(structure.assumingMemoryBound(to: Lorikeet__V1__GetAssetRequest.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__GetAssetRequest.self)
    self.asset = source.string(c.pointee.asset.len, c.pointee.asset.data, "lorikeet.v1.GetAssetRequest.asset")
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__GetAssetRequest.self)
    lorikeet__v1__get_asset_request__init(c)
    let frame = packer.open()
    if !self.asset.isEmpty {
      c.pointee.asset = ProtobufCBinaryData(packer.text(self.asset))
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 10: self.asset = wire.string()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if !self.asset.isEmpty { size.string(self.asset, tag: 10) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if !self.asset.isEmpty { wire.string(self.asset, tag: 10) }
    wire.unknown(self.unknownFields)
  }
}

/// Which assets, and how many at once.
public struct ListAssetsRequest: Message {
  public static let protoFullName = "lorikeet.v1.ListAssetsRequest"

  /// At most 1,000; 0 means 100.
  public var pageSize: Int32 = 0

  /// From the answer before; empty for the first page.
  public var pageToken: String = ""

  /// Only these kinds; empty means all but FILE.
  public var kinds: [AssetKind] = []

  /// Only names that contain this text.
  public var nameContains: String = ""

  /// Only this family.
  public var family: ModelFamily = .unspecified

  /// Only these states.
  public var states: [AssetState] = []

  /// Only what this tune or generation made (an id).
  public var source: String = ""

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__ListAssetsRequest>.size) { structure in
    lorikeet__v1__list_assets_request__init(structure.assumingMemoryBound(to: Lorikeet__V1__ListAssetsRequest.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__ListAssetsRequest.self)
    self.pageSize = c.pointee.page_size
    self.pageToken = source.string(c.pointee.page_token.len, c.pointee.page_token.data, "lorikeet.v1.ListAssetsRequest.page_token")
    self.kinds = Unpack.array(c.pointee.n_kinds, c.pointee.kinds) { AssetKind(rawValue: Int32(truncatingIfNeeded: $0.rawValue)) }
    self.nameContains = source.string(c.pointee.name_contains.len, c.pointee.name_contains.data, "lorikeet.v1.ListAssetsRequest.name_contains")
    self.family = ModelFamily(rawValue: Int32(truncatingIfNeeded: c.pointee.family.rawValue))
    self.states = Unpack.array(c.pointee.n_states, c.pointee.states) { AssetState(rawValue: Int32(truncatingIfNeeded: $0.rawValue)) }
    self.source = source.string(c.pointee.source.len, c.pointee.source.data, "lorikeet.v1.ListAssetsRequest.source")
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__ListAssetsRequest.self)
    lorikeet__v1__list_assets_request__init(c)
    let frame = packer.open()
    c.pointee.page_size = self.pageSize
    if !self.pageToken.isEmpty {
      c.pointee.page_token = ProtobufCBinaryData(packer.text(self.pageToken))
    }
    if !self.kinds.isEmpty {
      c.pointee.kinds = packer.array(self.kinds) { value, _ -> Lorikeet__V1__AssetKind in Lorikeet__V1__AssetKind(rawValue: .init(truncatingIfNeeded: value.rawValue)) }
      c.pointee.n_kinds = self.kinds.count
    }
    if !self.nameContains.isEmpty {
      c.pointee.name_contains = ProtobufCBinaryData(packer.text(self.nameContains))
    }
    c.pointee.family = Lorikeet__V1__ModelFamily(rawValue: .init(truncatingIfNeeded: self.family.rawValue))
    if !self.states.isEmpty {
      c.pointee.states = packer.array(self.states) { value, _ -> Lorikeet__V1__AssetState in Lorikeet__V1__AssetState(rawValue: .init(truncatingIfNeeded: value.rawValue)) }
      c.pointee.n_states = self.states.count
    }
    if !self.source.isEmpty {
      c.pointee.source = ProtobufCBinaryData(packer.text(self.source))
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// One page.
public struct ListAssetsResponse: Message {
  public static let protoFullName = "lorikeet.v1.ListAssetsResponse"

  /// Newest first.
  public var assets: [Asset] = []

  /// For the next page; empty on the last.
  public var nextPageToken: String = ""

  /// How many there are in all.
  public var totalSize: Int32 = 0

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__ListAssetsResponse>.size) { structure in
    lorikeet__v1__list_assets_response__init(structure.assumingMemoryBound(to: Lorikeet__V1__ListAssetsResponse.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__ListAssetsResponse.self)
    self.assets = Unpack.messages(c.pointee.n_assets, c.pointee.assets) { Asset(unpacked: $0, source: source.nested) }
    self.nextPageToken = source.string(c.pointee.next_page_token.len, c.pointee.next_page_token.data, "lorikeet.v1.ListAssetsResponse.next_page_token")
    self.totalSize = c.pointee.total_size
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__ListAssetsResponse.self)
    lorikeet__v1__list_assets_response__init(c)
    let frame = packer.open()
    if !self.assets.isEmpty {
      c.pointee.assets = packer.array(self.assets) { value, packer -> UnsafeMutablePointer<Lorikeet__V1__Asset>? in
        value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__Asset.self)
      }
      c.pointee.n_assets = self.assets.count
    }
    if !self.nextPageToken.isEmpty {
      c.pointee.next_page_token = ProtobufCBinaryData(packer.text(self.nextPageToken))
    }
    c.pointee.total_size = self.totalSize
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// Which bytes to send.
public struct DownloadAssetRequest: Message {
  public static let protoFullName = "lorikeet.v1.DownloadAssetRequest"

  /// The asset's id or name.
  public var asset: String = ""

  /// Which of its files; may be left out where there is one.
  public var path: String = ""

  /// The first byte to send.
  public var offset: Int64 = 0

  /// LoRA: the layout to send it in. Left out: as it is stored.
  public var loraFormat: LoraFormat = .unspecified

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__DownloadAssetRequest>.size) { structure in
    lorikeet__v1__download_asset_request__init(structure.assumingMemoryBound(to: Lorikeet__V1__DownloadAssetRequest.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__DownloadAssetRequest.self)
    self.asset = source.string(c.pointee.asset.len, c.pointee.asset.data, "lorikeet.v1.DownloadAssetRequest.asset")
    self.path = source.string(c.pointee.path.len, c.pointee.path.data, "lorikeet.v1.DownloadAssetRequest.path")
    self.offset = c.pointee.offset
    self.loraFormat = LoraFormat(rawValue: Int32(truncatingIfNeeded: c.pointee.lora_format.rawValue))
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__DownloadAssetRequest.self)
    lorikeet__v1__download_asset_request__init(c)
    let frame = packer.open()
    if !self.asset.isEmpty {
      c.pointee.asset = ProtobufCBinaryData(packer.text(self.asset))
    }
    if !self.path.isEmpty {
      c.pointee.path = ProtobufCBinaryData(packer.text(self.path))
    }
    c.pointee.offset = self.offset
    c.pointee.lora_format = Lorikeet__V1__LoraFormat(rawValue: .init(truncatingIfNeeded: self.loraFormat.rawValue))
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 10: self.asset = wire.string()
      case 18: self.path = wire.string()
      case 24: self.offset = wire.int64()
      case 32: self.loraFormat = LoraFormat(rawValue: wire.int32())
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if !self.asset.isEmpty { size.string(self.asset, tag: 10) }
    if !self.path.isEmpty { size.string(self.path, tag: 18) }
    if self.offset != 0 { size.int64(self.offset, tag: 24) }
    if self.loraFormat.rawValue != 0 { size.int32(self.loraFormat.rawValue, tag: 32) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if !self.asset.isEmpty { wire.string(self.asset, tag: 10) }
    if !self.path.isEmpty { wire.string(self.path, tag: 18) }
    if self.offset != 0 { wire.int64(self.offset, tag: 24) }
    if self.loraFormat.rawValue != 0 { wire.int32(self.loraFormat.rawValue, tag: 32) }
    wire.unknown(self.unknownFields)
  }
}

/// One message of a download.
public struct DownloadAssetResponse: Message {
  public static let protoFullName = "lorikeet.v1.DownloadAssetResponse"

  /// The header first, then chunks.
  public var payload: Payload? = nil

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  /// The header first, then chunks.
  public enum Payload: Sendable, Equatable {
    /// What follows.
    case header(AssetFile)
    /// The next bytes.
    case chunk([UInt8])
  }

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__DownloadAssetResponse>.size) { structure in
    lorikeet__v1__download_asset_response__init(structure.assumingMemoryBound(to: Lorikeet__V1__DownloadAssetResponse.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__DownloadAssetResponse.self)
    switch c.pointee.payload_case.rawValue {
    case 1:
      if let value = c.pointee.header { self.payload = .header(AssetFile(unpacked: value, source: source.nested)) }
    case 2:
      self.payload = .chunk(source.bytes(c.pointee.chunk.len, c.pointee.chunk.data))
    default: break
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__DownloadAssetResponse.self)
    lorikeet__v1__download_asset_response__init(c)
    let frame = packer.open()
    switch self.payload {
    case .header(let value):
      c.pointee.header = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__AssetFile.self)
      c.pointee.payload_case = .init(rawValue: 1)
    case .chunk(let value):
      if let start = packer.bytes(value, field: 2) {
        c.pointee.chunk = ProtobufCBinaryData(start)
        c.pointee.payload_case = .init(rawValue: 2)
      }
    case nil: break
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 18: self.payload = .chunk(wire.bytes())
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    switch self.payload {
    case .chunk(let value): size.bytes(value, tag: 18)
    case .some: size.giveUp()
    case nil: break
    }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    switch self.payload {
    case .chunk(let value): wire.bytes(value, tag: 18)
    case .some: break
    case nil: break
    }
    wire.unknown(self.unknownFields)
  }
}

/// Names the asset to delete.
public struct DeleteAssetRequest: Message {
  public static let protoFullName = "lorikeet.v1.DeleteAssetRequest"

  /// Its id or its name.
  public var asset: String = ""

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__DeleteAssetRequest>.size) { structure in
    lorikeet__v1__delete_asset_request__init(structure.assumingMemoryBound(to: Lorikeet__V1__DeleteAssetRequest.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__DeleteAssetRequest.self)
    self.asset = source.string(c.pointee.asset.len, c.pointee.asset.data, "lorikeet.v1.DeleteAssetRequest.asset")
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__DeleteAssetRequest.self)
    lorikeet__v1__delete_asset_request__init(c)
    let frame = packer.open()
    if !self.asset.isEmpty {
      c.pointee.asset = ProtobufCBinaryData(packer.text(self.asset))
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 10: self.asset = wire.string()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if !self.asset.isEmpty { size.string(self.asset, tag: 10) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if !self.asset.isEmpty { wire.string(self.asset, tag: 10) }
    wire.unknown(self.unknownFields)
  }
}

/// Nothing to say.
public struct DeleteAssetResponse: Message {
  public static let protoFullName = "lorikeet.v1.DeleteAssetResponse"

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__DeleteAssetResponse>.size) { structure in
    lorikeet__v1__delete_asset_response__init(structure.assumingMemoryBound(to: Lorikeet__V1__DeleteAssetResponse.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__DeleteAssetResponse.self)
    lorikeet__v1__delete_asset_response__init(c)
    let frame = packer.open()
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    if !wire.isAtEnd { wire.giveUp() }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    wire.unknown(self.unknownFields)
  }
}

extension ProtobufCBinaryData {
  fileprivate init(_ bytes: UnsafeMutableBufferPointer<UInt8>) {
    self.init(len: bytes.count, data: bytes.baseAddress)
  }
}
