import Foundation
import Protobuf
import Synchronization
import Testing

@testable import RPC

private struct HiddenError: Error {
  let secret = "password"
}

private struct KnownError: RPCErrorConvertible {
  var rpcError: RPCError { RPCError(.aborted, "known") }
}

@Suite("How calls fail", .timeLimit(.minutes(2)))
struct FailureTests {
  @Test("a handler's error arrives with code, message, details and metadata", arguments: Loopback.Transport.allCases)
  func typedError(transport: Loopback.Transport) async throws {
    let methods = [
      unaryMethod { _, _ in
        var error = RPCError.invalidArgument(violations: [("steps", "must be at least 1"), ("name", "is taken — 取")])
        error.metadata = ["x-more": "1"]
        throw error
      }
    ]
    try await Loopback.run(transport, methods: methods) { loopback in
      let error = await failure { try await loopback.unary() }
      #expect(error?.code == .invalidArgument)
      #expect(error?.message == "steps: must be at least 1; name: is taken — 取")
      #expect(error?.fieldViolations.map(\.field) == ["steps", "name"])
      #expect(error?.fieldViolations.map(\.description) == ["must be at least 1", "is taken — 取"])
      #expect(error?.metadata["x-more"] == "1")
    }
  }

  @Test("a status that is too large keeps its code and the start of its message", arguments: [13_000, 100_000])
  func oversizedStatus(size: Int) async throws {
    let methods = [
      unaryMethod { request, context in
        var error = RPCError(.failedPrecondition, String(repeating: request.typeUrl, count: size))
        error.statusDetails = [UInt8](repeating: 1, count: size)
        context.trailingMetadata = ["x-kept": "yes"]
        throw error
      }
    ]
    try await Loopback.run(methods: methods) { loopback in
      for text in ["x", "取"] {
        let error = await failure { try await loopback.unary(payload(text)) }
        #expect(error?.code == .failedPrecondition)
        let kept = try #require(error?.message)
        #expect(kept.count >= 400 && kept == String(repeating: text, count: kept.count))
        #expect(error?.statusDetails.isEmpty == true)
        #expect(error?.metadata["x-kept"] == "yes")
      }
    }
  }

  @Test(
    "details of a status are as large as the client takes them",
    arguments: [(8 << 10, 5_000), (16 << 10, 11_500), (64 << 10, 45_000), (1 << 20, 47_000)])
  func largeDetails(limit: Int, size: Int) async throws {
    let methods = [
      expandMethod { request, responses, _ in
        if request.typeUrl == "late" { try await responses.write(Payload()) }
        var error = RPCError(.failedPrecondition, "see the details")
        error.statusDetails = (0..<size).map { UInt8(truncatingIfNeeded: $0) }
        throw error
      }
    ]
    try await Loopback.run(methods: methods, client: { $0.maxHeaderListSize = limit }) { loopback in
      for request in ["early", "late"] {
        let error = await failure { for try await _ in try await loopback.expand(payload(request)) {} }
        #expect(error?.code == .failedPrecondition)
        #expect(error?.statusDetails.count == size)
      }
    }
  }

  @Test("metadata of an error that the client would not take does not cost the status", arguments: [true, false])
  func oversizedErrorMetadata(isTrailersOnly: Bool) async throws {
    let methods = [
      expandMethod { _, responses, context in
        try context.trailingMetadata.add("x-long", String(repeating: "x", count: 20_000))
        if !isTrailersOnly { try await responses.write(Payload()) }
        throw RPCError(.aborted, "the message")
      }
    ]
    try await Loopback.run(methods: methods) { loopback in
      let error = await failure { for try await _ in try await loopback.expand(Payload()) {} }
      #expect(error?.code == .aborted)
      #expect(error?.message == "the message")
    }
  }

  @Test("metadata larger than the client takes fails the call instead of going missing", arguments: [true, false])
  func metadataOverLimit(inTrailers: Bool) async throws {
    let methods = [
      expandMethod { _, responses, context in
        let large = String(repeating: "x", count: 20_000)
        if inTrailers {
          try context.trailingMetadata.add("x", large)
        } else {
          try context.responseMetadata.add("x", large)
        }
        try await responses.write(Payload())
      }
    ]
    try await Loopback.run(methods: methods) { loopback in
      let error = await failure { for try await _ in try await loopback.expand(Payload()) {} }
      #expect(error?.code == .resourceExhausted)
      #expect(error?.message.contains("maxHeaderListSize") == true)
    }
  }

