import Foundation
import Protobuf
import Synchronization
import Testing

@testable import HTTP2
@testable import RPC

/// A message as it travels.
private func frame(_ bytes: [UInt8], flags: UInt8) -> [UInt8] {
  [flags] + withUnsafeBytes(of: UInt32(bytes.count).bigEndian, Array.init) + bytes
}

private func fault(_ body: () throws -> Void) -> RPCError? {
  do {
    try body()
    return nil
  } catch {
    return error as? RPCError
  }
}

/// Bytes that no algorithm makes smaller.
private func noise(_ count: Int) -> [UInt8] {
  var generator = Seeded(state: 5)
  return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
}

@Suite("Compressed messages, byte by byte", .timeLimit(.minutes(2)))
struct CompressedMessageTests {
  private static let algorithms: [CompressionAlgorithm] = [.gzip, .deflate]
  private static let text = [UInt8](repeating: 7, count: 5_000)

  private func read(
    _ bytes: [UInt8], _ encoding: CompressionAlgorithm, limit: Int = 10_000
  ) throws(RPCError) -> Payload? {
    var reader = MessageReader(limit: limit)
    reader.encoding = encoding
    var failure: RPCError?
    bytes.withUnsafeBytes { bytes in
      do throws(RPCError) { try reader.append(bytes) } catch { failure = error }
    }
    if let failure { throw failure }
    return reader.hasMessage ? try reader.take(Payload.self) : nil
  }

  private func compress(_ bytes: [UInt8], _ algorithm: CompressionAlgorithm) -> [UInt8] {
    Zlib.compress(bytes, gzip: algorithm == .gzip)
  }

  @Test("what another zlib compressed is read, in both formats", arguments: algorithms)
  func reads(algorithm: CompressionAlgorithm) throws {
    for message in [payload(), payload("a"), payload("b", Self.text), payload("c", noise(9_000))] {
      let bytes = frame(compress(message.serializedBytes(), algorithm), flags: 1)
      #expect(try read(bytes, algorithm) == message)
    }
  }

  @Test("an empty message may be marked compressed without being it", arguments: algorithms)
  func empty(algorithm: CompressionAlgorithm) throws {
    #expect(try read(frame([], flags: 1), algorithm) == Payload())
  }

  @Test("uncompressed messages are read whatever the encoding", arguments: CompressionAlgorithm.allCases)
  func uncompressed(algorithm: CompressionAlgorithm) throws {
    #expect(try read(frame(payload("a").serializedBytes(), flags: 0), algorithm) == payload("a"))
  }

  @Test("a compressed message without an encoding is INTERNAL, as are flags nobody knows", arguments: [1, 2, 3, 255])
  func flags(flags: UInt8) {
    let encoding = flags == 1 ? CompressionAlgorithm.identity : .gzip
    let error = fault { _ = try read(frame([1], flags: flags), encoding) }
    #expect(error?.code == .internalError)
  }

  @Test("a stream that is cut off anywhere is INTERNAL", arguments: algorithms)
  func truncated(algorithm: CompressionAlgorithm) {
    let whole = compress(payload("x", Self.text + noise(50)).serializedBytes(), algorithm)
    for count in 1..<whole.count {
      let error = fault { _ = try read(frame(Array(whole[..<count]), flags: 1), algorithm) }
      #expect(error?.code == .internalError, "\(count) bytes")
    }
  }

  @Test("bytes behind the end of a stream are INTERNAL", arguments: algorithms)
  func trailing(algorithm: CompressionAlgorithm) {
    let whole = compress(payload("x").serializedBytes(), algorithm)
    for garbage in [[0], whole] {
      let error = fault { _ = try read(frame(whole + garbage, flags: 1), algorithm) }
      #expect(error?.code == .internalError)
    }
  }

  @Test("the wrong format and broken checksums are INTERNAL", arguments: algorithms)
  func corrupt(algorithm: CompressionAlgorithm) {
    let message = payload("x", Self.text).serializedBytes()
    let wrong = compress(message, algorithm == .gzip ? .deflate : .gzip)
    var broken = compress(message, algorithm)
    // The last byte belongs to the checksum of the one format, and to the length of the other.
    broken[broken.count - 1] ^= 1
    for bytes in [wrong, broken, noise(100)] {
      let error = fault { _ = try read(frame(bytes, flags: 1), algorithm) }
      #expect(error?.code == .internalError)
    }
  }

