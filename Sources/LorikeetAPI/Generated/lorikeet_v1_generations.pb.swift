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
  /// PNDM with the Runge-Kutta warm-up left out (Liu et al. 2022).
  case pndm
  /// Linear multistep of fourth order.
  case lms
  /// DDPM ancestral sampling (Ho et al. 2020).
  case ddpm
  /// Heun's method (Karras et al. 2022).
  case heun
  /// DPM-Solver++ 2M on the reverse SDE.
  case dpmPlusPlus2mSde
  /// DPM-Solver++ of first order twice a step, on the reverse SDE.
  case dpmPlusPlusSde
  /// DPM-Solver++ singlestep.
  case dpmSingle
  /// DPM-Solver-2 (Karras et al. 2022, algorithm 2).
  case dpm2
  /// DPM-Solver-2 with ancestral noise.
  case dpm2Ancestral
  /// UniPC (Zhao et al. 2023).
  case uniPc
  /// Latent consistency (Luo et al. 2023), for models distilled for it.
  case lcm
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
    case 7: self = .pndm
    case 8: self = .lms
    case 9: self = .ddpm
    case 10: self = .heun
    case 11: self = .dpmPlusPlus2mSde
    case 12: self = .dpmPlusPlusSde
    case 13: self = .dpmSingle
    case 14: self = .dpm2
    case 15: self = .dpm2Ancestral
    case 16: self = .uniPc
    case 17: self = .lcm
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
    case .pndm: 7
    case .lms: 8
    case .ddpm: 9
    case .heun: 10
    case .dpmPlusPlus2mSde: 11
    case .dpmPlusPlusSde: 12
    case .dpmSingle: 13
    case .dpm2: 14
    case .dpm2Ancestral: 15
    case .uniPc: 16
    case .lcm: 17
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
    case .pndm: "SAMPLER_PNDM"
    case .lms: "SAMPLER_LMS"
    case .ddpm: "SAMPLER_DDPM"
    case .heun: "SAMPLER_HEUN"
    case .dpmPlusPlus2mSde: "SAMPLER_DPM_PLUS_PLUS_2M_SDE"
    case .dpmPlusPlusSde: "SAMPLER_DPM_PLUS_PLUS_SDE"
    case .dpmSingle: "SAMPLER_DPM_SINGLE"
    case .dpm2: "SAMPLER_DPM_2"
    case .dpm2Ancestral: "SAMPLER_DPM_2_ANCESTRAL"
    case .uniPc: "SAMPLER_UNI_PC"
    case .lcm: "SAMPLER_LCM"
    case .unrecognized: nil
    }
  }

  public static let allCases: [Sampler] = [
    .unspecified, .ddim, .euler, .eulerKarras, .eulerAncestral, .dpmPlusPlus2m, .dpmPlusPlus2mKarras, .pndm, .lms, .ddpm, .heun, .dpmPlusPlus2mSde, .dpmPlusPlusSde, .dpmSingle, .dpm2, .dpm2Ancestral, .uniPc, .lcm,
  ]
}

/// How noise levels are spread over the steps.
public enum SigmaSchedule: RawRepresentable, CaseIterable, Hashable, Sendable {
  /// As the sampler's name says, or else as the checkpoint was trained.
  case unspecified
  /// As the checkpoint was trained.
  case trained
  /// Evenly in the seventh root (Karras et al. 2022).
  case karras
  /// Evenly in the logarithm.
  case exponential
  /// A number that this version of the schema has no name for.
  case unrecognized(Int32)

  public init() { self = .unspecified }

  public init(rawValue: Int32) {
    switch rawValue {
    case 0: self = .unspecified
    case 1: self = .trained
    case 2: self = .karras
    case 3: self = .exponential
    default: self = .unrecognized(rawValue)
    }
  }

  public var rawValue: Int32 {
    switch self {
    case .unspecified: 0
    case .trained: 1
    case .karras: 2
    case .exponential: 3
    case .unrecognized(let number): number
    }
  }

  /// The name in the schema; nil for an unrecognized number.
  public var protoName: String? {
    switch self {
    case .unspecified: "SIGMA_SCHEDULE_UNSPECIFIED"
    case .trained: "SIGMA_SCHEDULE_TRAINED"
    case .karras: "SIGMA_SCHEDULE_KARRAS"
    case .exponential: "SIGMA_SCHEDULE_EXPONENTIAL"
    case .unrecognized: nil
    }
  }

