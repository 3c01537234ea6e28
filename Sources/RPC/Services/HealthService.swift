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
    state.withLock { state in
      guard !state.isShutDown, state.statuses[service] != status else { return }
      state.statuses[service] = status
      for watcher in state.watchers.values where watcher.service == service { watcher.changes.yield(status) }
    }
  }

  /// Announces that nothing is served any more; later changes are ignored, since the process is ending.
  public func shutDown() {
    for service in state.withLock({ Array($0.statuses.keys) }) { set(service, .notServing) }
    state.withLock { $0.isShutDown = true }
  }

  public func check(
    _ request: GrpcHealthV1HealthCheckRequest, context: ServerContext
  ) async throws -> GrpcHealthV1HealthCheckResponse {
    guard let status = state.withLock({ $0.statuses[request.service] }) else {
      throw RPCError(.notFound, "this server reports no health for \"\(request.service)\"")
    }
    return response(status)
  }

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