  @Test("a message may inflate to the limit, and not to a byte more", arguments: algorithms)
  func limit(algorithm: CompressionAlgorithm) throws {
    let message = payload("x", Self.text)
    let size = message.serializedByteCount()
    let bytes = frame(compress(message.serializedBytes(), algorithm), flags: 1)
    #expect(try read(bytes, algorithm, limit: size) == message)
    let error = fault { _ = try read(bytes, algorithm, limit: size - 1) }
    #expect(error?.code == .resourceExhausted)
    #expect(error?.message.contains("maxReceiveMessageSize") == true)
  }

  @Test("a gigabyte of zeros in a megabyte is refused with no more than the limit in memory", arguments: algorithms)
  func bomb(algorithm: CompressionAlgorithm) throws {
    let bomb = Zlib.bomb(megabytes: 1_000, gzip: algorithm == .gzip)
    #expect(bomb.count < 1_100_000)
    let inflater = try #require(Inflater())
    let error = fault {
      try bomb.withUnsafeBytes { bytes in _ = try inflater.inflate(bytes, as: algorithm, limit: 4 << 20) }
    }
    #expect(error?.code == .resourceExhausted)
    #expect(inflater.output.count == 4 << 20 + 1)
  }

  @Test("a message is compressed when that makes it smaller, or when it must be", arguments: algorithms)
  func pays(algorithm: CompressionAlgorithm) throws {
    let small = frame(payload("small").serializedBytes(), flags: 0)
    let random = frame(payload("", noise(1_000)).serializedBytes(), flags: 0)
    let regular = frame(payload("", Self.text).serializedBytes(), flags: 0)
    #expect(compressed(small, algorithm, evenIfLarger: false) == nil)
    #expect(compressed(random, algorithm, evenIfLarger: false) == nil)
    let shrunk = try #require(compressed(regular, algorithm, evenIfLarger: false))
    #expect(shrunk.count < 200)
    #expect(try read(shrunk, algorithm) == payload("", Self.text))
    for frame in [small, random, regular, [0, 0, 0, 0, 0]] {
      let forced = try #require(compressed(frame, algorithm, evenIfLarger: true))
      #expect(forced.first == 1)
      #expect(try read(forced, algorithm)?.serializedBytes() == Array(frame.dropFirst(5)))
    }
  }
}

@Suite("How the two ends agree on compression", .timeLimit(.minutes(2)))
struct CompressionNegotiationTests {
  private static let zeros = payload("zeros", [UInt8](repeating: 0, count: 20_000))

  /// Echoes, and says in trailing metadata which requests came compressed.
  private let methods: [MethodDefinition] = [
    unaryMethod { request, context in
      try context.trailingMetadata.add("x-compressed", "\(await context.requestWasCompressed)")
      return request
    },
    chatMethod { requests, responses, context in
      for try await request in requests {
        try context.trailingMetadata.add("x-compressed", "\(await requests.lastMessageWasCompressed)")
        switch request.typeUrl {
        case "yes": try await responses.write(request, compress: true)
        case "no": try await responses.write(request, compress: false)
        default: try await responses.write(request)
        }
      }
    },
  ]

  private func answer(
    _ fields: [(String, String)], body: [UInt8] = frame(zeros.serializedBytes(), flags: 0),
    server: (inout RPCServer.Configuration) -> Void = { _ in }
  ) async throws -> RawClient.Outcome {
    try await Loopback.run(methods: methods, server: server) { loopback in
      let raw = try await RawClient.connect(to: loopback.address)
      let outcome = try await raw.call("/test.Echo/Unary", fields, body: body, endStream: true)
      await raw.close()
      return outcome
    }
  }

  private func status(_ code: StatusCode) -> String { "\(code.rawValue)" }

  @Test(
    "every kind of call carries compressed messages both ways", arguments: CompressionAlgorithm.allCases, [false, true])
  func bothWays(algorithm: CompressionAlgorithm, onGlobalExecutor: Bool) async throws {
    try await Loopback.run(
      methods: echoMethods, onGlobalExecutor: onGlobalExecutor, server: { $0.compression.responses = algorithm },
      client: { $0.compression = algorithm }
    ) { loopback in
      #expect(try await loopback.unary(Self.zeros) == Self.zeros)
      let collected = try await loopback.collect { requests in
        for _ in 0..<20 { try await requests.write(Self.zeros) }
      }
      #expect(collected.typeUrl == "20 400000")
      var count = 0
      let responses = try await loopback.expand(payload("20", Self.zeros.value))
      for try await response in responses {
        #expect(response == payload("\(count)", Self.zeros.value))
        #expect(await responses.lastMessageWasCompressed == (algorithm != .identity))
        count += 1
      }
      #expect(count == 20)
      let chat = try await loopback.chat()
      var answers = chat.responses.makeAsyncIterator()
      for message in [Self.zeros, payload("small"), Payload()] {
        try await chat.requests.write(message)
        #expect(try await answers.next() == message)
      }
      try await chat.requests.finish()
      #expect(try await answers.next() == nil)
    }
  }

