import Foundation

/// A value that a configuration gives once for all blocks or block by block.
package struct PerBlock<Value: Codable & Sendable & Equatable>: Codable, Sendable, Equatable {
  private enum Form: Sendable, Equatable {
    case uniform(Value)
    case each([Value])
  }

  private var form: Form

  package init(_ value: Value) { form = .uniform(value) }
  package init(_ values: [Value]) { form = .each(values) }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let value = try? container.decode(Value.self) {
      form = .uniform(value)
    } else {
      form = .each(try container.decode([Value].self))
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch form {
    case .uniform(let value): try container.encode(value)
    case .each(let values): try container.encode(values)
    }
  }

  /// One value a block.
  /// - Throws: when a list has another length.
  package func expanded(to count: Int, field: String) throws(CheckpointError) -> [Value] {
    switch form {
    case .uniform(let value): return Array(repeating: value, count: count)
    case .each(let values):
      guard values.count == count else {
        throw .invalidConfiguration(field: field, reason: "lists \(values.count) values for \(count) blocks")
      }
      return values
    }
  }
}

extension KeyedDecodingContainer {
  /// The value, or `fallback` when the key is missing or null: configurations leave out what equals the default.
  func value<T: Decodable>(_ key: Key, default fallback: T) throws -> T {
    try decodeIfPresent(T.self, forKey: key) ?? fallback
  }
}

/// Numbers of a configuration come from strangers and are multiplied with each other: bounded, they cannot overflow.
enum Limits {
  static let width = 1...65_536
  static let vocabulary = 1...1_048_576
  static let layers = 1...256
  /// Layers of one block: they count double, a U-Net's going down and up, and once more for each transformer layer.
  static let blockLayers = 1...16
  static let blocks = 1...8
  /// Sides of latents: times what the most blocks shrink images by, still no overflow.
  static let latentSide = 1...512

  static func check(_ value: Int, in range: ClosedRange<Int>, _ field: String) throws(CheckpointError) {
    guard range.contains(value) else {
      throw .invalidConfiguration(field: field, reason: "is \(value), outside \(range.lowerBound)…\(range.upperBound)")
    }
  }

  static func check(_ value: Int, divides whole: Int, _ field: String) throws(CheckpointError) {
    guard whole % value == 0 else {
      throw .invalidConfiguration(field: field, reason: "is \(value), which does not divide \(whole)")
    }
  }
}
