/// A value of a service config, and where it stands.
struct ConfigNode {
  let value: JSON
  let path: String

  func fault(_ reason: String) -> ServiceConfigError { ServiceConfigError(path: path, reason: reason) }

  func members() throws(ServiceConfigError) -> [String: JSON] {
    guard case .object(let members) = value else { throw fault("must be an object, not \(value.kind)") }
    return members
  }

  /// nil when the member is missing or null.
  func member(_ name: String) throws(ServiceConfigError) -> ConfigNode? {
    guard let value = try members()[name], value != .null else { return nil }
    return ConfigNode(value: value, path: path.isEmpty ? name : "\(path).\(name)")
  }

  func required(_ name: String) throws(ServiceConfigError) -> ConfigNode {
    guard let node = try member(name) else { throw fault("\"\(name)\" is missing") }
    return node
  }

  func elements() throws(ServiceConfigError) -> [ConfigNode] {
    guard case .array(let values) = value else { throw fault("must be a list, not \(value.kind)") }
    return values.enumerated().map { ConfigNode(value: $1, path: "\(path)[\($0)]") }
  }

  func string() throws(ServiceConfigError) -> String {
    guard case .string(let text) = value else { throw fault("must be a string, not \(value.kind)") }
    return text
  }

  func bool() throws(ServiceConfigError) -> Bool {
    guard case .bool(let value) = value else { throw fault("must be true or false, not \(value.kind)") }
    return value
  }

  /// Protobuf's JSON writes integers as numbers or as strings.
  func integer(in range: ClosedRange<Int>) throws(ServiceConfigError) -> Int {
    let text: String
    switch value {
    case .number(let number): text = number
    case .string(let string): text = string
    default: throw fault("must be an integer, not \(value.kind)")
    }
    guard let integer = Int(text), range.contains(integer) else {
      throw fault("must be an integer between \(range.lowerBound) and \(range.upperBound), not \(text)")
    }
    return integer
  }

  func number() throws(ServiceConfigError) -> Double {
    guard case .number(let text) = value else { throw fault("must be a number, not \(value.kind)") }
    guard let number = Double(text), number.isFinite else { throw fault("\(text) is out of range") }
    return number
  }

  /// Protobuf's JSON for a duration: seconds with up to nine decimals, and an `s`.
  func duration() throws(ServiceConfigError) -> Duration {
    let text = try string()
    let wrong = fault("must be seconds such as \"1.5s\", not \"\(text)\"")
    guard text.hasSuffix("s") else { throw wrong }
    let parts = text.dropLast().split(separator: ".", omittingEmptySubsequences: false)
    let isDigits = { (part: Substring) in !part.isEmpty && part.utf8.allSatisfy { (0x30...0x39).contains($0) } }
    guard (1...2).contains(parts.count), parts.allSatisfy(isDigits), let seconds = Int64(parts[0]),
      // The longest duration protobuf knows.
      seconds <= 315_576_000_000
    else { throw wrong }
    guard parts.count == 2 else { return .seconds(seconds) }
    guard parts[1].count <= 9, let fraction = Int64(parts[1] + String(repeating: "0", count: 9 - parts[1].count))
    else { throw wrong }
    return .seconds(seconds) + .nanoseconds(fraction)
  }

  func positiveDuration() throws(ServiceConfigError) -> Duration {
    let duration = try duration()
    guard duration > .zero else { throw fault("must be above zero") }
    return duration
  }

  /// By name or by number.
  func statusCode() throws(ServiceConfigError) -> StatusCode {
    switch value {
    case .string(let name):
      if let code = StatusCode.allCases.first(where: { $0.description == name.uppercased() }) { return code }
    case .number(let number):
      if let code = Int(number).flatMap(StatusCode.init) { return code }
    default: break
    }
    throw fault("must be a status code such as \"UNAVAILABLE\"")
  }
}