  @Test("metadata too large to be sent fails the call instead of leaving it open", arguments: [true, false])
  func oversizedMetadata(inTrailers: Bool) async throws {
    let methods = [
      expandMethod { _, responses, context in
        let large = String(repeating: "x", count: 100_000)
        if inTrailers {
          try context.trailingMetadata.add("x", large)
        } else {
          try context.responseMetadata.add("x", large)
        }
        try await responses.write(payload("1"))
      }
    ]
    try await Loopback.run(methods: methods) { loopback in
      let error = await failure { for try await _ in try await loopback.expand(Payload()) {} }
      #expect(error?.code == .internalError)
    }
  }

  @Test("metadata of a request can be passed on whole: what belonged to that call alone stays behind")
  func forwardedMetadata() async throws {
    let methods = [
      unaryMethod { _, context in
        context.responseMetadata = context.requestMetadata
        context.trailingMetadata = context.requestMetadata
        return payload(context.requestMetadata["x-kept"] ?? "")
      }
    ]
    try await Loopback.run(methods: methods) { loopback in
      let raw = try await RawClient.connect(to: loopback.address)
      let outcome = try await raw.call(
        "/test.Echo/Unary", [("te", "trailers"), ("grpc-timeout", "1H"), ("x-kept", "yes")], body: [0, 0, 0, 0, 0],
        endStream: true)
      #expect(outcome.end == .finished)
      #expect(outcome.fields[":status"] == "200")
      #expect(outcome.fields["grpc-status"] == "0")
      #expect(outcome.fields["x-kept"] == "yes")
      #expect(outcome.fields[":path"] == nil && outcome.fields["te"] == nil && outcome.fields["grpc-timeout"] == nil)
      await raw.close()
    }
  }

  @Test("an error nobody typed becomes UNKNOWN without its text; one that knows its status keeps it")
  func untypedError() async throws {
    let methods = [
      unaryMethod { request, _ in
        if request.typeUrl == "known" { throw KnownError() }
        if request.typeUrl == "cancelled" { throw CancellationError() }
        throw HiddenError()
      }
    ]
    try await Loopback.run(methods: methods) { loopback in
      let unknown = await failure { try await loopback.unary() }
      #expect(unknown?.code == .unknown)
      #expect(unknown?.message.contains("password") == false)
      #expect(await failure { try await loopback.unary(payload("known")) }?.code == .aborted)
      #expect(await failure { try await loopback.unary(payload("cancelled")) }?.code == .cancelled)
      // The server goes on.
      #expect(await failure { try await loopback.unary(payload("known")) }?.code == .aborted)
    }
  }

  @Test("an error after messages comes after those messages")
  func errorAfterMessages() async throws {
    let methods = [
      expandMethod { _, responses, _ in
        for index in 0..<10 { try await responses.write(payload("\(index)")) }
        throw RPCError(.dataLoss, "then this")
      }
    ]
    try await Loopback.run(methods: methods) { loopback in
      let responses = try await loopback.expand(Payload())
      var seen = 0
      let error = await failure { for try await _ in responses { seen += 1 } }
      #expect(seen == 10)
      #expect(error?.code == .dataLoss)
    }
  }

  @Test("unknown methods and services are UNIMPLEMENTED, and say which of the two is unknown")
  func unknownMethod() async throws {
    try await Loopback.run(methods: echoMethods) { loopback in
      let call = { (service: String) in
        await failure {
          try await loopback.client.unary(
            MethodDescriptor(service: service, method: "Nope", kind: .unary), Payload(), response: Payload.self,
            options: CallOptions())
        }
      }
      let method = await call("test.Echo")
      #expect(method?.code == .unimplemented)
      #expect(method?.message.contains("no such method") == true)
      let service = await call("test.Other")
      #expect(service?.code == .unimplemented)
      #expect(service?.message.contains("no service") == true)
    }
  }