  @Test("a call's options choose what its request is compressed with", arguments: CompressionAlgorithm.allCases)
  func perCall(algorithm: CompressionAlgorithm) async throws {
    try await Loopback.run(methods: methods, client: { $0.compression = .gzip }) { loopback in
      let seen = Mutex<ResponseInfo?>(nil)
      var options = CallOptions(compression: algorithm)
      options.onResponse = { info in seen.withLock { $0 = info } }
      #expect(try await loopback.unary(Self.zeros, options) == Self.zeros)
      let info = try #require(seen.withLock { $0 })
      #expect(info.trailingMetadata["x-compressed"] == "\(algorithm != .identity)")
      #expect(!info.wasCompressed)
      #expect(info.metadata.isEmpty)
    }
  }

  @Test(
    "the handler chooses what its response is compressed with", arguments: CompressionAlgorithm.allCases, [false, true])
  func perResponse(algorithm: CompressionAlgorithm, onGlobalExecutor: Bool) async throws {
    let methods = [
      unaryMethod { request, context in
        context.responseCompression = algorithm
        return request
      }
    ]
    try await Loopback.run(
      methods: methods, onGlobalExecutor: onGlobalExecutor, server: { $0.compression.responses = .gzip }
    ) { loopback in
      let seen = Mutex(false)
      let options = CallOptions(onResponse: { info in seen.withLock { $0 = info.wasCompressed } })
      let answer = try await loopback.unary(Self.zeros, options)
      #expect(answer == Self.zeros)
      #expect(seen.withLock { $0 } == (algorithm != .identity))
    }
  }

  @Test("each message of a stream may be compressed or not, against what would pay", arguments: [false, true])
  func perMessage(onGlobalExecutor: Bool) async throws {
    try await Loopback.run(
      methods: methods, onGlobalExecutor: onGlobalExecutor, server: { $0.compression.responses = .deflate },
      client: { $0.compression = .gzip }
    ) { loopback in
      let chat = try await loopback.chat()
      var answers = chat.responses.makeAsyncIterator()
      var compressed: [Bool] = []
      for (label, compress) in [("yes", true), ("no", false), ("yes", nil), ("no", nil), ("", true)] as [(_, Bool?)] {
        // "yes" is too small to pay, and "no" large enough.
        let message = payload(label, label == "no" ? Self.zeros.value : [])
        if let compress {
          try await chat.requests.write(message, compress: compress)
        } else {
          try await chat.requests.write(message)
        }
        #expect(try await answers.next() == message)
        compressed.append(await chat.responses.lastMessageWasCompressed)
      }
      #expect(compressed == [true, false, true, false, false])
      try await chat.requests.finish()
      #expect(try await answers.next() == nil)
      let seen = chat.responses.trailingMetadata.values("x-compressed")
      #expect(seen == ["true", "false", "false", "true", "true"])
    }
  }

  @Test(
    "an encoding the server does not take is UNIMPLEMENTED, and the answer lists what it takes",
    arguments: [("br", "identity,gzip,deflate"), ("GZIP", "identity,gzip,deflate"), ("deflate", "identity,gzip")])
  func unknownEncoding(name: String, accepted: String) async throws {
    let outcome = try await answer([("grpc-encoding", name)]) {
      if name == "deflate" { $0.compression.accepted = [.gzip] }
    }
    #expect(outcome.fields["grpc-status"] == status(.unimplemented))
    #expect(outcome.fields["grpc-accept-encoding"] == accepted)
  }

  @Test("the server's own encoding is announced, and used only where the client takes it", arguments: [
    ("gzip", true), ("identity,deflate,gzip", true), ("deflate, gzip", true), ("identity", false), ("gzipped", false),
    ("", false),
  ])
  func responseEncoding(accepts: String, isCompressed: Bool) async throws {
    let outcome = try await answer([("grpc-accept-encoding", accepts)]) { $0.compression.responses = .gzip }
    #expect(outcome.fields["grpc-status"] == "0")
    #expect(outcome.fields["grpc-encoding"] == (isCompressed ? "gzip" : nil))
    #expect(outcome.body.first == (isCompressed ? 1 : 0))
    #expect((outcome.body.count < 1_000) == isCompressed)
  }

