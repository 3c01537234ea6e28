// Generated from lorikeet/backend/v1/backend.proto by Protos/generate.sh; do not edit.

internal import CProtobufC
internal import CLorikeetProtos
public import Protobuf

/// What a backend can do.
public enum BackendRole: RawRepresentable, CaseIterable, Hashable, Sendable {
  /// Not given; refused.
  case unspecified
  /// It trains.
  case training
  /// It samples.
  case sampling
  /// A number that this version of the schema has no name for.
  case unrecognized(Int32)

  public init() { self = .unspecified }

  public init(rawValue: Int32) {
    switch rawValue {
    case 0: self = .unspecified
    case 1: self = .training
    case 2: self = .sampling
    default: self = .unrecognized(rawValue)
    }
  }

  public var rawValue: Int32 {
    switch self {
    case .unspecified: 0
    case .training: 1
    case .sampling: 2
    case .unrecognized(let number): number
    }
  }

  /// The name in the schema; nil for an unrecognized number.
  public var protoName: String? {
    switch self {
    case .unspecified: "ROLE_UNSPECIFIED"
    case .training: "ROLE_TRAINING"
    case .sampling: "ROLE_SAMPLING"
    case .unrecognized: nil
    }
  }

  public static let allCases: [BackendRole] = [
    .unspecified, .training, .sampling,
  ]
}

/// Bytes that the service holds, named by their digest.
public struct BackendBlob: Message {
  public static let protoFullName = "lorikeet.backend.v1.Blob"

  /// 64 lower-case hexadecimal digits.
  public var sha256: String = ""

  /// The length.
  public var sizeBytes: Int64 = 0

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__Backend__V1__Blob>.size) { structure in
    lorikeet__backend__v1__blob__init(structure.assumingMemoryBound(to: Lorikeet__Backend__V1__Blob.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__Backend__V1__Blob.self)
    self.sha256 = source.string(c.pointee.sha256.len, c.pointee.sha256.data, "lorikeet.backend.v1.Blob.sha256")
    self.sizeBytes = c.pointee.size_bytes
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__Backend__V1__Blob.self)
    lorikeet__backend__v1__blob__init(c)
    let frame = packer.open()
    if !self.sha256.isEmpty {
      c.pointee.sha256 = ProtobufCBinaryData(packer.text(self.sha256))
    }
    c.pointee.size_bytes = self.sizeBytes
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 10: self.sha256 = wire.string()
      case 16: self.sizeBytes = wire.int64()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if !self.sha256.isEmpty { size.string(self.sha256, tag: 10) }
    if self.sizeBytes != 0 { size.int64(self.sizeBytes, tag: 16) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if !self.sha256.isEmpty { wire.string(self.sha256, tag: 10) }
    if self.sizeBytes != 0 { wire.int64(self.sizeBytes, tag: 16) }
    wire.unknown(self.unknownFields)
  }
}

/// One message from a backend.
public struct BackendAttachRequest: Message {
  public static let protoFullName = "lorikeet.backend.v1.AttachRequest"

  /// What it is.
  public var payload: Payload? = nil

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  /// What it is.
  public enum Payload: Sendable, Equatable {
    /// The first message, and only that.
    case hello(BackendHello)
    /// Still here. Sent at the interval that `Welcome` names; every other message counts as one too.
    case heartbeat(BackendHeartbeat)
    /// News of a job.
    case report(BackendJobReport)
    /// The answer to an inspection.
    case inspection(BackendInspectionResult)
  }

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__Backend__V1__AttachRequest>.size) { structure in
    lorikeet__backend__v1__attach_request__init(structure.assumingMemoryBound(to: Lorikeet__Backend__V1__AttachRequest.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__Backend__V1__AttachRequest.self)
    switch c.pointee.payload_case.rawValue {
    case 1:
      if let value = c.pointee.hello { self.payload = .hello(BackendHello(unpacked: value, source: source.nested)) }
    case 2:
      if let value = c.pointee.heartbeat { self.payload = .heartbeat(BackendHeartbeat(unpacked: value, source: source.nested)) }
    case 3:
      if let value = c.pointee.report { self.payload = .report(BackendJobReport(unpacked: value, source: source.nested)) }
    case 4:
      if let value = c.pointee.inspection { self.payload = .inspection(BackendInspectionResult(unpacked: value, source: source.nested)) }
    default: break
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__Backend__V1__AttachRequest.self)
    lorikeet__backend__v1__attach_request__init(c)
    let frame = packer.open()
    switch self.payload {
    case .hello(let value):
      c.pointee.hello = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__Backend__V1__Hello.self)
      c.pointee.payload_case = .init(rawValue: 1)
    case .heartbeat(let value):
      c.pointee.heartbeat = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__Backend__V1__Heartbeat.self)
      c.pointee.payload_case = .init(rawValue: 2)
    case .report(let value):
      c.pointee.report = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__Backend__V1__JobReport.self)
      c.pointee.payload_case = .init(rawValue: 3)
    case .inspection(let value):
      c.pointee.inspection = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__Backend__V1__InspectionResult.self)
      c.pointee.payload_case = .init(rawValue: 4)
    case nil: break
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// Who attaches.
public struct BackendHello: Message {
  public static let protoFullName = "lorikeet.backend.v1.Hello"

  /// Chosen by the backend or by who started it; unique among the attached ones.
  public var backendId: String = ""

  /// What it can do.
  public var role: BackendRole = .unspecified

  /// The device in words, such as `cpu` or `cuda:0 NVIDIA H200`.
  public var device: String = ""

  /// Jobs it takes at once.
  public var slots: Int32 = 0

  /// The engine's version.
  public var version: String = ""

  /// The process id, when it runs beside the service.
  public var processId: Int64 = 0

