// Generated from lorikeet/v1/generations.proto by Protos/generate.sh; do not edit.

internal import CProtobufC
internal import CLorikeetProtos
public import Protobuf

/// How noise becomes an image.
public enum Sampler: RawRepresentable, CaseIterable, Hashable, Sendable {
  /// DPM++ 2M Karras.
  case unspecified
  /// DDIM (Song et al. 2020), eta 0.
  case ddim
  /// Euler's method on the probability-flow ODE (Karras et al. 2022).
  case euler
  /// Euler on Karras sigmas.
  case eulerKarras
  /// Euler with ancestral noise.
  case eulerAncestral
  /// DPM-Solver++ second order multistep (Lu et al. 2022).
  case dpmPlusPlus2m
  /// DPM-Solver++ 2M on Karras sigmas.
  case dpmPlusPlus2mKarras
  /// A number that this version of the schema has no name for.
  case unrecognized(Int32)

  public init() { self = .unspecified }

  public init(rawValue: Int32) {
    switch rawValue {
    case 0: self = .unspecified
    case 1: self = .ddim
    case 2: self = .euler
    case 3: self = .eulerKarras
    case 4: self = .eulerAncestral
    case 5: self = .dpmPlusPlus2m
    case 6: self = .dpmPlusPlus2mKarras
    default: self = .unrecognized(rawValue)
    }
  }

  public var rawValue: Int32 {
    switch self {
    case .unspecified: 0
    case .ddim: 1
    case .euler: 2
    case .eulerKarras: 3
    case .eulerAncestral: 4
    case .dpmPlusPlus2m: 5
    case .dpmPlusPlus2mKarras: 6
    case .unrecognized(let number): number
    }
  }

  /// The name in the schema; nil for an unrecognized number.
  public var protoName: String? {
    switch self {
    case .unspecified: "SAMPLER_UNSPECIFIED"
    case .ddim: "SAMPLER_DDIM"
    case .euler: "SAMPLER_EULER"
    case .eulerKarras: "SAMPLER_EULER_KARRAS"
    case .eulerAncestral: "SAMPLER_EULER_ANCESTRAL"
    case .dpmPlusPlus2m: "SAMPLER_DPM_PLUS_PLUS_2M"
    case .dpmPlusPlus2mKarras: "SAMPLER_DPM_PLUS_PLUS_2M_KARRAS"
    case .unrecognized: nil
    }
  }

  public static let allCases: [Sampler] = [
    .unspecified, .ddim, .euler, .eulerKarras, .eulerAncestral, .dpmPlusPlus2m, .dpmPlusPlus2mKarras,
  ]
}

/// How images are encoded.
public enum ImageFormat: RawRepresentable, CaseIterable, Hashable, Sendable {
  /// PNG.
  case unspecified
  /// PNG, lossless, with the settings as text.
  case png
  /// JPEG, quality 95, with the settings in EXIF.
  case jpeg
  /// WebP, quality 95, with the settings in EXIF.
  case webp
  /// A number that this version of the schema has no name for.
  case unrecognized(Int32)

  public init() { self = .unspecified }

  public init(rawValue: Int32) {
    switch rawValue {
    case 0: self = .unspecified
    case 1: self = .png
    case 2: self = .jpeg
    case 3: self = .webp
    default: self = .unrecognized(rawValue)
    }
  }

  public var rawValue: Int32 {
    switch self {
    case .unspecified: 0
    case .png: 1
    case .jpeg: 2
    case .webp: 3
    case .unrecognized(let number): number
    }
  }

  /// The name in the schema; nil for an unrecognized number.
  public var protoName: String? {
    switch self {
    case .unspecified: "IMAGE_FORMAT_UNSPECIFIED"
    case .png: "IMAGE_FORMAT_PNG"
    case .jpeg: "IMAGE_FORMAT_JPEG"
    case .webp: "IMAGE_FORMAT_WEBP"
    case .unrecognized: nil
    }
  }

  public static let allCases: [ImageFormat] = [
    .unspecified, .png, .jpeg, .webp,
  ]
}

/// A LoRA to apply.
public struct LoraWeight: Message {
  public static let protoFullName = "lorikeet.v1.LoraWeight"

  /// A LoRA asset's id or name.
  public var asset: String = ""

