// Generated from lorikeet/v1/tunes.proto by Protos/generate.sh; do not edit.

internal import CProtobufC
internal import CLorikeetProtos
public import Protobuf

/// Which layers of the U-Net get an adapter.
public enum TargetLayers: RawRepresentable, CaseIterable, Hashable, Sendable {
  /// Attention and feed-forward.
  case unspecified
  /// The query, key, value and output projections of attention.
  case attention
  /// Attention, feed-forward, and the projections into and out of the transformer: kohya's default set.
  case attentionAndFeedForward
  /// A number that this version of the schema has no name for.
  case unrecognized(Int32)

  public init() { self = .unspecified }

  public init(rawValue: Int32) {
    switch rawValue {
    case 0: self = .unspecified
    case 1: self = .attention
    case 2: self = .attentionAndFeedForward
    default: self = .unrecognized(rawValue)
    }
  }

  public var rawValue: Int32 {
    switch self {
    case .unspecified: 0
    case .attention: 1
    case .attentionAndFeedForward: 2
    case .unrecognized(let number): number
    }
  }

  /// The name in the schema; nil for an unrecognized number.
  public var protoName: String? {
    switch self {
    case .unspecified: "TARGET_LAYERS_UNSPECIFIED"
    case .attention: "TARGET_LAYERS_ATTENTION"
    case .attentionAndFeedForward: "TARGET_LAYERS_ATTENTION_AND_FEED_FORWARD"
    case .unrecognized: nil
    }
  }

  public static let allCases: [TargetLayers] = [
    .unspecified, .attention, .attentionAndFeedForward,
  ]
}

/// How the learning rate changes over the steps, after the warm-up.
public enum LearningRateSchedule: RawRepresentable, CaseIterable, Hashable, Sendable {
  /// Cosine.
  case unspecified
  /// It stays.
  case constant
  /// It falls linearly to zero.
  case linear
  /// It falls to zero along half a cosine.
  case cosine
  /// Half a cosine, several times over (Loshchilov and Hutter 2017).
  case cosineWithRestarts
  /// A number that this version of the schema has no name for.
  case unrecognized(Int32)

  public init() { self = .unspecified }

  public init(rawValue: Int32) {
    switch rawValue {
    case 0: self = .unspecified
    case 1: self = .constant
    case 2: self = .linear
    case 3: self = .cosine
    case 4: self = .cosineWithRestarts
    default: self = .unrecognized(rawValue)
    }
  }

  public var rawValue: Int32 {
    switch self {
    case .unspecified: 0
    case .constant: 1
    case .linear: 2
    case .cosine: 3
    case .cosineWithRestarts: 4
    case .unrecognized(let number): number
    }
  }

  /// The name in the schema; nil for an unrecognized number.
  public var protoName: String? {
    switch self {
    case .unspecified: "LEARNING_RATE_SCHEDULE_UNSPECIFIED"
    case .constant: "LEARNING_RATE_SCHEDULE_CONSTANT"
    case .linear: "LEARNING_RATE_SCHEDULE_LINEAR"
    case .cosine: "LEARNING_RATE_SCHEDULE_COSINE"
    case .cosineWithRestarts: "LEARNING_RATE_SCHEDULE_COSINE_WITH_RESTARTS"
    case .unrecognized: nil
    }
  }

  public static let allCases: [LearningRateSchedule] = [
    .unspecified, .constant, .linear, .cosine, .cosineWithRestarts,
  ]
}

/// What moves the parameters along their gradients.
public enum Optimizer: RawRepresentable, CaseIterable, Hashable, Sendable {
  /// AdamW.
  case unspecified
  /// Adam with decoupled weight decay (Loshchilov and Hutter 2019).
  case adamw
  /// AdamW whose moments are kept in 8 bits (Dettmers et al. 2022).
  case adamw8bit
  /// Finds its own learning rate (Mishchenko and Defazio 2023); a learning rate of 1 suits it.
  case prodigy
  /// Moments factored into rows and columns (Shazeer and Stern 2018).
  case adafactor
  /// Signs of the momentum (Chen et al. 2023); a tenth of AdamW's learning rate suits it.
  case lion
  /// A number that this version of the schema has no name for.
  case unrecognized(Int32)

  public init() { self = .unspecified }

  public init(rawValue: Int32) {
    switch rawValue {
    case 0: self = .unspecified
    case 1: self = .adamw
    case 2: self = .adamw8bit
    case 3: self = .prodigy
    case 4: self = .adafactor
    case 5: self = .lion
    default: self = .unrecognized(rawValue)
    }
  }

  public var rawValue: Int32 {
    switch self {
    case .unspecified: 0
    case .adamw: 1
    case .adamw8bit: 2
    case .prodigy: 3
    case .adafactor: 4
    case .lion: 5
    case .unrecognized(let number): number
    }
  }

  /// The name in the schema; nil for an unrecognized number.
  public var protoName: String? {
    switch self {
    case .unspecified: "OPTIMIZER_UNSPECIFIED"
    case .adamw: "OPTIMIZER_ADAMW"
    case .adamw8bit: "OPTIMIZER_ADAMW_8BIT"
    case .prodigy: "OPTIMIZER_PRODIGY"
    case .adafactor: "OPTIMIZER_ADAFACTOR"
    case .lion: "OPTIMIZER_LION"
    case .unrecognized: nil
    }
  }

  public static let allCases: [Optimizer] = [
    .unspecified, .adamw, .adamw8bit, .prodigy, .adafactor, .lion,
  ]
}

/// What the networks compute in while they train.
public enum TrainingPrecision: RawRepresentable, CaseIterable, Hashable, Sendable {
  /// The backend's own.
  case unspecified
  /// 32 bits.
  case float32
  /// 16 bits with the range of 32.
  case bfloat16
  /// 16 bits, with the loss scaled.
  case float16
  /// A number that this version of the schema has no name for.
  case unrecognized(Int32)

  public init() { self = .unspecified }

  public init(rawValue: Int32) {
    switch rawValue {
    case 0: self = .unspecified
    case 1: self = .float32
    case 2: self = .bfloat16
    case 3: self = .float16
    default: self = .unrecognized(rawValue)
    }
  }

  public var rawValue: Int32 {
    switch self {
    case .unspecified: 0
    case .float32: 1
    case .bfloat16: 2
    case .float16: 3
    case .unrecognized(let number): number
    }
  }

  /// The name in the schema; nil for an unrecognized number.
  public var protoName: String? {
    switch self {
    case .unspecified: "TRAINING_PRECISION_UNSPECIFIED"
    case .float32: "TRAINING_PRECISION_FLOAT32"
    case .bfloat16: "TRAINING_PRECISION_BFLOAT16"
    case .float16: "TRAINING_PRECISION_FLOAT16"
    case .unrecognized: nil
    }
  }

  public static let allCases: [TrainingPrecision] = [
    .unspecified, .float32, .bfloat16, .float16,
  ]
}

/// How grave a finding is.
public enum LintSeverity: RawRepresentable, CaseIterable, Hashable, Sendable {
  /// Not given.
  case unspecified
  /// Worth knowing.
  case note
  /// The LoRA will be worse for it.
  case warning
  /// The tune would fail, or leave the image out.
  case error
  /// A number that this version of the schema has no name for.
  case unrecognized(Int32)

  public init() { self = .unspecified }

  public init(rawValue: Int32) {
    switch rawValue {
    case 0: self = .unspecified
    case 1: self = .note
    case 2: self = .warning
    case 3: self = .error
    default: self = .unrecognized(rawValue)
    }
  }

  public var rawValue: Int32 {
    switch self {
    case .unspecified: 0
    case .note: 1
    case .warning: 2
    case .error: 3
    case .unrecognized(let number): number
    }
  }

  /// The name in the schema; nil for an unrecognized number.
  public var protoName: String? {
    switch self {
    case .unspecified: "LINT_SEVERITY_UNSPECIFIED"
    case .note: "LINT_SEVERITY_NOTE"
    case .warning: "LINT_SEVERITY_WARNING"
    case .error: "LINT_SEVERITY_ERROR"
    case .unrecognized: nil
    }
  }

  public static let allCases: [LintSeverity] = [
    .unspecified, .note, .warning, .error,
  ]
}

/// One fine-tuning job.
public struct Tune: Message {
  public static let protoFullName = "lorikeet.v1.Tune"

  /// Made by the service. Output only.
  public var id: String = ""

  /// Unique among tunes; letters, digits, `_`, `-` and `.`, 1–128 of them. Required.
  public var name: String = ""

  /// Free text, up to 4,096 characters.
  public var description: String = ""

  /// The checkpoint to start from: an asset's id or name. Left out: the server's default checkpoint.
  public var baseCheckpoint: String = ""

