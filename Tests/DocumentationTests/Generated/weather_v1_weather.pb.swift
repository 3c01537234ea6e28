// Generated from weather/v1/weather.proto by Protos/generate.sh; do not edit.

internal import CProtobufC
internal import CDocumentationProtos
public import Protobuf

/// `weather.v1.GetForecastRequest`.
public struct WeatherV1GetForecastRequest: Message {
  public static let protoFullName = "weather.v1.GetForecastRequest"

  public var place: String = ""

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Weather__V1__GetForecastRequest>.size) { structure in
    weather__v1__get_forecast_request__init(structure.assumingMemoryBound(to: Weather__V1__GetForecastRequest.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Weather__V1__GetForecastRequest.self)
    self.place = source.string(c.pointee.place.len, c.pointee.place.data, "weather.v1.GetForecastRequest.place")
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Weather__V1__GetForecastRequest.self)
    weather__v1__get_forecast_request__init(c)
    let frame = packer.open()
    if !self.place.isEmpty {
      c.pointee.place = ProtobufCBinaryData(packer.text(self.place))
    }
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 10: self.place = wire.string()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if !self.place.isEmpty { size.string(self.place, tag: 10) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if !self.place.isEmpty { wire.string(self.place, tag: 10) }
    wire.unknown(self.unknownFields)
  }
}

/// `weather.v1.ListForecastsRequest`.
public struct WeatherV1ListForecastsRequest: Message {
  public static let protoFullName = "weather.v1.ListForecastsRequest"

  public var place: String = ""

  public var hours: Int32 = 0

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Weather__V1__ListForecastsRequest>.size) { structure in
    weather__v1__list_forecasts_request__init(structure.assumingMemoryBound(to: Weather__V1__ListForecastsRequest.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Weather__V1__ListForecastsRequest.self)
    self.place = source.string(c.pointee.place.len, c.pointee.place.data, "weather.v1.ListForecastsRequest.place")
    self.hours = c.pointee.hours
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Weather__V1__ListForecastsRequest.self)
    weather__v1__list_forecasts_request__init(c)
    let frame = packer.open()
    if !self.place.isEmpty {
      c.pointee.place = ProtobufCBinaryData(packer.text(self.place))
    }
    c.pointee.hours = self.hours
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 10: self.place = wire.string()
      case 16: self.hours = wire.int32()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if !self.place.isEmpty { size.string(self.place, tag: 10) }
    if self.hours != 0 { size.int32(self.hours, tag: 16) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if !self.place.isEmpty { wire.string(self.place, tag: 10) }
    if self.hours != 0 { wire.int32(self.hours, tag: 16) }
    wire.unknown(self.unknownFields)
  }
}

/// `weather.v1.Measurement`.
public struct WeatherV1Measurement: Message {
  public static let protoFullName = "weather.v1.Measurement"

  public var place: String = ""

  public var celsius: Double = 0

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Weather__V1__Measurement>.size) { structure in
    weather__v1__measurement__init(structure.assumingMemoryBound(to: Weather__V1__Measurement.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Weather__V1__Measurement.self)
    self.place = source.string(c.pointee.place.len, c.pointee.place.data, "weather.v1.Measurement.place")
    self.celsius = c.pointee.celsius
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Weather__V1__Measurement.self)
    weather__v1__measurement__init(c)
    let frame = packer.open()
    if !self.place.isEmpty {
      c.pointee.place = ProtobufCBinaryData(packer.text(self.place))
    }
    c.pointee.celsius = self.celsius
    packer.keepNegativeZero(self.celsius, field: 2)
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 10: self.place = wire.string()
      case 17: self.celsius = wire.double()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if !self.place.isEmpty { size.string(self.place, tag: 10) }
    if self.celsius.bitPattern != 0 { size.double(self.celsius, tag: 17) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if !self.place.isEmpty { wire.string(self.place, tag: 10) }
    if self.celsius.bitPattern != 0 { wire.double(self.celsius, tag: 17) }
    wire.unknown(self.unknownFields)
  }
}

/// `weather.v1.ReportMeasurementsResponse`.
public struct WeatherV1ReportMeasurementsResponse: Message {
  public static let protoFullName = "weather.v1.ReportMeasurementsResponse"

  public var stored: Int32 = 0

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Weather__V1__ReportMeasurementsResponse>.size) { structure in
    weather__v1__report_measurements_response__init(structure.assumingMemoryBound(to: Weather__V1__ReportMeasurementsResponse.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Weather__V1__ReportMeasurementsResponse.self)
    self.stored = c.pointee.stored
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Weather__V1__ReportMeasurementsResponse.self)
    weather__v1__report_measurements_response__init(c)
    let frame = packer.open()
    c.pointee.stored = self.stored
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 8: self.stored = wire.int32()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if self.stored != 0 { size.int32(self.stored, tag: 8) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if self.stored != 0 { wire.int32(self.stored, tag: 8) }
    wire.unknown(self.unknownFields)
  }
}

/// `weather.v1.Forecast`.
public struct WeatherV1Forecast: Message {
  public static let protoFullName = "weather.v1.Forecast"

  public var place: String = ""

  public var celsius: Double = 0

  /// Fields that this version of the schema does not know.
  public var unknownFields = UnknownFields()

  public init() {}

  public static let layout = MessageLayout(byteCount: MemoryLayout<Weather__V1__Forecast>.size) { structure in
    weather__v1__forecast__init(structure.assumingMemoryBound(to: Weather__V1__Forecast.self))
  }

  public init(unpacked: UnsafeRawPointer, source: WireSource) {
    let c = unpacked.assumingMemoryBound(to: Weather__V1__Forecast.self)
    self.place = source.string(c.pointee.place.len, c.pointee.place.data, "weather.v1.Forecast.place")
    self.celsius = c.pointee.celsius
    self.unknownFields = UnknownFields(unpacked: unpacked)
  }

  public func pack(into packer: inout Packer) -> UnsafeMutableRawPointer {
    let c = packer.allocate(Weather__V1__Forecast.self)
    weather__v1__forecast__init(c)
    let frame = packer.open()
    if !self.place.isEmpty {
      c.pointee.place = ProtobufCBinaryData(packer.text(self.place))
    }
    c.pointee.celsius = self.celsius
    packer.keepNegativeZero(self.celsius, field: 2)
    packer.close(frame, UnsafeMutableRawPointer(c), self.unknownFields)
    return UnsafeMutableRawPointer(c)
  }

  public mutating func readFlat(_ wire: inout FlatReader) {
    while !wire.isAtEnd {
      switch wire.tag() {
      case 10: self.place = wire.string()
      case 17: self.celsius = wire.double()
      default: wire.giveUp()
      }
    }
  }

  public func measureFlat(_ size: inout FlatSizer) {
    if !self.place.isEmpty { size.string(self.place, tag: 10) }
    if self.celsius.bitPattern != 0 { size.double(self.celsius, tag: 17) }
    size.unknown(self.unknownFields)
  }

  public func writeFlat(_ wire: inout FlatWriter) {
    if !self.place.isEmpty { wire.string(self.place, tag: 10) }
    if self.celsius.bitPattern != 0 { wire.double(self.celsius, tag: 17) }
    wire.unknown(self.unknownFields)
  }
}

extension ProtobufCBinaryData {
  fileprivate init(_ bytes: UnsafeMutableBufferPointer<UInt8>) {
    self.init(len: bytes.count, data: bytes.baseAddress)
  }
}
