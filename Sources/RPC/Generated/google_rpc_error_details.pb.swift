// Generated from google/rpc/error_details.proto by Protos/generate.sh; do not edit.

internal import CProtobufC
internal import CStandardProtos
public import Protobuf

/// Which fields of a request are wrong, all of them in one answer.
public struct GoogleRPCBadRequest: Message {
  public static let protoFullName = "google.rpc.BadRequest"

  /// Every fault that was found.
  public var fieldViolations: [GoogleRPCBadRequest.FieldViolation] = []

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  /// One fault of one field.
  public struct FieldViolation: Message {
    public static let protoFullName = "google.rpc.BadRequest.FieldViolation"

    /// The path of the field, such as `tune.settings.rank` or `images[3].caption`.
    public var field: String = ""

    /// What is wrong and what would be right.
    public var description: String = ""

    /// Fields that this version of the schema does not know.
    public var unknownFields = UnknownFields()

    public init() {}

    public static let layout = MessageLayout(byteCount: MemoryLayout<Google__Rpc__BadRequest__FieldViolation>.size) { structure in
      google__rpc__bad_request__field_violation__init(structure.assumingMemoryBound(to: Google__Rpc__BadRequest__FieldViolation.self))
    }

    public init(unpacked: UnsafeRawPointer, source: WireSource) {
      let c = unpacked.assumingMemoryBound(to: Google__Rpc__BadRequest__FieldViolation.self)
      self.field = source.string(c.pointee.field.len, c.pointee.field.data, "google.rpc.BadRequest.FieldViolation.field")
      self.description = source.string(c.pointee.description.len, c.pointee.description.data, "google.rpc.BadRequest.FieldViolation.description")
      self.unknownFields = UnknownFields(unpacked: unpacked)
    }

    public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
      let c = packer.allocate(Google__Rpc__BadRequest__FieldViolation.self)
      google__rpc__bad_request__field_violation__init(c)
      let frame = packer.open()
      if !self.field.isEmpty {
        c.pointee.field = ProtobufCBinaryData(packer.text(self.field))
      }
      if !self.description.isEmpty {
        c.pointee.description = ProtobufCBinaryData(packer.text(self.description))
      }
      packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
      return UnsafeMutableRawPointer(c)
    }

    public mutating func readFlat(_ wire: inout FlatReader) {
      while !wire.isAtEnd {
        switch wire.tag() {
        case 10: self.field = wire.string()
        case 18: self.description = wire.string()
        default: wire.giveUp()
        }
      }
    }

    public func measureFlat(_ size: inout FlatSizer) {
      if !self.field.isEmpty { size.string(self.field, tag: 10) }
      if !self.description.isEmpty { size.string(self.description, tag: 18) }
      size.unknown(self.unknownFields)
    }