  /// The word that calls the subject; put before a caption that lacks it. Up to 64 characters, no comma. Required.
  public var triggerWord: String = ""

  /// Optimiser steps, 1–100,000. Left out: 90 for each image, at least 400 and at most 1,200.
  public var steps: Int32? = nil

  /// The images to learn from, 1–10,000. Required.
  public var images: [TrainingImage] = []

  /// Goes on without the images that cannot be used, instead of failing. At least one must be left.
  public var continueOnRejection: Bool = false

  /// The seed of all randomness, below 2^32. Left out: chosen by the service and shown here.
  public var seed: Int64? = nil

  /// The square size to train at, in pixels, a multiple of 64 up to 2,048. Left out: the checkpoint's own.
  public var resolution: Int32? = nil

  /// How to train; every field has a default.
  public var settings: TrainingSettings? = nil

  /// A tune that was cancelled with `keep`, or that has succeeded with a constant learning rate: goes on where it
  /// stopped. Steps count from its beginning; checkpoint, images, captions and settings must be the same. With a
  /// constant learning rate `steps` may be any number from those done on, or beyond them where the tune has succeeded,
  /// and the run is the one that a longer tune would have been; a rate that falls along the steps would have fallen
  /// otherwise, so there they must be the same too. Its id or its name.
  public var resumeFrom: String = ""

  /// Looks for unsafe images before training. Refused where there are no weights to do it with.
  public var checkSafety: Bool = false

  /// The safety checker: an asset's id or name. Left out: the checkpoint's own.
  public var safetyChecker: String = ""

  /// Where the tune is in its life. Output only.
  public var state: JobState = .unspecified

  /// Why it is in that state, for people. Output only.
  public var stateReason: String = ""

  /// How far it is. Output only.
  public var progress: TuneProgress? = nil

  /// What it made. Output only.
  public var result: TuneResult? = nil

  /// When it was accepted. Output only.
  public var createTime: GoogleProtobufTimestamp? = nil

  /// When it first ran. Output only.
  public var startTime: GoogleProtobufTimestamp? = nil

  /// When it ended. Output only.
  public var endTime: GoogleProtobufTimestamp? = nil

  /// When it last changed. Output only.
  public var updateTime: GoogleProtobufTimestamp? = nil

  /// How often it has been handed to a backend: more than once after a backend was lost. Output only.
  public var attempt: Int32 = 0

  /// The sequence number of its newest event. Output only.
  public var lastSequence: Int64 = 0

  /// What it was expected to take. Output only.
  public var forecast: TuneForecast? = nil

  /// What it took. Output only.
  public var usage: TuneUsage? = nil

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__Tune>.size) { structure in
    lorikeet__v1__tune__init(structure.assumingMemoryBound(to: Lorikeet__V1__Tune.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__Tune.self)
    self.id = source.string(c.pointee.id.len, c.pointee.id.data, "lorikeet.v1.Tune.id")
    self.name = source.string(c.pointee.name.len, c.pointee.name.data, "lorikeet.v1.Tune.name")
    self.description = source.string(c.pointee.description.len, c.pointee.description.data, "lorikeet.v1.Tune.description")
    self.baseCheckpoint = source.string(c.pointee.base_checkpoint.len, c.pointee.base_checkpoint.data, "lorikeet.v1.Tune.base_checkpoint")
    self.triggerWord = source.string(c.pointee.trigger_word.len, c.pointee.trigger_word.data, "lorikeet.v1.Tune.trigger_word")
    if c.pointee._steps_case.rawValue == 6 {
      self.steps = c.pointee.steps
    }
    self.images = Unpack.messages(c.pointee.n_images, c.pointee.images) { TrainingImage(unpacked: $0, source: source.nested) }
    self.continueOnRejection = c.pointee.continue_on_rejection != 0
    if c.pointee._seed_case.rawValue == 9 {
      self.seed = c.pointee.seed
    }
    if c.pointee._resolution_case.rawValue == 10 {
      self.resolution = c.pointee.resolution
    }
    if let value = c.pointee.settings {
      self.settings = TrainingSettings(unpacked: value, source: source.nested)
    }
    self.resumeFrom = source.string(c.pointee.resume_from.len, c.pointee.resume_from.data, "lorikeet.v1.Tune.resume_from")
    self.checkSafety = c.pointee.check_safety != 0
    self.safetyChecker = source.string(c.pointee.safety_checker.len, c.pointee.safety_checker.data, "lorikeet.v1.Tune.safety_checker")
    self.state = JobState(rawValue: Int32(truncatingIfNeeded: c.pointee.state.rawValue))
    self.stateReason = source.string(c.pointee.state_reason.len, c.pointee.state_reason.data, "lorikeet.v1.Tune.state_reason")
    if let value = c.pointee.progress {
      self.progress = TuneProgress(unpacked: value, source: source.nested)
    }
    if let value = c.pointee.result {
      self.result = TuneResult(unpacked: value, source: source.nested)
    }
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
    if let value = c.pointee.forecast {
      self.forecast = TuneForecast(unpacked: value, source: source.nested)
    }
    if let value = c.pointee.usage {
      self.usage = TuneUsage(unpacked: value, source: source.nested)
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__Tune.self)
    lorikeet__v1__tune__init(c)
    let frame = packer.open()
    if !self.id.isEmpty {
      c.pointee.id = ProtobufCBinaryData(packer.text(self.id))
    }
    if !self.name.isEmpty {
      c.pointee.name = ProtobufCBinaryData(packer.text(self.name))
    }
    if !self.description.isEmpty {
      c.pointee.description = ProtobufCBinaryData(packer.text(self.description))
    }
    if !self.baseCheckpoint.isEmpty {
      c.pointee.base_checkpoint = ProtobufCBinaryData(packer.text(self.baseCheckpoint))
    }
    if !self.triggerWord.isEmpty {
      c.pointee.trigger_word = ProtobufCBinaryData(packer.text(self.triggerWord))
    }
    if let value = self.steps {
      c.pointee.steps = value
      c.pointee._steps_case = .init(rawValue: 6)
    }
    if !self.images.isEmpty {
      c.pointee.images = packer.array(self.images) { value, packer -> UnsafeMutablePointer<Lorikeet__V1__TrainingImage>? in
        value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__TrainingImage.self)
      }
      c.pointee.n_images = self.images.count
    }
    c.pointee.continue_on_rejection = self.continueOnRejection ? 1 : 0
    if let value = self.seed {
      c.pointee.seed = value
      c.pointee._seed_case = .init(rawValue: 9)
    }
    if let value = self.resolution {
      c.pointee.resolution = value
      c.pointee._resolution_case = .init(rawValue: 10)
    }
    if let value = self.settings {
      c.pointee.settings = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__TrainingSettings.self)
    }
    if !self.resumeFrom.isEmpty {
      c.pointee.resume_from = ProtobufCBinaryData(packer.text(self.resumeFrom))
    }
    c.pointee.check_safety = self.checkSafety ? 1 : 0
    if !self.safetyChecker.isEmpty {
      c.pointee.safety_checker = ProtobufCBinaryData(packer.text(self.safetyChecker))
    }
    c.pointee.state = Lorikeet__V1__JobState(rawValue: .init(truncatingIfNeeded: self.state.rawValue))
    if !self.stateReason.isEmpty {
      c.pointee.state_reason = ProtobufCBinaryData(packer.text(self.stateReason))
    }
    if let value = self.progress {
      c.pointee.progress = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__TuneProgress.self)
    }
    if let value = self.result {
      c.pointee.result = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__TuneResult.self)
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
    if let value = self.forecast {
      c.pointee.forecast = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__TuneForecast.self)
    }
    if let value = self.usage {
      c.pointee.usage = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__TuneUsage.self)
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// What a tune is expected to take.
public struct TuneForecast: Message {
  public static let protoFullName = "lorikeet.v1.TuneForecast"

  /// The most memory of the training device at once, in bytes.
  public var peakMemoryBytes: Int64 = 0

  /// What the device has, in bytes.
  public var deviceMemoryBytes: Int64 = 0

  /// From the first step to the last, preparation and previews included.
  public var duration: GoogleProtobufDuration? = nil

  /// Seconds a step.
  public var secondsPerStep: Double = 0

  /// What the time was worked out from: `measured` (an earlier tune of this kind on this device) or `estimated`
  /// (operations and the device's measured speed).
  public var basis: String = ""

