import Logging
import Protobuf
import Testing

@testable import RPC

@Suite("Channelz shows what servers really do", .timeLimit(.minutes(2)))
struct ChannelzTests {
  /// A server under test, and another one that serves channelz of it, so that asking does not change what is counted.
  private func run(
    methods: [MethodDefinition] = echoMethods, transport: Loopback.Transport = .tcp,
    server configure: (inout RPCServer.Configuration) -> Void = { _ in },
    _ body: (Loopback, GrpcChannelzV1ChannelzClient) async throws -> Void
  ) async throws {
    let registry = ChannelzRegistry()
    try await Loopback.run(methods: [], others: [ChannelzService(registry).definition]) { administration in
      try await Loopback.run(transport, methods: methods, server: configure) { loopback in
        registry.add(loopback.server)
        try await body(loopback, GrpcChannelzV1ChannelzClient(administration.client))
      }
    }
  }

  private func server(_ channelz: GrpcChannelzV1ChannelzClient) async throws -> GrpcChannelzV1Server {
    let servers = try await channelz.getServers(GrpcChannelzV1GetServersRequest())
    #expect(servers.server.count == 1 && servers.end)
    return try #require(servers.server.first)
  }

  private func sockets(_ channelz: GrpcChannelzV1ChannelzClient) async throws -> [GrpcChannelzV1Socket] {
    let id = try await server(channelz).ref?.serverId ?? 0
    let refs = try await channelz.getServerSockets(.with { $0.serverId = id })
    var sockets: [GrpcChannelzV1Socket] = []
    for ref in refs.socketRef { sockets.append(try await socket(ref.socketId, channelz)) }
    return sockets
  }

  private func socket(_ id: Int64, _ channelz: GrpcChannelzV1ChannelzClient) async throws -> GrpcChannelzV1Socket {
    try #require(try await channelz.getSocket(.with { $0.socketId = id }).socket)
  }

  @Test("a server's calls are counted by how they ended, refused ones and those of closed connections too")
  func calls() async throws {
    let started = Signal()
    let methods = [
      unaryMethod { request, _ in
        switch request.typeUrl {
        case "fail": throw RPCError(.notFound, "no such thing")
        case "hang":
          started.give()
          try await Task.sleep(for: .seconds(3_600))
        default: break
        }
        return request
      }
    ]
    try await run(methods: methods) { loopback, channelz in
      let before = try await server(channelz)
      #expect(before.data?.callsStarted == 0 && before.data?.lastCallStartedTimestamp == nil)
      #expect(before.ref?.name == loopback.address.description)
      let begin = GoogleProtobufTimestamp.now
      for _ in 0..<3 { _ = try await loopback.unary() }
      _ = await failure { try await loopback.unary(payload("fail")) }
      let raw = try await RawClient.connect(to: loopback.address)
      _ = try await raw.call("/test.Echo/Nothing", body: [], endStream: true)
      let hanging = Task { try await loopback.unary(payload("hang")) }
      await started.wait()
      let during = try #require(try await server(channelz).data)
      #expect(during.callsStarted == 6 && during.callsSucceeded == 3 && during.callsFailed == 2)
      let last = try #require(during.lastCallStartedTimestamp)
      // The loop's clock is read when bytes come in, the wall clock when somebody asks.
      #expect(last.seconds >= begin.seconds - 1 && last <= .now && last.isValid)
      hanging.cancel()
      await raw.close()
      await loopback.client.close()
      while try await !sockets(channelz).isEmpty { await Task.yield() }
      let after = try #require(try await server(channelz).data)
      #expect(after.callsStarted == 6 && after.callsSucceeded == 3 && after.callsFailed == 3)
    }
  }

