/// One .proto file of the program, for reflection.
public struct FileDescriptor: Sendable {
  /// The path it is imported by, such as `lorikeet/v1/assets.proto`.
  public let name: String
  public let package: String
  /// The full names of everything the file declares: messages, fields, enums, enum values, services and methods.
  public let symbols: [String]
  /// The files it imports.
  public let dependencies: [FileDescriptor]
  private let content: @Sendable () -> UnsafeRawBufferPointer

  /// - Parameter content: the serialized `google.protobuf.FileDescriptorProto`, in constant memory.
  public init(
    name: String, package: String, symbols: [String], dependencies: [FileDescriptor],
    content: @escaping @Sendable () -> UnsafeRawBufferPointer
  ) {
    self.name = name
    self.package = package
    self.symbols = symbols
    self.dependencies = dependencies
    self.content = content
  }

  /// The serialized `google.protobuf.FileDescriptorProto`.
  public func serializedBytes() -> [UInt8] { [UInt8](content()) }
}