  /// What to know before submitting, such as too little memory and what would make it fit.
  public var warnings: [String] = []

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__TuneForecast>.size) { structure in
    lorikeet__v1__tune_forecast__init(structure.assumingMemoryBound(to: Lorikeet__V1__TuneForecast.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__TuneForecast.self)
    self.peakMemoryBytes = c.pointee.peak_memory_bytes
    self.deviceMemoryBytes = c.pointee.device_memory_bytes
    if let value = c.pointee.duration {
      self.duration = GoogleProtobufDuration(unpacked: value, source: source.nested)
    }
    self.secondsPerStep = c.pointee.seconds_per_step
    self.basis = source.string(c.pointee.basis.len, c.pointee.basis.data, "lorikeet.v1.TuneForecast.basis")
    self.warnings = Unpack.array(c.pointee.n_warnings, c.pointee.warnings) { source.nested.string($0.len, $0.data, "lorikeet.v1.TuneForecast.warnings") }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__TuneForecast.self)
    lorikeet__v1__tune_forecast__init(c)
    let frame = packer.open()
    c.pointee.peak_memory_bytes = self.peakMemoryBytes
    c.pointee.device_memory_bytes = self.deviceMemoryBytes
    if let value = self.duration {
      c.pointee.duration = value.pack(into: &packer).assumingMemoryBound(to: Google__Protobuf__Duration.self)
    }
    c.pointee.seconds_per_step = self.secondsPerStep
    packer.keepNegativeZero(self.secondsPerStep, field: 4)
    if !self.basis.isEmpty {
      c.pointee.basis = ProtobufCBinaryData(packer.text(self.basis))
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

/// What a tune took, over its last attempt.
public struct TuneUsage: Message {
  public static let protoFullName = "lorikeet.v1.TuneUsage"

  /// The most memory at once, in bytes: of the GPU, or on the CPU of the backend's whole process, with what ran there
  /// beside the tune.
  public var peakMemoryBytes: Int64 = 0

  /// Of the last attempt.
  public var duration: GoogleProtobufDuration? = nil

  /// Seconds a step.
  public var secondsPerStep: Double = 0

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__TuneUsage>.size) { structure in
    lorikeet__v1__tune_usage__init(structure.assumingMemoryBound(to: Lorikeet__V1__TuneUsage.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__TuneUsage.self)
    self.peakMemoryBytes = c.pointee.peak_memory_bytes
    if let value = c.pointee.duration {
      self.duration = GoogleProtobufDuration(unpacked: value, source: source.nested)
    }
    self.secondsPerStep = c.pointee.seconds_per_step
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__TuneUsage.self)
    lorikeet__v1__tune_usage__init(c)
    let frame = packer.open()
    c.pointee.peak_memory_bytes = self.peakMemoryBytes
    if let value = self.duration {
      c.pointee.duration = value.pack(into: &packer).assumingMemoryBound(to: Google__Protobuf__Duration.self)
    }
    c.pointee.seconds_per_step = self.secondsPerStep
    packer.keepNegativeZero(self.secondsPerStep, field: 3)
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// One image to learn from.
public struct TrainingImage: Message {
  public static let protoFullName = "lorikeet.v1.TrainingImage"

  /// An image asset's id or name.
  public var asset: String = ""

  /// What the image shows. Left out: the asset's own caption, or else the trigger word alone.
  public var caption: String? = nil

  /// An image asset's id or name: what is white counts in the loss, what is black does not. Left out: all of it counts.
  public var mask: String = ""

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__TrainingImage>.size) { structure in
    lorikeet__v1__training_image__init(structure.assumingMemoryBound(to: Lorikeet__V1__TrainingImage.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__TrainingImage.self)
    self.asset = source.string(c.pointee.asset.len, c.pointee.asset.data, "lorikeet.v1.TrainingImage.asset")
    if c.pointee._caption_case.rawValue == 2 {
      self.caption = source.string(c.pointee.caption.len, c.pointee.caption.data, "lorikeet.v1.TrainingImage.caption")
    }
    self.mask = source.string(c.pointee.mask.len, c.pointee.mask.data, "lorikeet.v1.TrainingImage.mask")
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__TrainingImage.self)
    lorikeet__v1__training_image__init(c)
    let frame = packer.open()
    if !self.asset.isEmpty {
      c.pointee.asset = ProtobufCBinaryData(packer.text(self.asset))
    }
    if let value = self.caption {
      c.pointee.caption = ProtobufCBinaryData(packer.text(value))
      c.pointee._caption_case = .init(rawValue: 2)
    }
    if !self.mask.isEmpty {
      c.pointee.mask = ProtobufCBinaryData(packer.text(self.mask))
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 10: self.asset = wire.string()
      case 18: self.caption = wire.string()
      case 26: self.mask = wire.string()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if !self.asset.isEmpty { size.string(self.asset, tag: 10) }
    if let value = self.caption { size.string(value, tag: 18) }
    if !self.mask.isEmpty { size.string(self.mask, tag: 26) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if !self.asset.isEmpty { wire.string(self.asset, tag: 10) }
    if let value = self.caption { wire.string(value, tag: 18) }
    if !self.mask.isEmpty { wire.string(self.mask, tag: 26) }
    wire.unknown(self.unknownFields)
  }
}

/// Images of the subject's class, made by the checkpoint itself, that keep it from forgetting the class (Ruiz et al.
/// 2023).
public struct PriorPreservation: Message {
  public static let protoFullName = "lorikeet.v1.PriorPreservation"

  /// What the class images show, such as `a cat`. Required.
  public var classPrompt: String = ""

  /// How many, 1–10,000. Left out: as many as there are images, at least 8.
  public var imageCount: Int32? = nil

  /// How much they count in the loss beside the others. Left out: 1.
  public var weight: Double? = nil

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__PriorPreservation>.size) { structure in
    lorikeet__v1__prior_preservation__init(structure.assumingMemoryBound(to: Lorikeet__V1__PriorPreservation.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__PriorPreservation.self)
    self.classPrompt = source.string(c.pointee.class_prompt.len, c.pointee.class_prompt.data, "lorikeet.v1.PriorPreservation.class_prompt")
    if c.pointee._image_count_case.rawValue == 2 {
      self.imageCount = c.pointee.image_count
    }
    if c.pointee._weight_case.rawValue == 3 {
      self.weight = c.pointee.weight
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__PriorPreservation.self)
    lorikeet__v1__prior_preservation__init(c)
    let frame = packer.open()
    if !self.classPrompt.isEmpty {
      c.pointee.class_prompt = ProtobufCBinaryData(packer.text(self.classPrompt))
    }
    if let value = self.imageCount {
      c.pointee.image_count = value
      c.pointee._image_count_case = .init(rawValue: 2)
    }
    if let value = self.weight {
      c.pointee.weight = value
      c.pointee._weight_case = .init(rawValue: 3)
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 10: self.classPrompt = wire.string()
      case 16: self.imageCount = wire.int32()
      case 25: self.weight = wire.double()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if !self.classPrompt.isEmpty { size.string(self.classPrompt, tag: 10) }
    if let value = self.imageCount { size.int32(value, tag: 16) }
    if let value = self.weight { size.double(value, tag: 25) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if !self.classPrompt.isEmpty { wire.string(self.classPrompt, tag: 10) }
    if let value = self.imageCount { wire.int32(value, tag: 16) }
    if let value = self.weight { wire.double(value, tag: 25) }
    wire.unknown(self.unknownFields)
  }
}

/// How to train.
public struct TrainingSettings: Message {
  public static let protoFullName = "lorikeet.v1.TrainingSettings"

  /// The rank of the adapter's matrices, 1–256. Left out: 16.
  public var rank: Int32? = nil

  /// The scale's numerator: the update is applied as alpha / rank. Left out: the rank.
  public var alpha: Double? = nil

  /// The U-Net adapter's peak learning rate, above 0 and at most 1. Left out: 1e-4, scaled for small models.
  public var learningRate: Double? = nil

  /// The schedule.
  public var schedule: LearningRateSchedule = .unspecified

  /// Steps over which the rate rises from zero. Left out: 5 % of the steps.
  public var warmupSteps: Int32? = nil

  /// Images a step, 1–64. Left out: 1, more for small models.
  public var batchSize: Int32? = nil

  /// Which layers get an adapter.
  public var targetLayers: TargetLayers = .unspecified

  /// Trains the text encoder too.
  public var trainTextEncoder: Bool = false

  /// The text encoder adapter's peak learning rate. Left out: half the U-Net's.
  public var textEncoderLearningRate: Double? = nil

  /// Min-SNR weighting (Hang et al. 2023): gamma; 0 turns it off. Left out: 5, or 0 with `debiased_estimation`, beside
  /// which any other is refused.
  public var minSnrGamma: Double? = nil

  /// Offset noise: how much of a constant is added to each channel's noise, 0–1. Left out: 0.
  public var noiseOffset: Double? = nil

  /// The share of captions replaced by the empty one, 0–1. Left out: 0.05.
  public var captionDropout: Double? = nil

  /// Mirrors half of the images at random.
  public var randomFlip: Bool = false

  /// AdamW's weight decay. Left out: 0.01.
  public var weightDecay: Double? = nil

  /// The norm that gradients are clipped to; 0 turns it off. Left out: 1.
  public var maxGradientNorm: Double? = nil

  /// Prompts to sample during training, at most 8. `{trigger}` stands for the trigger word.
  public var previewPrompts: [String] = []

  /// Steps from one preview to the next. Left out: a quarter of the steps. 0: none.
  public var previewInterval: Int32? = nil

  /// Steps from one training checkpoint to the next. Left out: chosen so that at most a minute or so is lost.
  public var checkpointInterval: Int32? = nil

  /// The optimiser.
  public var optimizer: Optimizer = .unspecified

  /// Cosine with restarts: how often the cosine is walked, 1–100. Left out: 1.
  public var scheduleCycles: Int32? = nil

  /// Weighs timesteps by the square root of their noise (Yu et al. 2024), in place of min-SNR.
  public var debiasedEstimation: Bool = false

  /// Keeps the class as it was.
  public var priorPreservation: PriorPreservation? = nil

  /// With masks, refused without: how much the black part counts, 0–1. Left out: 0.
  public var unmaskedWeight: Double? = nil

  /// Shuffles the comma-separated parts of captions at each use.
  public var shuffleCaptions: Bool = false

  /// With `shuffle_captions`: how many parts at the start stay where they are. The trigger word always does.
  public var keepTokens: Int32 = 0

  /// Batches whose gradients are added up for one step, 1–64. Left out: 1.
  public var gradientAccumulation: Int32? = nil

  /// Computes activations again on the way back instead of keeping them: less memory, more time.
  public var gradientCheckpointing: Bool = false

  /// What the networks compute in.
  public var precision: TrainingPrecision = .unspecified

  /// Keeps a moving average of the adapter and makes that the result: how much of it each step keeps, 0–0.99999; 0 is
  /// none. Left out: 0.
  public var emaDecay: Double? = nil

  /// Trains images near their own shape instead of cutting squares. Left out: true.
  public var aspectRatioBuckets: Bool? = nil

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__TrainingSettings>.size) { structure in
    lorikeet__v1__training_settings__init(structure.assumingMemoryBound(to: Lorikeet__V1__TrainingSettings.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__TrainingSettings.self)
    if c.pointee._rank_case.rawValue == 1 {
      self.rank = c.pointee.rank
    }
    if c.pointee._alpha_case.rawValue == 2 {
      self.alpha = c.pointee.alpha
    }
    if c.pointee._learning_rate_case.rawValue == 3 {
      self.learningRate = c.pointee.learning_rate
    }
    self.schedule = LearningRateSchedule(rawValue: Int32(truncatingIfNeeded: c.pointee.schedule.rawValue))
    if c.pointee._warmup_steps_case.rawValue == 5 {
      self.warmupSteps = c.pointee.warmup_steps
    }
    if c.pointee._batch_size_case.rawValue == 6 {
      self.batchSize = c.pointee.batch_size
    }
    self.targetLayers = TargetLayers(rawValue: Int32(truncatingIfNeeded: c.pointee.target_layers.rawValue))
    self.trainTextEncoder = c.pointee.train_text_encoder != 0
    if c.pointee._text_encoder_learning_rate_case.rawValue == 9 {
      self.textEncoderLearningRate = c.pointee.text_encoder_learning_rate
    }
    if c.pointee._min_snr_gamma_case.rawValue == 10 {
      self.minSnrGamma = c.pointee.min_snr_gamma
    }
    if c.pointee._noise_offset_case.rawValue == 11 {
      self.noiseOffset = c.pointee.noise_offset
    }
    if c.pointee._caption_dropout_case.rawValue == 12 {
      self.captionDropout = c.pointee.caption_dropout
    }
    self.randomFlip = c.pointee.random_flip != 0
    if c.pointee._weight_decay_case.rawValue == 14 {
      self.weightDecay = c.pointee.weight_decay
    }
    if c.pointee._max_gradient_norm_case.rawValue == 15 {
      self.maxGradientNorm = c.pointee.max_gradient_norm
    }
    self.previewPrompts = Unpack.array(c.pointee.n_preview_prompts, c.pointee.preview_prompts) { source.nested.string($0.len, $0.data, "lorikeet.v1.TrainingSettings.preview_prompts") }
    if c.pointee._preview_interval_case.rawValue == 17 {
      self.previewInterval = c.pointee.preview_interval
    }
    if c.pointee._checkpoint_interval_case.rawValue == 18 {
      self.checkpointInterval = c.pointee.checkpoint_interval
    }
    self.optimizer = Optimizer(rawValue: Int32(truncatingIfNeeded: c.pointee.optimizer.rawValue))
    if c.pointee._schedule_cycles_case.rawValue == 20 {
      self.scheduleCycles = c.pointee.schedule_cycles
    }
    self.debiasedEstimation = c.pointee.debiased_estimation != 0
    if let value = c.pointee.prior_preservation {
      self.priorPreservation = PriorPreservation(unpacked: value, source: source.nested)
    }
    if c.pointee._unmasked_weight_case.rawValue == 23 {
      self.unmaskedWeight = c.pointee.unmasked_weight
    }
    self.shuffleCaptions = c.pointee.shuffle_captions != 0
    self.keepTokens = c.pointee.keep_tokens
    if c.pointee._gradient_accumulation_case.rawValue == 26 {
      self.gradientAccumulation = c.pointee.gradient_accumulation
    }
    self.gradientCheckpointing = c.pointee.gradient_checkpointing != 0
    self.precision = TrainingPrecision(rawValue: Int32(truncatingIfNeeded: c.pointee.precision.rawValue))
    if c.pointee._ema_decay_case.rawValue == 29 {
      self.emaDecay = c.pointee.ema_decay
    }
    if c.pointee._aspect_ratio_buckets_case.rawValue == 30 {
      self.aspectRatioBuckets = c.pointee.aspect_ratio_buckets != 0
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__TrainingSettings.self)
    lorikeet__v1__training_settings__init(c)
    let frame = packer.open()
    if let value = self.rank {
      c.pointee.rank = value
      c.pointee._rank_case = .init(rawValue: 1)
    }
    if let value = self.alpha {
      c.pointee.alpha = value
      c.pointee._alpha_case = .init(rawValue: 2)
    }
    if let value = self.learningRate {
      c.pointee.learning_rate = value
      c.pointee._learning_rate_case = .init(rawValue: 3)
    }
    c.pointee.schedule = Lorikeet__V1__LearningRateSchedule(rawValue: .init(truncatingIfNeeded: self.schedule.rawValue))
    if let value = self.warmupSteps {
      c.pointee.warmup_steps = value
      c.pointee._warmup_steps_case = .init(rawValue: 5)
    }
    if let value = self.batchSize {
      c.pointee.batch_size = value
      c.pointee._batch_size_case = .init(rawValue: 6)
    }
    c.pointee.target_layers = Lorikeet__V1__TargetLayers(rawValue: .init(truncatingIfNeeded: self.targetLayers.rawValue))
    c.pointee.train_text_encoder = self.trainTextEncoder ? 1 : 0
    if let value = self.textEncoderLearningRate {
      c.pointee.text_encoder_learning_rate = value
      c.pointee._text_encoder_learning_rate_case = .init(rawValue: 9)
    }
    if let value = self.minSnrGamma {
      c.pointee.min_snr_gamma = value
      c.pointee._min_snr_gamma_case = .init(rawValue: 10)
    }
    if let value = self.noiseOffset {
      c.pointee.noise_offset = value
      c.pointee._noise_offset_case = .init(rawValue: 11)
    }
    if let value = self.captionDropout {
      c.pointee.caption_dropout = value
      c.pointee._caption_dropout_case = .init(rawValue: 12)
    }
    c.pointee.random_flip = self.randomFlip ? 1 : 0
    if let value = self.weightDecay {
      c.pointee.weight_decay = value
      c.pointee._weight_decay_case = .init(rawValue: 14)
    }
    if let value = self.maxGradientNorm {
      c.pointee.max_gradient_norm = value
      c.pointee._max_gradient_norm_case = .init(rawValue: 15)
    }
    if !self.previewPrompts.isEmpty {
      c.pointee.preview_prompts = packer.array(self.previewPrompts) { value, packer in
        ProtobufCBinaryData(packer.text(value))
      }
      c.pointee.n_preview_prompts = self.previewPrompts.count
    }
    if let value = self.previewInterval {
      c.pointee.preview_interval = value
      c.pointee._preview_interval_case = .init(rawValue: 17)
    }
    if let value = self.checkpointInterval {
      c.pointee.checkpoint_interval = value
      c.pointee._checkpoint_interval_case = .init(rawValue: 18)
    }
    c.pointee.optimizer = Lorikeet__V1__Optimizer(rawValue: .init(truncatingIfNeeded: self.optimizer.rawValue))
    if let value = self.scheduleCycles {
      c.pointee.schedule_cycles = value
      c.pointee._schedule_cycles_case = .init(rawValue: 20)
    }
    c.pointee.debiased_estimation = self.debiasedEstimation ? 1 : 0
    if let value = self.priorPreservation {
      c.pointee.prior_preservation = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__PriorPreservation.self)
    }
    if let value = self.unmaskedWeight {
      c.pointee.unmasked_weight = value
      c.pointee._unmasked_weight_case = .init(rawValue: 23)
    }
    c.pointee.shuffle_captions = self.shuffleCaptions ? 1 : 0
    c.pointee.keep_tokens = self.keepTokens
    if let value = self.gradientAccumulation {
      c.pointee.gradient_accumulation = value
      c.pointee._gradient_accumulation_case = .init(rawValue: 26)
    }
    c.pointee.gradient_checkpointing = self.gradientCheckpointing ? 1 : 0
    c.pointee.precision = Lorikeet__V1__TrainingPrecision(rawValue: .init(truncatingIfNeeded: self.precision.rawValue))
    if let value = self.emaDecay {
      c.pointee.ema_decay = value
      c.pointee._ema_decay_case = .init(rawValue: 29)
    }
    if let value = self.aspectRatioBuckets {
      c.pointee.aspect_ratio_buckets = value ? 1 : 0
      c.pointee._aspect_ratio_buckets_case = .init(rawValue: 30)
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// How far a tune is.
public struct TuneProgress: Message {
  public static let protoFullName = "lorikeet.v1.TuneProgress"

  /// Steps done.
  public var step: Int32 = 0

  /// Steps in all.
  public var totalSteps: Int32 = 0

  /// The loss, smoothed over the last steps.
  public var loss: Double = 0

  /// The learning rate of the last step.
  public var learningRate: Double = 0

  /// Training images a second.
  public var imagesPerSecond: Double = 0

  /// What is left, at the present pace.
  public var timeLeft: GoogleProtobufDuration? = nil

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__TuneProgress>.size) { structure in
    lorikeet__v1__tune_progress__init(structure.assumingMemoryBound(to: Lorikeet__V1__TuneProgress.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__TuneProgress.self)
    self.step = c.pointee.step
    self.totalSteps = c.pointee.total_steps
    self.loss = c.pointee.loss
    self.learningRate = c.pointee.learning_rate
    self.imagesPerSecond = c.pointee.images_per_second
    if let value = c.pointee.time_left {
      self.timeLeft = GoogleProtobufDuration(unpacked: value, source: source.nested)
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__TuneProgress.self)
    lorikeet__v1__tune_progress__init(c)
    let frame = packer.open()
    c.pointee.step = self.step
    c.pointee.total_steps = self.totalSteps
    c.pointee.loss = self.loss
    packer.keepNegativeZero(self.loss, field: 3)
    c.pointee.learning_rate = self.learningRate
    packer.keepNegativeZero(self.learningRate, field: 4)
    c.pointee.images_per_second = self.imagesPerSecond
    packer.keepNegativeZero(self.imagesPerSecond, field: 5)
    if let value = self.timeLeft {
      c.pointee.time_left = value.pack(into: &packer).assumingMemoryBound(to: Google__Protobuf__Duration.self)
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// What a tune made.
public struct TuneResult: Message {
  public static let protoFullName = "lorikeet.v1.TuneResult"

  /// The LoRA: an asset's id.
  public var loraAsset: String = ""

  /// The last smoothed loss.
  public var finalLoss: Double = 0

  /// Images that were not used, with the reason.
  public var rejectedImages: [RejectedImage] = []

  /// Images made during training, oldest first: asset ids.
  public var previewAssets: [String] = []

  /// How sound the LoRA is.
  public var health: AdapterHealth? = nil

  /// The step that another tune can go on from (`Tune.resume_from`), where the tune was cancelled and kept, or succeeded
  /// with a constant learning rate. 0: none can. The state of the training at that step is kept until the tune is
  /// deleted: about three times the LoRA's size with an optimiser that has two moments, such as AdamW.
  public var keptStep: Int32 = 0

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__TuneResult>.size) { structure in
    lorikeet__v1__tune_result__init(structure.assumingMemoryBound(to: Lorikeet__V1__TuneResult.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__TuneResult.self)
    self.loraAsset = source.string(c.pointee.lora_asset.len, c.pointee.lora_asset.data, "lorikeet.v1.TuneResult.lora_asset")
    self.finalLoss = c.pointee.final_loss
    self.rejectedImages = Unpack.messages(c.pointee.n_rejected_images, c.pointee.rejected_images) { RejectedImage(unpacked: $0, source: source.nested) }
    self.previewAssets = Unpack.array(c.pointee.n_preview_assets, c.pointee.preview_assets) { source.nested.string($0.len, $0.data, "lorikeet.v1.TuneResult.preview_assets") }
    if let value = c.pointee.health {
      self.health = AdapterHealth(unpacked: value, source: source.nested)
    }
    self.keptStep = c.pointee.kept_step
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__TuneResult.self)
    lorikeet__v1__tune_result__init(c)
    let frame = packer.open()
    if !self.loraAsset.isEmpty {
      c.pointee.lora_asset = ProtobufCBinaryData(packer.text(self.loraAsset))
    }
    c.pointee.final_loss = self.finalLoss
    packer.keepNegativeZero(self.finalLoss, field: 2)
    if !self.rejectedImages.isEmpty {
      c.pointee.rejected_images = packer.array(self.rejectedImages) { value, packer -> UnsafeMutablePointer<Lorikeet__V1__RejectedImage>? in
        value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__RejectedImage.self)
      }
      c.pointee.n_rejected_images = self.rejectedImages.count
    }
    if !self.previewAssets.isEmpty {
      c.pointee.preview_assets = packer.array(self.previewAssets) { value, packer in
        ProtobufCBinaryData(packer.text(value))
      }
      c.pointee.n_preview_assets = self.previewAssets.count
    }
    if let value = self.health {
      c.pointee.health = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__AdapterHealth.self)
    }
    c.pointee.kept_step = self.keptStep
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// What is measured on a LoRA before a tune counts as succeeded. A tune whose LoRA is not sound fails.
public struct AdapterHealth: Message {
  public static let protoFullName = "lorikeet.v1.AdapterHealth"

  /// Layers with an update.
  public var layers: Int32 = 0

  /// Layers whose update is zero.
  public var zeroLayers: Int32 = 0

  /// Layers with a value that is not finite.
  public var nonFiniteLayers: Int32 = 0

  /// How much the U-Net's output changes with the adapter, relative to its size, on the first training captions.
  public var outputChange: Double = 0

  /// The written file, read anew, changes the output like the adapter in memory: the largest relative difference.
  public var reloadDifference: Double = 0

  /// The largest and the median norm of an update relative to its layer's weight.
  public var largestRelativeNorm: Double = 0

  /// See above.
  public var medianRelativeNorm: Double = 0

  /// What the numbers say, for people; empty when there is nothing to say.
  public var remarks: [String] = []

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__AdapterHealth>.size) { structure in
    lorikeet__v1__adapter_health__init(structure.assumingMemoryBound(to: Lorikeet__V1__AdapterHealth.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__AdapterHealth.self)
    self.layers = c.pointee.layers
    self.zeroLayers = c.pointee.zero_layers
    self.nonFiniteLayers = c.pointee.non_finite_layers
    self.outputChange = c.pointee.output_change
    self.reloadDifference = c.pointee.reload_difference
    self.largestRelativeNorm = c.pointee.largest_relative_norm
    self.medianRelativeNorm = c.pointee.median_relative_norm
    self.remarks = Unpack.array(c.pointee.n_remarks, c.pointee.remarks) { source.nested.string($0.len, $0.data, "lorikeet.v1.AdapterHealth.remarks") }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__AdapterHealth.self)
    lorikeet__v1__adapter_health__init(c)
    let frame = packer.open()
    c.pointee.layers = self.layers
    c.pointee.zero_layers = self.zeroLayers
    c.pointee.non_finite_layers = self.nonFiniteLayers
    c.pointee.output_change = self.outputChange
    packer.keepNegativeZero(self.outputChange, field: 4)
    c.pointee.reload_difference = self.reloadDifference
    packer.keepNegativeZero(self.reloadDifference, field: 5)
    c.pointee.largest_relative_norm = self.largestRelativeNorm
    packer.keepNegativeZero(self.largestRelativeNorm, field: 6)
    c.pointee.median_relative_norm = self.medianRelativeNorm
    packer.keepNegativeZero(self.medianRelativeNorm, field: 7)
    if !self.remarks.isEmpty {
      c.pointee.remarks = packer.array(self.remarks) { value, packer in
        ProtobufCBinaryData(packer.text(value))
      }
      c.pointee.n_remarks = self.remarks.count
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// An image that was not used.
public struct RejectedImage: Message {
  public static let protoFullName = "lorikeet.v1.RejectedImage"

  /// The asset's id.
  public var asset: String = ""

  /// Why.
  public var reason: String = ""

  /// How near the nearest unsafe concept was, where that is the reason: above 0 is unsafe.
  public var safetyScore: Double? = nil

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__RejectedImage>.size) { structure in
    lorikeet__v1__rejected_image__init(structure.assumingMemoryBound(to: Lorikeet__V1__RejectedImage.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__RejectedImage.self)
    self.asset = source.string(c.pointee.asset.len, c.pointee.asset.data, "lorikeet.v1.RejectedImage.asset")
    self.reason = source.string(c.pointee.reason.len, c.pointee.reason.data, "lorikeet.v1.RejectedImage.reason")
    if c.pointee._safety_score_case.rawValue == 3 {
      self.safetyScore = c.pointee.safety_score
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__RejectedImage.self)
    lorikeet__v1__rejected_image__init(c)
    let frame = packer.open()
    if !self.asset.isEmpty {
      c.pointee.asset = ProtobufCBinaryData(packer.text(self.asset))
    }
    if !self.reason.isEmpty {
      c.pointee.reason = ProtobufCBinaryData(packer.text(self.reason))
    }
    if let value = self.safetyScore {
      c.pointee.safety_score = value
      c.pointee._safety_score_case = .init(rawValue: 3)
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 10: self.asset = wire.string()
      case 18: self.reason = wire.string()
      case 25: self.safetyScore = wire.double()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if !self.asset.isEmpty { size.string(self.asset, tag: 10) }
    if !self.reason.isEmpty { size.string(self.reason, tag: 18) }
    if let value = self.safetyScore { size.double(value, tag: 25) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if !self.asset.isEmpty { wire.string(self.asset, tag: 10) }
    if !self.reason.isEmpty { wire.string(self.reason, tag: 18) }
    if let value = self.safetyScore { wire.double(value, tag: 25) }
    wire.unknown(self.unknownFields)
  }
}

/// A tune to look at.
public struct LintTuneRequest: Message {
  public static let protoFullName = "lorikeet.v1.LintTuneRequest"

  /// Its fields, as for `CreateTune`; the name may be left out.
  public var tune: Tune? = nil

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__LintTuneRequest>.size) { structure in
    lorikeet__v1__lint_tune_request__init(structure.assumingMemoryBound(to: Lorikeet__V1__LintTuneRequest.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__LintTuneRequest.self)
    if let value = c.pointee.tune {
      self.tune = Tune(unpacked: value, source: source.nested)
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__LintTuneRequest.self)
    lorikeet__v1__lint_tune_request__init(c)
    let frame = packer.open()
    if let value = self.tune {
      c.pointee.tune = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__Tune.self)
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// What is wrong with a data set, or with one of its images.
public struct LintFinding: Message {
  public static let protoFullName = "lorikeet.v1.LintFinding"

  /// How grave it is.
  public var severity: LintSeverity = .unspecified

  /// A word for programs: `unreadable`, `duplicate`, `near_duplicate`, `too_small`, `blurred`, `missing_caption`,
  /// `missing_trigger`, `caption_too_long`, `same_captions`, `lone_bucket`, `extreme_shape`, `few_images`, `unsafe`,
  /// `uniform`, `few_steps` or `many_steps`.
  public var rule: String = ""

  /// The images it is about: asset ids. Empty: the whole set.
  public var assets: [String] = []

  /// What is wrong and what to do.
  public var message: String = ""

  /// What was measured, such as a side in pixels, tokens or a sharpness.
  public var value: Double? = nil

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__LintFinding>.size) { structure in
    lorikeet__v1__lint_finding__init(structure.assumingMemoryBound(to: Lorikeet__V1__LintFinding.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__LintFinding.self)
    self.severity = LintSeverity(rawValue: Int32(truncatingIfNeeded: c.pointee.severity.rawValue))
    self.rule = source.string(c.pointee.rule.len, c.pointee.rule.data, "lorikeet.v1.LintFinding.rule")
    self.assets = Unpack.array(c.pointee.n_assets, c.pointee.assets) { source.nested.string($0.len, $0.data, "lorikeet.v1.LintFinding.assets") }
    self.message = source.string(c.pointee.message.len, c.pointee.message.data, "lorikeet.v1.LintFinding.message")
    if c.pointee._value_case.rawValue == 5 {
      self.value = c.pointee.value
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__LintFinding.self)
    lorikeet__v1__lint_finding__init(c)
    let frame = packer.open()
    c.pointee.severity = Lorikeet__V1__LintSeverity(rawValue: .init(truncatingIfNeeded: self.severity.rawValue))
    if !self.rule.isEmpty {
      c.pointee.rule = ProtobufCBinaryData(packer.text(self.rule))
    }
    if !self.assets.isEmpty {
      c.pointee.assets = packer.array(self.assets) { value, packer in
        ProtobufCBinaryData(packer.text(value))
      }
      c.pointee.n_assets = self.assets.count
    }
    if !self.message.isEmpty {
      c.pointee.message = ProtobufCBinaryData(packer.text(self.message))
    }
    if let value = self.value {
      c.pointee.value = value
      c.pointee._value_case = .init(rawValue: 5)
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// A size that images are trained at.
public struct Bucket: Message {
  public static let protoFullName = "lorikeet.v1.Bucket"

  /// In pixels.
  public var width: Int32 = 0

  /// In pixels.
  public var height: Int32 = 0

  /// How many images.
  public var images: Int32 = 0

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__Bucket>.size) { structure in
    lorikeet__v1__bucket__init(structure.assumingMemoryBound(to: Lorikeet__V1__Bucket.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__Bucket.self)
    self.width = c.pointee.width
    self.height = c.pointee.height
    self.images = c.pointee.images
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__Bucket.self)
    lorikeet__v1__bucket__init(c)
    let frame = packer.open()
    c.pointee.width = self.width
    c.pointee.height = self.height
    c.pointee.images = self.images
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 8: self.width = wire.int32()
      case 16: self.height = wire.int32()
      case 24: self.images = wire.int32()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if self.width != 0 { size.int32(self.width, tag: 8) }
    if self.height != 0 { size.int32(self.height, tag: 16) }
    if self.images != 0 { size.int32(self.images, tag: 24) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if self.width != 0 { wire.int32(self.width, tag: 8) }
    if self.height != 0 { wire.int32(self.height, tag: 16) }
    if self.images != 0 { wire.int32(self.images, tag: 24) }
    wire.unknown(self.unknownFields)
  }
}

/// What a look at the data set found.
public struct LintTuneResponse: Message {
  public static let protoFullName = "lorikeet.v1.LintTuneResponse"

  /// The gravest first.
  public var findings: [LintFinding] = []

  /// The sizes that images would be trained at, most images first.
  public var buckets: [Bucket] = []

  /// Images that can be used.
  public var usableImages: Int32 = 0

  /// How often each image would be seen.
  public var repeats: Double = 0

  /// The captions as they would be trained with, in the order of the images.
  public var captions: [String] = []

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__LintTuneResponse>.size) { structure in
    lorikeet__v1__lint_tune_response__init(structure.assumingMemoryBound(to: Lorikeet__V1__LintTuneResponse.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__LintTuneResponse.self)
    self.findings = Unpack.messages(c.pointee.n_findings, c.pointee.findings) { LintFinding(unpacked: $0, source: source.nested) }
    self.buckets = Unpack.messages(c.pointee.n_buckets, c.pointee.buckets) { Bucket(unpacked: $0, source: source.nested) }
    self.usableImages = c.pointee.usable_images
    self.repeats = c.pointee.repeats
    self.captions = Unpack.array(c.pointee.n_captions, c.pointee.captions) { source.nested.string($0.len, $0.data, "lorikeet.v1.LintTuneResponse.captions") }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__LintTuneResponse.self)
    lorikeet__v1__lint_tune_response__init(c)
    let frame = packer.open()
    if !self.findings.isEmpty {
      c.pointee.findings = packer.array(self.findings) { value, packer -> UnsafeMutablePointer<Lorikeet__V1__LintFinding>? in
        value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__LintFinding.self)
      }
      c.pointee.n_findings = self.findings.count
    }
    if !self.buckets.isEmpty {
      c.pointee.buckets = packer.array(self.buckets) { value, packer -> UnsafeMutablePointer<Lorikeet__V1__Bucket>? in
        value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__Bucket.self)
      }
      c.pointee.n_buckets = self.buckets.count
    }
    c.pointee.usable_images = self.usableImages
    c.pointee.repeats = self.repeats
    packer.keepNegativeZero(self.repeats, field: 4)
    if !self.captions.isEmpty {
      c.pointee.captions = packer.array(self.captions) { value, packer in
        ProtobufCBinaryData(packer.text(value))
      }
      c.pointee.n_captions = self.captions.count
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// A tune to judge.
public struct ForecastTuneRequest: Message {
  public static let protoFullName = "lorikeet.v1.ForecastTuneRequest"

  /// Its fields, as for `CreateTune`; the name may be left out.
  public var tune: Tune? = nil

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__ForecastTuneRequest>.size) { structure in
    lorikeet__v1__forecast_tune_request__init(structure.assumingMemoryBound(to: Lorikeet__V1__ForecastTuneRequest.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__ForecastTuneRequest.self)
    if let value = c.pointee.tune {
      self.tune = Tune(unpacked: value, source: source.nested)
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__ForecastTuneRequest.self)
    lorikeet__v1__forecast_tune_request__init(c)
    let frame = packer.open()
    if let value = self.tune {
      c.pointee.tune = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__Tune.self)
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// A new tune.
public struct CreateTuneRequest: Message {
  public static let protoFullName = "lorikeet.v1.CreateTuneRequest"

  /// Its fields; the output-only ones are ignored.
  public var tune: Tune? = nil

  /// Makes a repeated call answer with the tune that the first one made. Up to 128 characters.
  public var requestId: String = ""

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__CreateTuneRequest>.size) { structure in
    lorikeet__v1__create_tune_request__init(structure.assumingMemoryBound(to: Lorikeet__V1__CreateTuneRequest.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__CreateTuneRequest.self)
    if let value = c.pointee.tune {
      self.tune = Tune(unpacked: value, source: source.nested)
    }
    self.requestId = source.string(c.pointee.request_id.len, c.pointee.request_id.data, "lorikeet.v1.CreateTuneRequest.request_id")
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__CreateTuneRequest.self)
    lorikeet__v1__create_tune_request__init(c)
    let frame = packer.open()
    if let value = self.tune {
      c.pointee.tune = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__Tune.self)
    }
    if !self.requestId.isEmpty {
      c.pointee.request_id = ProtobufCBinaryData(packer.text(self.requestId))
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// Names one tune.
public struct GetTuneRequest: Message {
  public static let protoFullName = "lorikeet.v1.GetTuneRequest"

  /// Its id or its name.
  public var tune: String = ""

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__GetTuneRequest>.size) { structure in
    lorikeet__v1__get_tune_request__init(structure.assumingMemoryBound(to: Lorikeet__V1__GetTuneRequest.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__GetTuneRequest.self)
    self.tune = source.string(c.pointee.tune.len, c.pointee.tune.data, "lorikeet.v1.GetTuneRequest.tune")
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__GetTuneRequest.self)
    lorikeet__v1__get_tune_request__init(c)
    let frame = packer.open()
    if !self.tune.isEmpty {
      c.pointee.tune = ProtobufCBinaryData(packer.text(self.tune))
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 10: self.tune = wire.string()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if !self.tune.isEmpty { size.string(self.tune, tag: 10) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if !self.tune.isEmpty { wire.string(self.tune, tag: 10) }
    wire.unknown(self.unknownFields)
  }
}

/// Which tunes, and how many at once.
public struct ListTunesRequest: Message {
  public static let protoFullName = "lorikeet.v1.ListTunesRequest"

  /// At most 1,000; 0 means 100.
  public var pageSize: Int32 = 0

  /// From the answer before; empty for the first page.
  public var pageToken: String = ""

  /// Only these states; empty means all.
  public var states: [JobState] = []

  /// Only names that contain this text.
  public var nameContains: String = ""

  /// Only tunes of this checkpoint (an id or a name).
  public var baseCheckpoint: String = ""

  /// Only tunes with this trigger word.
  public var triggerWord: String = ""

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__ListTunesRequest>.size) { structure in
    lorikeet__v1__list_tunes_request__init(structure.assumingMemoryBound(to: Lorikeet__V1__ListTunesRequest.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__ListTunesRequest.self)
    self.pageSize = c.pointee.page_size
    self.pageToken = source.string(c.pointee.page_token.len, c.pointee.page_token.data, "lorikeet.v1.ListTunesRequest.page_token")
    self.states = Unpack.array(c.pointee.n_states, c.pointee.states) { JobState(rawValue: Int32(truncatingIfNeeded: $0.rawValue)) }
    self.nameContains = source.string(c.pointee.name_contains.len, c.pointee.name_contains.data, "lorikeet.v1.ListTunesRequest.name_contains")
    self.baseCheckpoint = source.string(c.pointee.base_checkpoint.len, c.pointee.base_checkpoint.data, "lorikeet.v1.ListTunesRequest.base_checkpoint")
    self.triggerWord = source.string(c.pointee.trigger_word.len, c.pointee.trigger_word.data, "lorikeet.v1.ListTunesRequest.trigger_word")
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__ListTunesRequest.self)
    lorikeet__v1__list_tunes_request__init(c)
    let frame = packer.open()
    c.pointee.page_size = self.pageSize
    if !self.pageToken.isEmpty {
      c.pointee.page_token = ProtobufCBinaryData(packer.text(self.pageToken))
    }
    if !self.states.isEmpty {
      c.pointee.states = packer.array(self.states) { value, _ -> Lorikeet__V1__JobState in Lorikeet__V1__JobState(rawValue: .init(truncatingIfNeeded: value.rawValue)) }
      c.pointee.n_states = self.states.count
    }
    if !self.nameContains.isEmpty {
      c.pointee.name_contains = ProtobufCBinaryData(packer.text(self.nameContains))
    }
    if !self.baseCheckpoint.isEmpty {
      c.pointee.base_checkpoint = ProtobufCBinaryData(packer.text(self.baseCheckpoint))
    }
    if !self.triggerWord.isEmpty {
      c.pointee.trigger_word = ProtobufCBinaryData(packer.text(self.triggerWord))
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// One page.
public struct ListTunesResponse: Message {
  public static let protoFullName = "lorikeet.v1.ListTunesResponse"

  /// Newest first.
  public var tunes: [Tune] = []

  /// For the next page; empty on the last.
  public var nextPageToken: String = ""

  /// How many there are in all.
  public var totalSize: Int32 = 0

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__ListTunesResponse>.size) { structure in
    lorikeet__v1__list_tunes_response__init(structure.assumingMemoryBound(to: Lorikeet__V1__ListTunesResponse.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__ListTunesResponse.self)
    self.tunes = Unpack.messages(c.pointee.n_tunes, c.pointee.tunes) { Tune(unpacked: $0, source: source.nested) }
    self.nextPageToken = source.string(c.pointee.next_page_token.len, c.pointee.next_page_token.data, "lorikeet.v1.ListTunesResponse.next_page_token")
    self.totalSize = c.pointee.total_size
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__ListTunesResponse.self)
    lorikeet__v1__list_tunes_response__init(c)
    let frame = packer.open()
    if !self.tunes.isEmpty {
      c.pointee.tunes = packer.array(self.tunes) { value, packer -> UnsafeMutablePointer<Lorikeet__V1__Tune>? in
        value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__Tune.self)
      }
      c.pointee.n_tunes = self.tunes.count
    }
    if !self.nextPageToken.isEmpty {
      c.pointee.next_page_token = ProtobufCBinaryData(packer.text(self.nextPageToken))
    }
    c.pointee.total_size = self.totalSize
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// What to watch, and from where on.
public struct WatchTuneRequest: Message {
  public static let protoFullName = "lorikeet.v1.WatchTuneRequest"

  /// The tune's id or name.
  public var tune: String = ""

  /// Only events after this sequence number, as far as they are still kept. 0: from the snapshot on.
  public var afterSequence: Int64 = 0

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__WatchTuneRequest>.size) { structure in
    lorikeet__v1__watch_tune_request__init(structure.assumingMemoryBound(to: Lorikeet__V1__WatchTuneRequest.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__WatchTuneRequest.self)
    self.tune = source.string(c.pointee.tune.len, c.pointee.tune.data, "lorikeet.v1.WatchTuneRequest.tune")
    self.afterSequence = c.pointee.after_sequence
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__WatchTuneRequest.self)
    lorikeet__v1__watch_tune_request__init(c)
    let frame = packer.open()
    if !self.tune.isEmpty {
      c.pointee.tune = ProtobufCBinaryData(packer.text(self.tune))
    }
    c.pointee.after_sequence = self.afterSequence
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 10: self.tune = wire.string()
      case 16: self.afterSequence = wire.int64()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if !self.tune.isEmpty { size.string(self.tune, tag: 10) }
    if self.afterSequence != 0 { size.int64(self.afterSequence, tag: 16) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if !self.tune.isEmpty { wire.string(self.tune, tag: 10) }
    if self.afterSequence != 0 { wire.int64(self.afterSequence, tag: 16) }
    wire.unknown(self.unknownFields)
  }
}

/// One message of a watch: the snapshot first, then events.
public struct WatchTuneResponse: Message {
  public static let protoFullName = "lorikeet.v1.WatchTuneResponse"

  /// What it is.
  public var payload: Payload? = nil

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  /// What it is.
  public enum Payload: Sendable, Equatable {
    /// The tune as it is now.
    case snapshot(Tune)
    /// A change after that.
    case event(TuneEvent)
  }

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__WatchTuneResponse>.size) { structure in
    lorikeet__v1__watch_tune_response__init(structure.assumingMemoryBound(to: Lorikeet__V1__WatchTuneResponse.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__WatchTuneResponse.self)
    switch c.pointee.payload_case.rawValue {
    case 1:
      if let value = c.pointee.snapshot { self.payload = .snapshot(Tune(unpacked: value, source: source.nested)) }
    case 2:
      if let value = c.pointee.event { self.payload = .event(TuneEvent(unpacked: value, source: source.nested)) }
    default: break
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__WatchTuneResponse.self)
    lorikeet__v1__watch_tune_response__init(c)
    let frame = packer.open()
    switch self.payload {
    case .snapshot(let value):
      c.pointee.snapshot = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__Tune.self)
      c.pointee.payload_case = .init(rawValue: 1)
    case .event(let value):
      c.pointee.event = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__TuneEvent.self)
      c.pointee.payload_case = .init(rawValue: 2)
    case nil: break
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// One change of a tune.
public struct TuneEvent: Message {
  public static let protoFullName = "lorikeet.v1.TuneEvent"

  /// Counts up by one for each event of a tune.
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
    /// A new state, with the whole tune.
    case state(Tune)
    /// Progress.
    case progress(TuneProgress)
    /// An image made during training.
    case preview(TunePreview)
    /// Something the user should know, such as a caption without the trigger word.
    case warning(String)
  }

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__TuneEvent>.size) { structure in
    lorikeet__v1__tune_event__init(structure.assumingMemoryBound(to: Lorikeet__V1__TuneEvent.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__TuneEvent.self)
    self.sequence = c.pointee.sequence
    if let value = c.pointee.time {
      self.time = GoogleProtobufTimestamp(unpacked: value, source: source.nested)
    }
    switch c.pointee.payload_case.rawValue {
    case 3:
      if let value = c.pointee.state { self.payload = .state(Tune(unpacked: value, source: source.nested)) }
    case 4:
      if let value = c.pointee.progress { self.payload = .progress(TuneProgress(unpacked: value, source: source.nested)) }
    case 5:
      if let value = c.pointee.preview { self.payload = .preview(TunePreview(unpacked: value, source: source.nested)) }
    case 6:
      self.payload = .warning(source.string(c.pointee.warning.len, c.pointee.warning.data, "lorikeet.v1.TuneEvent.warning"))
    default: break
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__TuneEvent.self)
    lorikeet__v1__tune_event__init(c)
    let frame = packer.open()
    c.pointee.sequence = self.sequence
    if let value = self.time {
      c.pointee.time = value.pack(into: &packer).assumingMemoryBound(to: Google__Protobuf__Timestamp.self)
    }
    switch self.payload {
    case .state(let value):
      c.pointee.state = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__Tune.self)
      c.pointee.payload_case = .init(rawValue: 3)
    case .progress(let value):
      c.pointee.progress = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__TuneProgress.self)
      c.pointee.payload_case = .init(rawValue: 4)
    case .preview(let value):
      c.pointee.preview = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__TunePreview.self)
      c.pointee.payload_case = .init(rawValue: 5)
    case .warning(let value):
      c.pointee.warning = ProtobufCBinaryData(packer.text(value))
      c.pointee.payload_case = .init(rawValue: 6)
    case nil: break
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// An image made during training.
public struct TunePreview: Message {
  public static let protoFullName = "lorikeet.v1.TunePreview"

  /// The step it was made at.
  public var step: Int32 = 0

  /// The prompt.
  public var prompt: String = ""

  /// The picture: an asset's id.
  public var asset: String = ""

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__TunePreview>.size) { structure in
    lorikeet__v1__tune_preview__init(structure.assumingMemoryBound(to: Lorikeet__V1__TunePreview.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__TunePreview.self)
    self.step = c.pointee.step
    self.prompt = source.string(c.pointee.prompt.len, c.pointee.prompt.data, "lorikeet.v1.TunePreview.prompt")
    self.asset = source.string(c.pointee.asset.len, c.pointee.asset.data, "lorikeet.v1.TunePreview.asset")
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__TunePreview.self)
    lorikeet__v1__tune_preview__init(c)
    let frame = packer.open()
    c.pointee.step = self.step
    if !self.prompt.isEmpty {
      c.pointee.prompt = ProtobufCBinaryData(packer.text(self.prompt))
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
      case 8: self.step = wire.int32()
      case 18: self.prompt = wire.string()
      case 26: self.asset = wire.string()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if self.step != 0 { size.int32(self.step, tag: 8) }
    if !self.prompt.isEmpty { size.string(self.prompt, tag: 18) }
    if !self.asset.isEmpty { size.string(self.asset, tag: 26) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if self.step != 0 { wire.int32(self.step, tag: 8) }
    if !self.prompt.isEmpty { wire.string(self.prompt, tag: 18) }
    if !self.asset.isEmpty { wire.string(self.asset, tag: 26) }
    wire.unknown(self.unknownFields)
  }
}

/// Names the tune to stop.
public struct CancelTuneRequest: Message {
  public static let protoFullName = "lorikeet.v1.CancelTuneRequest"

  /// Its id or its name.
  public var tune: String = ""

  /// Keeps what it has learned: the LoRA becomes an asset, and a new tune can go on from there (`Tune.resume_from`).
  public var keep: Bool = false

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__CancelTuneRequest>.size) { structure in
    lorikeet__v1__cancel_tune_request__init(structure.assumingMemoryBound(to: Lorikeet__V1__CancelTuneRequest.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__CancelTuneRequest.self)
    self.tune = source.string(c.pointee.tune.len, c.pointee.tune.data, "lorikeet.v1.CancelTuneRequest.tune")
    self.keep = c.pointee.keep != 0
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__CancelTuneRequest.self)
    lorikeet__v1__cancel_tune_request__init(c)
    let frame = packer.open()
    if !self.tune.isEmpty {
      c.pointee.tune = ProtobufCBinaryData(packer.text(self.tune))
    }
    c.pointee.keep = self.keep ? 1 : 0
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 10: self.tune = wire.string()
      case 16: self.keep = wire.bool()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if !self.tune.isEmpty { size.string(self.tune, tag: 10) }
    if self.keep { size.bool(self.keep, tag: 16) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if !self.tune.isEmpty { wire.string(self.tune, tag: 10) }
    if self.keep { wire.bool(self.keep, tag: 16) }
    wire.unknown(self.unknownFields)
  }
}

/// Names the tune to delete.
public struct DeleteTuneRequest: Message {
  public static let protoFullName = "lorikeet.v1.DeleteTuneRequest"

  /// Its id or its name.
  public var tune: String = ""

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__DeleteTuneRequest>.size) { structure in
    lorikeet__v1__delete_tune_request__init(structure.assumingMemoryBound(to: Lorikeet__V1__DeleteTuneRequest.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__V1__DeleteTuneRequest.self)
    self.tune = source.string(c.pointee.tune.len, c.pointee.tune.data, "lorikeet.v1.DeleteTuneRequest.tune")
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__DeleteTuneRequest.self)
    lorikeet__v1__delete_tune_request__init(c)
    let frame = packer.open()
    if !self.tune.isEmpty {
      c.pointee.tune = ProtobufCBinaryData(packer.text(self.tune))
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 10: self.tune = wire.string()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if !self.tune.isEmpty { size.string(self.tune, tag: 10) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if !self.tune.isEmpty { wire.string(self.tune, tag: 10) }
    wire.unknown(self.unknownFields)
  }
}

/// Nothing to say.
public struct DeleteTuneResponse: Message {
  public static let protoFullName = "lorikeet.v1.DeleteTuneResponse"

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__V1__DeleteTuneResponse>.size) { structure in
    lorikeet__v1__delete_tune_response__init(structure.assumingMemoryBound(to: Lorikeet__V1__DeleteTuneResponse.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__V1__DeleteTuneResponse.self)
    lorikeet__v1__delete_tune_response__init(c)
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