  /// How strongly, −4 to 4. Left out: 1.
  public var weight: Double? = nil

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__LoraWeight>.size) { structure in
    lorikeet__v1__lora_weight__init(structure.assumingMemoryBound(to: Lorikeet__V1__LoraWeight.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__LoraWeight.self)
    self.asset = source.string(c.pointee.asset.len, c.pointee.asset.data, "lorikeet.v1.LoraWeight.asset")
    if c.pointee._weight_case.rawValue == 2 {
      self.weight = c.pointee.weight
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__LoraWeight.self)
    lorikeet__v1__lora_weight__init(c)
    let frame = packer.open()
    if !self.asset.isEmpty {
      c.pointee.asset = ProtobufCBinaryData(packer.text(self.asset))
    }
    if let value = self.weight {
      c.pointee.weight = value
      c.pointee._weight_case = .init(rawValue: 2)
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 10: self.asset = wire.string()
      case 17: self.weight = wire.double()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if !self.asset.isEmpty { size.string(self.asset, tag: 10) }
    if let value = self.weight { size.double(value, tag: 17) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if !self.asset.isEmpty { wire.string(self.asset, tag: 10) }
    if let value = self.weight { wire.double(value, tag: 17) }
    wire.unknown(self.unknownFields)
  }
}

/// What to make.
public struct GenerationSettings: Message {
  public static let protoFullName = "lorikeet.v1.GenerationSettings"

  /// The checkpoint: an asset's id or name. Left out: that of the first LoRA's tune, or the server's default.
  public var checkpoint: String = ""

  /// What to show, up to 10,000 characters.
  public var prompt: String = ""

  /// What to avoid, up to 10,000 characters.
  public var negativePrompt: String = ""

  /// The sampler.
  public var sampler: Sampler = .unspecified

  /// Denoising steps, 1–200. Left out: 30.
  public var steps: Int32? = nil

  /// How closely to follow the prompt (Ho and Salimans 2022), 0–50; 1 and less turns guidance off. Left out: 7.5.
  public var guidanceScale: Double? = nil

  /// In pixels, a multiple of 8 up to 4,096. Left out: the checkpoint's own.
  public var width: Int32? = nil

  /// In pixels, a multiple of 8 up to 4,096. Left out: the checkpoint's own.
  public var height: Int32? = nil

  /// One for each image, each below 2^32. Fewer than images: the rest count up from the last.
  /// Left out: chosen by the service and shown here.
  public var seeds: [Int64] = []

  /// How many images, 1–16. Left out: as many as there are seeds, or 1.
  public var imageCount: Int32? = nil

  /// LoRAs, at most 16; their effects add up.
  public var loras: [LoraWeight] = []

  /// An image to start from: an asset's id or name. Empty: from noise alone.
  public var initImage: String = ""

  /// How much of the image to start from is redrawn, above 0 and at most 1. Left out: 0.8.
  public var strength: Double? = nil

  /// How to encode the results.
  public var format: ImageFormat = .unspecified

  /// Steps from one preview to the next. 0: none.
  public var previewInterval: Int32 = 0

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__GenerationSettings>.size) { structure in
    lorikeet__v1__generation_settings__init(structure.assumingMemoryBound(to: Lorikeet__V1__GenerationSettings.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__GenerationSettings.self)
    self.checkpoint = source.string(c.pointee.checkpoint.len, c.pointee.checkpoint.data, "lorikeet.v1.GenerationSettings.checkpoint")
    self.prompt = source.string(c.pointee.prompt.len, c.pointee.prompt.data, "lorikeet.v1.GenerationSettings.prompt")
    self.negativePrompt = source.string(c.pointee.negative_prompt.len, c.pointee.negative_prompt.data, "lorikeet.v1.GenerationSettings.negative_prompt")
    self.sampler = Sampler(rawValue: Int32(truncatingIfNeeded: c.pointee.sampler.rawValue))
    if c.pointee._steps_case.rawValue == 5 {
      self.steps = c.pointee.steps
    }
    if c.pointee._guidance_scale_case.rawValue == 6 {
      self.guidanceScale = c.pointee.guidance_scale
    }
    if c.pointee._width_case.rawValue == 7 {
      self.width = c.pointee.width
    }
    if c.pointee._height_case.rawValue == 8 {
      self.height = c.pointee.height
    }
    self.seeds = Unpack.array(c.pointee.n_seeds, c.pointee.seeds)
    if c.pointee._image_count_case.rawValue == 10 {
      self.imageCount = c.pointee.image_count
    }
    self.loras = Unpack.messages(c.pointee.n_loras, c.pointee.loras) { LoraWeight(unpacked: $0, source: source.nested) }
    self.initImage = source.string(c.pointee.init_image.len, c.pointee.init_image.data, "lorikeet.v1.GenerationSettings.init_image")
    if c.pointee._strength_case.rawValue == 13 {
      self.strength = c.pointee.strength
    }
    self.format = ImageFormat(rawValue: Int32(truncatingIfNeeded: c.pointee.format.rawValue))
    self.previewInterval = c.pointee.preview_interval
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__GenerationSettings.self)
    lorikeet__v1__generation_settings__init(c)
    let frame = packer.open()
    if !self.checkpoint.isEmpty {
      c.pointee.checkpoint = ProtobufCBinaryData(packer.text(self.checkpoint))
    }
    if !self.prompt.isEmpty {
      c.pointee.prompt = ProtobufCBinaryData(packer.text(self.prompt))
    }
    if !self.negativePrompt.isEmpty {
      c.pointee.negative_prompt = ProtobufCBinaryData(packer.text(self.negativePrompt))
    }
    c.pointee.sampler = Lorikeet__V1__Sampler(rawValue: .init(truncatingIfNeeded: self.sampler.rawValue))
    if let value = self.steps {
      c.pointee.steps = value
      c.pointee._steps_case = .init(rawValue: 5)
    }
    if let value = self.guidanceScale {
      c.pointee.guidance_scale = value
      c.pointee._guidance_scale_case = .init(rawValue: 6)
    }
    if let value = self.width {
      c.pointee.width = value
      c.pointee._width_case = .init(rawValue: 7)
    }
    if let value = self.height {
      c.pointee.height = value
      c.pointee._height_case = .init(rawValue: 8)
    }
    if !self.seeds.isEmpty {
      c.pointee.seeds = packer.array(self.seeds)
      c.pointee.n_seeds = self.seeds.count
    }
    if let value = self.imageCount {
      c.pointee.image_count = value
      c.pointee._image_count_case = .init(rawValue: 10)
    }
    if !self.loras.isEmpty {
      c.pointee.loras = packer.array(self.loras) { value, packer -> UnsafeMutablePointer<Lorikeet__V1__LoraWeight>? in
        value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__LoraWeight.self)
      }
      c.pointee.n_loras = self.loras.count
    }
    if !self.initImage.isEmpty {
      c.pointee.init_image = ProtobufCBinaryData(packer.text(self.initImage))
    }
    if let value = self.strength {
      c.pointee.strength = value
      c.pointee._strength_case = .init(rawValue: 13)
    }
    c.pointee.format = Lorikeet__V1__ImageFormat(rawValue: .init(truncatingIfNeeded: self.format.rawValue))
    c.pointee.preview_interval = self.previewInterval
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// One generation.
public struct Generation: Message {
  public static let protoFullName = "lorikeet.v1.Generation"

  /// Made by the service. Output only.
  public var id: String = ""

  /// What to make, with every default filled in.
  public var settings: GenerationSettings? = nil

  /// Where it is in its life. Output only.
  public var state: JobState = .unspecified

  /// Why it is in that state, for people. Output only.
  public var stateReason: String = ""

  /// How far it is. Output only.
  public var progress: GenerationProgress? = nil

  /// The finished images. Output only.
  public var images: [GeneratedImage] = []

  /// When it was accepted. Output only.
  public var createTime: GoogleProtobufTimestamp? = nil

  /// When it first ran. Output only.
  public var startTime: GoogleProtobufTimestamp? = nil

  /// When it ended. Output only.
  public var endTime: GoogleProtobufTimestamp? = nil

  /// When it last changed. Output only.
  public var updateTime: GoogleProtobufTimestamp? = nil

  /// How often it has been handed to a backend. Output only.
  public var attempt: Int32 = 0

  /// The sequence number of its newest event. Output only.
  public var lastSequence: Int64 = 0

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__Generation>.size) { structure in
    lorikeet__v1__generation__init(structure.assumingMemoryBound(to: Lorikeet__V1__Generation.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__Generation.self)
    self.id = source.string(c.pointee.id.len, c.pointee.id.data, "lorikeet.v1.Generation.id")
    if let value = c.pointee.settings {
      self.settings = GenerationSettings(unpacked: value, source: source.nested)
    }
    self.state = JobState(rawValue: Int32(truncatingIfNeeded: c.pointee.state.rawValue))
    self.stateReason = source.string(c.pointee.state_reason.len, c.pointee.state_reason.data, "lorikeet.v1.Generation.state_reason")
    if let value = c.pointee.progress {
      self.progress = GenerationProgress(unpacked: value, source: source.nested)
    }
    self.images = Unpack.messages(c.pointee.n_images, c.pointee.images) { GeneratedImage(unpacked: $0, source: source.nested) }
    if let value = c.pointee.create_time {
      self.createTime = GoogleProtobufTimestamp(unpacked: value, source: source.nested)
    }
    if let value = c.pointee.start_time {
      self.startTime = GoogleProtobufTimestamp(unpacked: value, source: source.nested)
    }
    if let value = c.pointee.end_time {
      self.endTime = GoogleProtobufTimestamp(unpacked: value, source: source.nested)
    }
    if let value = c.pointee.update_time {
      self.updateTime = GoogleProtobufTimestamp(unpacked: value, source: source.nested)
    }
    self.attempt = c.pointee.attempt
    self.lastSequence = c.pointee.last_sequence
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__Generation.self)
    lorikeet__v1__generation__init(c)
    let frame = packer.open()
    if !self.id.isEmpty {
      c.pointee.id = ProtobufCBinaryData(packer.text(self.id))
    }
    if let value = self.settings {
      c.pointee.settings = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__GenerationSettings.self)
    }
    c.pointee.state = Lorikeet__V1__JobState(rawValue: .init(truncatingIfNeeded: self.state.rawValue))
    if !self.stateReason.isEmpty {
      c.pointee.state_reason = ProtobufCBinaryData(packer.text(self.stateReason))
    }
    if let value = self.progress {
      c.pointee.progress = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__GenerationProgress.self)
    }
    if !self.images.isEmpty {
      c.pointee.images = packer.array(self.images) { value, packer -> UnsafeMutablePointer<Lorikeet__V1__GeneratedImage>? in
        value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__GeneratedImage.self)
      }
      c.pointee.n_images = self.images.count
    }
    if let value = self.createTime {
      c.pointee.create_time = value.pack(into: &packer).assumingMemoryBound(to: Google__Protobuf__Timestamp.self)
    }
    if let value = self.startTime {
      c.pointee.start_time = value.pack(into: &packer).assumingMemoryBound(to: Google__Protobuf__Timestamp.self)
    }
    if let value = self.endTime {
      c.pointee.end_time = value.pack(into: &packer).assumingMemoryBound(to: Google__Protobuf__Timestamp.self)
    }
    if let value = self.updateTime {
      c.pointee.update_time = value.pack(into: &packer).assumingMemoryBound(to: Google__Protobuf__Timestamp.self)
    }
    c.pointee.attempt = self.attempt
    c.pointee.last_sequence = self.lastSequence
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// How far a generation is.
public struct GenerationProgress: Message {
  public static let protoFullName = "lorikeet.v1.GenerationProgress"

