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
      self.field = Unpack.string(c.pointee.field)
      self.description = Unpack.string(c.pointee.description)
      self.unknownFields = UnknownFields(unpacked: unpacked)
    }

    public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
      let c = packer.allocate(Google__Rpc__BadRequest__FieldViolation.self)
      google__rpc__bad_request__field_violation__init(c)
      let frame = packer.open()
      if !self.field.isEmpty, let start = packer.string(self.field, field: 1) {
        c.pointee.field = start
      }
      if !self.description.isEmpty, let start = packer.string(self.description, field: 2) {
        c.pointee.description = start
      }
      packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
      return UnsafeMutableRawPointer(c)
    }
  }

  public static let layout = MessageLayout(byteCount: MemoryLayout<Google__Rpc__BadRequest>.size) { structure in
    google__rpc__bad_request__init(structure.assumingMemoryBound(to: Google__Rpc__BadRequest.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Google__Rpc__BadRequest.self)
    self.fieldViolations = Unpack.messages(c.pointee.n_field_violations, c.pointee.field_violations) { GoogleRPCBadRequest.FieldViolation(unpacked: $0, source: .complete) }
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
      self.retryDelay = GoogleProtobufDuration(unpacked: value, source: .complete)
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
    self.reason = Unpack.string(c.pointee.reason)
    self.domain = Unpack.string(c.pointee.domain)
    self.metadata = Unpack.dictionary(c.pointee.n_metadata, c.pointee.metadata) { entry in
      (Unpack.string(entry.pointee.key), Unpack.string(entry.pointee.value))
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Google__Rpc__ErrorInfo.self)
    google__rpc__error_info__init(c)
    let frame = packer.open()
    if !self.reason.isEmpty, let start = packer.string(self.reason, field: 1) {
      c.pointee.reason = start
    }
    if !self.domain.isEmpty, let start = packer.string(self.domain, field: 2) {
      c.pointee.domain = start
    }
    if !self.metadata.isEmpty {
      let entries = self.metadata.sorted { $0.key < $1.key }
      c.pointee.metadata = packer.array(entries) { entry, packer -> UnsafeMutablePointer<Google__Rpc__ErrorInfo__MetadataEntry>? in
        let c = packer.allocate(Google__Rpc__ErrorInfo__MetadataEntry.self)
        google__rpc__error_info__metadata_entry__init(c)
        let frame = packer.open()
        if let start = packer.string(entry.key, field: 1) {
          c.pointee.key = start
        }
        if let start = packer.string(entry.value, field: 2) {
          c.pointee.value = start
        }
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
    self.resourceType = Unpack.string(c.pointee.resource_type)
    self.resourceName = Unpack.string(c.pointee.resource_name)
    self.owner = Unpack.string(c.pointee.owner)
    self.description = Unpack.string(c.pointee.description)
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Google__Rpc__ResourceInfo.self)
    google__rpc__resource_info__init(c)
    let frame = packer.open()
    if !self.resourceType.isEmpty, let start = packer.string(self.resourceType, field: 1) {
      c.pointee.resource_type = start
    }
    if !self.resourceName.isEmpty, let start = packer.string(self.resourceName, field: 2) {
      c.pointee.resource_name = start
    }
    if !self.owner.isEmpty, let start = packer.string(self.owner, field: 3) {
      c.pointee.owner = start
    }
    if !self.description.isEmpty, let start = packer.string(self.description, field: 4) {
      c.pointee.description = start
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
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
      self.type = Unpack.string(c.pointee.type)
      self.subject = Unpack.string(c.pointee.subject)
      self.description = Unpack.string(c.pointee.description)
      self.unknownFields = UnknownFields(unpacked: unpacked)
    }

    public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
      let c = packer.allocate(Google__Rpc__PreconditionFailure__Violation.self)
      google__rpc__precondition_failure__violation__init(c)
      let frame = packer.open()
      if !self.type.isEmpty, let start = packer.string(self.type, field: 1) {
        c.pointee.type = start
      }
      if !self.subject.isEmpty, let start = packer.string(self.subject, field: 2) {
        c.pointee.subject = start
      }
      if !self.description.isEmpty, let start = packer.string(self.description, field: 3) {
        c.pointee.description = start
      }
      packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
      return UnsafeMutableRawPointer(c)
    }
  }

  public static let layout = MessageLayout(byteCount: MemoryLayout<Google__Rpc__PreconditionFailure>.size) { structure in
    google__rpc__precondition_failure__init(structure.assumingMemoryBound(to: Google__Rpc__PreconditionFailure.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Google__Rpc__PreconditionFailure.self)
    self.violations = Unpack.messages(c.pointee.n_violations, c.pointee.violations) { GoogleRPCPreconditionFailure.Violation(unpacked: $0, source: .complete) }
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
