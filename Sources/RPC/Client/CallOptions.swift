/// How one call is to be made.
public struct CallOptions: Sendable {
  /// How long the call may take, from now to its status, retries included; the server is told. nil waits for ever,
  /// unless the service's config or an inherited deadline sets a limit.
  public var timeout: Duration?
  /// Sent with the request.
  public var metadata: Metadata
  /// Wait for a connection instead of failing with `UNAVAILABLE` when there is none to be had; nil leaves it to the
  /// service's config, which does not wait unless it says so.
  public var waitForReady: Bool?
  /// The largest response message taken, in bytes; nil takes the client's limit.
  public var maxResponseMessageSize: Int?
  /// A call made by a handler of this process's server ends with the deadline of the call it serves, if that comes
  /// before its own. False lets it go on.
  public var inheritsDeadline = true
  /// What requests are compressed with; nil takes the client's, `RPCClient.Configuration.compression`.
  public var compression: CompressionAlgorithm?
  /// Told of the answer to a call that takes one response message, before that message is returned. Called on the
  /// connection's event loop, so it must not block.
  public var onResponse: (@Sendable (ResponseInfo) -> Void)?

  /// Options for one call; what is not named is left to the client's configuration.
  public init(
    timeout: Duration? = nil, metadata: Metadata = Metadata(), waitForReady: Bool? = nil,
    maxResponseMessageSize: Int? = nil, compression: CompressionAlgorithm? = nil,
    onResponse: (@Sendable (ResponseInfo) -> Void)? = nil
  ) {
    self.timeout = timeout
    self.metadata = metadata
    self.waitForReady = waitForReady
    self.maxResponseMessageSize = maxResponseMessageSize
    self.compression = compression
    self.onResponse = onResponse
  }
}

/// What came with the one message of a response that does not stream.
public struct ResponseInfo: Sendable {
  /// What the server sent before the message.
  public var metadata: Metadata
  /// What the server sent with the status.
  public var trailingMetadata: Metadata
  /// Whether the message came compressed.
  public var wasCompressed: Bool
}
