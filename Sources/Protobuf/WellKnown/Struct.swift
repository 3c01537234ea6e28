// JSON-like values: they are written as literals, and read by what they may be.

extension GoogleProtobufValue {
  /// JSON's null, which is a value of its own; an unset `kind` is none.
  public static var null: Self { Self(.nullValue(.nullValue)) }

  public init(_ kind: Kind) {
    self.init()
    self.kind = kind
  }

  public init(_ number: Double) { self.init(.numberValue(number)) }
  public init(_ string: String) { self.init(.stringValue(string)) }
  public init(_ bool: Bool) { self.init(.boolValue(bool)) }
  public init(_ fields: GoogleProtobufStruct) { self.init(.structValue(fields)) }
  public init(_ values: [GoogleProtobufValue]) { self.init(.listValue(GoogleProtobufListValue(values))) }

  public var isNull: Bool { if case .nullValue? = kind { true } else { false } }

  /// The number; nil for any other kind of value.
  public var number: Double? { if case .numberValue(let value)? = kind { value } else { nil } }

  /// The string; nil for any other kind of value.
  public var string: String? { if case .stringValue(let value)? = kind { value } else { nil } }

  /// The boolean; nil for any other kind of value.
  public var bool: Bool? { if case .boolValue(let value)? = kind { value } else { nil } }

  /// The object; nil for any other kind of value.
  public var fields: [String: GoogleProtobufValue]? {
    if case .structValue(let value)? = kind { value.fields } else { nil }
  }

  /// The list; nil for any other kind of value.
  public var list: [GoogleProtobufValue]? { if case .listValue(let value)? = kind { value.values } else { nil } }

  /// The value of an object's field; nil when there is none, or the value is no object.
  public subscript(field: String) -> GoogleProtobufValue? { fields?[field] }

  /// An element of a list; nil when there is none, or the value is no list.
  public subscript(index: Int) -> GoogleProtobufValue? {
    guard let list, list.indices.contains(index) else { return nil }
    return list[index]
  }
}

extension GoogleProtobufValue: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByStringInterpolation, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  public init(integerLiteral value: Int64) { self.init(Double(value)) }
  public init(floatLiteral value: Double) { self.init(value) }
  public init(booleanLiteral value: Bool) { self.init(value) }
  public init(stringLiteral value: String) { self.init(value) }
  public init(arrayLiteral values: GoogleProtobufValue...) { self.init(values) }
  public init(dictionaryLiteral fields: (String, GoogleProtobufValue)...) { self.init(GoogleProtobufStruct(fields)) }
}

extension GoogleProtobufStruct: ExpressibleByDictionaryLiteral {
  /// Of fields with the same name the last one counts.
  public init(_ fields: some Sequence<(String, GoogleProtobufValue)>) {
    self.init()
    self.fields = Dictionary(fields, uniquingKeysWith: { $1 })
  }

  public init(dictionaryLiteral fields: (String, GoogleProtobufValue)...) { self.init(fields) }

  public subscript(field: String) -> GoogleProtobufValue? {
    get { fields[field] }
    set { fields[field] = newValue }
  }
}

extension GoogleProtobufListValue: ExpressibleByArrayLiteral {
  public init(_ values: [GoogleProtobufValue]) {
    self.init()
    self.values = values
  }

  public init(arrayLiteral values: GoogleProtobufValue...) { self.init(values) }
}