  public static let allCases: [SigmaSchedule] = [
    .unspecified, .trained, .karras, .exponential,
  ]
}

/// Which of the training timesteps are visited.
public enum TimestepSpacing: RawRepresentable, CaseIterable, Hashable, Sendable {
  /// The checkpoint's.
  case unspecified
  /// Counted from the first.
  case leading
  /// Counted from the last, which is visited: what zero-terminal-SNR checkpoints need.
  case trailing
  /// Evenly, with both ends.
  case linspace
  /// A number that this version of the schema has no name for.
  case unrecognized(Int32)

  public init() { self = .unspecified }

  public init(rawValue: Int32) {
    switch rawValue {
    case 0: self = .unspecified
    case 1: self = .leading
    case 2: self = .trailing
    case 3: self = .linspace
    default: self = .unrecognized(rawValue)
    }
  }

  public var rawValue: Int32 {
    switch self {
    case .unspecified: 0
    case .leading: 1
    case .trailing: 2
    case .linspace: 3
    case .unrecognized(let number): number
    }
  }

  /// The name in the schema; nil for an unrecognized number.
  public var protoName: String? {
    switch self {
    case .unspecified: "TIMESTEP_SPACING_UNSPECIFIED"
    case .leading: "TIMESTEP_SPACING_LEADING"
    case .trailing: "TIMESTEP_SPACING_TRAILING"
    case .linspace: "TIMESTEP_SPACING_LINSPACE"
    case .unrecognized: nil
    }
  }