  /// Denoising steps done, over all images.
  public var step: Int32 = 0

  /// Denoising steps in all.
  public var totalSteps: Int32 = 0

  /// Denoising steps a second.
  public var stepsPerSecond: Double = 0

  /// What is left, at the present pace.
  public var timeLeft: GoogleProtobufDuration? = nil

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__GenerationProgress>.size) { structure in
    lorikeet__v1__generation_progress__init(structure.assumingMemoryBound(to: Lorikeet__V1__GenerationProgress.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__GenerationProgress.self)
    self.step = c.pointee.step
    self.totalSteps = c.pointee.total_steps
    self.stepsPerSecond = c.pointee.steps_per_second
    if let value = c.pointee.time_left {
      self.timeLeft = GoogleProtobufDuration(unpacked: value, source: source.nested)
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__GenerationProgress.self)
    lorikeet__v1__generation_progress__init(c)
    let frame = packer.open()
    c.pointee.step = self.step
    c.pointee.total_steps = self.totalSteps
    c.pointee.steps_per_second = self.stepsPerSecond
    packer.keepNegativeZero(self.stepsPerSecond, field: 3)
    if let value = self.timeLeft {
      c.pointee.time_left = value.pack(into: &packer).assumingMemoryBound(to: Google__Protobuf__Duration.self)
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// One finished image.
public struct GeneratedImage: Message {
  public static let protoFullName = "lorikeet.v1.GeneratedImage"

  /// Its place among the generation's images, from 0.
  public var index: Int32 = 0

  /// The picture: an asset's id.
  public var asset: String = ""

  /// The seed it was made from.
  public var seed: Int64 = 0

  /// The encoded picture, where `inline_images` asked for it.
  public var data: [UInt8] = []

  /// In pixels.
  public var width: Int32 = 0

  /// In pixels.
  public var height: Int32 = 0

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__GeneratedImage>.size) { structure in
    lorikeet__v1__generated_image__init(structure.assumingMemoryBound(to: Lorikeet__V1__GeneratedImage.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__GeneratedImage.self)
    self.index = c.pointee.index
    self.asset = source.string(c.pointee.asset.len, c.pointee.asset.data, "lorikeet.v1.GeneratedImage.asset")
    self.seed = c.pointee.seed
    self.data = source.bytes(c.pointee.data.len, c.pointee.data.data)
    self.width = c.pointee.width
    self.height = c.pointee.height
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__GeneratedImage.self)
    lorikeet__v1__generated_image__init(c)
    let frame = packer.open()
    c.pointee.index = self.index
    if !self.asset.isEmpty {
      c.pointee.asset = ProtobufCBinaryData(packer.text(self.asset))
    }
    c.pointee.seed = self.seed
    if !self.data.isEmpty, let start = packer.bytes(self.data, field: 4) {
      c.pointee.data = ProtobufCBinaryData(start)
    }
    c.pointee.width = self.width
    c.pointee.height = self.height
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 8: self.index = wire.int32()
      case 18: self.asset = wire.string()
      case 24: self.seed = wire.int64()
      case 34: self.data = wire.bytes()
      case 40: self.width = wire.int32()
      case 48: self.height = wire.int32()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if self.index != 0 { size.int32(self.index, tag: 8) }
    if !self.asset.isEmpty { size.string(self.asset, tag: 18) }
    if self.seed != 0 { size.int64(self.seed, tag: 24) }
    if !self.data.isEmpty { size.bytes(self.data, tag: 34) }
    if self.width != 0 { size.int32(self.width, tag: 40) }
    if self.height != 0 { size.int32(self.height, tag: 48) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if self.index != 0 { wire.int32(self.index, tag: 8) }
    if !self.asset.isEmpty { wire.string(self.asset, tag: 18) }
    if self.seed != 0 { wire.int64(self.seed, tag: 24) }
    if !self.data.isEmpty { wire.bytes(self.data, tag: 34) }
    if self.width != 0 { wire.int32(self.width, tag: 40) }
    if self.height != 0 { wire.int32(self.height, tag: 48) }
    wire.unknown(self.unknownFields)
  }
}

/// A picture of an unfinished image.
public struct GenerationPreview: Message {
  public static let protoFullName = "lorikeet.v1.GenerationPreview"

  /// Which image.
  public var index: Int32 = 0

  /// The step it was made at.
  public var step: Int32 = 0

  /// A PNG.
  public var data: [UInt8] = []

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__GenerationPreview>.size) { structure in
    lorikeet__v1__generation_preview__init(structure.assumingMemoryBound(to: Lorikeet__V1__GenerationPreview.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__GenerationPreview.self)
    self.index = c.pointee.index
    self.step = c.pointee.step
    self.data = source.bytes(c.pointee.data.len, c.pointee.data.data)
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__GenerationPreview.self)
    lorikeet__v1__generation_preview__init(c)
    let frame = packer.open()
    c.pointee.index = self.index
    c.pointee.step = self.step
    if !self.data.isEmpty, let start = packer.bytes(self.data, field: 3) {
      c.pointee.data = ProtobufCBinaryData(start)
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 8: self.index = wire.int32()
      case 16: self.step = wire.int32()
      case 26: self.data = wire.bytes()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if self.index != 0 { size.int32(self.index, tag: 8) }
    if self.step != 0 { size.int32(self.step, tag: 16) }
    if !self.data.isEmpty { size.bytes(self.data, tag: 26) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if self.index != 0 { wire.int32(self.index, tag: 8) }
    if self.step != 0 { wire.int32(self.step, tag: 16) }
    if !self.data.isEmpty { wire.bytes(self.data, tag: 26) }
    wire.unknown(self.unknownFields)
  }
}

/// One message of a generation's stream.
public struct GenerationEvent: Message {
  public static let protoFullName = "lorikeet.v1.GenerationEvent"

  /// Counts up for each stored event of a generation; 0 for what is not stored: previews, the queue's length, and
  /// images that a watch sends again because their bytes were asked for.
  public var sequence: Int64 = 0

  /// When it happened.
  public var time: GoogleProtobufTimestamp? = nil

  /// What happened.
  public var payload: Payload? = nil

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  /// What happened.
  public enum Payload: Sendable, Equatable {
    /// First message: the generation as it was accepted, or as it is when a watch begins.
    case snapshot(Generation)
    /// Jobs before this one in the queue.
    case queued(GenerationQueued)
    /// A new state that is not the last, with the whole generation.
    case state(Generation)
    /// Progress.
    case progress(GenerationProgress)
    /// A picture of an unfinished image.
    case preview(GenerationPreview)
    /// A finished image.
    case image(GeneratedImage)
    /// The end: the whole generation, succeeded, failed or cancelled.
    case summary(Generation)
  }

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__GenerationEvent>.size) { structure in
    lorikeet__v1__generation_event__init(structure.assumingMemoryBound(to: Lorikeet__V1__GenerationEvent.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__GenerationEvent.self)
    self.sequence = c.pointee.sequence
    if let value = c.pointee.time {
      self.time = GoogleProtobufTimestamp(unpacked: value, source: source.nested)
    }
    switch c.pointee.payload_case.rawValue {
    case 3:
      if let value = c.pointee.snapshot { self.payload = .snapshot(Generation(unpacked: value, source: source.nested)) }
    case 4:
      if let value = c.pointee.queued { self.payload = .queued(GenerationQueued(unpacked: value, source: source.nested)) }
    case 5:
      if let value = c.pointee.state { self.payload = .state(Generation(unpacked: value, source: source.nested)) }
    case 6:
      if let value = c.pointee.progress { self.payload = .progress(GenerationProgress(unpacked: value, source: source.nested)) }
    case 7:
      if let value = c.pointee.preview { self.payload = .preview(GenerationPreview(unpacked: value, source: source.nested)) }
    case 8:
      if let value = c.pointee.image { self.payload = .image(GeneratedImage(unpacked: value, source: source.nested)) }
    case 9:
      if let value = c.pointee.summary { self.payload = .summary(Generation(unpacked: value, source: source.nested)) }
    default: break
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__GenerationEvent.self)
    lorikeet__v1__generation_event__init(c)
    let frame = packer.open()
    c.pointee.sequence = self.sequence
    if let value = self.time {
      c.pointee.time = value.pack(into: &packer).assumingMemoryBound(to: Google__Protobuf__Timestamp.self)
    }
    switch self.payload {
    case .snapshot(let value):
      c.pointee.snapshot = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__Generation.self)
      c.pointee.payload_case = .init(rawValue: 3)
    case .queued(let value):
      c.pointee.queued = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__GenerationQueued.self)
      c.pointee.payload_case = .init(rawValue: 4)
    case .state(let value):
      c.pointee.state = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__Generation.self)
      c.pointee.payload_case = .init(rawValue: 5)
    case .progress(let value):
      c.pointee.progress = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__GenerationProgress.self)
      c.pointee.payload_case = .init(rawValue: 6)
    case .preview(let value):
      c.pointee.preview = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__GenerationPreview.self)
      c.pointee.payload_case = .init(rawValue: 7)
    case .image(let value):
      c.pointee.image = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__GeneratedImage.self)
      c.pointee.payload_case = .init(rawValue: 8)
    case .summary(let value):
      c.pointee.summary = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__Generation.self)
      c.pointee.payload_case = .init(rawValue: 9)
    case nil: break
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// How long the queue is.
public struct GenerationQueued: Message {
  public static let protoFullName = "lorikeet.v1.GenerationQueued"