    public func writeFlat(_ wire: inout FlatWriter) {
      if !self.field.isEmpty { wire.string(self.field, tag: 10) }
      if !self.description.isEmpty { wire.string(self.description, tag: 18) }
      wire.unknown(self.unknownFields)
    }
  }

  public static let layout = MessageLayout(byteCount: MemoryLayout<Google__Rpc__BadRequest>.size) { structure in
    google__rpc__bad_request__init(structure.assumingMemoryBound(to: Google__Rpc__BadRequest.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Google__Rpc__BadRequest.self)
    self.fieldViolations = Unpack.messages(c.pointee.n_field_violations, c.pointee.field_violations) { GoogleRPCBadRequest.FieldViolation(unpacked: $0, source: source.nested) }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Google__Rpc__BadRequest.self)
    google__rpc__bad_request__init(c)
    let frame = packer.open()
    if !self.fieldViolations.isEmpty {
      c.pointee.field_violations = packer.array(self.fieldViolations) { value, packer -> UnsafeMutablePointer<Google__Rpc__BadRequest__FieldViolation>? in
        value.pack(into: &packer).assumingMemoryBound(to: Google__Rpc__BadRequest__FieldViolation.self)
      }
      c.pointee.n_field_violations = self.fieldViolations.count
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// How long to wait before a call is worth repeating.
public struct GoogleRPCRetryInfo: Message {
  public static let protoFullName = "google.rpc.RetryInfo"

  /// The shortest delay.
  public var retryDelay: GoogleProtobufDuration? = nil

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Google__Rpc__RetryInfo>.size) { structure in
    google__rpc__retry_info__init(structure.assumingMemoryBound(to: Google__Rpc__RetryInfo.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Google__Rpc__RetryInfo.self)
    if let value = c.pointee.retry_delay {
      self.retryDelay = GoogleProtobufDuration(unpacked: value, source: source.nested)
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Google__Rpc__RetryInfo.self)
    google__rpc__retry_info__init(c)
    let frame = packer.open()
    if let value = self.retryDelay {
      c.pointee.retry_delay = value.pack(into: &packer).assumingMemoryBound(to: Google__Protobuf__Duration.self)
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// The reason of an error, stable enough for a program to act on.
public struct GoogleRPCErrorInfo: Message {
  public static let protoFullName = "google.rpc.ErrorInfo"

  /// UPPER_SNAKE_CASE, such as `CHECKPOINT_NOT_READY`.
  public var reason: String = ""

  /// Who defines the reason, such as `lorikeet`.
  public var domain: String = ""

  /// Further facts, such as the name of the asset.
  public var metadata: [String: String] = [:]

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Google__Rpc__ErrorInfo>.size) { structure in
    google__rpc__error_info__init(structure.assumingMemoryBound(to: Google__Rpc__ErrorInfo.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Google__Rpc__ErrorInfo.self)
    self.reason = source.string(c.pointee.reason.len, c.pointee.reason.data, "google.rpc.ErrorInfo.reason")
    self.domain = source.string(c.pointee.domain.len, c.pointee.domain.data, "google.rpc.ErrorInfo.domain")
    self.metadata = Unpack.dictionary(c.pointee.n_metadata, c.pointee.metadata) { entry in
      (source.nested.string(entry.pointee.key.len, entry.pointee.key.data, "google.rpc.ErrorInfo.MetadataEntry.key"), source.nested.string(entry.pointee.value.len, entry.pointee.value.data, "google.rpc.ErrorInfo.MetadataEntry.value"))
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Google__Rpc__ErrorInfo.self)
    google__rpc__error_info__init(c)
    let frame = packer.open()
    if !self.reason.isEmpty {
      c.pointee.reason = ProtobufCBinaryData(packer.text(self.reason))
    }
    if !self.domain.isEmpty {
      c.pointee.domain = ProtobufCBinaryData(packer.text(self.domain))
    }
    if !self.metadata.isEmpty {
      let entries = self.metadata.sorted { $0.key < $1.key }
      c.pointee.metadata = packer.array(entries) { entry, packer -> UnsafeMutablePointer<Google__Rpc__ErrorInfo__MetadataEntry>? in
        let c = packer.allocate(Google__Rpc__ErrorInfo__MetadataEntry.self)
        google__rpc__error_info__metadata_entry__init(c)
        let frame = packer.open()
        c.pointee.key = ProtobufCBinaryData(packer.text(entry.key))
        c.pointee.value = ProtobufCBinaryData(packer.text(entry.value))
        packer.close(frame, UnsafeMutableRawPointer(c), UnknownFields())
        return c
      }
      c.pointee.n_metadata = self.metadata.count
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// A resource that was asked for and cannot be used.
public struct GoogleRPCResourceInfo: Message {
  public static let protoFullName = "google.rpc.ResourceInfo"

  /// The kind, such as `asset`.
  public var resourceType: String = ""

  /// Its id or name.
  public var resourceName: String = ""

  /// The owner, where there is one.
  public var owner: String = ""

  /// What happened to it.
  public var description: String = ""

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Google__Rpc__ResourceInfo>.size) { structure in
    google__rpc__resource_info__init(structure.assumingMemoryBound(to: Google__Rpc__ResourceInfo.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Google__Rpc__ResourceInfo.self)
    self.resourceType = source.string(c.pointee.resource_type.len, c.pointee.resource_type.data, "google.rpc.ResourceInfo.resource_type")
    self.resourceName = source.string(c.pointee.resource_name.len, c.pointee.resource_name.data, "google.rpc.ResourceInfo.resource_name")
    self.owner = source.string(c.pointee.owner.len, c.pointee.owner.data, "google.rpc.ResourceInfo.owner")
    self.description = source.string(c.pointee.description.len, c.pointee.description.data, "google.rpc.ResourceInfo.description")
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Google__Rpc__ResourceInfo.self)
    google__rpc__resource_info__init(c)
    let frame = packer.open()
    if !self.resourceType.isEmpty {
      c.pointee.resource_type = ProtobufCBinaryData(packer.text(self.resourceType))
    }
    if !self.resourceName.isEmpty {
      c.pointee.resource_name = ProtobufCBinaryData(packer.text(self.resourceName))
    }
    if !self.owner.isEmpty {
      c.pointee.owner = ProtobufCBinaryData(packer.text(self.owner))
    }
    if !self.description.isEmpty {
      c.pointee.description = ProtobufCBinaryData(packer.text(self.description))
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 10: self.resourceType = wire.string()
      case 18: self.resourceName = wire.string()
      case 26: self.owner = wire.string()
      case 34: self.description = wire.string()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if !self.resourceType.isEmpty { size.string(self.resourceType, tag: 10) }
    if !self.resourceName.isEmpty { size.string(self.resourceName, tag: 18) }
    if !self.owner.isEmpty { size.string(self.owner, tag: 26) }
    if !self.description.isEmpty { size.string(self.description, tag: 34) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if !self.resourceType.isEmpty { wire.string(self.resourceType, tag: 10) }
    if !self.resourceName.isEmpty { wire.string(self.resourceName, tag: 18) }
    if !self.owner.isEmpty { wire.string(self.owner, tag: 26) }
    if !self.description.isEmpty { wire.string(self.description, tag: 34) }
    wire.unknown(self.unknownFields)
  }
}

/// State that has to change before the call can succeed.
public struct GoogleRPCPreconditionFailure: Message {
  public static let protoFullName = "google.rpc.PreconditionFailure"

  /// Every condition that does not hold.
  public var violations: [GoogleRPCPreconditionFailure.Violation] = []

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  /// One condition that does not hold.
  public struct Violation: Message {
    public static let protoFullName = "google.rpc.PreconditionFailure.Violation"

    /// The kind of condition.
    public var type: String = ""

    /// What it concerns.
    public var subject: String = ""

    /// What to do about it.
    public var description: String = ""

    /// Fields that this version of the schema does not know.
    public var unknownFields = UnknownFields()

    public init() {}

    public static let layout = MessageLayout(byteCount: MemoryLayout<Google__Rpc__PreconditionFailure__Violation>.size) { structure in
      google__rpc__precondition_failure__violation__init(structure.assumingMemoryBound(to: Google__Rpc__PreconditionFailure__Violation.self))
    }

    public init(unpacked: UnsafeRawPointer, source: WireSource) {
      let c = unpacked.assumingMemoryBound(to: Google__Rpc__PreconditionFailure__Violation.self)
      self.type = source.string(c.pointee.type.len, c.pointee.type.data, "google.rpc.PreconditionFailure.Violation.type")
      self.subject = source.string(c.pointee.subject.len, c.pointee.subject.data, "google.rpc.PreconditionFailure.Violation.subject")
      self.description = source.string(c.pointee.description.len, c.pointee.description.data, "google.rpc.PreconditionFailure.Violation.description")
      self.unknownFields = UnknownFields(unpacked: unpacked)
    }

    public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
      let c = packer.allocate(Google__Rpc__PreconditionFailure__Violation.self)
      google__rpc__precondition_failure__violation__init(c)
      let frame = packer.open()
      if !self.type.isEmpty {
        c.pointee.type = ProtobufCBinaryData(packer.text(self.type))
      }
      if !self.subject.isEmpty {
        c.pointee.subject = ProtobufCBinaryData(packer.text(self.subject))
      }
      if !self.description.isEmpty {
        c.pointee.description = ProtobufCBinaryData(packer.text(self.description))
      }
      packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
      return UnsafeMutableRawPointer(c)
    }

    public mutating func readFlat(_ wire: inout FlatReader) {
      while !wire.isAtEnd {
        switch wire.tag() {
        case 10: self.type = wire.string()
        case 18: self.subject = wire.string()
        case 26: self.description = wire.string()
        default: wire.giveUp()
        }
      }
    }

    public func measureFlat(_ size: inout FlatSizer) {
      if !self.type.isEmpty { size.string(self.type, tag: 10) }
      if !self.subject.isEmpty { size.string(self.subject, tag: 18) }
      if !self.description.isEmpty { size.string(self.description, tag: 26) }
      size.unknown(self.unknownFields)
    }

    public func writeFlat(_ wire: inout FlatWriter) {
      if !self.type.isEmpty { wire.string(self.type, tag: 10) }
      if !self.subject.isEmpty { wire.string(self.subject, tag: 18) }
      if !self.description.isEmpty { wire.string(self.description, tag: 26) }
      wire.unknown(self.unknownFields)
    }
  }

  public static let layout = MessageLayout(byteCount: MemoryLayout<Google__Rpc__PreconditionFailure>.size) { structure in
    google__rpc__precondition_failure__init(structure.assumingMemoryBound(to: Google__Rpc__PreconditionFailure.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Google__Rpc__PreconditionFailure.self)
    self.violations = Unpack.messages(c.pointee.n_violations, c.pointee.violations) { GoogleRPCPreconditionFailure.Violation(unpacked: $0, source: source.nested) }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Google__Rpc__PreconditionFailure.self)
    google__rpc__precondition_failure__init(c)
    let frame = packer.open()
    if !self.violations.isEmpty {
      c.pointee.violations = packer.array(self.violations) { value, packer -> UnsafeMutablePointer<Google__Rpc__PreconditionFailure__Violation>? in
        value.pack(into: &packer).assumingMemoryBound(to: Google__Rpc__PreconditionFailure__Violation.self)
      }
      c.pointee.n_violations = self.violations.count
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

extension ProtobufCBinaryData {
  fileprivate init(_ bytes: UnsafeMutableBufferPointer<UInt8>) {
    self.init(len: bytes.count, data: bytes.baseAddress)
  }
}
