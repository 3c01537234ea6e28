import Protobuf

@testable import RPC

/// What one random call is to do; both of its ends know it by its number.
struct CallPlan: Sendable {
  let number: Int
  let kind: MethodDescriptor.Kind
  /// The sizes of the client's messages, and of those that the server sends of its own accord.
  let requests: [Int]
  let responses: [Int]
  let handler: Handler
  /// Milliseconds; nil leaves the call all the time it wants.
  let timeout: Int?
  /// Cancel the calling task after it was given so many chances to go on.
  let cancelAfter: Int?
  /// Drop the response stream after so many messages.
  let dropAfter: Int?
  let requestCompression: CompressionAlgorithm
  let responseCompression: CompressionAlgorithm

  enum Handler: Sendable {
    case answers
    /// Throws once it has taken and sent so many messages.
    case fails(StatusCode, after: Int)
    /// Waits until it is cancelled.
    case hangs
  }

  init(number: Int, using generator: inout Seeded) {
    self.number = number
    let kinds: [MethodDescriptor.Kind] = [.unary, .clientStreaming, .serverStreaming, .bidirectionalStreaming]
    kind = kinds[Int.random(in: 0..<4, using: &generator)]
    let streamsRequests = kind == .clientStreaming || kind == .bidirectionalStreaming
    requests = Self.sizes(streamsRequests ? Int.random(in: 0...8, using: &generator) : 1, using: &generator)
    responses = Self.sizes(Int.random(in: 0...8, using: &generator), using: &generator)
    let failure = StatusCode.allCases.dropFirst().randomElement(using: &generator) ?? .aborted
    let behaviour = Int.random(in: 0..<10, using: &generator)
    handler =
      switch behaviour {
      case 0, 1: .fails(failure, after: Int.random(in: 0...8, using: &generator))
      case 2: .hangs
      default: .answers
      }
    let isShort = Int.random(in: 0..<8, using: &generator) == 0
    let isCancelled = Int.random(in: 0..<6, using: &generator) == 0
    let yields = Int.random(in: 0..<200, using: &generator)
    // What hangs must be ended by somebody.
    cancelAfter = isCancelled || (behaviour == 2 && !isShort) ? yields : nil
    timeout = isShort ? Int.random(in: 0...30, using: &generator) : nil
    dropAfter = Int.random(in: 0..<8, using: &generator) == 0 ? Int.random(in: 0...4, using: &generator) : nil
    requestCompression = CompressionAlgorithm.allCases.randomElement(using: &generator) ?? .identity
    responseCompression = CompressionAlgorithm.allCases.randomElement(using: &generator) ?? .identity
  }

  /// Mostly small ones, some of several frames.
  private static func sizes(_ count: Int, using generator: inout Seeded) -> [Int] {
    (0..<count).map { _ in
      switch Int.random(in: 0..<10, using: &generator) {
      case 0: 0
      case 1: Int.random(in: 10_000...80_000, using: &generator)
      default: Int.random(in: 1...600, using: &generator)
      }
    }
  }

  // MARK: Messages

  private func message(_ index: Int, _ size: Int, _ direction: Int) -> Payload {
    let fill = UInt8(truncatingIfNeeded: number &* 31 &+ index &* 7 &+ direction)
    return payload("\(number) \(direction) \(index)", [UInt8](repeating: fill, count: size))
  }

  var sent: [Payload] { requests.enumerated().map { message($0, $1, 0) } }

  /// What the client is to receive if nothing ends the call early.
  var expected: [Payload] {
    switch kind {
    case .unary, .bidirectionalStreaming: sent
    case .clientStreaming: [payload("\(requests.count) \(requests.reduce(0, +))")]
    case .serverStreaming: responses.enumerated().map { message($0, $1, 1) }
    }
  }

  var options: CallOptions {
    CallOptions(
      timeout: timeout.map { .milliseconds($0) }, metadata: ["x-plan": "\(number)"], compression: requestCompression)
  }

  /// Whether the call may end so, seen from the client.
  func allows(_ code: StatusCode, draining: Bool) -> Bool {
    if code == .cancelled, cancelAfter != nil { return true }
    if code == .deadlineExceeded, timeout != nil { return true }
    if code == .unavailable, draining { return true }
    // The client has turned away: it saw no end.
    if code == .ok, dropAfter != nil, kind == .serverStreaming || kind == .bidirectionalStreaming { return true }
    switch handler {
    case .answers: return code == .ok
    case .fails(let failure, _): return code == failure
    case .hangs: return false
    }
  }
}