  @Test("messages over a limit fail with RESOURCE_EXHAUSTED that names the limit, on either side")
  func messageLimits() async throws {
    let methods = echoMethods
    try await Loopback.run(
      methods: methods,
      server: {
        $0.limits.maxReceiveMessageSize = 100_000
        $0.limits.maxSendMessageSize = 50_000
      }, client: { $0.maxSendMessageSize = 200_000 }
    ) { loopback in
      let call = { (size: Int, limit: Int?) in
        await failure {
          try await loopback.unary(
            payload("", [UInt8](repeating: 0, count: size)), CallOptions(maxResponseMessageSize: limit))
        }
      }
      #expect(await call(40_000, nil) == nil)
      let byServersReceive = await call(150_000, nil)
      #expect(byServersReceive?.code == .resourceExhausted)
      #expect(byServersReceive?.message.contains("100000") == true)
      #expect(await call(60_000, nil)?.message.contains("50000") == true)
      #expect(await call(250_000, nil)?.message.contains("200000") == true)
      #expect(await call(40_000, 1_000)?.message.contains("1000") == true)
      #expect(await call(40_000, nil) == nil)
    }
  }

  @Test("a streamed message over the limit ends the call while the client still sends")
  func streamedMessageLimit() async throws {
    try await Loopback.run(methods: echoMethods, server: { $0.limits.maxReceiveMessageSize = 1_000 }) { loopback in
      let error = await failure {
        try await loopback.collect { requests in
          while true { try await requests.write(payload("", [UInt8](repeating: 0, count: 2_000))) }
        }
      }
      #expect(error?.code == .resourceExhausted)
    }
  }

  @Test("an early answer stops a client that would send for ever", arguments: [true, false])
  func earlyAnswer(fails: Bool) async throws {
    let methods = [
      collectMethod { requests, _ in
        var iterator = requests.makeAsyncIterator()
        _ = try await iterator.next()
        if fails { throw RPCError(.failedPrecondition, "enough") }
        return payload("enough")
      }
    ]
    try await Loopback.run(methods: methods) { loopback in
      let call = {
        try await loopback.collect { requests in
          while true { try await requests.write(payload("", [UInt8](repeating: 0, count: 10_000))) }
        }
      }
      if fails {
        #expect(await failure { try await call() }?.code == .failedPrecondition)
      } else {
        let answer = try await call()
        #expect(answer.typeUrl == "enough")
      }
    }
  }

  @Test("a deadline ends the call at the client and cancels the handler")
  func deadline() async throws {
    let started = Counter()
    let cancelled = Signal()
    let methods = [
      unaryMethod { _, _ in
        started.increment()
        do { try await Task.sleep(for: .seconds(3_600)) } catch { cancelled.give() }
        throw RPCError(.internalError, "too late to matter")
      }
    ]
    try await Loopback.run(methods: methods) { loopback in
      // A busy machine may let a short deadline pass before the server has seen the call.
      var timeout = Duration.milliseconds(20)
      while started.value == 0 {
        let error = await failure { try await loopback.unary(Payload(), CallOptions(timeout: timeout)) }
        #expect(error?.code == .deadlineExceeded)
        timeout = timeout * 2
      }
      await cancelled.wait()
    }
  }

  @Test("a deadline that has passed fails without asking the server")
  func passedDeadline() async throws {
    try await Loopback.run(methods: echoMethods) { loopback in
      let error = await failure { try await loopback.unary(Payload(), CallOptions(timeout: .zero)) }
      #expect(error?.code == .deadlineExceeded)
    }
  }

  @Test("the server enforces a deadline even when the client's own timer does not", arguments: [0, 1_000])
  func serverEnforcesDeadline(messagesFirst: Int) async throws {
    let cancelled = Signal()
    let methods = [
      expandMethod { _, responses, _ in
        do {
          for _ in 0..<messagesFirst { try await responses.write(payload("x")) }
          try await Task.sleep(for: .seconds(3_600))
        } catch { cancelled.give() }
      }
    ]
    try await Loopback.run(methods: methods) { loopback in
      let raw = try await RawClient.connect(to: loopback.address)
      let outcome = try await raw.call(
        "/test.Echo/Expand", [("grpc-timeout", "30m")], body: [0, 0, 0, 0, 0], endStream: true)
      #expect(outcome.fields["grpc-status"] == "\(StatusCode.deadlineExceeded.rawValue)")
      await cancelled.wait()
      await raw.close()
    }
  }

