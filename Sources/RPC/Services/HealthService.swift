internal import Synchronization

/// `grpc.health.v1`: tells load balancers and supervisors which services take calls.
///
/// The empty name stands for the server as a whole.
public final class HealthService: GrpcHealthV1HealthProvider {
  /// Whether a service takes calls.
  public typealias ServingStatus = GrpcHealthV1HealthCheckResponse.ServingStatus

  private struct State {
    var statuses: [String: ServingStatus] = ["": .serving]
    var watchers: [UInt64: Watcher] = [:]
    var nextWatcher: UInt64 = 0
    var isShutDown = false

    mutating func set(_ service: String, _ status: ServingStatus) {
      guard !isShutDown, statuses[service] != status else { return }
      statuses[service] = status
      for watcher in watchers.values where watcher.service == service { watcher.changes.yield(status) }
    }
  }

  private struct Watcher {
    let service: String
    let changes: AsyncStream<ServingStatus>.Continuation
  }

  private let state = Mutex(State())

  /// The server as a whole takes calls; its services are added with `set`.
  public init() {}

  /// Announces a service's state to everybody who watches it.
  public func set(_ service: String, _ status: ServingStatus) {
    state.withLock { $0.set(service, status) }
  }

  /// What is announced of a service now; nil for one that is not known.
  public func status(of service: String) -> ServingStatus? { state.withLock { $0.statuses[service] } }

  /// Announces services that nobody has set a state of as serving.
  public func register(_ services: [String]) {
    state.withLock { state in
      for service in services where state.statuses[service] == nil { state.set(service, .serving) }
    }
  }

  /// Announces that nothing is served any more; later changes are ignored, since the process is ending.
  public func shutDown() {
    state.withLock { state in
      for service in state.statuses.keys { state.set(service, .notServing) }
      state.isShutDown = true
    }
  }

  public func check(
    _ request: GrpcHealthV1HealthCheckRequest, context: ServerContext
  ) async throws -> GrpcHealthV1HealthCheckResponse {
    guard let status = status(of: request.service) else {
      throw RPCError(.notFound, "this server reports no health for \"\(request.service)\"")
    }
    return response(status)
  }

  public func list(
    _ request: GrpcHealthV1HealthListRequest, context: ServerContext
  ) async throws -> GrpcHealthV1HealthListResponse {
    let statuses = state.withLock { $0.statuses }
    guard statuses.count <= Self.maxListed else {
      throw RPCError(
        .resourceExhausted,
        "\(statuses.count) services are more than the \(Self.maxListed) that List may name: use Check")
    }
    var response = GrpcHealthV1HealthListResponse()
    response.statuses = statuses.mapValues(self.response)
    return response
  }

  /// The bound that the service's definition sets.
  private static let maxListed = 100

  public func watch(
    _ request: GrpcHealthV1HealthCheckRequest, responses: ResponseWriter<GrpcHealthV1HealthCheckResponse>,
    context: ServerContext
  ) async throws {
    // Only the latest state matters to a watcher that is behind.
    let (stream, changes) = AsyncStream.makeStream(of: ServingStatus.self, bufferingPolicy: .bufferingNewest(1))
    let id = state.withLock { state in
      state.nextWatcher += 1
      state.watchers[state.nextWatcher] = Watcher(service: request.service, changes: changes)
      changes.yield(state.statuses[request.service] ?? .serviceUnknown)
      return state.nextWatcher
    }
    defer { state.withLock { $0.watchers[id] = nil } }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        await context.waitForShutdown()
        changes.finish()
      }
      for await status in stream { try await responses.write(response(status)) }
      group.cancelAll()
    }
  }

  private func response(_ status: ServingStatus) -> GrpcHealthV1HealthCheckResponse {
    var response = GrpcHealthV1HealthCheckResponse()
    response.status = status
    return response
  }
}