// MARK: The server's end

extension CallPlan {
  /// The methods of a server that carries these plans out.
  static func methods(_ plans: [CallPlan], watching survivors: Survivors) -> [MethodDefinition] {
    @Sendable func plan(_ context: ServerContext) throws -> CallPlan {
      survivors.watch(context.call)
      guard let number = context.requestMetadata["x-plan"].flatMap({ Int($0) }), plans.indices.contains(number) else {
        throw RPCError(.dataLoss, "which call is this?")
      }
      context.responseCompression = plans[number].responseCompression
      return plans[number]
    }
    return [
      unaryMethod { request, context in
        let plan = try plan(context)
        try await plan.step(0, taking: request)
        try await plan.finish()
        return request
      },
      collectMethod { requests, context in
        let plan = try plan(context)
        var (count, size) = (0, 0)
        for try await request in requests {
          try await plan.step(count, taking: request)
          count += 1
          size += request.value.count
        }
        try await plan.finish()
        return payload("\(count) \(size)")
      },
      expandMethod { request, responses, context in
        let plan = try plan(context)
        for (index, response) in plan.expected.enumerated() {
          try await plan.step(index)
          try await responses.write(response)
        }
        try await plan.finish()
      },
      chatMethod { requests, responses, context in
        let plan = try plan(context)
        var index = 0
        for try await request in requests {
          try await plan.step(index, taking: request)
          index += 1
          try await responses.write(request)
        }
        try await plan.finish()
      },
    ]
  }

  private func step(_ index: Int, taking request: Payload? = nil) async throws {
    if let request, index >= requests.count || request != message(index, requests[index], 0) {
      throw RPCError(.dataLoss, "message \(index) came changed")
    }
    switch handler {
    case .fails(let code, let after) where index >= after: throw RPCError(code, "planned")
    case .hangs where index == 1: try await Task.sleep(for: .seconds(3_600))
    default: await Task.yield()
    }
  }

  private func finish() async throws {
    switch handler {
    case .answers: return
    case .fails(let code, _): throw RPCError(code, "planned")
    case .hangs: try await Task.sleep(for: .seconds(3_600))
    }
  }
}

// MARK: The client's end

extension CallPlan {
  /// Makes the call; its status, and the messages that came before.
  func perform(_ loopback: Loopback, watching survivors: Survivors) async -> (code: StatusCode, received: [Payload]) {
    let task = Task {
      var received: [Payload] = []
      do throws(RPCError) {
        try await call(loopback, &received, survivors)
        return (StatusCode.ok, received)
      } catch {
        return (error.code, received)
      }
    }
    if let cancelAfter {
      for _ in 0..<cancelAfter { await Task.yield() }
      task.cancel()
    }
    return await task.value
  }

  private func call(_ loopback: Loopback, _ received: inout [Payload], _ survivors: Survivors) async throws(RPCError) {
    switch kind {
    case .unary:
      received.append(try await loopback.unary(sent[0], options))
    case .clientStreaming:
      let answer = try await loopback.collect(options) { requests in
        survivors.watch(requests.handle.call)
        for message in sent { try await requests.write(message) }
      }
      received.append(answer)
    case .serverStreaming:
      let responses = try await loopback.expand(sent[0], options)
      survivors.watch(responses.handle.call)
      try await read(responses, &received)
    case .bidirectionalStreaming:
      let chat = try await loopback.chat(options)
      survivors.watch(chat.responses.handle.call)
      // The writer ends with the call, whatever ends that.
      async let writing: Void = write(to: chat.requests)
      do throws(RPCError) {
        try await read(chat.responses, &received)
      } catch {
        await writing
        throw error
      }
      if dropAfter != nil { chat.cancel() }
      await writing
    }
  }

  private func read(_ responses: ResponseStream<Payload>, _ received: inout [Payload]) async throws(RPCError) {
    if dropAfter == 0 { return }
    for try await response in responses {
      received.append(response)
      if received.count == dropAfter { return }
    }
  }

  private func write(to requests: RequestWriter<Payload>) async {
    do {
      for message in sent { try await requests.write(message) }
      try await requests.finish()
    } catch {
      // The reader sees why.
    }
  }
}
