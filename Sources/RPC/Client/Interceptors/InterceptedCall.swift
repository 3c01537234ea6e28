internal import Protobuf
internal import Synchronization

/// The response message of a unary call on its way past the interceptors.
final class InterceptedOutcome<Response: Message>: Sendable {
  private let result = Mutex<Result<Response, RPCError>?>(nil)

  /// On the loop, when the call has ended.
  @Sendable func take(_ call: ClientCall) -> RPCError? {
    let response = Result { () throws(RPCError) in try call.singleResponse(Response.self) }
    result.withLock { $0 = response }
    if case .failure(let error) = response { return error }
    return nil
  }

  func get() throws(RPCError) -> Response {
    guard let result = result.withLock({ $0 }) else {
      throw RPCError(.internalError, "an interceptor neither called next nor threw: it must do one of them")
    }
    return try result.get()
  }
}

/// Runs the interceptors around a call that streams, beside the caller, who goes on as soon as the call is under way.
final class InterceptedStart: Sendable {
  private struct State {
    var result: Result<Void, RPCError>?
    var waiter: CheckedContinuation<Result<Void, RPCError>, Never>?
  }
  private let state = Mutex(State())

  /// - Throws: when the interceptors end the call before it has begun.
  func run(_ handler: @escaping ClientHandler, _ call: ClientCall) async throws(RPCError) {
    let context = ClientContext(call, started: { self.settle(.success(())) })
    let interceptors = Task {
      do {
        try await handler(context)
        self.settle(
          .failure(RPCError(.internalError, "an interceptor neither called next nor threw: it must do one of them")))
      } catch {
        self.settle(.failure(RPCError(thrown: error)))
      }
    }
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { waiter in
        let known = state.withLock { state in
          if state.result == nil { state.waiter = waiter }
          return state.result
        }
        if let known { waiter.resume(returning: known) }
      }
    } onCancel: {
      interceptors.cancel()
    }
    try result.get()
  }

  /// Only the first result counts.
  private func settle(_ result: Result<Void, RPCError>) {
    let waiter = state.withLock { state in
      guard state.result == nil else { return nil as CheckedContinuation<Result<Void, RPCError>, Never>? }
      state.result = result
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.resume(returning: result)
  }
}