extension ServiceConfig {
  init(_ root: ConfigNode) throws(ServiceConfigError) {
    self.init()
    for entry in try root.member("methodConfig")?.elements() ?? [] {
      let method = try Method(entry)
      for name in try entry.required("name").elements() {
        let key = try Self.key(name)
        guard methods[key] == nil else { throw name.fault("another entry has this name already") }
        methods[key] = method
      }
    }
    retryThrottling = try root.member("retryThrottling").map { node throws(ServiceConfigError) in
      try RetryThrottling(node)
    }
    loadBalancing = try Self.loadBalancing(root)
  }

  private static func key(_ name: ConfigNode) throws(ServiceConfigError) -> String {
    let service = try name.member("service")?.string() ?? ""
    let method = try name.member("method")?.string() ?? ""
    guard !service.isEmpty else {
      guard method.isEmpty else { throw name.fault("a method needs the name of its service") }
      return ""
    }
    return "\(service)/\(method)"
  }

  /// The first policy of the list that is known here.
  private static func loadBalancing(_ root: ConfigNode) throws(ServiceConfigError) -> LoadBalancing? {
    guard let list = try root.member("loadBalancingConfig") else {
      guard let node = try root.member("loadBalancingPolicy") else { return nil }
      switch try node.string().lowercased() {
      case "pick_first": return .pickFirst
      case "round_robin": return .roundRobin
      default: throw node.fault("must be pick_first or round_robin")
      }
    }
    for element in try list.elements() {
      guard let name = try element.members().keys.first, try element.members().count == 1 else {
        throw element.fault("must be an object with one member, the name of a policy")
      }
      let options = try element.required(name)
      switch name {
      case "pick_first":
        return try options.member("shuffleAddressList")?.bool() == true ? .pickFirstShuffled : .pickFirst
      case "round_robin":
        _ = try options.members()
        return .roundRobin
      default: continue
      }
    }
    throw list.fault("none of these policies is known: pick_first and round_robin are")
  }
}

extension ServiceConfig.Method {
  init(_ node: ConfigNode) throws(ServiceConfigError) {
    if let hedging = try node.member("hedgingPolicy") {
      throw hedging.fault("hedging is not supported: use a retryPolicy")
    }
    self.init()
    timeout = try node.member("timeout")?.duration()
    waitForReady = try node.member("waitForReady")?.bool()
    let sizes = 0...Int(UInt32.max)
    maxRequestMessageSize = try node.member("maxRequestMessageBytes")?.integer(in: sizes)
    maxResponseMessageSize = try node.member("maxResponseMessageBytes")?.integer(in: sizes)
    retryPolicy = try node.member("retryPolicy").map { node throws(ServiceConfigError) in try RetryPolicy(node) }
  }
}

extension RetryPolicy {
  init(_ node: ConfigNode) throws(ServiceConfigError) {
    let multiplier = try node.required("backoffMultiplier")
    guard try multiplier.number() > 0 else { throw multiplier.fault("must be above zero") }
    let codes = try node.required("retryableStatusCodes")
    var retryable: Set<StatusCode> = []
    for code in try codes.elements() { retryable.insert(try code.statusCode()) }
    guard !retryable.isEmpty else { throw codes.fault("must name at least one status code") }
    self.init(
      maxAttempts: try node.required("maxAttempts").integer(in: 2...Int(UInt32.max)),
      initialBackoff: try node.required("initialBackoff").positiveDuration(),
      maxBackoff: try node.required("maxBackoff").positiveDuration(),
      backoffMultiplier: try multiplier.number(), retryableStatusCodes: retryable)
  }
}

extension RetryThrottling {
  init(_ node: ConfigNode) throws(ServiceConfigError) {
    let ratio = try node.required("tokenRatio")
    guard try ratio.number() >= 0.001 else { throw ratio.fault("must be at least 0.001") }
    self.init(
      maxTokens: try node.required("maxTokens").integer(in: 1...1_000), tokenRatio: try ratio.number())
  }
}
