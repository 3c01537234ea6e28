/// Names one RPC and says which sides stream.
public struct MethodDescriptor: Sendable, Hashable, CustomStringConvertible {
  public enum Kind: Sendable, Hashable {
    case unary
    case clientStreaming
    case serverStreaming
    case bidirectionalStreaming
  }

  /// The full name of the service, such as `lorikeet.v1.AssetService`.
  public let service: String
  public let method: String
  public let kind: Kind
  /// `/service/method`, as the `:path` of its requests.
  public let path: String

  public init(service: String, method: String, kind: Kind) {
    self.service = service
    self.method = method
    self.kind = kind
    path = "/\(service)/\(method)"
  }

  public var description: String { "\(service)/\(method)" }
}