  @Test("a socket tells its ends, streams, messages and windows, while calls go on and afterwards")
  func socketData() async throws {
    try await run { loopback, channelz in
      _ = try await loopback.unary()
      let chat = try await loopback.chat()
      var responses = chat.responses.makeAsyncIterator()
      for index in 0..<4 {
        try await chat.requests.write(payload("\(index)"))
        _ = try await responses.next()
      }
      let open = try #require(try await sockets(channelz).first)
      let data = try #require(open.data)
      #expect(data.streamsStarted == 2 && data.streamsSucceeded == 1 && data.streamsFailed == 0)
      #expect(data.messagesReceived == 5 && data.messagesSent == 5)
      #expect(data.lastRemoteStreamCreatedTimestamp != nil && data.lastLocalStreamCreatedTimestamp == nil)
      #expect((data.localFlowControlWindow?.value ?? 0) >= 65_535 - 100)
      #expect((data.remoteFlowControlWindow?.value ?? 0) >= 65_535)
      guard case .tcpipAddress(let local)? = open.local?.address, case .tcpipAddress(let remote)? = open.remote?.address
      else {
        Issue.record("\(open)")
        return
      }
      #expect(local.ipAddress == [127, 0, 0, 1] && "\(local.port)" == loopback.address.port)
      #expect(remote.ipAddress == [127, 0, 0, 1] && remote.port != local.port && remote.port > 0)
      #expect(open.security == nil)

      try await chat.requests.finish()
      while try await responses.next() != nil {}
      let after = try await socket(open.ref?.socketId ?? 0, channelz).data
      #expect(after?.streamsSucceeded == 2 && after?.messagesSent == 5)
    }
  }

  @Test("a stream that the client resets counts as failed, one that the server refuses as succeeded")
  func streamEnds() async throws {
    let started = Signal()
    let methods = [
      unaryMethod { _, _ in
        started.give()
        try await Task.sleep(for: .seconds(3_600))
        return Payload()
      },
      expandMethod { _, _, _ in throw RPCError(.aborted, "no") },
    ]
    try await run(methods: methods) { loopback, channelz in
      let call = Task { try await loopback.unary() }
      await started.wait()
      call.cancel()
      _ = await failure {
        for try await _ in try await loopback.expand(Payload()) {}
      }
      // The reset left before the second call's answer came, on the same connection.
      let data = try await sockets(channelz).first?.data
      #expect(data?.streamsStarted == 2 && data?.streamsFailed == 1 && data?.streamsSucceeded == 1)
    }
  }

  @Test("keepalive pings are counted")
  func keepalive() async throws {
    try await run(server: { $0.keepalive.interval = .milliseconds(5) }) { loopback, channelz in
      _ = try await loopback.unary()
      let id = try #require(try await sockets(channelz).first?.ref?.socketId)
      while try await socket(id, channelz).data?.keepAlivesSent ?? 0 < 2 { await Task.yield() }
    }
  }

  @Test("a Unix socket tells its path, and the listening socket is a socket too")
  func unixSocket() async throws {
    try await run(transport: .unix) { loopback, channelz in
      _ = try await loopback.unary()
      guard case .unix(let path) = loopback.address else { return }
      let connection = try #require(try await sockets(channelz).first)
      #expect(connection.local?.address == .udsAddress(.with { $0.filename = path }))
      #expect(connection.remote == nil)
      let id = try #require(try await server(channelz).listenSocket.first?.socketId)
      let listener = try await socket(id, channelz)
      #expect(listener.local == connection.local && listener.data?.streamsStarted == 0)
    }
  }

  @Test("what is not there is NOT_FOUND, and numbers below 0 are INVALID_ARGUMENT")
  func notFound() async throws {
    try await run { _, channelz in
      let missing = Int64.max
      for error in [
        await failure { try await channelz.getServer(.with { $0.serverId = missing }) },
        await failure { try await channelz.getServerSockets(.with { $0.serverId = missing }) },
        await failure { try await channelz.getSocket(.with { $0.socketId = missing }) },
        await failure { try await channelz.getChannel(.with { $0.channelId = missing }) },
        await failure { try await channelz.getSubchannel(.with { $0.subchannelId = missing }) },
      ] {
        #expect(error?.code == .notFound)
      }
      let negative = await failure { try await channelz.getServers(.with { $0.maxResults = -1 }) }
      #expect(negative?.code == .invalidArgument)
      let channels = try await channelz.getTopChannels(GrpcChannelzV1GetTopChannelsRequest())
      #expect(channels.channel.isEmpty && channels.end)
    }
  }