  @Test("cancelling the calling task resets the stream and cancels the handler")
  func clientCancels() async throws {
    let started = Signal()
    let cancelled = Signal()
    let wait: @Sendable () async -> Void = {
      started.give()
      do { try await Task.sleep(for: .seconds(3_600)) } catch { cancelled.give() }
    }
    let methods = [
      unaryMethod { _, _ in
        await wait()
        return Payload()
      },
      expandMethod { _, _, _ in await wait() },
    ]
    try await Loopback.run(methods: methods) { loopback in
      let unary = Task { await failure { try await loopback.unary() } }
      await started.wait()
      unary.cancel()
      #expect(await unary.value?.code == .cancelled)
      await cancelled.wait()

      let streaming = Task { await failure { for try await _ in try await loopback.expand(Payload()) {} } }
      await started.wait()
      streaming.cancel()
      #expect(await streaming.value?.code == .cancelled)
      await cancelled.wait()
    }
  }

  @Test("dropping a response stream cancels the call")
  func droppedStream() async throws {
    let cancelled = Signal()
    let methods = [
      expandMethod { _, responses, _ in
        do { while true { try await responses.write(payload("", [UInt8](repeating: 0, count: 10_000))) } } catch {
          cancelled.give()
          throw error
        }
      }
    ]
    try await Loopback.run(methods: methods) { loopback in
      for try await _ in try await loopback.expand(Payload()) { break }
      await cancelled.wait()
    }
  }

  @Test("a client that vanishes cancels its handlers, whatever they wait for")
  func vanishedClient() async throws {
    let started = Signal()
    let ended = Signal()
    let methods = [
      chatMethod { requests, _, _ in
        started.give()
        let error = await failure { for try await _ in requests {} }
        if error?.code == .cancelled, Task.isCancelled { ended.give() }
      },
      unaryMethod { _, _ in
        started.give()
        do { try await Task.sleep(for: .seconds(3_600)) } catch { ended.give() }
        return Payload()
      },
    ]
    try await Loopback.run(methods: methods) { loopback in
      let raw = try await RawClient.connect(to: loopback.address)
      try await raw.open("/test.Echo/Chat", body: [0, 0, 0, 0, 9, 1], endStream: false)
      try await raw.open("/test.Echo/Unary", body: [0, 0, 0, 0, 0], endStream: true)
      await started.wait()
      await started.wait()
      await raw.close()
      await ended.wait()
      await ended.wait()
    }
  }

  @Test("a slow reader stops the writer: what is queued stays bounded")
  func backpressure() async throws {
    let written = Counter()
    let methods = [
      expandMethod { request, responses, _ in
        for _ in 0..<10_000 {
          try await responses.write(request)
          written.increment()
        }
      }
    ]
    try await Loopback.run(methods: methods) { loopback in
      let responses = try await loopback.expand(payload("", [UInt8](repeating: 0, count: 64 << 10)))
      var iterator = responses.makeAsyncIterator()
      for read in 1...200 {
        _ = try await iterator.next()
        // Queues, windows and socket buffers on both sides hold some MB, never the 640 MB of the stream.
        #expect(written.value - read < 400)
      }
    }
  }

  @Test("a slow handler stops its client, and nothing is lost")
  func slowHandler() async throws {
    let sent = Counter()
    let read = Signal()
    let methods = [
      collectMethod { requests, _ in
        var iterator = requests.makeAsyncIterator()
        var count = 0
        while try await iterator.next() != nil {
          count += 1
          if count <= 20 { await read.wait() }
        }
        return payload("\(count)")
      }
    ]
    try await Loopback.run(methods: methods) { loopback in
      let answer = try await loopback.collect { requests in
        let message = payload("", [UInt8](repeating: 0, count: 64 << 10))
        async let reading: Void = {
          for index in 0..<20 {
            #expect(sent.value - index < 400)
            read.give()
          }
        }()
        for _ in 0..<600 {
          try await requests.write(message)
          sent.increment()
        }
        await reading
      }
      #expect(answer.typeUrl == "600")
    }
  }
}

/// A count that handlers and tests share.
final class Counter: Sendable {
  private let count = Mutex(0)
  var value: Int { count.withLock { $0 } }
  func increment() { count.withLock { $0 += 1 } }
}
