/// Names one RPC and says which sides stream.
public struct MethodDescriptor: Sendable, Hashable, CustomStringConvertible {
  /// Which sides stream.
  public enum Kind: Sendable, Hashable {
    /// One request, one response.
    case unary
    /// Any number of requests, one response.
    case clientStreaming
    /// One request, any number of responses.
    case serverStreaming
    /// Any number of both, independently of each other.
    case bidirectionalStreaming
  }

  /// The full name of the service, such as `lorikeet.v1.AssetService`.
  public let service: String
  /// The name of the method, such as `GetAsset`.
  public let method: String
  /// Which sides stream.
  public let kind: Kind
  /// `/service/method`, as the `:path` of its requests.
  public let path: String

  /// Generated code makes them from the `.proto` file.
  public init(service: String, method: String, kind: Kind) {
    self.service = service
    self.method = method
    self.kind = kind
    path = "/\(service)/\(method)"
  }

  public var description: String { "\(service)/\(method)" }
}
