import Foundation
import LorikeetAPI
import Protobuf

/// An enumeration of the API.
protocol SchemaEnum: RawRepresentable, Hashable, Sendable where RawValue == Int32 {
  static var allCases: [Self] { get }
  var protoName: String? { get }
}

extension AssetKind: SchemaEnum {}
extension AssetState: SchemaEnum {}
extension ModelFamily: SchemaEnum {}
extension CheckpointLayout: SchemaEnum {}
extension PredictionType: SchemaEnum {}
extension JobState: SchemaEnum {}
extension Sampler: SchemaEnum {}
extension ImageFormat: SchemaEnum {}
extension SigmaSchedule: SchemaEnum {}
extension TimestepSpacing: SchemaEnum {}
extension TargetLayers: SchemaEnum {}
extension LearningRateSchedule: SchemaEnum {}
extension Optimizer: SchemaEnum {}
extension TrainingPrecision: SchemaEnum {}
extension LintSeverity: SchemaEnum {}

extension SchemaEnum {
  /// The name on the command line and in tables: `ASSET_KIND_TEXTUAL_INVERSION` is `textual-inversion`. Empty for the
  /// unspecified value.
  var word: String {
    guard let protoName else { return String(rawValue) }
    let zero = Self(rawValue: 0)?.protoName ?? ""
    let prefix = zero.hasSuffix("UNSPECIFIED") ? zero.dropLast("UNSPECIFIED".count) : ""
    guard rawValue != 0 else { return "" }
    return protoName.dropFirst(prefix.count).lowercased().replacingOccurrences(of: "_", with: "-")
  }

  /// All words, in the schema's order.
  static var words: [String] { allCases.map(\.word).filter { !$0.isEmpty } }

  /// The value called `word`; what people write for `plus-plus` is understood too.
  init?(word: String) {
    let wanted = word.lowercased().replacingOccurrences(of: "_", with: "-").replacingOccurrences(
      of: "++", with: "-plus-plus")
    guard let found = Self.allCases.first(where: { $0.word == wanted && !wanted.isEmpty }) else { return nil }
    self = found
  }
}

extension JSON {
  /// A message as proto3's JSON mapping writes it (lowerCamelCase names, enumerations by name, RFC 3339 times), but
  /// with 64-bit integers as numbers. Fields that are unset, empty or unspecified are left out; numbers and booleans
  /// never are.
  init(_ message: some Message) { self = Self.value(of: message) ?? .object([]) }

  private static func value(of any: Any) -> JSON? {
    switch any {
    case let value as GoogleProtobufTimestamp: return .string(timestamp(value))
    case let value as GoogleProtobufDuration: return .string(duration(value))
    case let value as any SchemaEnum:
      return value.rawValue == 0 ? nil : value.protoName.map(JSON.string) ?? .integer(Int64(value.rawValue))
    case let value as String: return value.isEmpty ? nil : .string(value)
    case let value as [UInt8]: return value.isEmpty ? nil : .string(Data(value).base64EncodedString())
    case let value as Bool: return .bool(value)
    case let value as Double: return .number(value)
    case let value as Int32: return .integer(Int64(value))
    case let value as Int64: return .integer(value)
    default: break
    }
    let mirror = Mirror(reflecting: any)
    switch mirror.displayStyle {
    case .optional: return mirror.children.first.flatMap { value(of: $0.value) }
    case .collection:
      let values = mirror.children.compactMap { value(of: $0.value) }
      return values.isEmpty ? nil : .array(values)
    case .struct: return .object(members(of: mirror))
    default: return nil
    }
  }

  private static func members(of mirror: Mirror) -> [(key: String, value: JSON)] {
    mirror.children.flatMap { child -> [(key: String, value: JSON)] in
      guard let label = child.label, label != "unknownFields" else { return [] }
      // A oneof is an optional enumeration with payloads: its case is the field.
      if let choice = unwrapped(child.value), !(choice is any SchemaEnum),
        Mirror(reflecting: choice).displayStyle == .enum
      {
        guard let chosen = Mirror(reflecting: choice).children.first, let name = chosen.label else { return [] }
        return [(name, value(of: chosen.value) ?? .object([]))]
      }
      return value(of: child.value).map { [(label, $0)] } ?? []
    }
  }

  private static func unwrapped(_ any: Any) -> Any? {
    let mirror = Mirror(reflecting: any)
    return mirror.displayStyle == .optional ? mirror.children.first?.value : any
  }

  private static func timestamp(_ time: GoogleProtobufTimestamp) -> String {
    let date = Date(timeIntervalSince1970: Double(time.seconds) + Double(time.nanos) / 1e9)
    return Date.ISO8601FormatStyle(includingFractionalSeconds: true).format(date)
  }

  private static func duration(_ duration: GoogleProtobufDuration) -> String {
    "\(Double(duration.seconds) + Double(duration.nanos) / 1e9)s"
  }
}
