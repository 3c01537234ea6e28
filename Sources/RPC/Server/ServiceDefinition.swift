public import Protobuf

/// What a call does on the server once its headers are in; interceptors wrap it.
public typealias ServerHandler = @Sendable (ServerContext) async throws -> Void

/// A service as the server runs it: its methods, and the schema that reflection shows.
public struct ServiceDefinition: Sendable {
  /// The name in the schema: of a service the full one, such as `lorikeet.v1.AssetService`, of a method its own.
  public let name: String
  /// A serialized `google.protobuf.FileDescriptorSet` with the service's file and everything it imports; empty when the
  /// service is not to be reflected.
  public let descriptorSet: [UInt8]
  /// The service's methods.
  public private(set) var methods: [MethodDefinition]

  /// Generated code makes them from the `.proto` file.
  public init(name: String, descriptorSet: [UInt8] = [], methods: [MethodDefinition]) {
    self.name = name
    self.descriptorSet = descriptorSet
    self.methods = methods
  }

  /// The same service with its handlers on Swift's global pool instead of the connection's event loop: for handlers
  /// that block a thread or compute for long. It costs two thread hand-overs a call.
  public func onGlobalExecutor() -> ServiceDefinition {
    var copy = self
    for index in copy.methods.indices { copy.methods[index].runsOnEventLoop = false }
    return copy
  }
}

/// One method of a service: how its requests are read, handled and answered.
public struct MethodDefinition: Sendable {
  /// The name in the schema: of a service the full one, such as `lorikeet.v1.AssetService`, of a method its own.
  public let name: String
  /// Which sides stream.
  public let kind: MethodDescriptor.Kind
  var runsOnEventLoop = true
  let handler: ServerHandler

  /// A method that takes one message and answers with one.
  public static func unary<Request: Message, Response: Message>(
    _ name: String, request: Request.Type, response: Response.Type,
    handler: @escaping @Sendable (Request, ServerContext) async throws -> Response
  ) -> MethodDefinition {
    MethodDefinition(name: name, kind: .unary) { context in
      let pipe = context.call.pipe
      let request =
        pipe.isComplete
        ? try pipe.soleMessage(Request.self, of: .request) : try await pipe.single(Request.self, of: .request)
      let response = try await handler(request, context)
      if pipe.isOnLoop { try context.call.writeLastNow(response) } else { try await context.call.writeLast(response) }
    }
  }

  /// A method that takes any number of messages and answers with one.
  public static func clientStreaming<Request: Message, Response: Message>(
    _ name: String, request: Request.Type, response: Response.Type,
    handler: @escaping @Sendable (RequestStream<Request>, ServerContext) async throws -> Response
  ) -> MethodDefinition {
    MethodDefinition(name: name, kind: .clientStreaming) { context in
      try await context.call.writeLast(handler(RequestStream(call: context.call), context))
    }
  }

  /// A method that takes one message and answers with any number.
  public static func serverStreaming<Request: Message, Response: Message>(
    _ name: String, request: Request.Type, response: Response.Type,
    handler: @escaping @Sendable (Request, ResponseWriter<Response>, ServerContext) async throws -> Void
  ) -> MethodDefinition {
    MethodDefinition(name: name, kind: .serverStreaming) { context in
      let pipe = context.call.pipe
      let request =
        pipe.isComplete
        ? try pipe.soleMessage(Request.self, of: .request) : try await pipe.single(Request.self, of: .request)
      try await handler(request, ResponseWriter(call: context.call), context)
    }
  }

  /// A method in which both sides stream.
  public static func bidirectionalStreaming<Request: Message, Response: Message>(
    _ name: String, request: Request.Type, response: Response.Type,
    handler: @escaping @Sendable (RequestStream<Request>, ResponseWriter<Response>, ServerContext) async throws -> Void
  ) -> MethodDefinition {
    MethodDefinition(name: name, kind: .bidirectionalStreaming) { context in
      try await handler(RequestStream(call: context.call), ResponseWriter(call: context.call), context)
    }
  }
}
