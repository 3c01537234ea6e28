extension GoogleProtobufFieldMask: ExpressibleByArrayLiteral {
  /// The paths, in the schema's own spelling, such as `settings.rank`.
  public init(_ paths: some Sequence<String>) {
    self.init()
    self.paths = Array(paths)
  }

  public init(arrayLiteral paths: String...) { self.init(paths) }

  /// Whether the mask names the field or a message around it. An empty mask names nothing.
  public func contains(_ path: String) -> Bool {
    paths.contains { Self.covers($0, path) }
  }

  /// The same fields, each named once: sorted, and without those inside a message that is named itself.
  public var canonical: Self {
    // After sorting by components a message comes before what is in it, and nothing else in between.
    let sorted = paths.map { $0.split(separator: ".", omittingEmptySubsequences: false) }
      .sorted { $0.lexicographicallyPrecedes($1) }
    var result: [String] = []
    for path in sorted.map({ $0.joined(separator: ".") }) {
      if let last = result.last, Self.covers(last, path) { continue }
      result.append(path)
    }
    return Self(result)
  }

  /// The fields that either mask names.
  public func union(_ other: Self) -> Self { Self(paths + other.paths).canonical }

  /// The fields that both masks name.
  public func intersection(_ other: Self) -> Self {
    Self(paths.filter(other.contains) + other.paths.filter(contains)).canonical
  }

  private static func covers(_ around: String, _ path: String) -> Bool {
    path == around || path.hasPrefix(around + ".")
  }
}
