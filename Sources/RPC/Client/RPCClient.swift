internal import HTTP2
public import Logging
internal import NIOPosix
public import Protobuf

/// A client of one gRPC service: HTTP/2 connections with many calls at once, made when first needed and made again when
/// they are lost.
///
/// Generated clients wrap one; any number of them may share it.
public final class RPCClient: Sendable {
  let channel: ClientChannel

  /// Connects at the first call.
  /// - Parameter interceptors: wrap every call, the first one outermost.
  public init(
    target: RPCTarget, configuration: Configuration = Configuration(), interceptors: [any ClientInterceptor] = [],
    logger: Logger = Logger(label: "rpc.client")
  ) {
    InheritedDeadline.clientWasMade()
    channel = ClientChannel(
      target: target, configuration: configuration, interceptors: interceptors,
      executor: LoopExecutor(MultiThreadedEventLoopGroup.singleton.any()), logger: logger)
  }

  /// Connects at the first call.
  /// - Parameter interceptors: wrap every call, the first one outermost.
  public convenience init(
    target: RPCAddress, configuration: Configuration = Configuration(), interceptors: [any ClientInterceptor] = [],
    logger: Logger = Logger(label: "rpc.client")
  ) {
    self.init(
      target: RPCTarget(target), configuration: configuration, interceptors: interceptors, logger: logger)
  }

  // Calls that are still open finish: they keep the connections.
  deinit { channel.loop.execute { [channel] in channel.retire() } }

  /// Closes the connections; calls that are still open fail. Later calls fail with `CANCELLED`.
  public func close() async {
    await withCheckedContinuation { continuation in
      channel.loop.execute {
        self.channel.close()
        continuation.resume()
      }
    }
  }

  // MARK: Connections

  /// Runs tasks where the client's connections live: calls made there spare two thread hand-overs each.
  ///
  /// Tasks on it share one thread with all I/O of the client; they must not block it or compute for long.
  public var taskExecutor: any TaskExecutor { channel.connectionContext.executor }

  /// What the connections are up to now.
  public var connectivityState: ConnectivityState { channel.connectivity.current }

  /// What the connections are up to: now, and at every change. It ends when the client is closed.
  ///
  /// A reader that falls behind by more than 16 changes misses the older ones.
  public func connectivityStates() -> AsyncStream<ConnectivityState> { channel.connectivity.watch() }

  /// Connects now, if nothing is connected, rather than at the first call.
  public func connect() {
    channel.loop.execute { [channel] in channel.connect() }
  }

  // MARK: Calls

  /// Sends one message and takes one.
  ///
  /// - Throws: the call's status unless it is `OK`; `CANCELLED` when the task is cancelled.
  public func unary<Request: Message, Response: Message>(
    _ method: MethodDescriptor, _ request: Request, response: Response.Type, options: CallOptions
  ) async throws(RPCError) -> Response {
    let call = try makeCall(method, options, request: request)
    guard let handler = call.method.handler else { return try await finish(call, response: response, submit: true) }
    let outcome = InterceptedOutcome<Response>()
    let context = ClientContext(call, ended: outcome.take)
    do {
      try await handler(context)
    } catch {
      throw RPCError(thrown: error)
    }
    return try outcome.get()
  }

  /// Sends the messages that `send` writes, and takes one.
  ///
  /// - Throws: the call's status unless it is `OK`; what `send` throws gives the call up, unless the server has
  ///   answered.
  public func clientStreaming<Request: Message, Response: Message>(
    _ method: MethodDescriptor, response: Response.Type, options: CallOptions,
    send: (RequestWriter<Request>) async throws -> Void
  ) async throws(RPCError) -> Response {
    let call = makeCall(method, options)
    let writer = RequestWriter<Request>(handle: CallHandle(call))
    try await start(call)
    do {
      try await send(writer)
      try await writer.finish()
    } catch {
      // The server may have answered before it had read everything; its answer counts then, not our failed write.
      if call.outcome.withLock({ $0.status == nil }) {
        call.cancel()
        throw RPCError(thrown: error)
      }
    }
    return try await finish(call, response: response, submit: false)
  }