  /// Jobs before this one.
  public var jobsAhead: Int32 = 0

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__GenerationQueued>.size) { structure in
    lorikeet__v1__generation_queued__init(structure.assumingMemoryBound(to: Lorikeet__V1__GenerationQueued.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__GenerationQueued.self)
    self.jobsAhead = c.pointee.jobs_ahead
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__GenerationQueued.self)
    lorikeet__v1__generation_queued__init(c)
    let frame = packer.open()
    c.pointee.jobs_ahead = self.jobsAhead
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 8: self.jobsAhead = wire.int32()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if self.jobsAhead != 0 { size.int32(self.jobsAhead, tag: 8) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if self.jobsAhead != 0 { wire.int32(self.jobsAhead, tag: 8) }
    wire.unknown(self.unknownFields)
  }
}

/// What to make and how to send it.
public struct GenerateRequest: Message {
  public static let protoFullName = "lorikeet.v1.GenerateRequest"

  /// What to make.
  public var settings: GenerationSettings? = nil

  /// Sends the finished images in the stream as well.
  public var inlineImages: Bool = false

  /// Makes a repeated call follow the generation that the first one made.
  public var requestId: String = ""

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__GenerateRequest>.size) { structure in
    lorikeet__v1__generate_request__init(structure.assumingMemoryBound(to: Lorikeet__V1__GenerateRequest.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__GenerateRequest.self)
    if let value = c.pointee.settings {
      self.settings = GenerationSettings(unpacked: value, source: source.nested)
    }
    self.inlineImages = c.pointee.inline_images != 0
    self.requestId = source.string(c.pointee.request_id.len, c.pointee.request_id.data, "lorikeet.v1.GenerateRequest.request_id")
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__GenerateRequest.self)
    lorikeet__v1__generate_request__init(c)
    let frame = packer.open()
    if let value = self.settings {
      c.pointee.settings = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__GenerationSettings.self)
    }
    c.pointee.inline_images = self.inlineImages ? 1 : 0
    if !self.requestId.isEmpty {
      c.pointee.request_id = ProtobufCBinaryData(packer.text(self.requestId))
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// A new generation.
public struct CreateGenerationRequest: Message {
  public static let protoFullName = "lorikeet.v1.CreateGenerationRequest"

  /// What to make.
  public var settings: GenerationSettings? = nil

  /// Makes a repeated call answer with the generation that the first one made. Up to 128 characters.
  public var requestId: String = ""

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__CreateGenerationRequest>.size) { structure in
    lorikeet__v1__create_generation_request__init(structure.assumingMemoryBound(to: Lorikeet__V1__CreateGenerationRequest.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__CreateGenerationRequest.self)
    if let value = c.pointee.settings {
      self.settings = GenerationSettings(unpacked: value, source: source.nested)
    }
    self.requestId = source.string(c.pointee.request_id.len, c.pointee.request_id.data, "lorikeet.v1.CreateGenerationRequest.request_id")
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__CreateGenerationRequest.self)
    lorikeet__v1__create_generation_request__init(c)
    let frame = packer.open()
    if let value = self.settings {
      c.pointee.settings = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__GenerationSettings.self)
    }
    if !self.requestId.isEmpty {
      c.pointee.request_id = ProtobufCBinaryData(packer.text(self.requestId))
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// Names one generation.
public struct GetGenerationRequest: Message {
  public static let protoFullName = "lorikeet.v1.GetGenerationRequest"

  /// Its id.
  public var generation: String = ""

  /// Fills `GeneratedImage.data`, as far as the server's limit for one answer goes; download what is left empty.
  public var inlineImages: Bool = false

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__GetGenerationRequest>.size) { structure in
    lorikeet__v1__get_generation_request__init(structure.assumingMemoryBound(to: Lorikeet__V1__GetGenerationRequest.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__GetGenerationRequest.self)
    self.generation = source.string(c.pointee.generation.len, c.pointee.generation.data, "lorikeet.v1.GetGenerationRequest.generation")
    self.inlineImages = c.pointee.inline_images != 0
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__GetGenerationRequest.self)
    lorikeet__v1__get_generation_request__init(c)
    let frame = packer.open()
    if !self.generation.isEmpty {
      c.pointee.generation = ProtobufCBinaryData(packer.text(self.generation))
    }
    c.pointee.inline_images = self.inlineImages ? 1 : 0
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 10: self.generation = wire.string()
      case 16: self.inlineImages = wire.bool()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if !self.generation.isEmpty { size.string(self.generation, tag: 10) }
    if self.inlineImages { size.bool(self.inlineImages, tag: 16) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if !self.generation.isEmpty { wire.string(self.generation, tag: 10) }
    if self.inlineImages { wire.bool(self.inlineImages, tag: 16) }
    wire.unknown(self.unknownFields)
  }
}

/// What to watch, and from where on.
public struct WatchGenerationRequest: Message {
  public static let protoFullName = "lorikeet.v1.WatchGenerationRequest"

  /// The generation's id.
  public var generation: String = ""

  /// Only events after this sequence number, as far as they are still kept. 0: from the snapshot on.
  public var afterSequence: Int64 = 0

  /// Sends the finished images in the stream as well.
  public var inlineImages: Bool = false

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__WatchGenerationRequest>.size) { structure in
    lorikeet__v1__watch_generation_request__init(structure.assumingMemoryBound(to: Lorikeet__V1__WatchGenerationRequest.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__WatchGenerationRequest.self)
    self.generation = source.string(c.pointee.generation.len, c.pointee.generation.data, "lorikeet.v1.WatchGenerationRequest.generation")
    self.afterSequence = c.pointee.after_sequence
    self.inlineImages = c.pointee.inline_images != 0
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__WatchGenerationRequest.self)
    lorikeet__v1__watch_generation_request__init(c)
    let frame = packer.open()
    if !self.generation.isEmpty {
      c.pointee.generation = ProtobufCBinaryData(packer.text(self.generation))
    }
    c.pointee.after_sequence = self.afterSequence
    c.pointee.inline_images = self.inlineImages ? 1 : 0
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 10: self.generation = wire.string()
      case 16: self.afterSequence = wire.int64()
      case 24: self.inlineImages = wire.bool()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if !self.generation.isEmpty { size.string(self.generation, tag: 10) }
    if self.afterSequence != 0 { size.int64(self.afterSequence, tag: 16) }
    if self.inlineImages { size.bool(self.inlineImages, tag: 24) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if !self.generation.isEmpty { wire.string(self.generation, tag: 10) }
    if self.afterSequence != 0 { wire.int64(self.afterSequence, tag: 16) }
    if self.inlineImages { wire.bool(self.inlineImages, tag: 24) }
    wire.unknown(self.unknownFields)
  }
}

/// Which generations, and how many at once.
public struct ListGenerationsRequest: Message {
  public static let protoFullName = "lorikeet.v1.ListGenerationsRequest"

  /// At most 1,000; 0 means 100.
  public var pageSize: Int32 = 0

  /// From the answer before; empty for the first page.
  public var pageToken: String = ""

  /// Only these states; empty means all.
  public var states: [JobState] = []

  /// Only prompts that contain this text.
  public var promptContains: String = ""

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__ListGenerationsRequest>.size) { structure in
    lorikeet__v1__list_generations_request__init(structure.assumingMemoryBound(to: Lorikeet__V1__ListGenerationsRequest.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__ListGenerationsRequest.self)
    self.pageSize = c.pointee.page_size
    self.pageToken = source.string(c.pointee.page_token.len, c.pointee.page_token.data, "lorikeet.v1.ListGenerationsRequest.page_token")
    self.states = Unpack.array(c.pointee.n_states, c.pointee.states) { JobState(rawValue: Int32(truncatingIfNeeded: $0.rawValue)) }
    self.promptContains = source.string(c.pointee.prompt_contains.len, c.pointee.prompt_contains.data, "lorikeet.v1.ListGenerationsRequest.prompt_contains")
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__ListGenerationsRequest.self)
    lorikeet__v1__list_generations_request__init(c)
    let frame = packer.open()
    c.pointee.page_size = self.pageSize
    if !self.pageToken.isEmpty {
      c.pointee.page_token = ProtobufCBinaryData(packer.text(self.pageToken))
    }
    if !self.states.isEmpty {
      c.pointee.states = packer.array(self.states) { value, _ -> Lorikeet__V1__JobState in Lorikeet__V1__JobState(rawValue: .init(truncatingIfNeeded: value.rawValue)) }
      c.pointee.n_states = self.states.count
    }
    if !self.promptContains.isEmpty {
      c.pointee.prompt_contains = ProtobufCBinaryData(packer.text(self.promptContains))
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// One page.
public struct ListGenerationsResponse: Message {
  public static let protoFullName = "lorikeet.v1.ListGenerationsResponse"

  /// Newest first.
  public var generations: [Generation] = []

  /// For the next page; empty on the last.
  public var nextPageToken: String = ""

  /// How many there are in all.
  public var totalSize: Int32 = 0

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__ListGenerationsResponse>.size) { structure in
    lorikeet__v1__list_generations_response__init(structure.assumingMemoryBound(to: Lorikeet__V1__ListGenerationsResponse.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__ListGenerationsResponse.self)
    self.generations = Unpack.messages(c.pointee.n_generations, c.pointee.generations) { Generation(unpacked: $0, source: source.nested) }
    self.nextPageToken = source.string(c.pointee.next_page_token.len, c.pointee.next_page_token.data, "lorikeet.v1.ListGenerationsResponse.next_page_token")
    self.totalSize = c.pointee.total_size
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__ListGenerationsResponse.self)
    lorikeet__v1__list_generations_response__init(c)
    let frame = packer.open()
    if !self.generations.isEmpty {
      c.pointee.generations = packer.array(self.generations) { value, packer -> UnsafeMutablePointer<Lorikeet__V1__Generation>? in
        value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__Generation.self)
      }
      c.pointee.n_generations = self.generations.count
    }
    if !self.nextPageToken.isEmpty {
      c.pointee.next_page_token = ProtobufCBinaryData(packer.text(self.nextPageToken))
    }
    c.pointee.total_size = self.totalSize
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// Names the generation to stop.
public struct CancelGenerationRequest: Message {
  public static let protoFullName = "lorikeet.v1.CancelGenerationRequest"

  /// Its id.
  public var generation: String = ""

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__CancelGenerationRequest>.size) { structure in
    lorikeet__v1__cancel_generation_request__init(structure.assumingMemoryBound(to: Lorikeet__V1__CancelGenerationRequest.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__CancelGenerationRequest.self)
    self.generation = source.string(c.pointee.generation.len, c.pointee.generation.data, "lorikeet.v1.CancelGenerationRequest.generation")
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__CancelGenerationRequest.self)
    lorikeet__v1__cancel_generation_request__init(c)
    let frame = packer.open()
    if !self.generation.isEmpty {
      c.pointee.generation = ProtobufCBinaryData(packer.text(self.generation))
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 10: self.generation = wire.string()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if !self.generation.isEmpty { size.string(self.generation, tag: 10) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if !self.generation.isEmpty { wire.string(self.generation, tag: 10) }
    wire.unknown(self.unknownFields)
  }
}

/// Names the generation to delete.
public struct DeleteGenerationRequest: Message {
  public static let protoFullName = "lorikeet.v1.DeleteGenerationRequest"

  /// Its id.
  public var generation: String = ""

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__DeleteGenerationRequest>.size) { structure in
    lorikeet__v1__delete_generation_request__init(structure.assumingMemoryBound(to: Lorikeet__V1__DeleteGenerationRequest.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__DeleteGenerationRequest.self)
    self.generation = source.string(c.pointee.generation.len, c.pointee.generation.data, "lorikeet.v1.DeleteGenerationRequest.generation")
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__DeleteGenerationRequest.self)
    lorikeet__v1__delete_generation_request__init(c)
    let frame = packer.open()
    if !self.generation.isEmpty {
      c.pointee.generation = ProtobufCBinaryData(packer.text(self.generation))
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 10: self.generation = wire.string()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if !self.generation.isEmpty { size.string(self.generation, tag: 10) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if !self.generation.isEmpty { wire.string(self.generation, tag: 10) }
    wire.unknown(self.unknownFields)
  }
}

/// Nothing to say.
public struct DeleteGenerationResponse: Message {
  public static let protoFullName = "lorikeet.v1.DeleteGenerationResponse"

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__DeleteGenerationResponse>.size) { structure in
    lorikeet__v1__delete_generation_response__init(structure.assumingMemoryBound(to: Lorikeet__V1__DeleteGenerationResponse.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__DeleteGenerationResponse.self)
    lorikeet__v1__delete_generation_response__init(c)
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