  @Test("servers come in pages, by rising number, as long as they live")
  func pages() async throws {
    let registry = ChannelzRegistry()
    try await Loopback.run(methods: [], others: [ChannelzService(registry).definition]) { loopback in
      let channelz = GrpcChannelzV1ChannelzClient(loopback.client)
      func makeServer() -> RPCServer {
        RPCServer(
          configuration: RPCServer.Configuration(addresses: []), services: [], logger: Logger(label: "test"))
      }
      func serverIDs(from start: Int64 = 0, max: Int64 = 0) async throws -> (ids: [Int64], end: Bool) {
        let response = try await channelz.getServers(
          .with {
            $0.startServerId = start
            $0.maxResults = max
          })
        return (response.server.compactMap { $0.ref?.serverId }, response.end)
      }
      let kept = (0..<3).map { _ in makeServer() }
      for server in kept.reversed() { registry.add(server) }
      registry.add(makeServer())
      let all = try await serverIDs()
      #expect(all.ids == kept.map(\.channelz.id) && all.ids == all.ids.sorted() && all.end)
      let first = try await serverIDs(max: 2)
      #expect(first.ids == Array(all.ids.prefix(2)) && !first.end)
      let rest = try await serverIDs(from: first.ids[1] + 1, max: 2)
      #expect(rest.ids == [all.ids[2]] && rest.end)
      let one = try await channelz.getServer(.with { $0.serverId = all.ids[1] })
      #expect(one.server?.ref?.serverId == all.ids[1])
    }
  }

  @Test("a client is a channel with a subchannel and a socket; calls are counted at each, with its side of the socket")
  func clientChannel() async throws {
    let registry = ChannelzRegistry()
    try await Loopback.run(methods: [], others: [ChannelzService(registry).definition]) { administration in
      let channelz = GrpcChannelzV1ChannelzClient(administration.client)
      let methods = [
        unaryMethod { request, _ in
          if request.typeUrl == "fail" { throw RPCError(.notFound, "no such thing") }
          return request
        },
        echoMethods[3],
      ]
      try await Loopback.run(methods: methods) { loopback in
        registry.add(loopback.client)
        func channel() async throws -> GrpcChannelzV1Channel {
          let page = try await channelz.getTopChannels(GrpcChannelzV1GetTopChannelsRequest())
          #expect(page.channel.count == 1 && page.end)
          return try #require(page.channel.first)
        }
        let idle = try await channel()
        #expect(idle.data?.state?.state == .idle && idle.data?.callsStarted == 0 && idle.subchannelRef.isEmpty)

        _ = try await loopback.unary()
        _ = try await loopback.unary()
        _ = await failure { try await loopback.unary(payload("fail")) }
        let chat = try await loopback.chat()
        var responses = chat.responses.makeAsyncIterator()
        try await chat.requests.write(payload("1"))
        _ = try await responses.next()

        let open = try await channel()
        let data = try #require(open.data)
        #expect(data.state?.state == .ready && data.target.hasSuffix(loopback.address.port))
        #expect(data.callsStarted == 4 && data.callsSucceeded == 2 && data.callsFailed == 1)
        #expect(data.lastCallStartedTimestamp.map { $0 <= .now && $0.isValid } == true)
        let same = try await channelz.getChannel(.with { $0.channelId = open.ref?.channelId ?? 0 })
        #expect(same.channel?.ref == open.ref)

        let subchannelID = try #require(open.subchannelRef.first).subchannelId
        let found = try await channelz.getSubchannel(.with { $0.subchannelId = subchannelID })
        let subchannel = try #require(found.subchannel)
        #expect(subchannel.data?.state?.state == .ready)
        #expect(subchannel.data?.target == loopback.address.description)
        #expect(subchannel.data?.callsStarted == 4 && subchannel.data?.callsFailed == 1)

        let socket = try await socket(try #require(subchannel.socketRef.first).socketId, channelz)
        #expect(socket.data?.streamsStarted == 4)
        // A status other than OK is an answer too.
        #expect(socket.data?.streamsSucceeded == 3 && socket.data?.streamsFailed == 0)
        #expect(socket.data?.lastLocalStreamCreatedTimestamp != nil)
        #expect(socket.data?.lastRemoteStreamCreatedTimestamp == nil)
        guard case .tcpipAddress(let remote)? = socket.remote?.address else {
          Issue.record("\(socket)")
          return
        }
        #expect("\(remote.port)" == loopback.address.port)
        // Messages of calls under way are not in yet.
        #expect(socket.data?.messagesSent == 3 && socket.data?.messagesReceived == 2)
        try await chat.requests.finish()
        while try await responses.next() != nil {}

        await loopback.client.close()
        let closed = try await channel()
        #expect(closed.data?.state?.state == .shutdown && closed.data?.callsSucceeded == 3)
      }
    }
  }
}