  @Test("a client that compresses learns what else the server takes; others are not bothered")
  func announced() async throws {
    let compressing = try await answer([("grpc-encoding", "gzip")])
    #expect(compressing.fields["grpc-accept-encoding"] == "identity,gzip,deflate")
    #expect(compressing.fields["grpc-status"] == "0")
    #expect(try await answer([]).fields["grpc-accept-encoding"] == nil)
    #expect(try await answer([("grpc-encoding", "identity")]).fields["grpc-status"] == "0")
  }

  @Test("a compressed message without grpc-encoding is INTERNAL", arguments: [nil, "identity"])
  func noEncoding(name: String?) async throws {
    let body = frame(Zlib.compress(Self.zeros.serializedBytes(), gzip: true), flags: 1)
    let outcome = try await answer(name.map { [("grpc-encoding", $0)] } ?? [], body: body)
    #expect(outcome.fields["grpc-status"] == status(.internalError))
  }

  @Test("a bomb ends its call with RESOURCE_EXHAUSTED, and the server goes on")
  func bomb() async throws {
    let body = frame(Zlib.bomb(megabytes: 1_000, gzip: true), flags: 1)
    try await Loopback.run(methods: methods) { loopback in
      let raw = try await RawClient.connect(to: loopback.address)
      let outcome = try await raw.call("/test.Echo/Unary", [("grpc-encoding", "gzip")], body: body, endStream: true)
      #expect(outcome.fields["grpc-status"] == status(.resourceExhausted))
      #expect(try await loopback.unary(Self.zeros) == Self.zeros)
      await raw.close()
    }
  }
}

@Suite("Compressed calls with gRPC's Python runtime", .timeLimit(.minutes(2)))
struct PythonCompressionTests {
  @Test("a Python client's calls are understood, and it understands the answers", arguments: ["gzip", "deflate"])
  func client(algorithm: String) async throws {
    let seen = Mutex(0)
    let methods = [
      unaryMethod { request, context in
        if await context.requestWasCompressed { seen.withLock { $0 += 1 } }
        return request
      }
    ]
    try await Loopback.run(
      methods: methods + echoMethods.dropFirst(),
      server: { $0.compression.responses = CompressionAlgorithm(rawValue: algorithm) ?? .identity }
    ) { loopback in
      let peer = try PythonPeer("compression", ["client", "\(loopback.address)", algorithm])
      let (status, output) = await peer.result()
      #expect(status == 0, "\(peer.complaints)")
      #expect(output == "ok\n")
    }
    #expect(seen.withLock { $0 } > 0)
  }

  @Test("a Python server understands our calls, and we its answers", arguments: ["gzip", "deflate"])
  func server(algorithm: String) async throws {
    let address = RPCAddress.unix(path: "/tmp/rpc-\(UUID().uuidString.prefix(8)).sock")
    let peer = try PythonPeer("compression", ["server", "\(address)", algorithm])
    defer { peer.end() }
    var configuration = RPCClient.Configuration()
    configuration.backoff.initial = .milliseconds(20)
    configuration.compression = try #require(CompressionAlgorithm(rawValue: algorithm))
    let client = RPCClient(target: address, configuration: configuration)
    var options = CallOptions(timeout: .seconds(60), waitForReady: true)
    let compressed = Mutex(0)
    options.onResponse = { info in compressed.withLock { $0 += info.wasCompressed ? 1 : 0 } }
    let messages = [
      payload(), payload("small"), payload("zeros", [UInt8](repeating: 0, count: 300_000)),
      payload("noise", noise(20_000)),
    ]
    for message in messages {
      let answer = try await client.unary(
        method("Unary", .unary), message, response: Payload.self, options: options)
      #expect(answer == message)
    }
    #expect(compressed.withLock { $0 } > 0, "\(peer.complaints)")
    let collected = try await client.clientStreaming(
      method("Collect", .clientStreaming), response: Payload.self, options: options
    ) { (requests: RequestWriter<Payload>) in
      for message in messages { try await requests.write(message) }
    }
    #expect(collected.typeUrl == "4 320000")
    let chat = try await client.bidirectionalStreaming(
      method("Chat", .bidirectionalStreaming), request: Payload.self, response: Payload.self, options: options)
    var answers = chat.responses.makeAsyncIterator()
    for (index, message) in messages.enumerated() {
      // Whatever pays or not: the peer must take each kind.
      try await chat.requests.write(message, compress: index % 2 == 0)
      #expect(try await answers.next() == message)
    }
    try await chat.requests.finish()
    #expect(try await answers.next() == nil)
    await client.close()
  }
}
