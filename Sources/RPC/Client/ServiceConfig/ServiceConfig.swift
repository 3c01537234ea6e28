/// What the operator of a service asks of its clients: time limits, retries and load balancing, in gRPC's
/// service config format.
///
/// The most specific entry for a method counts: one that names the method, else one that names its service, else the
/// one for everything. What a call's own options say goes before it, except that the shorter time limit and the lower
/// size limit count.
public struct ServiceConfig: Sendable, Equatable {
  /// How the calls of one method are made.
  public struct Method: Sendable, Equatable {
    /// The longest a call may take; nil sets no limit.
    public var timeout: Duration?
    /// Whether calls wait for a connection instead of failing; nil leaves it to the call.
    public var waitForReady: Bool?
    /// The largest request message, in bytes; nil leaves it to the client.
    public var maxRequestMessageSize: Int?
    /// The largest response message, in bytes; nil leaves it to the client.
    public var maxResponseMessageSize: Int?
    /// nil: failed calls are not made again, except where that is safe for every call.
    public var retryPolicy: RetryPolicy?

    /// What is not named leaves the client's own settings.
    public init(
      timeout: Duration? = nil, waitForReady: Bool? = nil, maxRequestMessageSize: Int? = nil,
      maxResponseMessageSize: Int? = nil, retryPolicy: RetryPolicy? = nil
    ) {
      self.timeout = timeout
      self.waitForReady = waitForReady
      self.maxRequestMessageSize = maxRequestMessageSize
      self.maxResponseMessageSize = maxResponseMessageSize
      self.retryPolicy = retryPolicy
    }
  }

  /// Under `service/method`, under `service/` for all methods of a service, or under the empty name for the rest.
  public var methods: [String: Method] = [:]
  /// nil: retries are not held back, however many calls fail.
  public var retryThrottling: RetryThrottling?
  /// nil leaves the choice to the client's configuration.
  public var loadBalancing: LoadBalancing?

  /// Nothing that differs from the client's own settings.
  public init() {}

  /// Reads gRPC's JSON form. Members that this runtime does not know are left aside, as gRPC asks.
  /// - Throws: `ServiceConfigError` with the path of the first fault.
  public init(json text: String) throws(ServiceConfigError) {
    let root: JSON
    do {
      root = try JSON(parsing: text)
    } catch {
      throw ServiceConfigError(path: "", reason: "no JSON: \(error.reason) (at byte \(error.offset))")
    }
    try self.init(ConfigNode(value: root, path: ""))
  }

  /// What holds for a method.
  public func method(_ descriptor: MethodDescriptor) -> Method {
    methods["\(descriptor.service)/\(descriptor.method)"] ?? methods["\(descriptor.service)/"] ?? methods[""]
      ?? Method()
  }
}

/// When and how often a call that failed is made again (gRFC A6).
public struct RetryPolicy: Sendable, Equatable {
  /// Attempts in all, the first one included; 2…5.
  public let maxAttempts: Int
  /// The delay before the second attempt; each further one is longer by `backoffMultiplier`, up to `maxBackoff`, and
  /// varied by a fifth.
  public let initialBackoff: Duration
  /// The longest delay between two attempts.
  public let maxBackoff: Duration
  /// What each further attempt multiplies the delay by.
  public let backoffMultiplier: Double
  /// The outcomes after which the call is made again.
  public let retryableStatusCodes: Set<StatusCode>

  /// No client tries more often, whatever the policy says.
  static let attemptsLimit = 5

  /// - Parameter maxAttempts: more than 5 are taken as 5.
  /// - Precondition: at least two attempts, durations and multiplier above zero, and some status code.
  public init(
    maxAttempts: Int, initialBackoff: Duration, maxBackoff: Duration, backoffMultiplier: Double,
    retryableStatusCodes: Set<StatusCode>
  ) {
    precondition(maxAttempts >= 2, "a retry policy needs at least 2 attempts")
    precondition(
      initialBackoff > .zero && maxBackoff > .zero && backoffMultiplier > 0, "a backoff must be above zero")
    precondition(!retryableStatusCodes.isEmpty, "a retry policy needs a status code to retry on")
    self.maxAttempts = min(maxAttempts, Self.attemptsLimit)
    self.initialBackoff = initialBackoff
    self.maxBackoff = maxBackoff
    self.backoffMultiplier = backoffMultiplier
    self.retryableStatusCodes = retryableStatusCodes
  }

  /// The delay before the given retry, the first being 0.
  func delay(beforeRetry index: Int, using generator: inout some RandomNumberGenerator) -> Duration {
    // In floating point: a config may name a multiplier that overflows a Duration.
    var seconds = initialBackoff / .seconds(1)
    for _ in 0..<max(index, 0) { seconds *= backoffMultiplier }
    let delay = seconds < maxBackoff / .seconds(1) ? Duration.seconds(seconds) : maxBackoff
    return delay * Double.random(in: 0.8...1.2, using: &generator)
  }
}

/// Keeps retries from overwhelming a server that fails much of what it is asked (gRFC A6).
///
/// A count of tokens falls by one with each failure and rises by `tokenRatio` with each success; no retries are made
/// while it is at half of `maxTokens` or lower.
public struct RetryThrottling: Sendable, Equatable {
  /// 1…1000.
  public let maxTokens: Int
  /// Above zero; three decimals count.
  public let tokenRatio: Double

  /// - Precondition: both within their ranges.
  public init(maxTokens: Int, tokenRatio: Double) {
    precondition((1...1_000).contains(maxTokens), "maxTokens must be between 1 and 1000")
    precondition(tokenRatio >= 0.001, "tokenRatio must be at least 0.001")
    self.maxTokens = maxTokens
    self.tokenRatio = tokenRatio
  }
}

/// How calls are spread over the addresses a name stands for.
public enum LoadBalancing: Sendable, Hashable {
  /// One connection, to the first address that answers, for as long as it lasts.
  case pickFirst
  /// As `pickFirst`, with the addresses in an order of its own for each client.
  case pickFirstShuffled
  /// A connection to every address; calls go to those that are ready, in turn.
  case roundRobin
}

/// What is wrong with a service config.
public struct ServiceConfigError: Error, Equatable, CustomStringConvertible {
  /// Where: `methodConfig[0].retryPolicy.maxAttempts`; empty for the whole.
  public let path: String
  /// What is wrong there, and what would be right.
  public let reason: String

  public var description: String {
    "service config\(path.isEmpty ? "" : " at \(path)"): \(reason)"
  }
}
