import SwiftProtobufPluginLibrary

/// A service: the protocol a server implements, its definition for the RPC runtime, and a client.
struct ServiceCode {
  private let service: ServiceDescriptor
  private let module: String
  private let name: String

  init(_ service: ServiceDescriptor, module: String) {
    self.service = service
    self.module = module
    name = SwiftNames.service(service)
  }

  func print(to printer: inout Printer) {
    printProvider(to: &printer)
    printDefinition(to: &printer)
    printClient(to: &printer)
  }

  private enum Kind: String { case unary, clientStreaming, serverStreaming, bidirectionalStreaming }

  private func kind(_ method: MethodDescriptor) -> Kind {
    switch (method.clientStreaming, method.serverStreaming) {
    case (false, false): .unary
    case (true, false): .clientStreaming
    case (false, true): .serverStreaming
    case (true, true): .bidirectionalStreaming
    }
  }

  private func request(_ method: MethodDescriptor) -> String { SwiftNames.type(method.inputType) }
  private func response(_ method: MethodDescriptor) -> String { SwiftNames.type(method.outputType) }

  private func printProvider(to printer: inout Printer) {
    printer.line("")
    printer.comment(service.comment, fallback: "`\(service.fullName)`.")
    printer.line("///", "/// What a server implements; `definition` makes it known to the runtime.")
    printer.block("public protocol \(name)Provider: Sendable {") { printer in
      for (index, method) in service.methods.enumerated() {
        if index > 0 { printer.line("") }
        printer.comment(method.comment)
        let call = SwiftNames.method(method.name)
        let (request, response) = (request(method), response(method))
        switch kind(method) {
        case .unary:
          printer.line("func \(call)(_ request: \(request), context: ServerContext) async throws -> \(response)")
        case .clientStreaming:
          printer.line("func \(call)(")
          printer.line("  _ requests: RequestStream<\(request)>, context: ServerContext")
          printer.line(") async throws -> \(response)")
        case .serverStreaming:
          printer.line("func \(call)(")
          printer.line("  _ request: \(request), responses: ResponseWriter<\(response)>, context: ServerContext")
          printer.line(") async throws")
        case .bidirectionalStreaming:
          printer.line("func \(call)(")
          printer.line("  _ requests: RequestStream<\(request)>, responses: ResponseWriter<\(response)>,")
          printer.line("  context: ServerContext")
          printer.line(") async throws")
        }
      }
    }
  }

  private func printDefinition(to printer: inout Printer) {
    printer.line("")
    printer.block("extension \(name)Provider {") { printer in
      printer.line("/// The service as the runtime takes it.")
      printer.block("public var definition: ServiceDefinition {") { printer in
        printer.block("ServiceDefinition(", close: ")") { printer in
          printer.line("name: \"\(service.fullName)\",", "descriptorSet: \(module)Descriptors.bytes,")
          printer.block("methods: [", close: "]") { printer in
            for method in service.methods { printHandler(method, to: &printer) }
          }
        }
      }
    }
  }

  private func printHandler(_ method: MethodDescriptor, to printer: inout Printer) {
    let kind = kind(method)
    let labels = method.serverStreaming ? "_:responses:context:" : "_:context:"
    let types = "request: \(request(method)).self, response: \(response(method)).self"
    printer.line(".\(kind.rawValue)(")
    // The method itself: a closure around it would be one more suspension point for every call.
    printer.line("  \"\(method.name)\", \(types),", "  handler: self.\(SwiftNames.method(method.name))(\(labels))),")
  }

  private func printClient(to printer: inout Printer) {
    printer.line("")
    printer.comment(service.comment, fallback: "`\(service.fullName)`.")
    printer.line("///", "/// What a client calls.")
    printer.block("public struct \(name)Client: Sendable {") { printer in
      printer.line("/// The connection that carries the calls.", "public let client: RPCClient", "")
      printer.line("public init(_ client: RPCClient) { self.client = client }", "")
      printer.line("/// The service's methods.")
      printer.block("public enum Methods {") { printer in
        for method in service.methods {
          printer.line("public static let \(SwiftNames.method(method.name)) = MethodDescriptor(")
          printer.line(
            "  service: \"\(service.fullName)\", method: \"\(method.name)\", kind: .\(kind(method).rawValue))")
        }
      }
      for method in service.methods {
        printer.line("")
        printer.comment(method.comment)
        printCall(method, to: &printer)
      }
    }
  }

  private func printCall(_ method: MethodDescriptor, to printer: inout Printer) {
    let call = SwiftNames.method(method.name)
    let (request, response) = (request(method), response(method))
    let options = "options: CallOptions = CallOptions()"
    switch kind(method) {
    case .unary:
      printer.line("public func \(call)(", "  _ request: \(request), \(options)")
      printer.block(") async throws(RPCError) -> \(response) {") { printer in
        printer.line("try await client.unary(Methods.\(call), request, response: \(response).self, options: options)")
      }
    case .clientStreaming:
      printer.line("public func \(call)(", "  \(options),")
      printer.line("  _ send: (RequestWriter<\(request)>) async throws -> Void")
      printer.block(") async throws(RPCError) -> \(response) {") { printer in
        printer.line("try await client.clientStreaming(")
        printer.line("  Methods.\(call), response: \(response).self, options: options, send: send)")
      }
    case .serverStreaming:
      printer.line("public func \(call)(", "  _ request: \(request), \(options)")
      printer.block(") async throws(RPCError) -> ResponseStream<\(response)> {") { printer in
        printer.line("try await client.serverStreaming(")
        printer.line("  Methods.\(call), request, response: \(response).self, options: options)")
      }
    case .bidirectionalStreaming:
      printer.line("public func \(call)(", "  \(options)")
      printer.block(") async throws(RPCError) -> BidirectionalCall<\(request), \(response)> {") { printer in
        printer.line("try await client.bidirectionalStreaming(")
        printer.line("  Methods.\(call), request: \(request).self, response: \(response).self, options: options)")
      }
    }
  }
}
