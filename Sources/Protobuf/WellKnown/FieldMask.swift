extension GoogleProtobufFieldMask: ExpressibleByArrayLiteral {
  /// The paths, in the schema's own spelling, such as `settings.rank`.
  public init(arrayLiteral paths: String...) {
    self.init()
    self.paths = paths
  }

  /// Whether the mask names the field or a message around it. An empty mask names nothing.
  public func contains(_ path: String) -> Bool {
    paths.contains { path == $0 || path.hasPrefix($0 + ".") }
  }
}