  public static let allCases: [TimestepSpacing] = [
    .unspecified, .leading, .trailing, .linspace,
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

/// A textual inversion to use.
public struct TextualInversionUse: Message {
  public static let protoFullName = "lorikeet.v1.TextualInversionUse"

  /// A textual inversion asset's id or name.
  public var asset: String = ""

  /// The word in the prompts that stands for it. Left out: the embedding's own trigger word, or else its asset's name.
  public var trigger: String = ""

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__TextualInversionUse>.size) { structure in
    lorikeet__v1__textual_inversion_use__init(structure.assumingMemoryBound(to: Lorikeet__V1__TextualInversionUse.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__TextualInversionUse.self)
    self.asset = source.string(c.pointee.asset.len, c.pointee.asset.data, "lorikeet.v1.TextualInversionUse.asset")
    self.trigger = source.string(c.pointee.trigger.len, c.pointee.trigger.data, "lorikeet.v1.TextualInversionUse.trigger")
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__TextualInversionUse.self)
    lorikeet__v1__textual_inversion_use__init(c)
    let frame = packer.open()
    if !self.asset.isEmpty {
      c.pointee.asset = ProtobufCBinaryData(packer.text(self.asset))
    }
    if !self.trigger.isEmpty {
      c.pointee.trigger = ProtobufCBinaryData(packer.text(self.trigger))
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 10: self.asset = wire.string()
      case 18: self.trigger = wire.string()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if !self.asset.isEmpty { size.string(self.asset, tag: 10) }
    if !self.trigger.isEmpty { size.string(self.trigger, tag: 18) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if !self.asset.isEmpty { wire.string(self.asset, tag: 10) }
    if !self.trigger.isEmpty { wire.string(self.trigger, tag: 18) }
    wire.unknown(self.unknownFields)
  }
}

/// Room to paint around the image to start from, in pixels, each a multiple of 8.
public struct Outpainting: Message {
  public static let protoFullName = "lorikeet.v1.Outpainting"

  /// On the left.
  public var left: Int32 = 0

  /// On the right.
  public var right: Int32 = 0

  /// Above.
  public var top: Int32 = 0

  /// Below.
  public var bottom: Int32 = 0

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__Outpainting>.size) { structure in
    lorikeet__v1__outpainting__init(structure.assumingMemoryBound(to: Lorikeet__V1__Outpainting.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__Outpainting.self)
    self.left = c.pointee.left
    self.right = c.pointee.right
    self.top = c.pointee.top
    self.bottom = c.pointee.bottom
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__Outpainting.self)
    lorikeet__v1__outpainting__init(c)
    let frame = packer.open()
    c.pointee.left = self.left
    c.pointee.right = self.right
    c.pointee.top = self.top
    c.pointee.bottom = self.bottom
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 8: self.left = wire.int32()
      case 16: self.right = wire.int32()
      case 24: self.top = wire.int32()
      case 32: self.bottom = wire.int32()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if self.left != 0 { size.int32(self.left, tag: 8) }
    if self.right != 0 { size.int32(self.right, tag: 16) }
    if self.top != 0 { size.int32(self.top, tag: 24) }
    if self.bottom != 0 { size.int32(self.bottom, tag: 32) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if self.left != 0 { wire.int32(self.left, tag: 8) }
    if self.right != 0 { wire.int32(self.right, tag: 16) }
    if self.top != 0 { wire.int32(self.top, tag: 24) }
    if self.bottom != 0 { wire.int32(self.bottom, tag: 32) }
    wire.unknown(self.unknownFields)
  }
}

/// What to paint anew of the image to start from.
public struct Inpainting: Message {
  public static let protoFullName = "lorikeet.v1.Inpainting"

  /// An image asset's id or name: white is painted anew, black is kept. May be left out with `outpainting`.
  public var maskImage: String = ""

  /// Radius of the mask's soft edge, in pixels, 0–64. Left out: 4.
  public var maskBlur: Int32? = nil

  /// Works on the masked part alone, at the full size, and puts it back.
  public var fullResolution: Bool = false

  /// With `full_resolution`, refused without: how much of the surroundings is looked at, in pixels, 0–512. Left out: 32.
  public var padding: Int32? = nil

  /// Paints outside of the image; width and height are then those of the whole.
  public var outpainting: Outpainting? = nil

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__Inpainting>.size) { structure in
    lorikeet__v1__inpainting__init(structure.assumingMemoryBound(to: Lorikeet__V1__Inpainting.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__Inpainting.self)
    self.maskImage = source.string(c.pointee.mask_image.len, c.pointee.mask_image.data, "lorikeet.v1.Inpainting.mask_image")
    if c.pointee._mask_blur_case.rawValue == 2 {
      self.maskBlur = c.pointee.mask_blur
    }
    self.fullResolution = c.pointee.full_resolution != 0
    if c.pointee._padding_case.rawValue == 4 {
      self.padding = c.pointee.padding
    }
    if let value = c.pointee.outpainting {
      self.outpainting = Outpainting(unpacked: value, source: source.nested)
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__Inpainting.self)
    lorikeet__v1__inpainting__init(c)
    let frame = packer.open()
    if !self.maskImage.isEmpty {
      c.pointee.mask_image = ProtobufCBinaryData(packer.text(self.maskImage))
    }
    if let value = self.maskBlur {
      c.pointee.mask_blur = value
      c.pointee._mask_blur_case = .init(rawValue: 2)
    }
    c.pointee.full_resolution = self.fullResolution ? 1 : 0
    if let value = self.padding {
      c.pointee.padding = value
      c.pointee._padding_case = .init(rawValue: 4)
    }
    if let value = self.outpainting {
      c.pointee.outpainting = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__Outpainting.self)
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// A second model for the last part of the steps.
public struct Refinement: Message {
  public static let protoFullName = "lorikeet.v1.Refinement"

  /// The refiner: a checkpoint asset's id or name.
  public var checkpoint: String = ""

  /// The share of the noise schedule that the first model walks, 0–1. Left out: 0.8.
  public var highNoiseFraction: Double? = nil

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__Refinement>.size) { structure in
    lorikeet__v1__refinement__init(structure.assumingMemoryBound(to: Lorikeet__V1__Refinement.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__Refinement.self)
    self.checkpoint = source.string(c.pointee.checkpoint.len, c.pointee.checkpoint.data, "lorikeet.v1.Refinement.checkpoint")
    if c.pointee._high_noise_fraction_case.rawValue == 2 {
      self.highNoiseFraction = c.pointee.high_noise_fraction
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__Refinement.self)
    lorikeet__v1__refinement__init(c)
    let frame = packer.open()
    if !self.checkpoint.isEmpty {
      c.pointee.checkpoint = ProtobufCBinaryData(packer.text(self.checkpoint))
    }
    if let value = self.highNoiseFraction {
      c.pointee.high_noise_fraction = value
      c.pointee._high_noise_fraction_case = .init(rawValue: 2)
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 10: self.checkpoint = wire.string()
      case 17: self.highNoiseFraction = wire.double()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if !self.checkpoint.isEmpty { size.string(self.checkpoint, tag: 10) }
    if let value = self.highNoiseFraction { size.double(value, tag: 17) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if !self.checkpoint.isEmpty { wire.string(self.checkpoint, tag: 10) }
    if let value = self.highNoiseFraction { wire.double(value, tag: 17) }
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

  /// How much of the image to start from is redrawn, above 0 and at most 1. Left out: 0.8. Refused without `init_image`.
  public var strength: Double? = nil

  /// How to encode the results.
  public var format: ImageFormat = .unspecified

  /// Steps from one preview to the next. 0: none. Refused with `check_safety`: only finished images are looked at.
  public var previewInterval: Int32 = 0

  /// SDXL: what its second text encoder reads. Left out: `prompt`.
  public var prompt2: String = ""

  /// SDXL: what its second text encoder reads as the negative prompt. Left out: `negative_prompt`.
  public var negativePrompt2: String = ""

  /// The text encoder's layer to read, from the end, 1–12. Left out: the checkpoint's own, 1 for Stable Diffusion 1.
  public var clipSkip: Int32? = nil

  /// How noise levels are spread over the steps.
  public var sigmaSchedule: SigmaSchedule = .unspecified

  /// Which of the training timesteps are visited.
  public var timestepSpacing: TimestepSpacing = .unspecified

  /// How far guided results are brought back to the contrast of unguided ones (Lin et al. 2024), 0–1. Left out: 0,
  /// or 0.7 for zero-terminal-SNR checkpoints.
  public var guidanceRescale: Double? = nil

  /// A VAE asset to use in place of the checkpoint's.
  public var vae: String = ""

  /// Textual inversions, at most 16.
  public var textualInversions: [TextualInversionUse] = []

  /// What to paint anew of `init_image`. Left out: all of it, as far as `strength` says.
  public var inpainting: Inpainting? = nil

  /// Words added to the prompts; see `ListStylePresets`.
  public var stylePreset: String = ""

  /// A second model for the last part of the steps.
  public var refinement: Refinement? = nil

  /// Looks for unsafe results and removes them. Refused where there are no weights to do it with.
  public var checkSafety: Bool = false

  /// The safety checker: an asset's id or name. Left out: the checkpoint's own.
  public var safetyChecker: String = ""

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
    self.prompt2 = source.string(c.pointee.prompt_2.len, c.pointee.prompt_2.data, "lorikeet.v1.GenerationSettings.prompt_2")
    self.negativePrompt2 = source.string(c.pointee.negative_prompt_2.len, c.pointee.negative_prompt_2.data, "lorikeet.v1.GenerationSettings.negative_prompt_2")
    if c.pointee._clip_skip_case.rawValue == 18 {
      self.clipSkip = c.pointee.clip_skip
    }
    self.sigmaSchedule = SigmaSchedule(rawValue: Int32(truncatingIfNeeded: c.pointee.sigma_schedule.rawValue))
    self.timestepSpacing = TimestepSpacing(rawValue: Int32(truncatingIfNeeded: c.pointee.timestep_spacing.rawValue))
    if c.pointee._guidance_rescale_case.rawValue == 21 {
      self.guidanceRescale = c.pointee.guidance_rescale
    }
    self.vae = source.string(c.pointee.vae.len, c.pointee.vae.data, "lorikeet.v1.GenerationSettings.vae")
    self.textualInversions = Unpack.messages(c.pointee.n_textual_inversions, c.pointee.textual_inversions) { TextualInversionUse(unpacked: $0, source: source.nested) }
    if let value = c.pointee.inpainting {
      self.inpainting = Inpainting(unpacked: value, source: source.nested)
    }
    self.stylePreset = source.string(c.pointee.style_preset.len, c.pointee.style_preset.data, "lorikeet.v1.GenerationSettings.style_preset")
    if let value = c.pointee.refinement {
      self.refinement = Refinement(unpacked: value, source: source.nested)
    }
    self.checkSafety = c.pointee.check_safety != 0
    self.safetyChecker = source.string(c.pointee.safety_checker.len, c.pointee.safety_checker.data, "lorikeet.v1.GenerationSettings.safety_checker")
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
    if !self.prompt2.isEmpty {
      c.pointee.prompt_2 = ProtobufCBinaryData(packer.text(self.prompt2))
    }
    if !self.negativePrompt2.isEmpty {
      c.pointee.negative_prompt_2 = ProtobufCBinaryData(packer.text(self.negativePrompt2))
    }
    if let value = self.clipSkip {
      c.pointee.clip_skip = value
      c.pointee._clip_skip_case = .init(rawValue: 18)
    }
    c.pointee.sigma_schedule = Lorikeet__V1__SigmaSchedule(rawValue: .init(truncatingIfNeeded: self.sigmaSchedule.rawValue))
    c.pointee.timestep_spacing = Lorikeet__V1__TimestepSpacing(rawValue: .init(truncatingIfNeeded: self.timestepSpacing.rawValue))
    if let value = self.guidanceRescale {
      c.pointee.guidance_rescale = value
      c.pointee._guidance_rescale_case = .init(rawValue: 21)
    }
    if !self.vae.isEmpty {
      c.pointee.vae = ProtobufCBinaryData(packer.text(self.vae))
    }
    if !self.textualInversions.isEmpty {
      c.pointee.textual_inversions = packer.array(self.textualInversions) { value, packer -> UnsafeMutablePointer<Lorikeet__V1__TextualInversionUse>? in
        value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__TextualInversionUse.self)
      }
      c.pointee.n_textual_inversions = self.textualInversions.count
    }
    if let value = self.inpainting {
      c.pointee.inpainting = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__Inpainting.self)
    }
    if !self.stylePreset.isEmpty {
      c.pointee.style_preset = ProtobufCBinaryData(packer.text(self.stylePreset))
    }
    if let value = self.refinement {
      c.pointee.refinement = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__Refinement.self)
    }
    c.pointee.check_safety = self.checkSafety ? 1 : 0
    if !self.safetyChecker.isEmpty {
      c.pointee.safety_checker = ProtobufCBinaryData(packer.text(self.safetyChecker))
    }
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

  /// What the images were made from, once the first is there. Output only.
  public var manifest: GenerationManifest? = nil

  /// What the user should know, such as parts of a LoRA that fit nothing; each once, at most 100, of at most 1,024 bytes
  /// each. Output only.
  public var warnings: [String] = []

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
    if let value = c.pointee.manifest {
      self.manifest = GenerationManifest(unpacked: value, source: source.nested)
    }
    self.warnings = Unpack.array(c.pointee.n_warnings, c.pointee.warnings) { source.nested.string($0.len, $0.data, "lorikeet.v1.Generation.warnings") }
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
    if let value = self.manifest {
      c.pointee.manifest = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__GenerationManifest.self)
    }
    if !self.warnings.isEmpty {
      c.pointee.warnings = packer.array(self.warnings) { value, packer in
        ProtobufCBinaryData(packer.text(value))
      }
      c.pointee.n_warnings = self.warnings.count
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// An asset as it was when it was used.
public struct ManifestInput: Message {
  public static let protoFullName = "lorikeet.v1.ManifestInput"

  /// What it was used for: `checkpoint`, `lora`, `vae`, `textual_inversion`, `init_image`, `mask_image`, `refiner` or
  /// `safety_checker`.
  public var role: String = ""

  /// Its id.
  public var asset: String = ""

  /// Its name.
  public var name: String = ""

  /// Of its content: of one file its SHA-256, of several SHA-256 over their sorted paths and digests.
  public var digest: String = ""

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__ManifestInput>.size) { structure in
    lorikeet__v1__manifest_input__init(structure.assumingMemoryBound(to: Lorikeet__V1__ManifestInput.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__ManifestInput.self)
    self.role = source.string(c.pointee.role.len, c.pointee.role.data, "lorikeet.v1.ManifestInput.role")
    self.asset = source.string(c.pointee.asset.len, c.pointee.asset.data, "lorikeet.v1.ManifestInput.asset")
    self.name = source.string(c.pointee.name.len, c.pointee.name.data, "lorikeet.v1.ManifestInput.name")
    self.digest = source.string(c.pointee.digest.len, c.pointee.digest.data, "lorikeet.v1.ManifestInput.digest")
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__ManifestInput.self)
    lorikeet__v1__manifest_input__init(c)
    let frame = packer.open()
    if !self.role.isEmpty {
      c.pointee.role = ProtobufCBinaryData(packer.text(self.role))
    }
    if !self.asset.isEmpty {
      c.pointee.asset = ProtobufCBinaryData(packer.text(self.asset))
    }
    if !self.name.isEmpty {
      c.pointee.name = ProtobufCBinaryData(packer.text(self.name))
    }
    if !self.digest.isEmpty {
      c.pointee.digest = ProtobufCBinaryData(packer.text(self.digest))
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 10: self.role = wire.string()
      case 18: self.asset = wire.string()
      case 26: self.name = wire.string()
      case 34: self.digest = wire.string()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if !self.role.isEmpty { size.string(self.role, tag: 10) }
    if !self.asset.isEmpty { size.string(self.asset, tag: 18) }
    if !self.name.isEmpty { size.string(self.name, tag: 26) }
    if !self.digest.isEmpty { size.string(self.digest, tag: 34) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if !self.role.isEmpty { wire.string(self.role, tag: 10) }
    if !self.asset.isEmpty { wire.string(self.asset, tag: 18) }
    if !self.name.isEmpty { wire.string(self.name, tag: 26) }
    if !self.digest.isEmpty { wire.string(self.digest, tag: 34) }
    wire.unknown(self.unknownFields)
  }
}

/// Everything that decides over a generation's pixels.
public struct GenerationManifest: Message {
  public static let protoFullName = "lorikeet.v1.GenerationManifest"

  /// Every setting, with defaults filled in and assets by id. What two models choose differently stays open, and so does
  /// the timestep spacing where the sampler chooses its timesteps itself.
  public var settings: GenerationSettings? = nil

  /// The assets.
  public var inputs: [ManifestInput] = []

  /// The engine's version.
  public var engineVersion: String = ""

  /// The kind of device, such as `cpu` or `cuda NVIDIA H200`.
  public var device: String = ""

  /// The element type that the networks computed in, such as `float32`.
  public var precision: String = ""

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__GenerationManifest>.size) { structure in
    lorikeet__v1__generation_manifest__init(structure.assumingMemoryBound(to: Lorikeet__V1__GenerationManifest.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__GenerationManifest.self)
    if let value = c.pointee.settings {
      self.settings = GenerationSettings(unpacked: value, source: source.nested)
    }
    self.inputs = Unpack.messages(c.pointee.n_inputs, c.pointee.inputs) { ManifestInput(unpacked: $0, source: source.nested) }
    self.engineVersion = source.string(c.pointee.engine_version.len, c.pointee.engine_version.data, "lorikeet.v1.GenerationManifest.engine_version")
    self.device = source.string(c.pointee.device.len, c.pointee.device.data, "lorikeet.v1.GenerationManifest.device")
    self.precision = source.string(c.pointee.precision.len, c.pointee.precision.data, "lorikeet.v1.GenerationManifest.precision")
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__GenerationManifest.self)
    lorikeet__v1__generation_manifest__init(c)
    let frame = packer.open()
    if let value = self.settings {
      c.pointee.settings = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__GenerationSettings.self)
    }
    if !self.inputs.isEmpty {
      c.pointee.inputs = packer.array(self.inputs) { value, packer -> UnsafeMutablePointer<Lorikeet__V1__ManifestInput>? in
        value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__ManifestInput.self)
      }
      c.pointee.n_inputs = self.inputs.count
    }
    if !self.engineVersion.isEmpty {
      c.pointee.engine_version = ProtobufCBinaryData(packer.text(self.engineVersion))
    }
    if !self.device.isEmpty {
      c.pointee.device = ProtobufCBinaryData(packer.text(self.device))
    }
    if !self.precision.isEmpty {
      c.pointee.precision = ProtobufCBinaryData(packer.text(self.precision))
    }
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

  /// Its content was unsafe: the picture is black.
  public var removedForSafety: Bool = false

  /// How near the nearest unsafe concept was, where safety was checked: above 0 is unsafe.
  public var safetyScore: Double? = nil

  /// SHA-256 of the pixels: three bytes each, red, green and blue, rows from top to bottom.
  public var pixelsSha256: String = ""

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
    self.removedForSafety = c.pointee.removed_for_safety != 0
    if c.pointee._safety_score_case.rawValue == 8 {
      self.safetyScore = c.pointee.safety_score
    }
    self.pixelsSha256 = source.string(c.pointee.pixels_sha256.len, c.pointee.pixels_sha256.data, "lorikeet.v1.GeneratedImage.pixels_sha256")
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
    c.pointee.removed_for_safety = self.removedForSafety ? 1 : 0
    if let value = self.safetyScore {
      c.pointee.safety_score = value
      c.pointee._safety_score_case = .init(rawValue: 8)
    }
    if !self.pixelsSha256.isEmpty {
      c.pointee.pixels_sha256 = ProtobufCBinaryData(packer.text(self.pixelsSha256))
    }
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
      case 56: self.removedForSafety = wire.bool()
      case 65: self.safetyScore = wire.double()
      case 74: self.pixelsSha256 = wire.string()
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
    if self.removedForSafety { size.bool(self.removedForSafety, tag: 56) }
    if let value = self.safetyScore { size.double(value, tag: 65) }
    if !self.pixelsSha256.isEmpty { size.string(self.pixelsSha256, tag: 74) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if self.index != 0 { wire.int32(self.index, tag: 8) }
    if !self.asset.isEmpty { wire.string(self.asset, tag: 18) }
    if self.seed != 0 { wire.int64(self.seed, tag: 24) }
    if !self.data.isEmpty { wire.bytes(self.data, tag: 34) }
    if self.width != 0 { wire.int32(self.width, tag: 40) }
    if self.height != 0 { wire.int32(self.height, tag: 48) }
    if self.removedForSafety { wire.bool(self.removedForSafety, tag: 56) }
    if let value = self.safetyScore { wire.double(value, tag: 65) }
    if !self.pixelsSha256.isEmpty { wire.string(self.pixelsSha256, tag: 74) }
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
    /// Something the user should know; also in `Generation.warnings`.
    case warning(String)
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
    case 10:
      self.payload = .warning(source.string(c.pointee.warning.len, c.pointee.warning.data, "lorikeet.v1.GenerationEvent.warning"))
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
    case .warning(let value):
      c.pointee.warning = ProtobufCBinaryData(packer.text(value))
      c.pointee.payload_case = .init(rawValue: 10)
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

/// What to make again.
public struct ReplayGenerationRequest: Message {
  public static let protoFullName = "lorikeet.v1.ReplayGenerationRequest"

  /// Which.
  public var source: Source? = nil

  /// Makes a repeated call answer with the generation that the first one made. Up to 128 characters.
  public var requestId: String = ""

  /// Goes on where the engine, the device or the precision is another: the pixels may then differ in their last bits.
  public var allowDifferences: Bool = false

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  /// Which.
  public enum Source: Sendable, Equatable {
    /// A generation's id.
    case generation(String)
    /// A manifest, from here or from elsewhere; inputs are found by their digests.
    case manifest(GenerationManifest)
  }

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__ReplayGenerationRequest>.size) { structure in
    lorikeet__v1__replay_generation_request__init(structure.assumingMemoryBound(to: Lorikeet__V1__ReplayGenerationRequest.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__ReplayGenerationRequest.self)
    self.requestId = source.string(c.pointee.request_id.len, c.pointee.request_id.data, "lorikeet.v1.ReplayGenerationRequest.request_id")
    self.allowDifferences = c.pointee.allow_differences != 0
    switch c.pointee.source_case.rawValue {
    case 1:
      self.source = .generation(source.string(c.pointee.generation.len, c.pointee.generation.data, "lorikeet.v1.ReplayGenerationRequest.generation"))
    case 2:
      if let value = c.pointee.manifest { self.source = .manifest(GenerationManifest(unpacked: value, source: source.nested)) }
    default: break
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__ReplayGenerationRequest.self)
    lorikeet__v1__replay_generation_request__init(c)
    let frame = packer.open()
    if !self.requestId.isEmpty {
      c.pointee.request_id = ProtobufCBinaryData(packer.text(self.requestId))
    }
    c.pointee.allow_differences = self.allowDifferences ? 1 : 0
    switch self.source {
    case .generation(let value):
      c.pointee.generation = ProtobufCBinaryData(packer.text(value))
      c.pointee.source_case = .init(rawValue: 1)
    case .manifest(let value):
      c.pointee.manifest = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__GenerationManifest.self)
      c.pointee.source_case = .init(rawValue: 2)
    case nil: break
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 10: self.source = .generation(wire.string())
      case 26: self.requestId = wire.string()
      case 32: self.allowDifferences = wire.bool()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    switch self.source {
    case .generation(let value): size.string(value, tag: 10)
    case .some: size.giveUp()
    case nil: break
    }
    if !self.requestId.isEmpty { size.string(self.requestId, tag: 26) }
    if self.allowDifferences { size.bool(self.allowDifferences, tag: 32) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    switch self.source {
    case .generation(let value): wire.string(value, tag: 10)
    case .some: break
    case nil: break
    }
    if !self.requestId.isEmpty { wire.string(self.requestId, tag: 26) }
    if self.allowDifferences { wire.bool(self.allowDifferences, tag: 32) }
    wire.unknown(self.unknownFields)
  }
}

/// Nothing to say.
public struct ListStylePresetsRequest: Message {
  public static let protoFullName = "lorikeet.v1.ListStylePresetsRequest"

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__ListStylePresetsRequest>.size) { structure in
    lorikeet__v1__list_style_presets_request__init(structure.assumingMemoryBound(to: Lorikeet__V1__ListStylePresetsRequest.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__ListStylePresetsRequest.self)
    lorikeet__v1__list_style_presets_request__init(c)
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

/// The style presets.
public struct ListStylePresetsResponse: Message {
  public static let protoFullName = "lorikeet.v1.ListStylePresetsResponse"

  /// In the order of their names.
  public var presets: [StylePreset] = []

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__ListStylePresetsResponse>.size) { structure in
    lorikeet__v1__list_style_presets_response__init(structure.assumingMemoryBound(to: Lorikeet__V1__ListStylePresetsResponse.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__ListStylePresetsResponse.self)
    self.presets = Unpack.messages(c.pointee.n_presets, c.pointee.presets) { StylePreset(unpacked: $0, source: source.nested) }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__ListStylePresetsResponse.self)
    lorikeet__v1__list_style_presets_response__init(c)
    let frame = packer.open()
    if !self.presets.isEmpty {
      c.pointee.presets = packer.array(self.presets) { value, packer -> UnsafeMutablePointer<Lorikeet__V1__StylePreset>? in
        value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__StylePreset.self)
      }
      c.pointee.n_presets = self.presets.count
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// Words that give a picture a style.
public struct StylePreset: Message {
  public static let protoFullName = "lorikeet.v1.StylePreset"

  /// The name to ask for it by.
  public var name: String = ""

  /// The prompt; `{prompt}` stands for the user's own.
  public var prompt: String = ""

  /// Added to the negative prompt.
  public var negativePrompt: String = ""

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__StylePreset>.size) { structure in
    lorikeet__v1__style_preset__init(structure.assumingMemoryBound(to: Lorikeet__V1__StylePreset.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__StylePreset.self)
    self.name = source.string(c.pointee.name.len, c.pointee.name.data, "lorikeet.v1.StylePreset.name")
    self.prompt = source.string(c.pointee.prompt.len, c.pointee.prompt.data, "lorikeet.v1.StylePreset.prompt")
    self.negativePrompt = source.string(c.pointee.negative_prompt.len, c.pointee.negative_prompt.data, "lorikeet.v1.StylePreset.negative_prompt")
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__StylePreset.self)
    lorikeet__v1__style_preset__init(c)
    let frame = packer.open()
    if !self.name.isEmpty {
      c.pointee.name = ProtobufCBinaryData(packer.text(self.name))
    }
    if !self.prompt.isEmpty {
      c.pointee.prompt = ProtobufCBinaryData(packer.text(self.prompt))
    }
    if !self.negativePrompt.isEmpty {
      c.pointee.negative_prompt = ProtobufCBinaryData(packer.text(self.negativePrompt))
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 10: self.name = wire.string()
      case 18: self.prompt = wire.string()
      case 26: self.negativePrompt = wire.string()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if !self.name.isEmpty { size.string(self.name, tag: 10) }
    if !self.prompt.isEmpty { size.string(self.prompt, tag: 18) }
    if !self.negativePrompt.isEmpty { size.string(self.negativePrompt, tag: 26) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if !self.name.isEmpty { wire.string(self.name, tag: 10) }
    if !self.prompt.isEmpty { wire.string(self.prompt, tag: 18) }
    if !self.negativePrompt.isEmpty { wire.string(self.negativePrompt, tag: 26) }
    wire.unknown(self.unknownFields)
  }
}

extension ProtobufCBinaryData {
  fileprivate init(_ bytes: UnsafeMutableBufferPointer<UInt8>) {
    self.init(len: bytes.count, data: bytes.baseAddress)
  }
}
