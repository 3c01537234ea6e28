/// How one call is to be made.
public struct CallOptions: Sendable {
  /// How long the call may take, from now to its status; the server is told. nil waits for ever.
  public var timeout: Duration?
  /// Sent with the request.
  public var metadata: Metadata
  /// Wait for a connection instead of failing with `UNAVAILABLE` when there is none to be had.
  public var waitForReady: Bool
  /// The largest response message taken, in bytes; nil takes the client's limit.
  public var maxResponseMessageSize: Int?

  public init(
    timeout: Duration? = nil, metadata: Metadata = Metadata(), waitForReady: Bool = false,
    maxResponseMessageSize: Int? = nil
  ) {
    self.timeout = timeout
    self.metadata = metadata
    self.waitForReady = waitForReady
    self.maxResponseMessageSize = maxResponseMessageSize
  }
}