  /// Sends one message; the answers come as a stream, which ends with the call's status.
  ///
  /// - Throws: `RESOURCE_EXHAUSTED` for a message that is too large.
  public func serverStreaming<Request: Message, Response: Message>(
    _ method: MethodDescriptor, _ request: Request, response: Response.Type, options: CallOptions
  ) async throws(RPCError) -> ResponseStream<Response> {
    let call = try makeCall(method, options, request: request)
    let handle = CallHandle(call)
    try await start(call)
    return ResponseStream(handle: handle)
  }

  /// Opens a call in which both sides stream; dropping it gives it up.
  public func bidirectionalStreaming<Request: Message, Response: Message>(
    _ method: MethodDescriptor, request: Request.Type, response: Response.Type, options: CallOptions
  ) async throws(RPCError) -> BidirectionalCall<Request, Response> {
    let call = makeCall(method, options)
    let handle = CallHandle(call)
    try await start(call)
    return BidirectionalCall(requests: RequestWriter(handle: handle), responses: ResponseStream(handle: handle))
  }

  private func makePipe(_ method: ClientMethod, _ options: CallOptions) -> MessagePipe {
    let configuration = channel.configuration
    let pipe = MessagePipe(
      executor: channel.connectionContext.executor,
      maxReceiveSize: min(
        options.maxResponseMessageSize ?? configuration.maxReceiveMessageSize,
        method.config.maxResponseMessageSize ?? .max),
      maxSendSize: min(configuration.maxSendMessageSize, method.config.maxRequestMessageSize ?? .max))
    pipe.sendEncoding = options.compression ?? configuration.compression
    return pipe
  }

  private func makeCall(
    _ method: ClientMethod, _ options: CallOptions, _ pipe: MessagePipe, request: [UInt8]?
  ) -> ClientCall {
    ClientCall(
      method: method, options: options, inheritedDeadline: options.inheritsDeadline ? InheritedDeadline.current : nil,
      channel: channel, pipe: pipe, request: request)
  }

  private func makeCall(_ method: MethodDescriptor, _ options: CallOptions) -> ClientCall {
    let method = channel.methods.find(method)
    return makeCall(method, options, makePipe(method, options), request: nil)
  }

  private func makeCall(
    _ method: MethodDescriptor, _ options: CallOptions, request: some Message
  ) throws(RPCError) -> ClientCall {
    let method = channel.methods.find(method)
    let pipe = makePipe(method, options)
    return makeCall(method, options, pipe, request: try pipe.framed(request, pipe.sendEncoding, .automatic))
  }

  /// Begins a call that streams, within its interceptors.
  private func start(_ call: ClientCall) async throws(RPCError) {
    guard let handler = call.method.handler else { return call.onLoop { call.submit() } }
    try await InterceptedStart().run(handler, call)
  }

  /// Waits for the status and takes the one response message.
  private func finish<Response: Message>(
    _ call: ClientCall, response: Response.Type, submit: Bool
  ) async throws(RPCError) -> Response {
    if call.pipe.isOnLoop {
      // Nothing generic in here: looking types up costs a small call a seventh of its instructions.
      await withTaskCancellationHandler {
        await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
          if submit { call.submit() }
          call.whenFinished { continuation.resume() }
        }
      } onCancel: {
        call.cancel()
      }
      if call.pipe.isOnLoop { return try call.singleResponse(response) }
      return try await call.pipe.onLoop { () throws(RPCError) in try call.singleResponse(response) }
    }
    let result: Result<Response, RPCError> = await withTaskCancellationHandler {
      await withUnsafeContinuation { continuation in
        call.onLoop {
          if submit { call.submit() }
          call.whenFinished {
            continuation.resume(returning: Result { () throws(RPCError) in try call.singleResponse(response) })
          }
        }
      }
    } onCancel: {
      call.cancel()
    }
    return try result.get()
  }
}