  /// What the networks compute in, such as `float32`.
  public var precision: String = ""

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__Backend__V1__Hello>.size) { structure in
    lorikeet__backend__v1__hello__init(structure.assumingMemoryBound(to: Lorikeet__Backend__V1__Hello.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__Backend__V1__Hello.self)
    self.backendId = source.string(c.pointee.backend_id.len, c.pointee.backend_id.data, "lorikeet.backend.v1.Hello.backend_id")
    self.role = BackendRole(rawValue: Int32(truncatingIfNeeded: c.pointee.role.rawValue))
    self.device = source.string(c.pointee.device.len, c.pointee.device.data, "lorikeet.backend.v1.Hello.device")
    self.slots = c.pointee.slots
    self.version = source.string(c.pointee.version.len, c.pointee.version.data, "lorikeet.backend.v1.Hello.version")
    self.processId = c.pointee.process_id
    self.precision = source.string(c.pointee.precision.len, c.pointee.precision.data, "lorikeet.backend.v1.Hello.precision")
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__Backend__V1__Hello.self)
    lorikeet__backend__v1__hello__init(c)
    let frame = packer.open()
    if !self.backendId.isEmpty {
      c.pointee.backend_id = ProtobufCBinaryData(packer.text(self.backendId))
    }
    c.pointee.role = Lorikeet__Backend__V1__Role(rawValue: .init(truncatingIfNeeded: self.role.rawValue))
    if !self.device.isEmpty {
      c.pointee.device = ProtobufCBinaryData(packer.text(self.device))
    }
    c.pointee.slots = self.slots
    if !self.version.isEmpty {
      c.pointee.version = ProtobufCBinaryData(packer.text(self.version))
    }
    c.pointee.process_id = self.processId
    if !self.precision.isEmpty {
      c.pointee.precision = ProtobufCBinaryData(packer.text(self.precision))
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 10: self.backendId = wire.string()
      case 16: self.role = BackendRole(rawValue: wire.int32())
      case 26: self.device = wire.string()
      case 32: self.slots = wire.int32()
      case 42: self.version = wire.string()
      case 48: self.processId = wire.int64()
      case 58: self.precision = wire.string()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if !self.backendId.isEmpty { size.string(self.backendId, tag: 10) }
    if self.role.rawValue != 0 { size.int32(self.role.rawValue, tag: 16) }
    if !self.device.isEmpty { size.string(self.device, tag: 26) }
    if self.slots != 0 { size.int32(self.slots, tag: 32) }
    if !self.version.isEmpty { size.string(self.version, tag: 42) }
    if self.processId != 0 { size.int64(self.processId, tag: 48) }
    if !self.precision.isEmpty { size.string(self.precision, tag: 58) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if !self.backendId.isEmpty { wire.string(self.backendId, tag: 10) }
    if self.role.rawValue != 0 { wire.int32(self.role.rawValue, tag: 16) }
    if !self.device.isEmpty { wire.string(self.device, tag: 26) }
    if self.slots != 0 { wire.int32(self.slots, tag: 32) }
    if !self.version.isEmpty { wire.string(self.version, tag: 42) }
    if self.processId != 0 { wire.int64(self.processId, tag: 48) }
    if !self.precision.isEmpty { wire.string(self.precision, tag: 58) }
    wire.unknown(self.unknownFields)
  }
}

/// Still here.
public struct BackendHeartbeat: Message {
  public static let protoFullName = "lorikeet.backend.v1.Heartbeat"

  /// Checkpoint digests (see `InputAsset.digest`) that are warm in memory: such jobs come here first.
  public var warmCheckpoints: [String] = []

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__Backend__V1__Heartbeat>.size) { structure in
    lorikeet__backend__v1__heartbeat__init(structure.assumingMemoryBound(to: Lorikeet__Backend__V1__Heartbeat.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__Backend__V1__Heartbeat.self)
    self.warmCheckpoints = Unpack.array(c.pointee.n_warm_checkpoints, c.pointee.warm_checkpoints) { source.nested.string($0.len, $0.data, "lorikeet.backend.v1.Heartbeat.warm_checkpoints") }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__Backend__V1__Heartbeat.self)
    lorikeet__backend__v1__heartbeat__init(c)
    let frame = packer.open()
    if !self.warmCheckpoints.isEmpty {
      c.pointee.warm_checkpoints = packer.array(self.warmCheckpoints) { value, packer in
        ProtobufCBinaryData(packer.text(value))
      }
      c.pointee.n_warm_checkpoints = self.warmCheckpoints.count
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// News of one job. Reports of an attempt that is no longer the job's own are ignored.
public struct BackendJobReport: Message {
  public static let protoFullName = "lorikeet.backend.v1.JobReport"

  /// The job's id.
  public var jobId: String = ""

  /// The attempt, as assigned.
  public var attempt: Int32 = 0

  /// What happened.
  public var payload: Payload? = nil

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  /// What happened.
  public enum Payload: Sendable, Equatable {
    /// Work has begun.
    case started(BackendJobStarted)
    /// A tune's progress.
    case tuneProgress(TuneProgress)
    /// A sample image made during training.
    case tunePreview(BackendTunePreviewReport)
    /// A training checkpoint: from here the tune can go on.
    case trainingCheckpoint(BackendTrainingCheckpoint)
    /// Something the user should know. Up to 4,096 bytes of UTF-8 for a tune and 1,024 for a generation, of which 100
    /// are kept; the rest is cut off.
    case warning(String)
    /// A generation's progress.
    case generationProgress(GenerationProgress)
    /// A picture of an unfinished image.
    case generationPreview(GenerationPreview)
    /// A finished image.
    case image(BackendImageReport)
    /// A tune has succeeded.
    case tuneFinished(BackendTuneFinished)
    /// A generation has succeeded: all of its images were reported.
    case generationFinished(BackendGenerationFinished)
    /// The job cannot be done.
    case failed(BackendJobFailed)
    /// The job stopped because it was cancelled.
    case cancelled(BackendJobCancelled)
  }

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__Backend__V1__JobReport>.size) { structure in
    lorikeet__backend__v1__job_report__init(structure.assumingMemoryBound(to: Lorikeet__Backend__V1__JobReport.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__Backend__V1__JobReport.self)
    self.jobId = source.string(c.pointee.job_id.len, c.pointee.job_id.data, "lorikeet.backend.v1.JobReport.job_id")
    self.attempt = c.pointee.attempt
    switch c.pointee.payload_case.rawValue {
    case 3:
      if let value = c.pointee.started { self.payload = .started(BackendJobStarted(unpacked: value, source: source.nested)) }
    case 4:
      if let value = c.pointee.tune_progress { self.payload = .tuneProgress(TuneProgress(unpacked: value, source: source.nested)) }
    case 5:
      if let value = c.pointee.tune_preview { self.payload = .tunePreview(BackendTunePreviewReport(unpacked: value, source: source.nested)) }
    case 6:
      if let value = c.pointee.training_checkpoint { self.payload = .trainingCheckpoint(BackendTrainingCheckpoint(unpacked: value, source: source.nested)) }
    case 7:
      self.payload = .warning(source.string(c.pointee.warning.len, c.pointee.warning.data, "lorikeet.backend.v1.JobReport.warning"))
    case 8:
      if let value = c.pointee.generation_progress { self.payload = .generationProgress(GenerationProgress(unpacked: value, source: source.nested)) }
    case 9:
      if let value = c.pointee.generation_preview { self.payload = .generationPreview(GenerationPreview(unpacked: value, source: source.nested)) }
    case 10:
      if let value = c.pointee.image { self.payload = .image(BackendImageReport(unpacked: value, source: source.nested)) }
    case 11:
      if let value = c.pointee.tune_finished { self.payload = .tuneFinished(BackendTuneFinished(unpacked: value, source: source.nested)) }
    case 12:
      if let value = c.pointee.generation_finished { self.payload = .generationFinished(BackendGenerationFinished(unpacked: value, source: source.nested)) }
    case 13:
      if let value = c.pointee.failed { self.payload = .failed(BackendJobFailed(unpacked: value, source: source.nested)) }
    case 14:
      if let value = c.pointee.cancelled { self.payload = .cancelled(BackendJobCancelled(unpacked: value, source: source.nested)) }
    default: break
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__Backend__V1__JobReport.self)
    lorikeet__backend__v1__job_report__init(c)
    let frame = packer.open()
    if !self.jobId.isEmpty {
      c.pointee.job_id = ProtobufCBinaryData(packer.text(self.jobId))
    }
    c.pointee.attempt = self.attempt
    switch self.payload {
    case .started(let value):
      c.pointee.started = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__Backend__V1__JobStarted.self)
      c.pointee.payload_case = .init(rawValue: 3)
    case .tuneProgress(let value):
      c.pointee.tune_progress = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__TuneProgress.self)
      c.pointee.payload_case = .init(rawValue: 4)
    case .tunePreview(let value):
      c.pointee.tune_preview = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__Backend__V1__TunePreviewReport.self)
      c.pointee.payload_case = .init(rawValue: 5)
    case .trainingCheckpoint(let value):
      c.pointee.training_checkpoint = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__Backend__V1__TrainingCheckpoint.self)
      c.pointee.payload_case = .init(rawValue: 6)
    case .warning(let value):
      c.pointee.warning = ProtobufCBinaryData(packer.text(value))
      c.pointee.payload_case = .init(rawValue: 7)
    case .generationProgress(let value):
      c.pointee.generation_progress = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__GenerationProgress.self)
      c.pointee.payload_case = .init(rawValue: 8)
    case .generationPreview(let value):
      c.pointee.generation_preview = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__GenerationPreview.self)
      c.pointee.payload_case = .init(rawValue: 9)
    case .image(let value):
      c.pointee.image = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__Backend__V1__ImageReport.self)
      c.pointee.payload_case = .init(rawValue: 10)
    case .tuneFinished(let value):
      c.pointee.tune_finished = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__Backend__V1__TuneFinished.self)
      c.pointee.payload_case = .init(rawValue: 11)
    case .generationFinished(let value):
      c.pointee.generation_finished = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__Backend__V1__GenerationFinished.self)
      c.pointee.payload_case = .init(rawValue: 12)
    case .failed(let value):
      c.pointee.failed = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__Backend__V1__JobFailed.self)
      c.pointee.payload_case = .init(rawValue: 13)
    case .cancelled(let value):
      c.pointee.cancelled = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__Backend__V1__JobCancelled.self)
      c.pointee.payload_case = .init(rawValue: 14)
    case nil: break
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 10: self.jobId = wire.string()
      case 16: self.attempt = wire.int32()
      case 58: self.payload = .warning(wire.string())
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if !self.jobId.isEmpty { size.string(self.jobId, tag: 10) }
    if self.attempt != 0 { size.int32(self.attempt, tag: 16) }
    switch self.payload {
    case .warning(let value): size.string(value, tag: 58)
    case .some: size.giveUp()
    case nil: break
    }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if !self.jobId.isEmpty { wire.string(self.jobId, tag: 10) }
    if self.attempt != 0 { wire.int32(self.attempt, tag: 16) }
    switch self.payload {
    case .warning(let value): wire.string(value, tag: 58)
    case .some: break
    case nil: break
    }
    wire.unknown(self.unknownFields)
  }
}

