// Generated from grpc/channelz/v1/channelz.proto by Protos/generate.sh; do not edit.

internal import CProtobufC
internal import CStandardProtos
public import Protobuf

/// A client's channel: what calls are made on.
public struct GrpcChannelzV1Channel: Message {
  public static let protoFullName = "grpc.channelz.v1.Channel"

  /// Its number.
  public var ref: GrpcChannelzV1ChannelRef? = nil

  /// Its state and its calls.
  public var data: GrpcChannelzV1ChannelData? = nil

  /// Channels below this one.
  public var channelRef: [GrpcChannelzV1ChannelRef] = []

  /// Subchannels below this one.
  public var subchannelRef: [GrpcChannelzV1SubchannelRef] = []

  /// Sockets, of a channel without subchannels.
  public var socketRef: [GrpcChannelzV1SocketRef] = []

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Grpc__Channelz__V1__Channel>.size) { structure in
    grpc__channelz__v1__channel__init(structure.assumingMemoryBound(to: Grpc__Channelz__V1__Channel.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Grpc__Channelz__V1__Channel.self)
    if let value = c.pointee.ref {
      self.ref = GrpcChannelzV1ChannelRef(unpacked: value, source: source.nested)
    }
    if let value = c.pointee.data {
      self.data = GrpcChannelzV1ChannelData(unpacked: value, source: source.nested)
    }
    self.channelRef = Unpack.messages(c.pointee.n_channel_ref, c.pointee.channel_ref) { GrpcChannelzV1ChannelRef(unpacked: $0, source: source.nested) }
    self.subchannelRef = Unpack.messages(c.pointee.n_subchannel_ref, c.pointee.subchannel_ref) { GrpcChannelzV1SubchannelRef(unpacked: $0, source: source.nested) }
    self.socketRef = Unpack.messages(c.pointee.n_socket_ref, c.pointee.socket_ref) { GrpcChannelzV1SocketRef(unpacked: $0, source: source.nested) }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Channelz__V1__Channel.self)
    grpc__channelz__v1__channel__init(c)
    let frame = packer.open()
    if let value = self.ref {
      c.pointee.ref = value.pack(into: &packer).assumingMemoryBound(to: Grpc__Channelz__V1__ChannelRef.self)
    }
    if let value = self.data {
      c.pointee.data = value.pack(into: &packer).assumingMemoryBound(to: Grpc__Channelz__V1__ChannelData.self)
    }
    if !self.channelRef.isEmpty {
      c.pointee.channel_ref = packer.array(self.channelRef) { value, packer -> UnsafeMutablePointer<Grpc__Channelz__V1__ChannelRef>? in
        value.pack(into: &packer).assumingMemoryBound(to: Grpc__Channelz__V1__ChannelRef.self)
      }
      c.pointee.n_channel_ref = self.channelRef.count
    }
    if !self.subchannelRef.isEmpty {
      c.pointee.subchannel_ref = packer.array(self.subchannelRef) { value, packer -> UnsafeMutablePointer<Grpc__Channelz__V1__SubchannelRef>? in
        value.pack(into: &packer).assumingMemoryBound(to: Grpc__Channelz__V1__SubchannelRef.self)
      }
      c.pointee.n_subchannel_ref = self.subchannelRef.count
    }
    if !self.socketRef.isEmpty {
      c.pointee.socket_ref = packer.array(self.socketRef) { value, packer -> UnsafeMutablePointer<Grpc__Channelz__V1__SocketRef>? in
        value.pack(into: &packer).assumingMemoryBound(to: Grpc__Channelz__V1__SocketRef.self)
      }
      c.pointee.n_socket_ref = self.socketRef.count
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// One address a channel spreads its calls over.
public struct GrpcChannelzV1Subchannel: Message {
  public static let protoFullName = "grpc.channelz.v1.Subchannel"

  /// Its number.
  public var ref: GrpcChannelzV1SubchannelRef? = nil

  /// Its state and its calls.
  public var data: GrpcChannelzV1ChannelData? = nil

  /// Channels below this one.
  public var channelRef: [GrpcChannelzV1ChannelRef] = []

  /// Subchannels below this one.
  public var subchannelRef: [GrpcChannelzV1SubchannelRef] = []

  /// The connections to the address.
  public var socketRef: [GrpcChannelzV1SocketRef] = []

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Grpc__Channelz__V1__Subchannel>.size) { structure in
    grpc__channelz__v1__subchannel__init(structure.assumingMemoryBound(to: Grpc__Channelz__V1__Subchannel.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Grpc__Channelz__V1__Subchannel.self)
    if let value = c.pointee.ref {
      self.ref = GrpcChannelzV1SubchannelRef(unpacked: value, source: source.nested)
    }
    if let value = c.pointee.data {
      self.data = GrpcChannelzV1ChannelData(unpacked: value, source: source.nested)
    }
    self.channelRef = Unpack.messages(c.pointee.n_channel_ref, c.pointee.channel_ref) { GrpcChannelzV1ChannelRef(unpacked: $0, source: source.nested) }
    self.subchannelRef = Unpack.messages(c.pointee.n_subchannel_ref, c.pointee.subchannel_ref) { GrpcChannelzV1SubchannelRef(unpacked: $0, source: source.nested) }
    self.socketRef = Unpack.messages(c.pointee.n_socket_ref, c.pointee.socket_ref) { GrpcChannelzV1SocketRef(unpacked: $0, source: source.nested) }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Channelz__V1__Subchannel.self)
    grpc__channelz__v1__subchannel__init(c)
    let frame = packer.open()
    if let value = self.ref {
      c.pointee.ref = value.pack(into: &packer).assumingMemoryBound(to: Grpc__Channelz__V1__SubchannelRef.self)
    }
    if let value = self.data {
      c.pointee.data = value.pack(into: &packer).assumingMemoryBound(to: Grpc__Channelz__V1__ChannelData.self)
    }
    if !self.channelRef.isEmpty {
      c.pointee.channel_ref = packer.array(self.channelRef) { value, packer -> UnsafeMutablePointer<Grpc__Channelz__V1__ChannelRef>? in
        value.pack(into: &packer).assumingMemoryBound(to: Grpc__Channelz__V1__ChannelRef.self)
      }
      c.pointee.n_channel_ref = self.channelRef.count
    }
    if !self.subchannelRef.isEmpty {
      c.pointee.subchannel_ref = packer.array(self.subchannelRef) { value, packer -> UnsafeMutablePointer<Grpc__Channelz__V1__SubchannelRef>? in
        value.pack(into: &packer).assumingMemoryBound(to: Grpc__Channelz__V1__SubchannelRef.self)
      }
      c.pointee.n_subchannel_ref = self.subchannelRef.count
    }
    if !self.socketRef.isEmpty {
      c.pointee.socket_ref = packer.array(self.socketRef) { value, packer -> UnsafeMutablePointer<Grpc__Channelz__V1__SocketRef>? in
        value.pack(into: &packer).assumingMemoryBound(to: Grpc__Channelz__V1__SocketRef.self)
      }
      c.pointee.n_socket_ref = self.socketRef.count
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// Whether a channel could carry a call now.
public struct GrpcChannelzV1ChannelConnectivityState: Message {
  public static let protoFullName = "grpc.channelz.v1.ChannelConnectivityState"

  /// The state.
  public var state: GrpcChannelzV1ChannelConnectivityState.State = .unknown

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  /// The states of gRPC's connectivity semantics.
  public enum State: RawRepresentable, CaseIterable, Hashable, Sendable {
    /// Not told.
    case unknown
    /// No connection, and none wanted.
    case idle
    /// A connection is being made.
    case connecting
    /// Calls can go out.
    case ready
    /// The last attempt failed; another follows.
    case transientFailure
    /// Closed for good.
    case shutdown
    /// A number that this version of the schema has no name for.
    case unrecognized(Int32)

    public init() { self = .unknown }

    public init(rawValue: Int32) {
      switch rawValue {
      case 0: self = .unknown
      case 1: self = .idle
      case 2: self = .connecting
      case 3: self = .ready
      case 4: self = .transientFailure
      case 5: self = .shutdown
      default: self = .unrecognized(rawValue)
      }
    }

    public var rawValue: Int32 {
      switch self {
      case .unknown: 0
      case .idle: 1
      case .connecting: 2
      case .ready: 3
      case .transientFailure: 4
      case .shutdown: 5
      case .unrecognized(let number): number
      }
    }

    /// The name in the schema; nil for an unrecognized number.
    public var protoName: String? {
      switch self {
      case .unknown: "UNKNOWN"
      case .idle: "IDLE"
      case .connecting: "CONNECTING"
      case .ready: "READY"
      case .transientFailure: "TRANSIENT_FAILURE"
      case .shutdown: "SHUTDOWN"
      case .unrecognized: nil
      }
    }

    public static let allCases: [State] = [
      .unknown, .idle, .connecting, .ready, .transientFailure, .shutdown,
    ]
  }

  public static let layout = MessageLayout(byteCount: MemoryLayout<Grpc__Channelz__V1__ChannelConnectivityState>.size) { structure in
    grpc__channelz__v1__channel_connectivity_state__init(structure.assumingMemoryBound(to: Grpc__Channelz__V1__ChannelConnectivityState.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Grpc__Channelz__V1__ChannelConnectivityState.self)
    self.state = GrpcChannelzV1ChannelConnectivityState.State(rawValue: Int32(truncatingIfNeeded: c.pointee.state.rawValue))
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Channelz__V1__ChannelConnectivityState.self)
    grpc__channelz__v1__channel_connectivity_state__init(c)
    let frame = packer.open()
    c.pointee.state = Grpc__Channelz__V1__ChannelConnectivityState__State(rawValue: .init(truncatingIfNeeded: self.state.rawValue))
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 8: self.state = GrpcChannelzV1ChannelConnectivityState.State(rawValue: wire.int32())
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if self.state.rawValue != 0 { size.int32(self.state.rawValue, tag: 8) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if self.state.rawValue != 0 { wire.int32(self.state.rawValue, tag: 8) }
    wire.unknown(self.unknownFields)
  }
}

/// What channels and subchannels have in common.
public struct GrpcChannelzV1ChannelData: Message {
  public static let protoFullName = "grpc.channelz.v1.ChannelData"

  /// Whether a call could go out.
  public var state: GrpcChannelzV1ChannelConnectivityState? = nil

  /// What the channel connects to.
  public var target: String = ""

  /// What has happened to it lately.
  public var trace: GrpcChannelzV1ChannelTrace? = nil

  /// Calls that began.
  public var callsStarted: Int64 = 0

  /// Calls that ended with OK.
  public var callsSucceeded: Int64 = 0

  /// Calls that ended with another status.
  public var callsFailed: Int64 = 0

  /// When the latest call began.
  public var lastCallStartedTimestamp: GoogleProtobufTimestamp? = nil

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Grpc__Channelz__V1__ChannelData>.size) { structure in
    grpc__channelz__v1__channel_data__init(structure.assumingMemoryBound(to: Grpc__Channelz__V1__ChannelData.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Grpc__Channelz__V1__ChannelData.self)
    if let value = c.pointee.state {
      self.state = GrpcChannelzV1ChannelConnectivityState(unpacked: value, source: source.nested)
    }
    self.target = source.string(c.pointee.target.len, c.pointee.target.data, "grpc.channelz.v1.ChannelData.target")
    if let value = c.pointee.trace {
      self.trace = GrpcChannelzV1ChannelTrace(unpacked: value, source: source.nested)
    }
    self.callsStarted = c.pointee.calls_started
    self.callsSucceeded = c.pointee.calls_succeeded
    self.callsFailed = c.pointee.calls_failed
    if let value = c.pointee.last_call_started_timestamp {
      self.lastCallStartedTimestamp = GoogleProtobufTimestamp(unpacked: value, source: source.nested)
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Channelz__V1__ChannelData.self)
    grpc__channelz__v1__channel_data__init(c)
    let frame = packer.open()
    if let value = self.state {
      c.pointee.state = value.pack(into: &packer).assumingMemoryBound(to: Grpc__Channelz__V1__ChannelConnectivityState.self)
    }
    if !self.target.isEmpty {
      c.pointee.target = ProtobufCBinaryData(packer.text(self.target))
    }
    if let value = self.trace {
      c.pointee.trace = value.pack(into: &packer).assumingMemoryBound(to: Grpc__Channelz__V1__ChannelTrace.self)
    }
    c.pointee.calls_started = self.callsStarted
    c.pointee.calls_succeeded = self.callsSucceeded
    c.pointee.calls_failed = self.callsFailed
    if let value = self.lastCallStartedTimestamp {
      c.pointee.last_call_started_timestamp = value.pack(into: &packer).assumingMemoryBound(to: Google__Protobuf__Timestamp.self)
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// Something that happened to a channel, a subchannel or a server.
public struct GrpcChannelzV1ChannelTraceEvent: Message {
  public static let protoFullName = "grpc.channelz.v1.ChannelTraceEvent"

  /// What happened.
  public var description: String = ""

  /// How grave it is.
  public var severity: GrpcChannelzV1ChannelTraceEvent.Severity = .ctUnknown

  /// When it happened.
  public var timestamp: GoogleProtobufTimestamp? = nil

  /// What below it the event is about.
  public var childRef: ChildRef? = nil

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  /// What below it the event is about.
  public enum ChildRef: Sendable, Equatable {
    /// A channel.
    case channelRef(GrpcChannelzV1ChannelRef)
    /// A subchannel.
    case subchannelRef(GrpcChannelzV1SubchannelRef)
  }

  /// How grave an event is.
  public enum Severity: RawRepresentable, CaseIterable, Hashable, Sendable {
    /// Not told.
    case ctUnknown
    /// Everyday.
    case ctInfo
    /// Worth a look.
    case ctWarning
    /// A fault.
    case ctError
    /// A number that this version of the schema has no name for.
    case unrecognized(Int32)

    public init() { self = .ctUnknown }

    public init(rawValue: Int32) {
      switch rawValue {
      case 0: self = .ctUnknown
      case 1: self = .ctInfo
      case 2: self = .ctWarning
      case 3: self = .ctError
      default: self = .unrecognized(rawValue)
      }
    }

    public var rawValue: Int32 {
      switch self {
      case .ctUnknown: 0
      case .ctInfo: 1
      case .ctWarning: 2
      case .ctError: 3
      case .unrecognized(let number): number
      }
    }

    /// The name in the schema; nil for an unrecognized number.
    public var protoName: String? {
      switch self {
      case .ctUnknown: "CT_UNKNOWN"
      case .ctInfo: "CT_INFO"
      case .ctWarning: "CT_WARNING"
      case .ctError: "CT_ERROR"
      case .unrecognized: nil
      }
    }

    public static let allCases: [Severity] = [
      .ctUnknown, .ctInfo, .ctWarning, .ctError,
    ]
  }

  public static let layout = MessageLayout(byteCount: MemoryLayout<Grpc__Channelz__V1__ChannelTraceEvent>.size) { structure in
    grpc__channelz__v1__channel_trace_event__init(structure.assumingMemoryBound(to: Grpc__Channelz__V1__ChannelTraceEvent.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Grpc__Channelz__V1__ChannelTraceEvent.self)
    self.description = source.string(c.pointee.description.len, c.pointee.description.data, "grpc.channelz.v1.ChannelTraceEvent.description")
    self.severity = GrpcChannelzV1ChannelTraceEvent.Severity(rawValue: Int32(truncatingIfNeeded: c.pointee.severity.rawValue))
    if let value = c.pointee.timestamp {
      self.timestamp = GoogleProtobufTimestamp(unpacked: value, source: source.nested)
    }
    switch c.pointee.child_ref_case.rawValue {
    case 4:
      if let value = c.pointee.channel_ref { self.childRef = .channelRef(GrpcChannelzV1ChannelRef(unpacked: value, source: source.nested)) }
    case 5:
      if let value = c.pointee.subchannel_ref { self.childRef = .subchannelRef(GrpcChannelzV1SubchannelRef(unpacked: value, source: source.nested)) }
    default: break
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Channelz__V1__ChannelTraceEvent.self)
    grpc__channelz__v1__channel_trace_event__init(c)
    let frame = packer.open()
    if !self.description.isEmpty {
      c.pointee.description = ProtobufCBinaryData(packer.text(self.description))
    }
    c.pointee.severity = Grpc__Channelz__V1__ChannelTraceEvent__Severity(rawValue: .init(truncatingIfNeeded: self.severity.rawValue))
    if let value = self.timestamp {
      c.pointee.timestamp = value.pack(into: &packer).assumingMemoryBound(to: Google__Protobuf__Timestamp.self)
    }
    switch self.childRef {
    case .channelRef(let value):
      c.pointee.channel_ref = value.pack(into: &packer).assumingMemoryBound(to: Grpc__Channelz__V1__ChannelRef.self)
      c.pointee.child_ref_case = .init(rawValue: 4)
    case .subchannelRef(let value):
      c.pointee.subchannel_ref = value.pack(into: &packer).assumingMemoryBound(to: Grpc__Channelz__V1__SubchannelRef.self)
      c.pointee.child_ref_case = .init(rawValue: 5)
    case nil: break
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// The latest events, oldest first.
public struct GrpcChannelzV1ChannelTrace: Message {
  public static let protoFullName = "grpc.channelz.v1.ChannelTrace"

  /// All events there ever were; the oldest may be gone.
  public var numEventsLogged: Int64 = 0

  /// When the channel or server was made.
  public var creationTimestamp: GoogleProtobufTimestamp? = nil

  /// The events that are kept.
  public var events: [GrpcChannelzV1ChannelTraceEvent] = []

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Grpc__Channelz__V1__ChannelTrace>.size) { structure in
    grpc__channelz__v1__channel_trace__init(structure.assumingMemoryBound(to: Grpc__Channelz__V1__ChannelTrace.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Grpc__Channelz__V1__ChannelTrace.self)
    self.numEventsLogged = c.pointee.num_events_logged
    if let value = c.pointee.creation_timestamp {
      self.creationTimestamp = GoogleProtobufTimestamp(unpacked: value, source: source.nested)
    }
    self.events = Unpack.messages(c.pointee.n_events, c.pointee.events) { GrpcChannelzV1ChannelTraceEvent(unpacked: $0, source: source.nested) }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Channelz__V1__ChannelTrace.self)
    grpc__channelz__v1__channel_trace__init(c)
    let frame = packer.open()
    c.pointee.num_events_logged = self.numEventsLogged
    if let value = self.creationTimestamp {
      c.pointee.creation_timestamp = value.pack(into: &packer).assumingMemoryBound(to: Google__Protobuf__Timestamp.self)
    }
    if !self.events.isEmpty {
      c.pointee.events = packer.array(self.events) { value, packer -> UnsafeMutablePointer<Grpc__Channelz__V1__ChannelTraceEvent>? in
        value.pack(into: &packer).assumingMemoryBound(to: Grpc__Channelz__V1__ChannelTraceEvent.self)
      }
      c.pointee.n_events = self.events.count
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// Names a channel. The fields' numbers differ from those of the other references.
public struct GrpcChannelzV1ChannelRef: Message {
  public static let protoFullName = "grpc.channelz.v1.ChannelRef"

  /// Above 0, and unique in the process.
  public var channelId: Int64 = 0

  /// For people.
  public var name: String = ""

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Grpc__Channelz__V1__ChannelRef>.size) { structure in
    grpc__channelz__v1__channel_ref__init(structure.assumingMemoryBound(to: Grpc__Channelz__V1__ChannelRef.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Grpc__Channelz__V1__ChannelRef.self)
    self.channelId = c.pointee.channel_id
    self.name = source.string(c.pointee.name.len, c.pointee.name.data, "grpc.channelz.v1.ChannelRef.name")
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Channelz__V1__ChannelRef.self)
    grpc__channelz__v1__channel_ref__init(c)
    let frame = packer.open()
    c.pointee.channel_id = self.channelId
    if !self.name.isEmpty {
      c.pointee.name = ProtobufCBinaryData(packer.text(self.name))
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 8: self.channelId = wire.int64()
      case 18: self.name = wire.string()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if self.channelId != 0 { size.int64(self.channelId, tag: 8) }
    if !self.name.isEmpty { size.string(self.name, tag: 18) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if self.channelId != 0 { wire.int64(self.channelId, tag: 8) }
    if !self.name.isEmpty { wire.string(self.name, tag: 18) }
    wire.unknown(self.unknownFields)
  }
}

/// Names a subchannel.
public struct GrpcChannelzV1SubchannelRef: Message {
  public static let protoFullName = "grpc.channelz.v1.SubchannelRef"

  /// Above 0, and unique in the process.
  public var subchannelId: Int64 = 0

  /// For people.
  public var name: String = ""

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Grpc__Channelz__V1__SubchannelRef>.size) { structure in
    grpc__channelz__v1__subchannel_ref__init(structure.assumingMemoryBound(to: Grpc__Channelz__V1__SubchannelRef.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Grpc__Channelz__V1__SubchannelRef.self)
    self.subchannelId = c.pointee.subchannel_id
    self.name = source.string(c.pointee.name.len, c.pointee.name.data, "grpc.channelz.v1.SubchannelRef.name")
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Channelz__V1__SubchannelRef.self)
    grpc__channelz__v1__subchannel_ref__init(c)
    let frame = packer.open()
    c.pointee.subchannel_id = self.subchannelId
    if !self.name.isEmpty {
      c.pointee.name = ProtobufCBinaryData(packer.text(self.name))
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 56: self.subchannelId = wire.int64()
      case 66: self.name = wire.string()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if self.subchannelId != 0 { size.int64(self.subchannelId, tag: 56) }
    if !self.name.isEmpty { size.string(self.name, tag: 66) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if self.subchannelId != 0 { wire.int64(self.subchannelId, tag: 56) }
    if !self.name.isEmpty { wire.string(self.name, tag: 66) }
    wire.unknown(self.unknownFields)
  }
}

/// Names a socket.
public struct GrpcChannelzV1SocketRef: Message {
  public static let protoFullName = "grpc.channelz.v1.SocketRef"

  /// Above 0, and unique in the process.
  public var socketId: Int64 = 0

  /// For people.
  public var name: String = ""

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Grpc__Channelz__V1__SocketRef>.size) { structure in
    grpc__channelz__v1__socket_ref__init(structure.assumingMemoryBound(to: Grpc__Channelz__V1__SocketRef.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Grpc__Channelz__V1__SocketRef.self)
    self.socketId = c.pointee.socket_id
    self.name = source.string(c.pointee.name.len, c.pointee.name.data, "grpc.channelz.v1.SocketRef.name")
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Channelz__V1__SocketRef.self)
    grpc__channelz__v1__socket_ref__init(c)
    let frame = packer.open()
    c.pointee.socket_id = self.socketId
    if !self.name.isEmpty {
      c.pointee.name = ProtobufCBinaryData(packer.text(self.name))
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 24: self.socketId = wire.int64()
      case 34: self.name = wire.string()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if self.socketId != 0 { size.int64(self.socketId, tag: 24) }
    if !self.name.isEmpty { size.string(self.name, tag: 34) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if self.socketId != 0 { wire.int64(self.socketId, tag: 24) }
    if !self.name.isEmpty { wire.string(self.name, tag: 34) }
    wire.unknown(self.unknownFields)
  }
}

/// Names a server.
public struct GrpcChannelzV1ServerRef: Message {
  public static let protoFullName = "grpc.channelz.v1.ServerRef"

  /// Above 0, and unique in the process.
  public var serverId: Int64 = 0

  /// For people.
  public var name: String = ""

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Grpc__Channelz__V1__ServerRef>.size) { structure in
    grpc__channelz__v1__server_ref__init(structure.assumingMemoryBound(to: Grpc__Channelz__V1__ServerRef.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Grpc__Channelz__V1__ServerRef.self)
    self.serverId = c.pointee.server_id
    self.name = source.string(c.pointee.name.len, c.pointee.name.data, "grpc.channelz.v1.ServerRef.name")
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Channelz__V1__ServerRef.self)
    grpc__channelz__v1__server_ref__init(c)
    let frame = packer.open()
    c.pointee.server_id = self.serverId
    if !self.name.isEmpty {
      c.pointee.name = ProtobufCBinaryData(packer.text(self.name))
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 40: self.serverId = wire.int64()
      case 50: self.name = wire.string()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if self.serverId != 0 { size.int64(self.serverId, tag: 40) }
    if !self.name.isEmpty { size.string(self.name, tag: 50) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if self.serverId != 0 { wire.int64(self.serverId, tag: 40) }
    if !self.name.isEmpty { wire.string(self.name, tag: 50) }
    wire.unknown(self.unknownFields)
  }
}

/// A server: what calls come to.
public struct GrpcChannelzV1Server: Message {
  public static let protoFullName = "grpc.channelz.v1.Server"

  /// Its number.
  public var ref: GrpcChannelzV1ServerRef? = nil

  /// Its calls.
  public var data: GrpcChannelzV1ServerData? = nil

  /// The sockets it listens on.
  public var listenSocket: [GrpcChannelzV1SocketRef] = []

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Grpc__Channelz__V1__Server>.size) { structure in
    grpc__channelz__v1__server__init(structure.assumingMemoryBound(to: Grpc__Channelz__V1__Server.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Grpc__Channelz__V1__Server.self)
    if let value = c.pointee.ref {
      self.ref = GrpcChannelzV1ServerRef(unpacked: value, source: source.nested)
    }
    if let value = c.pointee.data {
      self.data = GrpcChannelzV1ServerData(unpacked: value, source: source.nested)
    }
    self.listenSocket = Unpack.messages(c.pointee.n_listen_socket, c.pointee.listen_socket) { GrpcChannelzV1SocketRef(unpacked: $0, source: source.nested) }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Channelz__V1__Server.self)
    grpc__channelz__v1__server__init(c)
    let frame = packer.open()
    if let value = self.ref {
      c.pointee.ref = value.pack(into: &packer).assumingMemoryBound(to: Grpc__Channelz__V1__ServerRef.self)
    }
    if let value = self.data {
      c.pointee.data = value.pack(into: &packer).assumingMemoryBound(to: Grpc__Channelz__V1__ServerData.self)
    }
    if !self.listenSocket.isEmpty {
      c.pointee.listen_socket = packer.array(self.listenSocket) { value, packer -> UnsafeMutablePointer<Grpc__Channelz__V1__SocketRef>? in
        value.pack(into: &packer).assumingMemoryBound(to: Grpc__Channelz__V1__SocketRef.self)
      }
      c.pointee.n_listen_socket = self.listenSocket.count
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// A server's calls, those of closed connections included.
public struct GrpcChannelzV1ServerData: Message {
  public static let protoFullName = "grpc.channelz.v1.ServerData"

  /// What has happened to it lately.
  public var trace: GrpcChannelzV1ChannelTrace? = nil

  /// Calls that began.
  public var callsStarted: Int64 = 0

  /// Calls that ended with OK.
  public var callsSucceeded: Int64 = 0

  /// Calls that ended with another status.
  public var callsFailed: Int64 = 0

  /// When the latest call began.
  public var lastCallStartedTimestamp: GoogleProtobufTimestamp? = nil

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Grpc__Channelz__V1__ServerData>.size) { structure in
    grpc__channelz__v1__server_data__init(structure.assumingMemoryBound(to: Grpc__Channelz__V1__ServerData.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Grpc__Channelz__V1__ServerData.self)
    if let value = c.pointee.trace {
      self.trace = GrpcChannelzV1ChannelTrace(unpacked: value, source: source.nested)
    }
    self.callsStarted = c.pointee.calls_started
    self.callsSucceeded = c.pointee.calls_succeeded
    self.callsFailed = c.pointee.calls_failed
    if let value = c.pointee.last_call_started_timestamp {
      self.lastCallStartedTimestamp = GoogleProtobufTimestamp(unpacked: value, source: source.nested)
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Channelz__V1__ServerData.self)
    grpc__channelz__v1__server_data__init(c)
    let frame = packer.open()
    if let value = self.trace {
      c.pointee.trace = value.pack(into: &packer).assumingMemoryBound(to: Grpc__Channelz__V1__ChannelTrace.self)
    }
    c.pointee.calls_started = self.callsStarted
    c.pointee.calls_succeeded = self.callsSucceeded
    c.pointee.calls_failed = self.callsFailed
    if let value = self.lastCallStartedTimestamp {
      c.pointee.last_call_started_timestamp = value.pack(into: &packer).assumingMemoryBound(to: Google__Protobuf__Timestamp.self)
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// A connection, or a socket that is listened on.
public struct GrpcChannelzV1Socket: Message {
  public static let protoFullName = "grpc.channelz.v1.Socket"

  /// Its number.
  public var ref: GrpcChannelzV1SocketRef? = nil

  /// What it has carried.
  public var data: GrpcChannelzV1SocketData? = nil

  /// This end.
  public var local: GrpcChannelzV1Address? = nil

  /// The other end; absent when it has no address.
  public var remote: GrpcChannelzV1Address? = nil

  /// How it is secured; absent when it is not.
  public var security: GrpcChannelzV1Security? = nil

  /// The other end's name, where it differs from the target.
  public var remoteName: String = ""

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Grpc__Channelz__V1__Socket>.size) { structure in
    grpc__channelz__v1__socket__init(structure.assumingMemoryBound(to: Grpc__Channelz__V1__Socket.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Grpc__Channelz__V1__Socket.self)
    if let value = c.pointee.ref {
      self.ref = GrpcChannelzV1SocketRef(unpacked: value, source: source.nested)
    }
    if let value = c.pointee.data {
      self.data = GrpcChannelzV1SocketData(unpacked: value, source: source.nested)
    }
    if let value = c.pointee.local {
      self.local = GrpcChannelzV1Address(unpacked: value, source: source.nested)
    }
    if let value = c.pointee.remote {
      self.remote = GrpcChannelzV1Address(unpacked: value, source: source.nested)
    }
    if let value = c.pointee.security {
      self.security = GrpcChannelzV1Security(unpacked: value, source: source.nested)
    }
    self.remoteName = source.string(c.pointee.remote_name.len, c.pointee.remote_name.data, "grpc.channelz.v1.Socket.remote_name")
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Channelz__V1__Socket.self)
    grpc__channelz__v1__socket__init(c)
    let frame = packer.open()
    if let value = self.ref {
      c.pointee.ref = value.pack(into: &packer).assumingMemoryBound(to: Grpc__Channelz__V1__SocketRef.self)
    }
    if let value = self.data {
      c.pointee.data = value.pack(into: &packer).assumingMemoryBound(to: Grpc__Channelz__V1__SocketData.self)
    }
    if let value = self.local {
      c.pointee.local = value.pack(into: &packer).assumingMemoryBound(to: Grpc__Channelz__V1__Address.self)
    }
    if let value = self.remote {
      c.pointee.remote = value.pack(into: &packer).assumingMemoryBound(to: Grpc__Channelz__V1__Address.self)
    }
    if let value = self.security {
      c.pointee.security = value.pack(into: &packer).assumingMemoryBound(to: Grpc__Channelz__V1__Security.self)
    }
    if !self.remoteName.isEmpty {
      c.pointee.remote_name = ProtobufCBinaryData(packer.text(self.remoteName))
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// What a connection has carried.
public struct GrpcChannelzV1SocketData: Message {
  public static let protoFullName = "grpc.channelz.v1.SocketData"

  /// Streams that began.
  public var streamsStarted: Int64 = 0

  /// Streams that ended with a status of the server's.
  public var streamsSucceeded: Int64 = 0

  /// Streams that ended otherwise: reset, or with the connection.
  public var streamsFailed: Int64 = 0

  /// Messages sent.
  public var messagesSent: Int64 = 0

  /// Messages received.
  public var messagesReceived: Int64 = 0

  /// Pings sent to see whether the peer is there.
  public var keepAlivesSent: Int64 = 0

  /// When this end began its latest stream.
  public var lastLocalStreamCreatedTimestamp: GoogleProtobufTimestamp? = nil

  /// When the other end began its latest stream.
  public var lastRemoteStreamCreatedTimestamp: GoogleProtobufTimestamp? = nil

  /// When the latest message was sent.
  public var lastMessageSentTimestamp: GoogleProtobufTimestamp? = nil

  /// When the latest message was received.
  public var lastMessageReceivedTimestamp: GoogleProtobufTimestamp? = nil

  /// Bytes this end may still send on the connection as a whole.
  public var localFlowControlWindow: GoogleProtobufInt64Value? = nil

  /// Bytes the other end may still send on the connection as a whole.
  public var remoteFlowControlWindow: GoogleProtobufInt64Value? = nil

  /// What getsockopt() tells.
  public var option: [GrpcChannelzV1SocketOption] = []

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Grpc__Channelz__V1__SocketData>.size) { structure in
    grpc__channelz__v1__socket_data__init(structure.assumingMemoryBound(to: Grpc__Channelz__V1__SocketData.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Grpc__Channelz__V1__SocketData.self)
    self.streamsStarted = c.pointee.streams_started
    self.streamsSucceeded = c.pointee.streams_succeeded
    self.streamsFailed = c.pointee.streams_failed
    self.messagesSent = c.pointee.messages_sent
    self.messagesReceived = c.pointee.messages_received
    self.keepAlivesSent = c.pointee.keep_alives_sent
    if let value = c.pointee.last_local_stream_created_timestamp {
      self.lastLocalStreamCreatedTimestamp = GoogleProtobufTimestamp(unpacked: value, source: source.nested)
    }
    if let value = c.pointee.last_remote_stream_created_timestamp {
      self.lastRemoteStreamCreatedTimestamp = GoogleProtobufTimestamp(unpacked: value, source: source.nested)
    }
    if let value = c.pointee.last_message_sent_timestamp {
      self.lastMessageSentTimestamp = GoogleProtobufTimestamp(unpacked: value, source: source.nested)
    }
    if let value = c.pointee.last_message_received_timestamp {
      self.lastMessageReceivedTimestamp = GoogleProtobufTimestamp(unpacked: value, source: source.nested)
    }
    if let value = c.pointee.local_flow_control_window {
      self.localFlowControlWindow = GoogleProtobufInt64Value(unpacked: value, source: source.nested)
    }
    if let value = c.pointee.remote_flow_control_window {
      self.remoteFlowControlWindow = GoogleProtobufInt64Value(unpacked: value, source: source.nested)
    }
    self.option = Unpack.messages(c.pointee.n_option, c.pointee.option) { GrpcChannelzV1SocketOption(unpacked: $0, source: source.nested) }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Channelz__V1__SocketData.self)
    grpc__channelz__v1__socket_data__init(c)
    let frame = packer.open()
    c.pointee.streams_started = self.streamsStarted
    c.pointee.streams_succeeded = self.streamsSucceeded
    c.pointee.streams_failed = self.streamsFailed
    c.pointee.messages_sent = self.messagesSent
    c.pointee.messages_received = self.messagesReceived
    c.pointee.keep_alives_sent = self.keepAlivesSent
    if let value = self.lastLocalStreamCreatedTimestamp {
      c.pointee.last_local_stream_created_timestamp = value.pack(into: &packer).assumingMemoryBound(to: Google__Protobuf__Timestamp.self)
    }
    if let value = self.lastRemoteStreamCreatedTimestamp {
      c.pointee.last_remote_stream_created_timestamp = value.pack(into: &packer).assumingMemoryBound(to: Google__Protobuf__Timestamp.self)
    }
    if let value = self.lastMessageSentTimestamp {
      c.pointee.last_message_sent_timestamp = value.pack(into: &packer).assumingMemoryBound(to: Google__Protobuf__Timestamp.self)
    }
    if let value = self.lastMessageReceivedTimestamp {
      c.pointee.last_message_received_timestamp = value.pack(into: &packer).assumingMemoryBound(to: Google__Protobuf__Timestamp.self)
    }
    if let value = self.localFlowControlWindow {
      c.pointee.local_flow_control_window = value.pack(into: &packer).assumingMemoryBound(to: Google__Protobuf__Int64Value.self)
    }
    if let value = self.remoteFlowControlWindow {
      c.pointee.remote_flow_control_window = value.pack(into: &packer).assumingMemoryBound(to: Google__Protobuf__Int64Value.self)
    }
    if !self.option.isEmpty {
      c.pointee.option = packer.array(self.option) { value, packer -> UnsafeMutablePointer<Grpc__Channelz__V1__SocketOption>? in
        value.pack(into: &packer).assumingMemoryBound(to: Grpc__Channelz__V1__SocketOption.self)
      }
      c.pointee.n_option = self.option.count
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// One end of a connection.
public struct GrpcChannelzV1Address: Message {
  public static let protoFullName = "grpc.channelz.v1.Address"

  /// The address.
  public var address: Address? = nil

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  /// The address.
  public enum Address: Sendable, Equatable {
    /// Internet.
    case tcpipAddress(GrpcChannelzV1Address.TcpIpAddress)
    /// Unix.
    case udsAddress(GrpcChannelzV1Address.UdsAddress)
    /// Other.
    case otherAddress(GrpcChannelzV1Address.OtherAddress)
  }

  /// An IP address and a port.
  public struct TcpIpAddress: Message {
    public static let protoFullName = "grpc.channelz.v1.Address.TcpIpAddress"

    /// 4 bytes of IPv4, or 16 of IPv6.
    public var ipAddress: [UInt8] = []

    /// 0 to 65535; -1 where there is none.
    public var port: Int32 = 0

    /// Fields that this version of the schema does not know.
    public var unknownFields = UnknownFields()

    public init() {}

    public static let layout = MessageLayout(byteCount: MemoryLayout<Grpc__Channelz__V1__Address__TcpIpAddress>.size) { structure in
      grpc__channelz__v1__address__tcp_ip_address__init(structure.assumingMemoryBound(to: Grpc__Channelz__V1__Address__TcpIpAddress.self))
    }

    public init(unpacked: UnsafeRawPointer, source: WireSource) {
      let c = unpacked.assumingMemoryBound(to: Grpc__Channelz__V1__Address__TcpIpAddress.self)
      self.ipAddress = source.bytes(c.pointee.ip_address.len, c.pointee.ip_address.data)
      self.port = c.pointee.port
      self.unknownFields = UnknownFields(unpacked: unpacked)
    }

    public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
      let c = packer.allocate(Grpc__Channelz__V1__Address__TcpIpAddress.self)
      grpc__channelz__v1__address__tcp_ip_address__init(c)
      let frame = packer.open()
      if !self.ipAddress.isEmpty, let start = packer.bytes(self.ipAddress, field: 1) {
        c.pointee.ip_address = ProtobufCBinaryData(start)
      }
      c.pointee.port = self.port
      packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
      return UnsafeMutableRawPointer(c)
    }

    public mutating func readFlat(_ wire: inout FlatReader) {
      while !wire.isAtEnd {
        switch wire.tag() {
        case 10: self.ipAddress = wire.bytes()
        case 16: self.port = wire.int32()
        default: wire.giveUp()
        }
      }
    }

    public func measureFlat(_ size: inout FlatSizer) {
      if !self.ipAddress.isEmpty { size.bytes(self.ipAddress, tag: 10) }
      if self.port != 0 { size.int32(self.port, tag: 16) }
      size.unknown(self.unknownFields)
    }

    public func writeFlat(_ wire: inout FlatWriter) {
      if !self.ipAddress.isEmpty { wire.bytes(self.ipAddress, tag: 10) }
      if self.port != 0 { wire.int32(self.port, tag: 16) }
      wire.unknown(self.unknownFields)
    }
  }

  /// A Unix socket.
  public struct UdsAddress: Message {
    public static let protoFullName = "grpc.channelz.v1.Address.UdsAddress"

    /// Its path.
    public var filename: String = ""

    /// Fields that this version of the schema does not know.
    public var unknownFields = UnknownFields()

    public init() {}

    public static let layout = MessageLayout(byteCount: MemoryLayout<Grpc__Channelz__V1__Address__UdsAddress>.size) { structure in
      grpc__channelz__v1__address__uds_address__init(structure.assumingMemoryBound(to: Grpc__Channelz__V1__Address__UdsAddress.self))
    }

    public init(unpacked: UnsafeRawPointer, source: WireSource) {
      let c = unpacked.assumingMemoryBound(to: Grpc__Channelz__V1__Address__UdsAddress.self)
      self.filename = source.string(c.pointee.filename.len, c.pointee.filename.data, "grpc.channelz.v1.Address.UdsAddress.filename")
      self.unknownFields = UnknownFields(unpacked: unpacked)
    }

    public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
      let c = packer.allocate(Grpc__Channelz__V1__Address__UdsAddress.self)
      grpc__channelz__v1__address__uds_address__init(c)
      let frame = packer.open()
      if !self.filename.isEmpty {
        c.pointee.filename = ProtobufCBinaryData(packer.text(self.filename))
      }
      packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
      return UnsafeMutableRawPointer(c)
    }

    public mutating func readFlat(_ wire: inout FlatReader) {
      while !wire.isAtEnd {
        switch wire.tag() {
        case 10: self.filename = wire.string()
        default: wire.giveUp()
        }
      }
    }

    public func measureFlat(_ size: inout FlatSizer) {
      if !self.filename.isEmpty { size.string(self.filename, tag: 10) }
      size.unknown(self.unknownFields)
    }

    public func writeFlat(_ wire: inout FlatWriter) {
      if !self.filename.isEmpty { wire.string(self.filename, tag: 10) }
      wire.unknown(self.unknownFields)
    }
  }

  /// Any other.
  public struct OtherAddress: Message {
    public static let protoFullName = "grpc.channelz.v1.Address.OtherAddress"

    /// For people.
    public var name: String = ""

    /// The address itself.
    public var value: GoogleProtobufAny? = nil

    /// Fields that this version of the schema does not know.
    public var unknownFields = UnknownFields()

    public init() {}

    public static let layout = MessageLayout(byteCount: MemoryLayout<Grpc__Channelz__V1__Address__OtherAddress>.size) { structure in
      grpc__channelz__v1__address__other_address__init(structure.assumingMemoryBound(to: Grpc__Channelz__V1__Address__OtherAddress.self))
    }

    public init(unpacked: UnsafeRawPointer, source: WireSource) {
      let c = unpacked.assumingMemoryBound(to: Grpc__Channelz__V1__Address__OtherAddress.self)
      self.name = source.string(c.pointee.name.len, c.pointee.name.data, "grpc.channelz.v1.Address.OtherAddress.name")
      if let value = c.pointee.value {
        self.value = GoogleProtobufAny(unpacked: value, source: source.nested)
      }
      self.unknownFields = UnknownFields(unpacked: unpacked)
    }

    public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
      let c = packer.allocate(Grpc__Channelz__V1__Address__OtherAddress.self)
      grpc__channelz__v1__address__other_address__init(c)
      let frame = packer.open()
      if !self.name.isEmpty {
        c.pointee.name = ProtobufCBinaryData(packer.text(self.name))
      }
      if let value = self.value {
        c.pointee.value = value.pack(into: &packer).assumingMemoryBound(to: Google__Protobuf__Any.self)
      }
      packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
      return UnsafeMutableRawPointer(c)
    }
  }

  public static let layout = MessageLayout(byteCount: MemoryLayout<Grpc__Channelz__V1__Address>.size) { structure in
    grpc__channelz__v1__address__init(structure.assumingMemoryBound(to: Grpc__Channelz__V1__Address.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Grpc__Channelz__V1__Address.self)
    switch c.pointee.address_case.rawValue {
    case 1:
      if let value = c.pointee.tcpip_address { self.address = .tcpipAddress(GrpcChannelzV1Address.TcpIpAddress(unpacked: value, source: source.nested)) }
    case 2:
      if let value = c.pointee.uds_address { self.address = .udsAddress(GrpcChannelzV1Address.UdsAddress(unpacked: value, source: source.nested)) }
    case 3:
      if let value = c.pointee.other_address { self.address = .otherAddress(GrpcChannelzV1Address.OtherAddress(unpacked: value, source: source.nested)) }
    default: break
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Channelz__V1__Address.self)
    grpc__channelz__v1__address__init(c)
    let frame = packer.open()
    switch self.address {
    case .tcpipAddress(let value):
      c.pointee.tcpip_address = value.pack(into: &packer).assumingMemoryBound(to: Grpc__Channelz__V1__Address__TcpIpAddress.self)
      c.pointee.address_case = .init(rawValue: 1)
    case .udsAddress(let value):
      c.pointee.uds_address = value.pack(into: &packer).assumingMemoryBound(to: Grpc__Channelz__V1__Address__UdsAddress.self)
      c.pointee.address_case = .init(rawValue: 2)
    case .otherAddress(let value):
      c.pointee.other_address = value.pack(into: &packer).assumingMemoryBound(to: Grpc__Channelz__V1__Address__OtherAddress.self)
      c.pointee.address_case = .init(rawValue: 3)
    case nil: break
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// How a connection is secured.
public struct GrpcChannelzV1Security: Message {
  public static let protoFullName = "grpc.channelz.v1.Security"

  /// What secures it.
  public var model: Model? = nil

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  /// What secures it.
  public enum Model: Sendable, Equatable {
    /// TLS.
    case tls(GrpcChannelzV1Security.Tls)
    /// Anything else.
    case other(GrpcChannelzV1Security.OtherSecurity)
  }

  /// TLS.
  public struct Tls: Message {
    public static let protoFullName = "grpc.channelz.v1.Security.Tls"

    /// The cipher suite.
    public var cipherSuite: CipherSuite? = nil

    /// This end's certificate, in DER.
    public var localCertificate: [UInt8] = []

    /// The other end's certificate, in DER.
    public var remoteCertificate: [UInt8] = []

    /// Fields that this version of the schema does not know.
    public var unknownFields = UnknownFields()

    public init() {}

    /// The cipher suite.
    public enum CipherSuite: Sendable, Equatable {
      /// By its registered name.
      case standardName(String)
      /// By another name.
      case otherName(String)
    }

    public static let layout = MessageLayout(byteCount: MemoryLayout<Grpc__Channelz__V1__Security__Tls>.size) { structure in
      grpc__channelz__v1__security__tls__init(structure.assumingMemoryBound(to: Grpc__Channelz__V1__Security__Tls.self))
    }

    public init(unpacked: UnsafeRawPointer, source: WireSource) {
      let c = unpacked.assumingMemoryBound(to: Grpc__Channelz__V1__Security__Tls.self)
      self.localCertificate = source.bytes(c.pointee.local_certificate.len, c.pointee.local_certificate.data)
      self.remoteCertificate = source.bytes(c.pointee.remote_certificate.len, c.pointee.remote_certificate.data)
      switch c.pointee.cipher_suite_case.rawValue {
      case 1:
        self.cipherSuite = .standardName(source.string(c.pointee.standard_name.len, c.pointee.standard_name.data, "grpc.channelz.v1.Security.Tls.standard_name"))
      case 2:
        self.cipherSuite = .otherName(source.string(c.pointee.other_name.len, c.pointee.other_name.data, "grpc.channelz.v1.Security.Tls.other_name"))
      default: break
      }
      self.unknownFields = UnknownFields(unpacked: unpacked)
    }

    public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
      let c = packer.allocate(Grpc__Channelz__V1__Security__Tls.self)
      grpc__channelz__v1__security__tls__init(c)
      let frame = packer.open()
      if !self.localCertificate.isEmpty, let start = packer.bytes(self.localCertificate, field: 3) {
        c.pointee.local_certificate = ProtobufCBinaryData(start)
      }
      if !self.remoteCertificate.isEmpty, let start = packer.bytes(self.remoteCertificate, field: 4) {
        c.pointee.remote_certificate = ProtobufCBinaryData(start)
      }
      switch self.cipherSuite {
      case .standardName(let value):
        c.pointee.standard_name = ProtobufCBinaryData(packer.text(value))
        c.pointee.cipher_suite_case = .init(rawValue: 1)
      case .otherName(let value):
        c.pointee.other_name = ProtobufCBinaryData(packer.text(value))
        c.pointee.cipher_suite_case = .init(rawValue: 2)
      case nil: break
      }
      packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
      return UnsafeMutableRawPointer(c)
    }

    public mutating func readFlat(_ wire: inout FlatReader) {
      while !wire.isAtEnd {
        switch wire.tag() {
        case 10: self.cipherSuite = .standardName(wire.string())
        case 18: self.cipherSuite = .otherName(wire.string())
        case 26: self.localCertificate = wire.bytes()
        case 34: self.remoteCertificate = wire.bytes()
        default: wire.giveUp()
        }
      }
    }

    public func measureFlat(_ size: inout FlatSizer) {
      switch self.cipherSuite {
      case .standardName(let value): size.string(value, tag: 10)
      case .otherName(let value): size.string(value, tag: 18)
      case nil: break
      }
      if !self.localCertificate.isEmpty { size.bytes(self.localCertificate, tag: 26) }
      if !self.remoteCertificate.isEmpty { size.bytes(self.remoteCertificate, tag: 34) }
      size.unknown(self.unknownFields)
    }

    public func writeFlat(_ wire: inout FlatWriter) {
      switch self.cipherSuite {
      case .standardName(let value): wire.string(value, tag: 10)
      case .otherName(let value): wire.string(value, tag: 18)
      case nil: break
      }
      if !self.localCertificate.isEmpty { wire.bytes(self.localCertificate, tag: 26) }
      if !self.remoteCertificate.isEmpty { wire.bytes(self.remoteCertificate, tag: 34) }
      wire.unknown(self.unknownFields)
    }
  }

  /// Anything else.
  public struct OtherSecurity: Message {
    public static let protoFullName = "grpc.channelz.v1.Security.OtherSecurity"

    /// For people.
    public var name: String = ""

    /// The details.
    public var value: GoogleProtobufAny? = nil

    /// Fields that this version of the schema does not know.
    public var unknownFields = UnknownFields()

    public init() {}

    public static let layout = MessageLayout(byteCount: MemoryLayout<Grpc__Channelz__V1__Security__OtherSecurity>.size) { structure in
      grpc__channelz__v1__security__other_security__init(structure.assumingMemoryBound(to: Grpc__Channelz__V1__Security__OtherSecurity.self))
    }

    public init(unpacked: UnsafeRawPointer, source: WireSource) {
      let c = unpacked.assumingMemoryBound(to: Grpc__Channelz__V1__Security__OtherSecurity.self)
      self.name = source.string(c.pointee.name.len, c.pointee.name.data, "grpc.channelz.v1.Security.OtherSecurity.name")
      if let value = c.pointee.value {
        self.value = GoogleProtobufAny(unpacked: value, source: source.nested)
      }
      self.unknownFields = UnknownFields(unpacked: unpacked)
    }

    public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
      let c = packer.allocate(Grpc__Channelz__V1__Security__OtherSecurity.self)
      grpc__channelz__v1__security__other_security__init(c)
      let frame = packer.open()
      if !self.name.isEmpty {
        c.pointee.name = ProtobufCBinaryData(packer.text(self.name))
      }
      if let value = self.value {
        c.pointee.value = value.pack(into: &packer).assumingMemoryBound(to: Google__Protobuf__Any.self)
      }
      packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
      return UnsafeMutableRawPointer(c)
    }
  }

  public static let layout = MessageLayout(byteCount: MemoryLayout<Grpc__Channelz__V1__Security>.size) { structure in
    grpc__channelz__v1__security__init(structure.assumingMemoryBound(to: Grpc__Channelz__V1__Security.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Grpc__Channelz__V1__Security.self)
    switch c.pointee.model_case.rawValue {
    case 1:
      if let value = c.pointee.tls { self.model = .tls(GrpcChannelzV1Security.Tls(unpacked: value, source: source.nested)) }
    case 2:
      if let value = c.pointee.other { self.model = .other(GrpcChannelzV1Security.OtherSecurity(unpacked: value, source: source.nested)) }
    default: break
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Channelz__V1__Security.self)
    grpc__channelz__v1__security__init(c)
    let frame = packer.open()
    switch self.model {
    case .tls(let value):
      c.pointee.tls = value.pack(into: &packer).assumingMemoryBound(to: Grpc__Channelz__V1__Security__Tls.self)
      c.pointee.model_case = .init(rawValue: 1)
    case .other(let value):
      c.pointee.other = value.pack(into: &packer).assumingMemoryBound(to: Grpc__Channelz__V1__Security__OtherSecurity.self)
      c.pointee.model_case = .init(rawValue: 2)
    case nil: break
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// What getsockopt() tells of one option.
public struct GrpcChannelzV1SocketOption: Message {
  public static let protoFullName = "grpc.channelz.v1.SocketOption"

  /// Such as `SO_REUSEPORT`.
  public var name: String = ""

  /// The value, for people.
  public var value: String = ""

  /// The value, where text will not do.
  public var additional: GoogleProtobufAny? = nil

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Grpc__Channelz__V1__SocketOption>.size) { structure in
    grpc__channelz__v1__socket_option__init(structure.assumingMemoryBound(to: Grpc__Channelz__V1__SocketOption.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Grpc__Channelz__V1__SocketOption.self)
    self.name = source.string(c.pointee.name.len, c.pointee.name.data, "grpc.channelz.v1.SocketOption.name")
    self.value = source.string(c.pointee.value.len, c.pointee.value.data, "grpc.channelz.v1.SocketOption.value")
    if let value = c.pointee.additional {
      self.additional = GoogleProtobufAny(unpacked: value, source: source.nested)
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Channelz__V1__SocketOption.self)
    grpc__channelz__v1__socket_option__init(c)
    let frame = packer.open()
    if !self.name.isEmpty {
      c.pointee.name = ProtobufCBinaryData(packer.text(self.name))
    }
    if !self.value.isEmpty {
      c.pointee.value = ProtobufCBinaryData(packer.text(self.value))
    }
    if let value = self.additional {
      c.pointee.additional = value.pack(into: &packer).assumingMemoryBound(to: Google__Protobuf__Any.self)
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// Asks for a page of channels.
public struct GrpcChannelzV1GetTopChannelsRequest: Message {
  public static let protoFullName = "grpc.channelz.v1.GetTopChannelsRequest"

  /// The lowest number wanted: 0 at first, then one more than the highest seen.
  public var startChannelId: Int64 = 0

  /// How many at most; 0 leaves that to the server.
  public var maxResults: Int64 = 0

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Grpc__Channelz__V1__GetTopChannelsRequest>.size) { structure in
    grpc__channelz__v1__get_top_channels_request__init(structure.assumingMemoryBound(to: Grpc__Channelz__V1__GetTopChannelsRequest.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Grpc__Channelz__V1__GetTopChannelsRequest.self)
    self.startChannelId = c.pointee.start_channel_id
    self.maxResults = c.pointee.max_results
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Channelz__V1__GetTopChannelsRequest.self)
    grpc__channelz__v1__get_top_channels_request__init(c)
    let frame = packer.open()
    c.pointee.start_channel_id = self.startChannelId
    c.pointee.max_results = self.maxResults
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 8: self.startChannelId = wire.int64()
      case 16: self.maxResults = wire.int64()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if self.startChannelId != 0 { size.int64(self.startChannelId, tag: 8) }
    if self.maxResults != 0 { size.int64(self.maxResults, tag: 16) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if self.startChannelId != 0 { wire.int64(self.startChannelId, tag: 8) }
    if self.maxResults != 0 { wire.int64(self.maxResults, tag: 16) }
    wire.unknown(self.unknownFields)
  }
}

/// A page of channels.
public struct GrpcChannelzV1GetTopChannelsResponse: Message {
  public static let protoFullName = "grpc.channelz.v1.GetTopChannelsResponse"

  /// By rising number.
  public var channel: [GrpcChannelzV1Channel] = []

  /// Whether these are the last ones.
  public var end: Bool = false

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Grpc__Channelz__V1__GetTopChannelsResponse>.size) { structure in
    grpc__channelz__v1__get_top_channels_response__init(structure.assumingMemoryBound(to: Grpc__Channelz__V1__GetTopChannelsResponse.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Grpc__Channelz__V1__GetTopChannelsResponse.self)
    self.channel = Unpack.messages(c.pointee.n_channel, c.pointee.channel) { GrpcChannelzV1Channel(unpacked: $0, source: source.nested) }
    self.end = c.pointee.end != 0
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Channelz__V1__GetTopChannelsResponse.self)
    grpc__channelz__v1__get_top_channels_response__init(c)
    let frame = packer.open()
    if !self.channel.isEmpty {
      c.pointee.channel = packer.array(self.channel) { value, packer -> UnsafeMutablePointer<Grpc__Channelz__V1__Channel>? in
        value.pack(into: &packer).assumingMemoryBound(to: Grpc__Channelz__V1__Channel.self)
      }
      c.pointee.n_channel = self.channel.count
    }
    c.pointee.end = self.end ? 1 : 0
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// Asks for a page of servers.
public struct GrpcChannelzV1GetServersRequest: Message {
  public static let protoFullName = "grpc.channelz.v1.GetServersRequest"

  /// The lowest number wanted: 0 at first, then one more than the highest seen.
  public var startServerId: Int64 = 0

  /// How many at most; 0 leaves that to the server.
  public var maxResults: Int64 = 0

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Grpc__Channelz__V1__GetServersRequest>.size) { structure in
    grpc__channelz__v1__get_servers_request__init(structure.assumingMemoryBound(to: Grpc__Channelz__V1__GetServersRequest.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Grpc__Channelz__V1__GetServersRequest.self)
    self.startServerId = c.pointee.start_server_id
    self.maxResults = c.pointee.max_results
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Channelz__V1__GetServersRequest.self)
    grpc__channelz__v1__get_servers_request__init(c)
    let frame = packer.open()
    c.pointee.start_server_id = self.startServerId
    c.pointee.max_results = self.maxResults
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 8: self.startServerId = wire.int64()
      case 16: self.maxResults = wire.int64()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if self.startServerId != 0 { size.int64(self.startServerId, tag: 8) }
    if self.maxResults != 0 { size.int64(self.maxResults, tag: 16) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if self.startServerId != 0 { wire.int64(self.startServerId, tag: 8) }
    if self.maxResults != 0 { wire.int64(self.maxResults, tag: 16) }
    wire.unknown(self.unknownFields)
  }
}

/// A page of servers.
public struct GrpcChannelzV1GetServersResponse: Message {
  public static let protoFullName = "grpc.channelz.v1.GetServersResponse"

  /// By rising number.
  public var server: [GrpcChannelzV1Server] = []

  /// Whether these are the last ones.
  public var end: Bool = false

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Grpc__Channelz__V1__GetServersResponse>.size) { structure in
    grpc__channelz__v1__get_servers_response__init(structure.assumingMemoryBound(to: Grpc__Channelz__V1__GetServersResponse.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Grpc__Channelz__V1__GetServersResponse.self)
    self.server = Unpack.messages(c.pointee.n_server, c.pointee.server) { GrpcChannelzV1Server(unpacked: $0, source: source.nested) }
    self.end = c.pointee.end != 0
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Channelz__V1__GetServersResponse.self)
    grpc__channelz__v1__get_servers_response__init(c)
    let frame = packer.open()
    if !self.server.isEmpty {
      c.pointee.server = packer.array(self.server) { value, packer -> UnsafeMutablePointer<Grpc__Channelz__V1__Server>? in
        value.pack(into: &packer).assumingMemoryBound(to: Grpc__Channelz__V1__Server.self)
      }
      c.pointee.n_server = self.server.count
    }
    c.pointee.end = self.end ? 1 : 0
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// Asks for one server.
public struct GrpcChannelzV1GetServerRequest: Message {
  public static let protoFullName = "grpc.channelz.v1.GetServerRequest"

  /// Its number.
  public var serverId: Int64 = 0

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Grpc__Channelz__V1__GetServerRequest>.size) { structure in
    grpc__channelz__v1__get_server_request__init(structure.assumingMemoryBound(to: Grpc__Channelz__V1__GetServerRequest.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Grpc__Channelz__V1__GetServerRequest.self)
    self.serverId = c.pointee.server_id
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Channelz__V1__GetServerRequest.self)
    grpc__channelz__v1__get_server_request__init(c)
    let frame = packer.open()
    c.pointee.server_id = self.serverId
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 8: self.serverId = wire.int64()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if self.serverId != 0 { size.int64(self.serverId, tag: 8) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if self.serverId != 0 { wire.int64(self.serverId, tag: 8) }
    wire.unknown(self.unknownFields)
  }
}

/// One server.
public struct GrpcChannelzV1GetServerResponse: Message {
  public static let protoFullName = "grpc.channelz.v1.GetServerResponse"

  /// The server.
  public var server: GrpcChannelzV1Server? = nil

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Grpc__Channelz__V1__GetServerResponse>.size) { structure in
    grpc__channelz__v1__get_server_response__init(structure.assumingMemoryBound(to: Grpc__Channelz__V1__GetServerResponse.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Grpc__Channelz__V1__GetServerResponse.self)
    if let value = c.pointee.server {
      self.server = GrpcChannelzV1Server(unpacked: value, source: source.nested)
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Channelz__V1__GetServerResponse.self)
    grpc__channelz__v1__get_server_response__init(c)
    let frame = packer.open()
    if let value = self.server {
      c.pointee.server = value.pack(into: &packer).assumingMemoryBound(to: Grpc__Channelz__V1__Server.self)
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// Asks for a page of a server's connections.
public struct GrpcChannelzV1GetServerSocketsRequest: Message {
  public static let protoFullName = "grpc.channelz.v1.GetServerSocketsRequest"

  /// The server's number.
  public var serverId: Int64 = 0

  /// The lowest number wanted: 0 at first, then one more than the highest seen.
  public var startSocketId: Int64 = 0

  /// How many at most; 0 leaves that to the server.
  public var maxResults: Int64 = 0

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Grpc__Channelz__V1__GetServerSocketsRequest>.size) { structure in
    grpc__channelz__v1__get_server_sockets_request__init(structure.assumingMemoryBound(to: Grpc__Channelz__V1__GetServerSocketsRequest.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Grpc__Channelz__V1__GetServerSocketsRequest.self)
    self.serverId = c.pointee.server_id
    self.startSocketId = c.pointee.start_socket_id
    self.maxResults = c.pointee.max_results
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Channelz__V1__GetServerSocketsRequest.self)
    grpc__channelz__v1__get_server_sockets_request__init(c)
    let frame = packer.open()
    c.pointee.server_id = self.serverId
    c.pointee.start_socket_id = self.startSocketId
    c.pointee.max_results = self.maxResults
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 8: self.serverId = wire.int64()
      case 16: self.startSocketId = wire.int64()
      case 24: self.maxResults = wire.int64()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if self.serverId != 0 { size.int64(self.serverId, tag: 8) }
    if self.startSocketId != 0 { size.int64(self.startSocketId, tag: 16) }
    if self.maxResults != 0 { size.int64(self.maxResults, tag: 24) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if self.serverId != 0 { wire.int64(self.serverId, tag: 8) }
    if self.startSocketId != 0 { wire.int64(self.startSocketId, tag: 16) }
    if self.maxResults != 0 { wire.int64(self.maxResults, tag: 24) }
    wire.unknown(self.unknownFields)
  }
}

/// A page of connections.
public struct GrpcChannelzV1GetServerSocketsResponse: Message {
  public static let protoFullName = "grpc.channelz.v1.GetServerSocketsResponse"

  /// By rising number.
  public var socketRef: [GrpcChannelzV1SocketRef] = []

  /// Whether these are the last ones.
  public var end: Bool = false

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Grpc__Channelz__V1__GetServerSocketsResponse>.size) { structure in
    grpc__channelz__v1__get_server_sockets_response__init(structure.assumingMemoryBound(to: Grpc__Channelz__V1__GetServerSocketsResponse.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Grpc__Channelz__V1__GetServerSocketsResponse.self)
    self.socketRef = Unpack.messages(c.pointee.n_socket_ref, c.pointee.socket_ref) { GrpcChannelzV1SocketRef(unpacked: $0, source: source.nested) }
    self.end = c.pointee.end != 0
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Channelz__V1__GetServerSocketsResponse.self)
    grpc__channelz__v1__get_server_sockets_response__init(c)
    let frame = packer.open()
    if !self.socketRef.isEmpty {
      c.pointee.socket_ref = packer.array(self.socketRef) { value, packer -> UnsafeMutablePointer<Grpc__Channelz__V1__SocketRef>? in
        value.pack(into: &packer).assumingMemoryBound(to: Grpc__Channelz__V1__SocketRef.self)
      }
      c.pointee.n_socket_ref = self.socketRef.count
    }
    c.pointee.end = self.end ? 1 : 0
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// Asks for one channel.
public struct GrpcChannelzV1GetChannelRequest: Message {
  public static let protoFullName = "grpc.channelz.v1.GetChannelRequest"

  /// Its number.
  public var channelId: Int64 = 0

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Grpc__Channelz__V1__GetChannelRequest>.size) { structure in
    grpc__channelz__v1__get_channel_request__init(structure.assumingMemoryBound(to: Grpc__Channelz__V1__GetChannelRequest.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Grpc__Channelz__V1__GetChannelRequest.self)
    self.channelId = c.pointee.channel_id
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Channelz__V1__GetChannelRequest.self)
    grpc__channelz__v1__get_channel_request__init(c)
    let frame = packer.open()
    c.pointee.channel_id = self.channelId
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 8: self.channelId = wire.int64()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if self.channelId != 0 { size.int64(self.channelId, tag: 8) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if self.channelId != 0 { wire.int64(self.channelId, tag: 8) }
    wire.unknown(self.unknownFields)
  }
}

/// One channel.
public struct GrpcChannelzV1GetChannelResponse: Message {
  public static let protoFullName = "grpc.channelz.v1.GetChannelResponse"

  /// The channel.
  public var channel: GrpcChannelzV1Channel? = nil

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Grpc__Channelz__V1__GetChannelResponse>.size) { structure in
    grpc__channelz__v1__get_channel_response__init(structure.assumingMemoryBound(to: Grpc__Channelz__V1__GetChannelResponse.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Grpc__Channelz__V1__GetChannelResponse.self)
    if let value = c.pointee.channel {
      self.channel = GrpcChannelzV1Channel(unpacked: value, source: source.nested)
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Channelz__V1__GetChannelResponse.self)
    grpc__channelz__v1__get_channel_response__init(c)
    let frame = packer.open()
    if let value = self.channel {
      c.pointee.channel = value.pack(into: &packer).assumingMemoryBound(to: Grpc__Channelz__V1__Channel.self)
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// Asks for one subchannel.
public struct GrpcChannelzV1GetSubchannelRequest: Message {
  public static let protoFullName = "grpc.channelz.v1.GetSubchannelRequest"

  /// Its number.
  public var subchannelId: Int64 = 0

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Grpc__Channelz__V1__GetSubchannelRequest>.size) { structure in
    grpc__channelz__v1__get_subchannel_request__init(structure.assumingMemoryBound(to: Grpc__Channelz__V1__GetSubchannelRequest.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Grpc__Channelz__V1__GetSubchannelRequest.self)
    self.subchannelId = c.pointee.subchannel_id
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Channelz__V1__GetSubchannelRequest.self)
    grpc__channelz__v1__get_subchannel_request__init(c)
    let frame = packer.open()
    c.pointee.subchannel_id = self.subchannelId
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 8: self.subchannelId = wire.int64()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if self.subchannelId != 0 { size.int64(self.subchannelId, tag: 8) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if self.subchannelId != 0 { wire.int64(self.subchannelId, tag: 8) }
    wire.unknown(self.unknownFields)
  }
}

/// One subchannel.
public struct GrpcChannelzV1GetSubchannelResponse: Message {
  public static let protoFullName = "grpc.channelz.v1.GetSubchannelResponse"

  /// The subchannel.
  public var subchannel: GrpcChannelzV1Subchannel? = nil

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Grpc__Channelz__V1__GetSubchannelResponse>.size) { structure in
    grpc__channelz__v1__get_subchannel_response__init(structure.assumingMemoryBound(to: Grpc__Channelz__V1__GetSubchannelResponse.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Grpc__Channelz__V1__GetSubchannelResponse.self)
    if let value = c.pointee.subchannel {
      self.subchannel = GrpcChannelzV1Subchannel(unpacked: value, source: source.nested)
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Channelz__V1__GetSubchannelResponse.self)
    grpc__channelz__v1__get_subchannel_response__init(c)
    let frame = packer.open()
    if let value = self.subchannel {
      c.pointee.subchannel = value.pack(into: &packer).assumingMemoryBound(to: Grpc__Channelz__V1__Subchannel.self)
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }
}

/// Asks for one socket.
public struct GrpcChannelzV1GetSocketRequest: Message {
  public static let protoFullName = "grpc.channelz.v1.GetSocketRequest"

  /// Its number.
  public var socketId: Int64 = 0

  /// Leaves out what is costly to find out.
  public var summary: Bool = false

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Grpc__Channelz__V1__GetSocketRequest>.size) { structure in
    grpc__channelz__v1__get_socket_request__init(structure.assumingMemoryBound(to: Grpc__Channelz__V1__GetSocketRequest.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Grpc__Channelz__V1__GetSocketRequest.self)
    self.socketId = c.pointee.socket_id
    self.summary = c.pointee.summary != 0
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Channelz__V1__GetSocketRequest.self)
    grpc__channelz__v1__get_socket_request__init(c)
    let frame = packer.open()
    c.pointee.socket_id = self.socketId
    c.pointee.summary = self.summary ? 1 : 0
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 8: self.socketId = wire.int64()
      case 16: self.summary = wire.bool()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if self.socketId != 0 { size.int64(self.socketId, tag: 8) }
    if self.summary { size.bool(self.summary, tag: 16) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if self.socketId != 0 { wire.int64(self.socketId, tag: 8) }
    if self.summary { wire.bool(self.summary, tag: 16) }
    wire.unknown(self.unknownFields)
  }
}

/// One socket.
public struct GrpcChannelzV1GetSocketResponse: Message {
  public static let protoFullName = "grpc.channelz.v1.GetSocketResponse"

  /// The socket.
  public var socket: GrpcChannelzV1Socket? = nil

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Grpc__Channelz__V1__GetSocketResponse>.size) { structure in
    grpc__channelz__v1__get_socket_response__init(structure.assumingMemoryBound(to: Grpc__Channelz__V1__GetSocketResponse.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Grpc__Channelz__V1__GetSocketResponse.self)
    if let value = c.pointee.socket {
      self.socket = GrpcChannelzV1Socket(unpacked: value, source: source.nested)
    }
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Grpc__Channelz__V1__GetSocketResponse.self)
    grpc__channelz__v1__get_socket_response__init(c)
    let frame = packer.open()
    if let value = self.socket {
      c.pointee.socket = value.pack(into: &packer).assumingMemoryBound(to: Grpc__Channelz__V1__Socket.self)
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
