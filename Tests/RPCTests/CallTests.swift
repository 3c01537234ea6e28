import Foundation
import Protobuf
import Testing

@testable import HTTP2
@testable import RPC

@Suite("The four kinds of call, through real sockets", .timeLimit(.minutes(2)))
struct CallTests {
  @Test("all kinds carry their messages, in order and whole", arguments: Loopback.Transport.allCases, [false, true])
  func allKinds(transport: Loopback.Transport, onGlobalExecutor: Bool) async throws {
    try await Loopback.run(transport, methods: echoMethods, onGlobalExecutor: onGlobalExecutor) { loopback in
      let big = payload("big", (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 / 3) })
      #expect(try await loopback.unary(big) == big)
      #expect(try await loopback.unary(Payload()) == Payload())

      let collected = try await loopback.collect { requests in
        for _ in 0..<300 { try await requests.write(payload("", [UInt8](repeating: 1, count: 10_000))) }
      }
      #expect(collected.typeUrl == "300 3000000")

      var index = 0
      for try await message in try await loopback.expand(payload("1000", [UInt8](repeating: 2, count: 5_000))) {
        #expect(message.typeUrl == "\(index)")
        index += 1
      }
      #expect(index == 1_000)

      let chat = try await loopback.chat()
      var responses = chat.responses.makeAsyncIterator()
      for index in 0..<50 {
        try await chat.requests.write(payload("\(index)"))
        #expect(try await responses.next()?.typeUrl == "\(index)")
      }
      try await chat.requests.finish()
      #expect(try await responses.next() == nil)
    }
  }

  @Test("streams without a message are fine in both directions")
  func emptyStreams() async throws {
    try await Loopback.run(methods: echoMethods) { loopback in
      #expect(try await loopback.collect { _ in }.typeUrl == "0 0")
      for try await _ in try await loopback.expand(payload("0")) { Issue.record("a message came") }
    }
  }

  @Test("a thousand calls at once each get their own answer")
  func concurrent() async throws {
    try await Loopback.run(methods: echoMethods) { loopback in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for index in 0..<1_000 {
          group.addTask {
            let answer = try await loopback.unary(payload("\(index)"))
            #expect(answer.typeUrl == "\(index)")
          }
        }
        try await group.waitForAll()
      }
    }
  }

  @Test("many streaming calls of a client make do with the memory of about as many streams as are open at once")
  func streamMemory() async throws {
    try await Loopback.run(methods: echoMethods) { loopback in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<8 {
          group.addTask {
            for _ in 0..<25 { for try await _ in try await loopback.expand(payload("3")) {} }
          }
        }
        try await group.waitForAll()
      }
      let channel = loopback.client.channel
      let made = try await channel.loop.submit {
        channel.subchannels.compactMap { $0.connection?.streamPool.made }
      }.get()
      // Those of calls that are ending come to the eight.
      #expect(made.count == 1 && made.allSatisfy { $0 <= 40 }, "\(made) streams were made")
    }
  }

  @Test("more calls than the server lets be open wait their turn")
  func concurrencyLimit() async throws {
    try await Loopback.run(methods: echoMethods, server: { $0.limits.maxConcurrentStreams = 3 }) { loopback in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for index in 0..<100 {
          group.addTask {
            let answer = try await loopback.unary(payload("\(index)"))
            #expect(answer.typeUrl == "\(index)")
          }
        }
        try await group.waitForAll()
      }
    }
  }

  @Test("metadata travels both ways, text and bytes, and reserved names cannot be set")
  func metadata() async throws {
    let methods = [
      expandMethod { _, responses, context in
        var response = Metadata()
        try response.add("x-seen", context.requestMetadata["x-ask"] ?? "nothing")
        context.responseMetadata = response
        var trailing = Metadata()
        for blob in context.requestMetadata.binary("x-blob-bin") {
          try trailing.addBinary("x-blob-bin", blob.reversed())
        }
        context.trailingMetadata = trailing
        try await responses.write(Payload())
      }
    ]
    try await Loopback.run(methods: methods) { loopback in
      var metadata: Metadata = ["X-Ask": "hello"]
      try metadata.addBinary("x-blob-bin", [0, 255, 1])
      try metadata.addBinary("x-blob-bin", [])
      let responses = try await loopback.expand(Payload(), CallOptions(metadata: metadata))
      #expect(try await responses.metadata()["x-seen"] == "hello")
      for try await _ in responses {}
      #expect(responses.trailingMetadata.binary("x-blob-bin") == [[1, 255, 0], []])
    }
  }

  @Test("response metadata can be sent before the first message")
  func earlyMetadata() async throws {
    let go = Signal()
    let methods = [
      expandMethod { _, _, context in
        context.responseMetadata = ["x-early": "1"]
        try await context.sendResponseMetadata()
        await go.wait()
      }
    ]
    try await Loopback.run(methods: methods) { loopback in
      let responses = try await loopback.expand(Payload())
      #expect(try await responses.metadata()["x-early"] == "1")
      go.give()
      for try await _ in responses {}
    }
  }

  @Test("the handler knows its peer, method and deadline")
  func context() async throws {
    let methods = [
      unaryMethod { _, context in
        let hasTime = context.deadline.map { $0.remaining > .seconds(30) } ?? false
        return payload("\(context.method) \(context.peer.prefix(14)) \(hasTime)")
      }
    ]
    try await Loopback.run(methods: methods) { loopback in
      let answer = try await loopback.unary(Payload(), CallOptions(timeout: .seconds(60)))
      #expect(answer.typeUrl == "test.Echo/Unary ipv4:127.0.0.1 true")
    }
  }

  @Test("interceptors wrap calls in order, see failures, and may refuse")
  func interceptors() async throws {
    struct Tag: ServerInterceptor {
      let name: String
      func wrap(_ method: MethodDescriptor, _ next: @escaping ServerHandler) -> ServerHandler {
        { context in
          var metadata = context.trailingMetadata
          try metadata.add("x-order", name)
          context.trailingMetadata = metadata
          if context.requestMetadata["x-refuse"] == name { throw RPCError(.permissionDenied, "refused by \(name)") }
          try await next(context)
        }
      }
    }
    try await Loopback.run(
      methods: echoMethods, interceptors: [Tag(name: "outer"), Tag(name: "inner"), MetricsInterceptor()]
    ) { loopback in
      let responses = try await loopback.expand(payload("1"))
      for try await _ in responses {}
      #expect(responses.trailingMetadata.values("x-order") == ["outer", "inner"])
      let error = await failure { try await loopback.unary(Payload(), CallOptions(metadata: ["x-refuse": "outer"])) }
      #expect(error?.code == .permissionDenied)
      #expect(error?.metadata.values("x-order") == ["outer"])
    }
  }
}