/// Work has begun.
public struct BackendJobStarted: Message {
  public static let protoFullName = "lorikeet.backend.v1.JobStarted"

  /// A resumed tune: the step it goes on from.
  public var resumedFromStep: Int32 = 0

  /// A tune: what it is expected to take.
  public var forecast: TuneForecast? = nil

  /// A generation: the device and its precision, as the manifest has them.
  public var device: String = ""

  /// See above.
  public var precision: String = ""

  /// The engine's version.
  public var engineVersion: String = ""

  /// A generation: its settings with what only the backend knows filled in, such as the checkpoint's own size.
  public var settings: GenerationSettings? = nil

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__Backend__V1__JobStarted>.size) { structure in
    lorikeet__backend__v1__job_started__init(structure.assumingMemoryBound(to: Lorikeet__Backend__V1__JobStarted.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__Backend__V1__JobStarted.self)
    self.resumedFromStep = c.pointee.resumed_from_step
    if let value = c.pointee.forecast {
      self.forecast = TuneForecast(unpacked: value, source: source.nested)
    }
    self.device = source.string(c.pointee.device.len, c.pointee.device.data, "lorikeet.backend.v1.JobStarted.device")
    self.precision = source.string(c.pointee.precision.len, c.pointee.precision.data, "lorikeet.backend.v1.JobStarted.precision")
    self.engineVersion = source.string(c.pointee.engine_version.len, c.pointee.engine_version.data, "lorikeet.backend.v1.JobStarted.engine_version")
    if let value = c.pointee.settings {
      self.settings = GenerationSettings(unpacked: value, source: source.nested)
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__Backend__V1__JobStarted.self)
    lorikeet__backend__v1__job_started__init(c)
    let frame = packer.open()
    c.pointee.resumed_from_step = self.resumedFromStep
    if let value = self.forecast {
      c.pointee.forecast = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__TuneForecast.self)
    }
    if !self.device.isEmpty {
      c.pointee.device = ProtobufCBinaryData(packer.text(self.device))
    }
    if !self.precision.isEmpty {
      c.pointee.precision = ProtobufCBinaryData(packer.text(self.precision))
    }
    if !self.engineVersion.isEmpty {
      c.pointee.engine_version = ProtobufCBinaryData(packer.text(self.engineVersion))
    }
    if let value = self.settings {
      c.pointee.settings = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__GenerationSettings.self)
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// A sample image made during training.
public struct BackendTunePreviewReport: Message {
  public static let protoFullName = "lorikeet.backend.v1.TunePreviewReport"

  /// The step it was made at.
  public var step: Int32 = 0

  /// The prompt.
  public var prompt: String = ""

  /// A PNG, written by `WriteBlob`.
  public var picture: BackendBlob? = nil

  /// In pixels.
  public var width: Int32 = 0

  /// In pixels.
  public var height: Int32 = 0

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__Backend__V1__TunePreviewReport>.size) { structure in
    lorikeet__backend__v1__tune_preview_report__init(structure.assumingMemoryBound(to: Lorikeet__Backend__V1__TunePreviewReport.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__Backend__V1__TunePreviewReport.self)
    self.step = c.pointee.step
    self.prompt = source.string(c.pointee.prompt.len, c.pointee.prompt.data, "lorikeet.backend.v1.TunePreviewReport.prompt")
    if let value = c.pointee.picture {
      self.picture = BackendBlob(unpacked: value, source: source.nested)
    }
    self.width = c.pointee.width
    self.height = c.pointee.height
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__Backend__V1__TunePreviewReport.self)
    lorikeet__backend__v1__tune_preview_report__init(c)
    let frame = packer.open()
    c.pointee.step = self.step
    if !self.prompt.isEmpty {
      c.pointee.prompt = ProtobufCBinaryData(packer.text(self.prompt))
    }
    if let value = self.picture {
      c.pointee.picture = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__Backend__V1__Blob.self)
    }
    c.pointee.width = self.width
    c.pointee.height = self.height
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// From here the tune can go on, on any backend. One at the last step lets another tune go on for longer: sent where the
/// learning rate is constant.
public struct BackendTrainingCheckpoint: Message {
  public static let protoFullName = "lorikeet.backend.v1.TrainingCheckpoint"

  /// Steps done.
  public var step: Int32 = 0

  /// Adapter, optimiser, random state and data position, written by `WriteBlob`.
  public var state: BackendBlob? = nil

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__Backend__V1__TrainingCheckpoint>.size) { structure in
    lorikeet__backend__v1__training_checkpoint__init(structure.assumingMemoryBound(to: Lorikeet__Backend__V1__TrainingCheckpoint.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__Backend__V1__TrainingCheckpoint.self)
    self.step = c.pointee.step
    if let value = c.pointee.state {
      self.state = BackendBlob(unpacked: value, source: source.nested)
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__Backend__V1__TrainingCheckpoint.self)
    lorikeet__backend__v1__training_checkpoint__init(c)
    let frame = packer.open()
    c.pointee.step = self.step
    if let value = self.state {
      c.pointee.state = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__Backend__V1__Blob.self)
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// A finished image.
public struct BackendImageReport: Message {
  public static let protoFullName = "lorikeet.backend.v1.ImageReport"

  /// Its place among the generation's images, from 0.
  public var index: Int32 = 0

  /// The seed.
  public var seed: Int64 = 0

  /// The encoded picture, written by `WriteBlob`.
  public var picture: BackendBlob? = nil

  /// In pixels.
  public var width: Int32 = 0

  /// In pixels.
  public var height: Int32 = 0

  /// Its content was unsafe: the picture is black.
  public var removedForSafety: Bool = false

  /// How near the nearest unsafe concept was, where safety was checked.
  public var safetyScore: Double? = nil

  /// SHA-256 of the pixels.
  public var pixelsSha256: String = ""

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__Backend__V1__ImageReport>.size) { structure in
    lorikeet__backend__v1__image_report__init(structure.assumingMemoryBound(to: Lorikeet__Backend__V1__ImageReport.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__Backend__V1__ImageReport.self)
    self.index = c.pointee.index
    self.seed = c.pointee.seed
    if let value = c.pointee.picture {
      self.picture = BackendBlob(unpacked: value, source: source.nested)
    }
    self.width = c.pointee.width
    self.height = c.pointee.height
    self.removedForSafety = c.pointee.removed_for_safety != 0
    if c.pointee._safety_score_case.rawValue == 7 {
      self.safetyScore = c.pointee.safety_score
    }
    self.pixelsSha256 = source.string(c.pointee.pixels_sha256.len, c.pointee.pixels_sha256.data, "lorikeet.backend.v1.ImageReport.pixels_sha256")
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__Backend__V1__ImageReport.self)
    lorikeet__backend__v1__image_report__init(c)
    let frame = packer.open()
    c.pointee.index = self.index
    c.pointee.seed = self.seed
    if let value = self.picture {
      c.pointee.picture = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__Backend__V1__Blob.self)
    }
    c.pointee.width = self.width
    c.pointee.height = self.height
    c.pointee.removed_for_safety = self.removedForSafety ? 1 : 0
    if let value = self.safetyScore {
      c.pointee.safety_score = value
      c.pointee._safety_score_case = .init(rawValue: 7)
    }
    if !self.pixelsSha256.isEmpty {
      c.pointee.pixels_sha256 = ProtobufCBinaryData(packer.text(self.pixelsSha256))
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// A tune has succeeded.
public struct BackendTuneFinished: Message {
  public static let protoFullName = "lorikeet.backend.v1.TuneFinished"

  /// The LoRA in safetensors, written by `WriteBlob`.
  public var lora: BackendBlob? = nil

  /// The rank of its matrices.
  public var rank: Int32 = 0

  /// The alpha of its matrices.
  public var alpha: Double = 0

  /// Tensors in the file.
  public var tensorCount: Int32 = 0

  /// The last smoothed loss.
  public var finalLoss: Double = 0

  /// Images that were not used.
  public var rejectedImages: [RejectedImage] = []

  /// How sound it is.
  public var health: AdapterHealth? = nil

  /// What it took.
  public var usage: TuneUsage? = nil

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__Backend__V1__TuneFinished>.size) { structure in
    lorikeet__backend__v1__tune_finished__init(structure.assumingMemoryBound(to: Lorikeet__Backend__V1__TuneFinished.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__Backend__V1__TuneFinished.self)
    if let value = c.pointee.lora {
      self.lora = BackendBlob(unpacked: value, source: source.nested)
    }
    self.rank = c.pointee.rank
    self.alpha = c.pointee.alpha
    self.tensorCount = c.pointee.tensor_count
    self.finalLoss = c.pointee.final_loss
    self.rejectedImages = Unpack.messages(c.pointee.n_rejected_images, c.pointee.rejected_images) { RejectedImage(unpacked: $0, source: source.nested) }
    if let value = c.pointee.health {
      self.health = AdapterHealth(unpacked: value, source: source.nested)
    }
    if let value = c.pointee.usage {
      self.usage = TuneUsage(unpacked: value, source: source.nested)
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__Backend__V1__TuneFinished.self)
    lorikeet__backend__v1__tune_finished__init(c)
    let frame = packer.open()
    if let value = self.lora {
      c.pointee.lora = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__Backend__V1__Blob.self)
    }
    c.pointee.rank = self.rank
    c.pointee.alpha = self.alpha
    packer.keepNegativeZero(self.alpha, field: 3)
    c.pointee.tensor_count = self.tensorCount
    c.pointee.final_loss = self.finalLoss
    packer.keepNegativeZero(self.finalLoss, field: 5)
    if !self.rejectedImages.isEmpty {
      c.pointee.rejected_images = packer.array(self.rejectedImages) { value, packer -> UnsafeMutablePointer<Lorikeet__V1__RejectedImage>? in
        value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__RejectedImage.self)
      }
      c.pointee.n_rejected_images = self.rejectedImages.count
    }
    if let value = self.health {
      c.pointee.health = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__AdapterHealth.self)
    }
    if let value = self.usage {
      c.pointee.usage = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__TuneUsage.self)
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// A generation has succeeded.
public struct BackendGenerationFinished: Message {
  public static let protoFullName = "lorikeet.backend.v1.GenerationFinished"

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__Backend__V1__GenerationFinished>.size) { structure in
    lorikeet__backend__v1__generation_finished__init(structure.assumingMemoryBound(to: Lorikeet__Backend__V1__GenerationFinished.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__Backend__V1__GenerationFinished.self)
    lorikeet__backend__v1__generation_finished__init(c)
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

/// The job stopped because it was cancelled.
public struct BackendJobCancelled: Message {
  public static let protoFullName = "lorikeet.backend.v1.JobCancelled"

  /// A tune cancelled with `keep`: what it had learned.
  public var kept: BackendTuneFinished? = nil

  /// A tune cancelled with `keep`: from here another one can go on.
  public var checkpoint: BackendTrainingCheckpoint? = nil

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__Backend__V1__JobCancelled>.size) { structure in
    lorikeet__backend__v1__job_cancelled__init(structure.assumingMemoryBound(to: Lorikeet__Backend__V1__JobCancelled.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__Backend__V1__JobCancelled.self)
    if let value = c.pointee.kept {
      self.kept = BackendTuneFinished(unpacked: value, source: source.nested)
    }
    if let value = c.pointee.checkpoint {
      self.checkpoint = BackendTrainingCheckpoint(unpacked: value, source: source.nested)
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__Backend__V1__JobCancelled.self)
    lorikeet__backend__v1__job_cancelled__init(c)
    let frame = packer.open()
    if let value = self.kept {
      c.pointee.kept = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__Backend__V1__TuneFinished.self)
    }
    if let value = self.checkpoint {
      c.pointee.checkpoint = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__Backend__V1__TrainingCheckpoint.self)
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// The job cannot be done.
public struct BackendJobFailed: Message {
  public static let protoFullName = "lorikeet.backend.v1.JobFailed"

  /// A gRPC status code: 3 (INVALID_ARGUMENT) for bad inputs, 8 (RESOURCE_EXHAUSTED) for too little memory,
  /// 13 (INTERNAL) for a fault of the backend.
  public var code: Int32 = 0

  /// A sentence that says what to do.
  public var message: String = ""

  /// Another attempt may succeed.
  public var retryable: Bool = false

  /// Images that were the reason.
  public var rejectedImages: [RejectedImage] = []

  /// A tune whose LoRA is not sound: what was measured.
  public var health: AdapterHealth? = nil

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__Backend__V1__JobFailed>.size) { structure in
    lorikeet__backend__v1__job_failed__init(structure.assumingMemoryBound(to: Lorikeet__Backend__V1__JobFailed.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__Backend__V1__JobFailed.self)
    self.code = c.pointee.code
    self.message = source.string(c.pointee.message.len, c.pointee.message.data, "lorikeet.backend.v1.JobFailed.message")
    self.retryable = c.pointee.retryable != 0
    self.rejectedImages = Unpack.messages(c.pointee.n_rejected_images, c.pointee.rejected_images) { RejectedImage(unpacked: $0, source: source.nested) }
    if let value = c.pointee.health {
      self.health = AdapterHealth(unpacked: value, source: source.nested)
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__Backend__V1__JobFailed.self)
    lorikeet__backend__v1__job_failed__init(c)
    let frame = packer.open()
    c.pointee.code = self.code
    if !self.message.isEmpty {
      c.pointee.message = ProtobufCBinaryData(packer.text(self.message))
    }
    c.pointee.retryable = self.retryable ? 1 : 0
    if !self.rejectedImages.isEmpty {
      c.pointee.rejected_images = packer.array(self.rejectedImages) { value, packer -> UnsafeMutablePointer<Lorikeet__V1__RejectedImage>? in
        value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__RejectedImage.self)
      }
      c.pointee.n_rejected_images = self.rejectedImages.count
    }
    if let value = self.health {
      c.pointee.health = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__AdapterHealth.self)
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// One message to a backend.
public struct BackendAttachResponse: Message {
  public static let protoFullName = "lorikeet.backend.v1.AttachResponse"

  /// What it is.
  public var payload: Payload? = nil

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  /// What it is.
  public enum Payload: Sendable, Equatable {
    /// The answer to `hello`.
    case welcome(BackendWelcome)
    /// A job to do.
    case assignment(BackendAssignment)
    /// A job to stop.
    case cancel(BackendCancelAssignment)
    /// Stop all jobs, write a training checkpoint if that is quick, and close the stream.
    case drain(BackendDrain)
    /// A question about a tune that is not there yet. Answered beside any job.
    case inspection(BackendInspection)
  }

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__Backend__V1__AttachResponse>.size) { structure in
    lorikeet__backend__v1__attach_response__init(structure.assumingMemoryBound(to: Lorikeet__Backend__V1__AttachResponse.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__Backend__V1__AttachResponse.self)
    switch c.pointee.payload_case.rawValue {
    case 1:
      if let value = c.pointee.welcome { self.payload = .welcome(BackendWelcome(unpacked: value, source: source.nested)) }
    case 2:
      if let value = c.pointee.assignment { self.payload = .assignment(BackendAssignment(unpacked: value, source: source.nested)) }
    case 3:
      if let value = c.pointee.cancel { self.payload = .cancel(BackendCancelAssignment(unpacked: value, source: source.nested)) }
    case 4:
      if let value = c.pointee.drain { self.payload = .drain(BackendDrain(unpacked: value, source: source.nested)) }
    case 5:
      if let value = c.pointee.inspection { self.payload = .inspection(BackendInspection(unpacked: value, source: source.nested)) }
    default: break
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__Backend__V1__AttachResponse.self)
    lorikeet__backend__v1__attach_response__init(c)
    let frame = packer.open()
    switch self.payload {
    case .welcome(let value):
      c.pointee.welcome = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__Backend__V1__Welcome.self)
      c.pointee.payload_case = .init(rawValue: 1)
    case .assignment(let value):
      c.pointee.assignment = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__Backend__V1__Assignment.self)
      c.pointee.payload_case = .init(rawValue: 2)
    case .cancel(let value):
      c.pointee.cancel = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__Backend__V1__CancelAssignment.self)
      c.pointee.payload_case = .init(rawValue: 3)
    case .drain(let value):
      c.pointee.drain = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__Backend__V1__Drain.self)
      c.pointee.payload_case = .init(rawValue: 4)
    case .inspection(let value):
      c.pointee.inspection = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__Backend__V1__Inspection.self)
      c.pointee.payload_case = .init(rawValue: 5)
    case nil: break
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// A question about a tune that is not there yet.
public struct BackendInspection: Message {
  public static let protoFullName = "lorikeet.backend.v1.Inspection"

  /// Repeated in the answer.
  public var id: String = ""

  /// The tune with its inputs.
  public var tune: BackendTuneAssignment? = nil

  /// What is asked: both may be.
  public var lint: Bool = false

  /// See above.
  public var forecast: Bool = false

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__Backend__V1__Inspection>.size) { structure in
    lorikeet__backend__v1__inspection__init(structure.assumingMemoryBound(to: Lorikeet__Backend__V1__Inspection.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__Backend__V1__Inspection.self)
    self.id = source.string(c.pointee.id.len, c.pointee.id.data, "lorikeet.backend.v1.Inspection.id")
    if let value = c.pointee.tune {
      self.tune = BackendTuneAssignment(unpacked: value, source: source.nested)
    }
    self.lint = c.pointee.lint != 0
    self.forecast = c.pointee.forecast != 0
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__Backend__V1__Inspection.self)
    lorikeet__backend__v1__inspection__init(c)
    let frame = packer.open()
    if !self.id.isEmpty {
      c.pointee.id = ProtobufCBinaryData(packer.text(self.id))
    }
    if let value = self.tune {
      c.pointee.tune = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__Backend__V1__TuneAssignment.self)
    }
    c.pointee.lint = self.lint ? 1 : 0
    c.pointee.forecast = self.forecast ? 1 : 0
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// The answer to an inspection.
public struct BackendInspectionResult: Message {
  public static let protoFullName = "lorikeet.backend.v1.InspectionResult"

  /// The inspection's.
  public var id: String = ""

  /// What was found.
  public var lint: LintTuneResponse? = nil

  /// What it would take.
  public var forecast: TuneForecast? = nil

  /// Why there is no answer.
  public var failed: BackendJobFailed? = nil

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__Backend__V1__InspectionResult>.size) { structure in
    lorikeet__backend__v1__inspection_result__init(structure.assumingMemoryBound(to: Lorikeet__Backend__V1__InspectionResult.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__Backend__V1__InspectionResult.self)
    self.id = source.string(c.pointee.id.len, c.pointee.id.data, "lorikeet.backend.v1.InspectionResult.id")
    if let value = c.pointee.lint {
      self.lint = LintTuneResponse(unpacked: value, source: source.nested)
    }
    if let value = c.pointee.forecast {
      self.forecast = TuneForecast(unpacked: value, source: source.nested)
    }
    if let value = c.pointee.failed {
      self.failed = BackendJobFailed(unpacked: value, source: source.nested)
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__Backend__V1__InspectionResult.self)
    lorikeet__backend__v1__inspection_result__init(c)
    let frame = packer.open()
    if !self.id.isEmpty {
      c.pointee.id = ProtobufCBinaryData(packer.text(self.id))
    }
    if let value = self.lint {
      c.pointee.lint = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__LintTuneResponse.self)
    }
    if let value = self.forecast {
      c.pointee.forecast = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__TuneForecast.self)
    }
    if let value = self.failed {
      c.pointee.failed = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__Backend__V1__JobFailed.self)
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// The answer to `hello`.
public struct BackendWelcome: Message {
  public static let protoFullName = "lorikeet.backend.v1.Welcome"

  /// How often to send a heartbeat.
  public var heartbeatIntervalMs: Int32 = 0

  /// A backend that is silent for so long is taken for lost.
  public var leaseMs: Int32 = 0

  /// The largest image, in pixels, that a backend should decode.
  public var maxImagePixels: Int64 = 0

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__Backend__V1__Welcome>.size) { structure in
    lorikeet__backend__v1__welcome__init(structure.assumingMemoryBound(to: Lorikeet__Backend__V1__Welcome.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__Backend__V1__Welcome.self)
    self.heartbeatIntervalMs = c.pointee.heartbeat_interval_ms
    self.leaseMs = c.pointee.lease_ms
    self.maxImagePixels = c.pointee.max_image_pixels
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__Backend__V1__Welcome.self)
    lorikeet__backend__v1__welcome__init(c)
    let frame = packer.open()
    c.pointee.heartbeat_interval_ms = self.heartbeatIntervalMs
    c.pointee.lease_ms = self.leaseMs
    c.pointee.max_image_pixels = self.maxImagePixels
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 8: self.heartbeatIntervalMs = wire.int32()
      case 16: self.leaseMs = wire.int32()
      case 24: self.maxImagePixels = wire.int64()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if self.heartbeatIntervalMs != 0 { size.int32(self.heartbeatIntervalMs, tag: 8) }
    if self.leaseMs != 0 { size.int32(self.leaseMs, tag: 16) }
    if self.maxImagePixels != 0 { size.int64(self.maxImagePixels, tag: 24) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if self.heartbeatIntervalMs != 0 { wire.int32(self.heartbeatIntervalMs, tag: 8) }
    if self.leaseMs != 0 { wire.int32(self.leaseMs, tag: 16) }
    if self.maxImagePixels != 0 { wire.int64(self.maxImagePixels, tag: 24) }
    wire.unknown(self.unknownFields)
  }
}

/// A job to stop, or an inspection to withdraw.
public struct BackendCancelAssignment: Message {
  public static let protoFullName = "lorikeet.backend.v1.CancelAssignment"

  /// The job's id; or with attempt 0 the inspection's, which nobody waits for any more: it is answered all the same, by
  /// a failure if need be.
  public var jobId: String = ""

  /// The attempt, as assigned. 0: no job's, but an inspection is withdrawn.
  public var attempt: Int32 = 0

  /// A tune: send what it has learned with `JobCancelled`.
  public var keep: Bool = false

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__Backend__V1__CancelAssignment>.size) { structure in
    lorikeet__backend__v1__cancel_assignment__init(structure.assumingMemoryBound(to: Lorikeet__Backend__V1__CancelAssignment.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__Backend__V1__CancelAssignment.self)
    self.jobId = source.string(c.pointee.job_id.len, c.pointee.job_id.data, "lorikeet.backend.v1.CancelAssignment.job_id")
    self.attempt = c.pointee.attempt
    self.keep = c.pointee.keep != 0
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__Backend__V1__CancelAssignment.self)
    lorikeet__backend__v1__cancel_assignment__init(c)
    let frame = packer.open()
    if !self.jobId.isEmpty {
      c.pointee.job_id = ProtobufCBinaryData(packer.text(self.jobId))
    }
    c.pointee.attempt = self.attempt
    c.pointee.keep = self.keep ? 1 : 0
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 10: self.jobId = wire.string()
      case 16: self.attempt = wire.int32()
      case 24: self.keep = wire.bool()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if !self.jobId.isEmpty { size.string(self.jobId, tag: 10) }
    if self.attempt != 0 { size.int32(self.attempt, tag: 16) }
    if self.keep { size.bool(self.keep, tag: 24) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if !self.jobId.isEmpty { wire.string(self.jobId, tag: 10) }
    if self.attempt != 0 { wire.int32(self.attempt, tag: 16) }
    if self.keep { wire.bool(self.keep, tag: 24) }
    wire.unknown(self.unknownFields)
  }
}

/// The service is going away.
public struct BackendDrain: Message {
  public static let protoFullName = "lorikeet.backend.v1.Drain"

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__Backend__V1__Drain>.size) { structure in
    lorikeet__backend__v1__drain__init(structure.assumingMemoryBound(to: Lorikeet__Backend__V1__Drain.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__Backend__V1__Drain.self)
    lorikeet__backend__v1__drain__init(c)
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

/// A job to do.
public struct BackendAssignment: Message {
  public static let protoFullName = "lorikeet.backend.v1.Assignment"

  /// The job's id: a tune's or a generation's.
  public var jobId: String = ""

  /// Counts the times this job was handed out; repeated in every report.
  public var attempt: Int32 = 0

  /// The job.
  public var job: Job? = nil

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  /// The job.
  public enum Job: Sendable, Equatable {
    /// Train.
    case tune(BackendTuneAssignment)
    /// Sample.
    case generation(BackendGenerationAssignment)
  }

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__Backend__V1__Assignment>.size) { structure in
    lorikeet__backend__v1__assignment__init(structure.assumingMemoryBound(to: Lorikeet__Backend__V1__Assignment.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__Backend__V1__Assignment.self)
    self.jobId = source.string(c.pointee.job_id.len, c.pointee.job_id.data, "lorikeet.backend.v1.Assignment.job_id")
    self.attempt = c.pointee.attempt
    switch c.pointee.job_case.rawValue {
    case 3:
      if let value = c.pointee.tune { self.job = .tune(BackendTuneAssignment(unpacked: value, source: source.nested)) }
    case 4:
      if let value = c.pointee.generation { self.job = .generation(BackendGenerationAssignment(unpacked: value, source: source.nested)) }
    default: break
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__Backend__V1__Assignment.self)
    lorikeet__backend__v1__assignment__init(c)
    let frame = packer.open()
    if !self.jobId.isEmpty {
      c.pointee.job_id = ProtobufCBinaryData(packer.text(self.jobId))
    }
    c.pointee.attempt = self.attempt
    switch self.job {
    case .tune(let value):
      c.pointee.tune = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__Backend__V1__TuneAssignment.self)
      c.pointee.job_case = .init(rawValue: 3)
    case .generation(let value):
      c.pointee.generation = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__Backend__V1__GenerationAssignment.self)
      c.pointee.job_case = .init(rawValue: 4)
    case nil: break
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 10: self.jobId = wire.string()
      case 16: self.attempt = wire.int32()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if !self.jobId.isEmpty { size.string(self.jobId, tag: 10) }
    if self.attempt != 0 { size.int32(self.attempt, tag: 16) }
    switch self.job {
    case .some: size.giveUp()
    case nil: break
    }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if !self.jobId.isEmpty { wire.string(self.jobId, tag: 10) }
    if self.attempt != 0 { wire.int32(self.attempt, tag: 16) }
    switch self.job {
    case .some: break
    case nil: break
    }
    wire.unknown(self.unknownFields)
  }
}

/// A file of an input.
public struct BackendInputFile: Message {
  public static let protoFullName = "lorikeet.backend.v1.InputFile"

  /// The path inside the asset, such as `unet/config.json`.
  public var path: String = ""

  /// The bytes.
  public var blob: BackendBlob? = nil

  /// Where the bytes lie for a backend on the service's machine; a backend that cannot open it calls `ReadBlob`.
  public var localPath: String = ""

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__Backend__V1__InputFile>.size) { structure in
    lorikeet__backend__v1__input_file__init(structure.assumingMemoryBound(to: Lorikeet__Backend__V1__InputFile.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__Backend__V1__InputFile.self)
    self.path = source.string(c.pointee.path.len, c.pointee.path.data, "lorikeet.backend.v1.InputFile.path")
    if let value = c.pointee.blob {
      self.blob = BackendBlob(unpacked: value, source: source.nested)
    }
    self.localPath = source.string(c.pointee.local_path.len, c.pointee.local_path.data, "lorikeet.backend.v1.InputFile.local_path")
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__Backend__V1__InputFile.self)
    lorikeet__backend__v1__input_file__init(c)
    let frame = packer.open()
    if !self.path.isEmpty {
      c.pointee.path = ProtobufCBinaryData(packer.text(self.path))
    }
    if let value = self.blob {
      c.pointee.blob = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__Backend__V1__Blob.self)
    }
    if !self.localPath.isEmpty {
      c.pointee.local_path = ProtobufCBinaryData(packer.text(self.localPath))
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// An asset as input.
public struct BackendInputAsset: Message {
  public static let protoFullName = "lorikeet.backend.v1.InputAsset"

  /// The asset's id.
  public var assetId: String = ""

  /// The asset's name.
  public var name: String = ""

  /// The same for the same content: of one file its SHA-256, of several SHA-256 over the sorted paths and digests.
  public var digest: String = ""

  /// Its files.
  public var files: [BackendInputFile] = []

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__Backend__V1__InputAsset>.size) { structure in
    lorikeet__backend__v1__input_asset__init(structure.assumingMemoryBound(to: Lorikeet__Backend__V1__InputAsset.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__Backend__V1__InputAsset.self)
    self.assetId = source.string(c.pointee.asset_id.len, c.pointee.asset_id.data, "lorikeet.backend.v1.InputAsset.asset_id")
    self.name = source.string(c.pointee.name.len, c.pointee.name.data, "lorikeet.backend.v1.InputAsset.name")
    self.digest = source.string(c.pointee.digest.len, c.pointee.digest.data, "lorikeet.backend.v1.InputAsset.digest")
    self.files = Unpack.messages(c.pointee.n_files, c.pointee.files) { BackendInputFile(unpacked: $0, source: source.nested) }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__Backend__V1__InputAsset.self)
    lorikeet__backend__v1__input_asset__init(c)
    let frame = packer.open()
    if !self.assetId.isEmpty {
      c.pointee.asset_id = ProtobufCBinaryData(packer.text(self.assetId))
    }
    if !self.name.isEmpty {
      c.pointee.name = ProtobufCBinaryData(packer.text(self.name))
    }
    if !self.digest.isEmpty {
      c.pointee.digest = ProtobufCBinaryData(packer.text(self.digest))
    }
    if !self.files.isEmpty {
      c.pointee.files = packer.array(self.files) { value, packer -> UnsafeMutablePointer<Lorikeet__Backend__V1__InputFile>? in
        value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__Backend__V1__InputFile.self)
      }
      c.pointee.n_files = self.files.count
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// An image to learn from.
public struct BackendInputImage: Message {
  public static let protoFullName = "lorikeet.backend.v1.InputImage"

  /// The asset's id.
  public var assetId: String = ""

  /// Its caption; empty: the trigger word alone.
  public var caption: String = ""

  /// The picture.
  public var file: BackendInputFile? = nil

  /// What counts of it; absent: all.
  public var mask: BackendInputFile? = nil

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__Backend__V1__InputImage>.size) { structure in
    lorikeet__backend__v1__input_image__init(structure.assumingMemoryBound(to: Lorikeet__Backend__V1__InputImage.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__Backend__V1__InputImage.self)
    self.assetId = source.string(c.pointee.asset_id.len, c.pointee.asset_id.data, "lorikeet.backend.v1.InputImage.asset_id")
    self.caption = source.string(c.pointee.caption.len, c.pointee.caption.data, "lorikeet.backend.v1.InputImage.caption")
    if let value = c.pointee.file {
      self.file = BackendInputFile(unpacked: value, source: source.nested)
    }
    if let value = c.pointee.mask {
      self.mask = BackendInputFile(unpacked: value, source: source.nested)
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__Backend__V1__InputImage.self)
    lorikeet__backend__v1__input_image__init(c)
    let frame = packer.open()
    if !self.assetId.isEmpty {
      c.pointee.asset_id = ProtobufCBinaryData(packer.text(self.assetId))
    }
    if !self.caption.isEmpty {
      c.pointee.caption = ProtobufCBinaryData(packer.text(self.caption))
    }
    if let value = self.file {
      c.pointee.file = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__Backend__V1__InputFile.self)
    }
    if let value = self.mask {
      c.pointee.mask = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__Backend__V1__InputFile.self)
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// Train.
public struct BackendTuneAssignment: Message {
  public static let protoFullName = "lorikeet.backend.v1.TuneAssignment"

  /// The tune, with its steps and seed filled in.
  public var tune: Tune? = nil

  /// The checkpoint to start from.
  public var checkpoint: BackendInputAsset? = nil

  /// The images.
  public var images: [BackendInputImage] = []

  /// Where to go on from, after an earlier attempt.
  public var resumeFrom: BackendTrainingCheckpoint? = nil

  /// The file of `resume_from`.
  public var resumeFile: BackendInputFile? = nil

  /// What unsafe images are found with, where it is not the checkpoint's own.
  public var safetyChecker: BackendInputAsset? = nil

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__Backend__V1__TuneAssignment>.size) { structure in
    lorikeet__backend__v1__tune_assignment__init(structure.assumingMemoryBound(to: Lorikeet__Backend__V1__TuneAssignment.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__Backend__V1__TuneAssignment.self)
    if let value = c.pointee.tune {
      self.tune = Tune(unpacked: value, source: source.nested)
    }
    if let value = c.pointee.checkpoint {
      self.checkpoint = BackendInputAsset(unpacked: value, source: source.nested)
    }
    self.images = Unpack.messages(c.pointee.n_images, c.pointee.images) { BackendInputImage(unpacked: $0, source: source.nested) }
    if let value = c.pointee.resume_from {
      self.resumeFrom = BackendTrainingCheckpoint(unpacked: value, source: source.nested)
    }
    if let value = c.pointee.resume_file {
      self.resumeFile = BackendInputFile(unpacked: value, source: source.nested)
    }
    if let value = c.pointee.safety_checker {
      self.safetyChecker = BackendInputAsset(unpacked: value, source: source.nested)
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__Backend__V1__TuneAssignment.self)
    lorikeet__backend__v1__tune_assignment__init(c)
    let frame = packer.open()
    if let value = self.tune {
      c.pointee.tune = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__Tune.self)
    }
    if let value = self.checkpoint {
      c.pointee.checkpoint = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__Backend__V1__InputAsset.self)
    }
    if !self.images.isEmpty {
      c.pointee.images = packer.array(self.images) { value, packer -> UnsafeMutablePointer<Lorikeet__Backend__V1__InputImage>? in
        value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__Backend__V1__InputImage.self)
      }
      c.pointee.n_images = self.images.count
    }
    if let value = self.resumeFrom {
      c.pointee.resume_from = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__Backend__V1__TrainingCheckpoint.self)
    }
    if let value = self.resumeFile {
      c.pointee.resume_file = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__Backend__V1__InputFile.self)
    }
    if let value = self.safetyChecker {
      c.pointee.safety_checker = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__Backend__V1__InputAsset.self)
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// A LoRA to apply.
public struct BackendInputLora: Message {
  public static let protoFullName = "lorikeet.backend.v1.InputLora"

  /// The file.
  public var asset: BackendInputAsset? = nil

  /// How strongly.
  public var weight: Double = 0

  /// Its uploader accepted that a part of it fits nothing: that part is left out. Otherwise the job fails.
  public var allowUnmatched: Bool = false

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__Backend__V1__InputLora>.size) { structure in
    lorikeet__backend__v1__input_lora__init(structure.assumingMemoryBound(to: Lorikeet__Backend__V1__InputLora.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__Backend__V1__InputLora.self)
    if let value = c.pointee.asset {
      self.asset = BackendInputAsset(unpacked: value, source: source.nested)
    }
    self.weight = c.pointee.weight
    self.allowUnmatched = c.pointee.allow_unmatched != 0
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__Backend__V1__InputLora.self)
    lorikeet__backend__v1__input_lora__init(c)
    let frame = packer.open()
    if let value = self.asset {
      c.pointee.asset = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__Backend__V1__InputAsset.self)
    }
    c.pointee.weight = self.weight
    packer.keepNegativeZero(self.weight, field: 2)
    c.pointee.allow_unmatched = self.allowUnmatched ? 1 : 0
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// A textual inversion to use.
public struct BackendInputEmbedding: Message {
  public static let protoFullName = "lorikeet.backend.v1.InputEmbedding"

  /// The file.
  public var asset: BackendInputAsset? = nil

  /// The word in the prompts that stands for it.
  public var trigger: String = ""

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__Backend__V1__InputEmbedding>.size) { structure in
    lorikeet__backend__v1__input_embedding__init(structure.assumingMemoryBound(to: Lorikeet__Backend__V1__InputEmbedding.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__Backend__V1__InputEmbedding.self)
    if let value = c.pointee.asset {
      self.asset = BackendInputAsset(unpacked: value, source: source.nested)
    }
    self.trigger = source.string(c.pointee.trigger.len, c.pointee.trigger.data, "lorikeet.backend.v1.InputEmbedding.trigger")
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__Backend__V1__InputEmbedding.self)
    lorikeet__backend__v1__input_embedding__init(c)
    let frame = packer.open()
    if let value = self.asset {
      c.pointee.asset = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__Backend__V1__InputAsset.self)
    }
    if !self.trigger.isEmpty {
      c.pointee.trigger = ProtobufCBinaryData(packer.text(self.trigger))
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// Sample.
public struct BackendGenerationAssignment: Message {
  public static let protoFullName = "lorikeet.backend.v1.GenerationAssignment"

  /// The generation, with its seeds and image count filled in.
  public var generation: Generation? = nil

  /// The checkpoint.
  public var checkpoint: BackendInputAsset? = nil

  /// The LoRAs.
  public var loras: [BackendInputLora] = []

  /// The image to start from.
  public var initImage: BackendInputAsset? = nil

  /// Images that an earlier attempt has finished: they need not be made again.
  public var finishedIndices: [Int32] = []

  /// The VAE in place of the checkpoint's.
  public var vae: BackendInputAsset? = nil

  /// Textual inversions.
  public var embeddings: [BackendInputEmbedding] = []

  /// What to paint anew.
  public var maskImage: BackendInputAsset? = nil

  /// The model for the last part of the steps.
  public var refiner: BackendInputAsset? = nil

  /// What unsafe results are found with, where it is not the checkpoint's own.
  public var safetyChecker: BackendInputAsset? = nil

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__Backend__V1__GenerationAssignment>.size) { structure in
    lorikeet__backend__v1__generation_assignment__init(structure.assumingMemoryBound(to: Lorikeet__Backend__V1__GenerationAssignment.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__Backend__V1__GenerationAssignment.self)
    if let value = c.pointee.generation {
      self.generation = Generation(unpacked: value, source: source.nested)
    }
    if let value = c.pointee.checkpoint {
      self.checkpoint = BackendInputAsset(unpacked: value, source: source.nested)
    }
    self.loras = Unpack.messages(c.pointee.n_loras, c.pointee.loras) { BackendInputLora(unpacked: $0, source: source.nested) }
    if let value = c.pointee.init_image {
      self.initImage = BackendInputAsset(unpacked: value, source: source.nested)
    }
    self.finishedIndices = Unpack.array(c.pointee.n_finished_indices, c.pointee.finished_indices)
    if let value = c.pointee.vae {
      self.vae = BackendInputAsset(unpacked: value, source: source.nested)
    }
    self.embeddings = Unpack.messages(c.pointee.n_embeddings, c.pointee.embeddings) { BackendInputEmbedding(unpacked: $0, source: source.nested) }
    if let value = c.pointee.mask_image {
      self.maskImage = BackendInputAsset(unpacked: value, source: source.nested)
    }
    if let value = c.pointee.refiner {
      self.refiner = BackendInputAsset(unpacked: value, source: source.nested)
    }
    if let value = c.pointee.safety_checker {
      self.safetyChecker = BackendInputAsset(unpacked: value, source: source.nested)
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__Backend__V1__GenerationAssignment.self)
    lorikeet__backend__v1__generation_assignment__init(c)
    let frame = packer.open()
    if let value = self.generation {
      c.pointee.generation = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__V1__Generation.self)
    }
    if let value = self.checkpoint {
      c.pointee.checkpoint = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__Backend__V1__InputAsset.self)
    }
    if !self.loras.isEmpty {
      c.pointee.loras = packer.array(self.loras) { value, packer -> UnsafeMutablePointer<Lorikeet__Backend__V1__InputLora>? in
        value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__Backend__V1__InputLora.self)
      }
      c.pointee.n_loras = self.loras.count
    }
    if let value = self.initImage {
      c.pointee.init_image = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__Backend__V1__InputAsset.self)
    }
    if !self.finishedIndices.isEmpty {
      c.pointee.finished_indices = packer.array(self.finishedIndices)
      c.pointee.n_finished_indices = self.finishedIndices.count
    }
    if let value = self.vae {
      c.pointee.vae = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__Backend__V1__InputAsset.self)
    }
    if !self.embeddings.isEmpty {
      c.pointee.embeddings = packer.array(self.embeddings) { value, packer -> UnsafeMutablePointer<Lorikeet__Backend__V1__InputEmbedding>? in
        value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__Backend__V1__InputEmbedding.self)
      }
      c.pointee.n_embeddings = self.embeddings.count
    }
    if let value = self.maskImage {
      c.pointee.mask_image = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__Backend__V1__InputAsset.self)
    }
    if let value = self.refiner {
      c.pointee.refiner = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__Backend__V1__InputAsset.self)
    }
    if let value = self.safetyChecker {
      c.pointee.safety_checker = value.pack(into: &packer).assumingMemoryBound(to: Lorikeet__Backend__V1__InputAsset.self)
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// Which bytes to send.
public struct BackendReadBlobRequest: Message {
  public static let protoFullName = "lorikeet.backend.v1.ReadBlobRequest"

  /// The digest: 64 lower-case hexadecimal digits.
  public var sha256: String = ""

  /// The first byte to send.
  public var offset: Int64 = 0

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__Backend__V1__ReadBlobRequest>.size) { structure in
    lorikeet__backend__v1__read_blob_request__init(structure.assumingMemoryBound(to: Lorikeet__Backend__V1__ReadBlobRequest.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__Backend__V1__ReadBlobRequest.self)
    self.sha256 = source.string(c.pointee.sha256.len, c.pointee.sha256.data, "lorikeet.backend.v1.ReadBlobRequest.sha256")
    self.offset = c.pointee.offset
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__Backend__V1__ReadBlobRequest.self)
    lorikeet__backend__v1__read_blob_request__init(c)
    let frame = packer.open()
    if !self.sha256.isEmpty {
      c.pointee.sha256 = ProtobufCBinaryData(packer.text(self.sha256))
    }
    c.pointee.offset = self.offset
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 10: self.sha256 = wire.string()
      case 16: self.offset = wire.int64()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if !self.sha256.isEmpty { size.string(self.sha256, tag: 10) }
    if self.offset != 0 { size.int64(self.offset, tag: 16) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if !self.sha256.isEmpty { wire.string(self.sha256, tag: 10) }
    if self.offset != 0 { wire.int64(self.offset, tag: 16) }
    wire.unknown(self.unknownFields)
  }
}

/// The next bytes of a blob.
public struct BackendReadBlobResponse: Message {
  public static let protoFullName = "lorikeet.backend.v1.ReadBlobResponse"

  /// 64 KiB to 1 MiB of them.
  public var chunk: [UInt8] = []

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__Backend__V1__ReadBlobResponse>.size) { structure in
    lorikeet__backend__v1__read_blob_response__init(structure.assumingMemoryBound(to: Lorikeet__Backend__V1__ReadBlobResponse.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__Backend__V1__ReadBlobResponse.self)
    self.chunk = source.bytes(c.pointee.chunk.len, c.pointee.chunk.data)
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__Backend__V1__ReadBlobResponse.self)
    lorikeet__backend__v1__read_blob_response__init(c)
    let frame = packer.open()
    if !self.chunk.isEmpty, let start = packer.bytes(self.chunk, field: 1) {
      c.pointee.chunk = ProtobufCBinaryData(start)
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 10: self.chunk = wire.bytes()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if !self.chunk.isEmpty { size.bytes(self.chunk, tag: 10) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if !self.chunk.isEmpty { wire.bytes(self.chunk, tag: 10) }
    wire.unknown(self.unknownFields)
  }
}

/// The next bytes of a blob to store.
public struct BackendWriteBlobRequest: Message {
  public static let protoFullName = "lorikeet.backend.v1.WriteBlobRequest"

  /// 64 KiB to 1 MiB of them.
  public var chunk: [UInt8] = []

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Lorikeet__Backend__V1__WriteBlobRequest>.size) { structure in
    lorikeet__backend__v1__write_blob_request__init(structure.assumingMemoryBound(to: Lorikeet__Backend__V1__WriteBlobRequest.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Lorikeet__Backend__V1__WriteBlobRequest.self)
    self.chunk = source.bytes(c.pointee.chunk.len, c.pointee.chunk.data)
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Lorikeet__Backend__V1__WriteBlobRequest.self)
    lorikeet__backend__v1__write_blob_request__init(c)
    let frame = packer.open()
    if !self.chunk.isEmpty, let start = packer.bytes(self.chunk, field: 1) {
      c.pointee.chunk = ProtobufCBinaryData(start)
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 10: self.chunk = wire.bytes()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if !self.chunk.isEmpty { size.bytes(self.chunk, tag: 10) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if !self.chunk.isEmpty { wire.bytes(self.chunk, tag: 10) }
    wire.unknown(self.unknownFields)
  }
}

extension ProtobufCBinaryData {
  fileprivate init(_ bytes: UnsafeMutableBufferPointer<UInt8>) {
    self.init(len: bytes.count, data: bytes.baseAddress)
  }
}
