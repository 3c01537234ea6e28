/// Which .proto file declares what, read from `FileDescriptorSet` bytes.
///
/// Reflection hands files out as they are, so only names are read: of files, imports, and everything declared in them.
struct DescriptorIndex: Sendable {
  struct File: Sendable {
    let bytes: [UInt8]
    let imports: [String]
  }

  private(set) var files: [String: File] = [:]
  private var fileOfSymbol: [String: String] = [:]
  private var extensionFiles: [String: [Int32: String]] = [:]

  /// - Parameter sets: serialized `FileDescriptorSet`s; a file may occur in several.
  init(sets: [[UInt8]]) {
    for set in sets {
      for file in WireFields(set[...]) where file.number == 1 { add(file: file.bytes) }
    }
  }

  func file(named name: String) -> File? { files[name] }

  /// - Parameter symbol: the full name of a message, enum, enum value, field, oneof, extension, service or method.
  func file(declaring symbol: String) -> String? { fileOfSymbol[symbol] }

  func file(extending type: String, number: Int32) -> String? { extensionFiles[type]?[number] }

  /// nil when the type is not known.
  func extensionNumbers(of type: String) -> [Int32]? {
    extensionFiles[type]?.keys.sorted() ?? (fileOfSymbol[type] == nil ? nil : [])
  }

  /// The file and everything it imports, itself first.
  func closure(of name: String) -> [[UInt8]] {
    var seen: Set<String> = []
    var queue = [name]
    var found: [[UInt8]] = []
    while !queue.isEmpty {
      let next = queue.removeFirst()
      guard seen.insert(next).inserted, let file = files[next] else { continue }
      found.append(file.bytes)
      queue.append(contentsOf: file.imports)
    }
    return found
  }

  private mutating func add(file bytes: ArraySlice<UInt8>) {
    let fields = WireFields(bytes)
    guard let name = fields.first(1), files[name] == nil else { return }
    files[name] = File(bytes: Array(bytes), imports: fields.filter { $0.number == 3 }.map(\.text))
    let scope = fields.first(2) ?? ""
    for field in fields {
      switch field.number {
      case 4: addMessage(field.bytes, in: scope, file: name)
      case 5: addEnum(field.bytes, in: scope, file: name)
      case 6: addService(field.bytes, in: scope, file: name)
      case 7: addExtension(field.bytes, in: scope, file: name)
      default: break
      }
    }
  }

  @discardableResult
  private mutating func declare(_ bytes: ArraySlice<UInt8>, in scope: String, file: String) -> String {
    let name = WireFields(bytes).first(1) ?? ""
    let full = scope.isEmpty ? name : "\(scope).\(name)"
    fileOfSymbol[full] = file
    return full
  }

  // Field numbers of DescriptorProto and its kin, as google/protobuf/descriptor.proto gives them.

  private mutating func addMessage(_ bytes: ArraySlice<UInt8>, in scope: String, file: String) {
    let full = declare(bytes, in: scope, file: file)
    for field in WireFields(bytes) {
      switch field.number {
      case 2, 8: declare(field.bytes, in: full, file: file)
      case 3: addMessage(field.bytes, in: full, file: file)
      case 4: addEnum(field.bytes, in: full, file: file)
      case 6: addExtension(field.bytes, in: full, file: file)
      default: break
      }
    }
  }

  private mutating func addEnum(_ bytes: ArraySlice<UInt8>, in scope: String, file: String) {
    declare(bytes, in: scope, file: file)
    // Enum values are siblings of their enum, as in C++.
    for field in WireFields(bytes) where field.number == 2 { declare(field.bytes, in: scope, file: file) }
  }

  private mutating func addService(_ bytes: ArraySlice<UInt8>, in scope: String, file: String) {
    let full = declare(bytes, in: scope, file: file)
    for field in WireFields(bytes) where field.number == 2 { declare(field.bytes, in: full, file: file) }
  }

  private mutating func addExtension(_ bytes: ArraySlice<UInt8>, in scope: String, file: String) {
    declare(bytes, in: scope, file: file)
    let fields = WireFields(bytes)
    guard let extended = fields.first(2), let number = fields.first(where: { $0.number == 3 })?.integer else { return }
    let type = extended.hasPrefix(".") ? String(extended.dropFirst()) : extended
    extensionFiles[type, default: [:]][Int32(truncatingIfNeeded: number)] = file
  }
}

/// The fields of a serialized message, one level deep; ends at the first that is malformed.
private struct WireFields: Sequence {
  struct Field {
    let number: Int
    let integer: UInt64
    let bytes: ArraySlice<UInt8>
    var text: String { String(decoding: bytes, as: UTF8.self) }
  }

  private let message: ArraySlice<UInt8>

  init(_ message: ArraySlice<UInt8>) { self.message = message }

  func first(_ number: Int) -> String? { first { $0.number == number }?.text }

  func makeIterator() -> AnyIterator<Field> {
    var rest = message
    return AnyIterator {
      guard let tag = varint(&rest) else { return nil }
      let number = Int(truncatingIfNeeded: tag >> 3)
      let length: Int
      switch tag & 7 {
      case 0:
        guard let value = varint(&rest) else { return nil }
        return Field(number: number, integer: value, bytes: [])
      case 1: length = 8
      case 2:
        guard let value = varint(&rest), value <= UInt64(rest.count) else { return nil }
        length = Int(value)
      case 5: length = 4
      default: return nil
      }
      guard length <= rest.count else { return nil }
      defer { rest = rest.dropFirst(length) }
      return Field(number: number, integer: 0, bytes: rest.prefix(length))
    }
  }
}

private func varint(_ bytes: inout ArraySlice<UInt8>) -> UInt64? {
  var value: UInt64 = 0
  for shift in stride(from: UInt64(0), to: 64, by: 7) {
    guard let byte = bytes.popFirst() else { return nil }
    value |= UInt64(byte & 0x7f) << shift
    if byte & 0x80 == 0 { return value }
  }
  return nil
}
