import Foundation
import Logging
import RPC
import Store
import Testing

@testable import Service

@Suite("Health and channelz of the service", .timeLimit(.minutes(1)))
struct HealthTests {
  @Test("health says NOT_SERVING while the store can take no file, and SERVING once it can again")
  func unwritableStore() async throws {
    let directory = try TestDirectory()
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let store = try await Store(directory: directory.data, logger: logger)
    let health = HealthService()
    let dispatcher = Dispatcher(
      store: store, signals: JobSignals(), limits: ServiceLimits(), timing: DispatchTiming(), logger: logger)
    let monitor = HealthMonitor(
      store: store, dispatcher: dispatcher, health: health, configured: [.tune], logger: logger)
    let (temporary, hidden) = ("\(directory.data)/blobs/temporary", "\(directory.data)/blobs/hidden")
    await monitor.update()
    #expect(health.status(of: "") == .serving && health.status(of: HealthMonitor.tunes) == .serving)
    // No backend samples, and the configuration names none.
    #expect(health.status(of: HealthMonitor.generations) == .notServing)
    try FileManager.default.moveItem(atPath: temporary, toPath: hidden)
    await monitor.update()
    let dependent = ["", HealthMonitor.assets, HealthMonitor.tunes]
    for service in dependent { #expect(health.status(of: service) == .notServing) }
    try FileManager.default.moveItem(atPath: hidden, toPath: temporary)
    await monitor.update()
    for service in dependent { #expect(health.status(of: service) == .serving) }
    #expect(directory.strayBlobs == [])
    store.close()
  }

  @Test("every service of the running service has a health, and the backends' socket shows both servers' calls")
  func runningService() async throws {
    let service = try await ServiceUnderTest(try TestDirectory())
    let health = try await GrpcHealthV1HealthClient(service.client).list(GrpcHealthV1HealthListRequest())
    #expect(health.statuses[""]?.status == .serving && health.statuses[HealthMonitor.assets]?.status == .serving)
    #expect(health.statuses["grpc.reflection.v1.ServerReflection"]?.status == .serving)
    let administration = RPCClient(target: .unix(path: service.socket))
    let servers = try await GrpcChannelzV1ChannelzClient(administration).getServers(GrpcChannelzV1GetServersRequest())
    #expect(servers.server.map { $0.data?.callsStarted } == [1, 1])
    #expect(servers.server.last?.ref?.name == "unix:\(service.socket)")
    let refused = GrpcChannelzV1ChannelzClient(service.client)
    await #expect(throws: RPCError.self) { try await refused.getServers(GrpcChannelzV1GetServersRequest()) }
    await administration.close()
    try await service.stop()
  }
}
