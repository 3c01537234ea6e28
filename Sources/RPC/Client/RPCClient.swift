internal import HTTP2
public import Logging
internal import NIOCore
internal import NIOPosix
public import Protobuf

/// A client of one gRPC server: one HTTP/2 connection with many calls at once, made when first needed and made again
/// when it is lost.
///
/// Generated clients wrap one; any number of them may share it.
public final class RPCClient: Sendable {
  public struct Keepalive: Sendable {
    /// Silence after which the server is asked whether it is still there; nil never asks. Foreign servers close
    /// connections that ask more than every five minutes.
    public var interval: Duration?
    public var timeout: Duration = .seconds(20)
    /// Ask also while no call is open.
    public var withoutCalls = false

    public static var defaults: Keepalive { Keepalive() }
  }

  public struct Configuration: Sendable {
    /// The largest message a server may send, in bytes.
    public var maxReceiveMessageSize = 4 << 20
    /// The largest message that may be sent, in bytes.
    public var maxSendMessageSize = Int(Int32.max)
    /// The size of a response's header list, counted as in RFC 9113 §6.5.2.
    public var maxHeaderListSize = 16 << 10
    /// What requests are compressed with, unless a call's options say otherwise. A server that does not take it
    /// answers `UNIMPLEMENTED`.
    public var compression = CompressionAlgorithm.identity
    /// What servers may compress responses with, besides `identity`.
    public var acceptedCompression: Set<CompressionAlgorithm> = [.gzip, .deflate]
    public var connectTimeout: Duration = .seconds(20)
    public var backoff = Backoff.defaults
    public var keepalive = Keepalive.defaults

    public init() {}
  }

  private let transport: ClientTransport
  private let configuration: Configuration

  /// Connects at the first call.
  public init(
    target: RPCAddress, configuration: Configuration = Configuration(), logger: Logger = Logger(label: "rpc.client")
  ) {
    self.configuration = configuration
    transport = ClientTransport(
      loop: MultiThreadedEventLoopGroup.singleton.any(), target: target, configuration: configuration, logger: logger)
  }

  // Calls that are still open finish: their streams keep the connection.
  deinit { transport.loop.execute { [transport] in transport.retire() } }

  /// Closes the connection; calls that are still open fail. Later calls fail with `CANCELLED`.
  public func close() async {
    await withCheckedContinuation { continuation in
      transport.loop.execute {
        self.transport.close()
        continuation.resume()
      }
    }
  }

  // MARK: Calls

  public func unary<Request: Message, Response: Message>(
    _ method: MethodDescriptor, _ request: Request, response: Response.Type, options: CallOptions
  ) async throws(RPCError) -> Response {
    let call = try makeCall(method, options, request: request)
    return try await finish(call, response: response, submit: true)
  }

  public func clientStreaming<Request: Message, Response: Message>(
    _ method: MethodDescriptor, response: Response.Type, options: CallOptions,
    send: (RequestWriter<Request>) async throws -> Void
  ) async throws(RPCError) -> Response {
    let call = makeCall(method, options)
    let writer = RequestWriter<Request>(handle: CallHandle(call))
    submit(call)
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

  public func serverStreaming<Request: Message, Response: Message>(
    _ method: MethodDescriptor, _ request: Request, response: Response.Type, options: CallOptions
  ) async throws(RPCError) -> ResponseStream<Response> {
    let call = try makeCall(method, options, request: request)
    submit(call)
    return ResponseStream(handle: CallHandle(call))
  }

  public func bidirectionalStreaming<Request: Message, Response: Message>(
    _ method: MethodDescriptor, request: Request.Type, response: Response.Type, options: CallOptions
  ) async throws(RPCError) -> BidirectionalCall<Request, Response> {
    let call = makeCall(method, options)
    submit(call)
    let handle = CallHandle(call)
    return BidirectionalCall(requests: RequestWriter(handle: handle), responses: ResponseStream(handle: handle))
  }

  private func makePipe(_ options: CallOptions) -> MessagePipe {
    let pipe = MessagePipe(
      executor: transport.executor, maxReceiveSize: options.maxResponseMessageSize ?? configuration.maxReceiveMessageSize,
      maxSendSize: configuration.maxSendMessageSize)
    pipe.sendEncoding = options.compression ?? configuration.compression
    return pipe
  }

  private func makeCall(_ method: MethodDescriptor, _ options: CallOptions) -> ClientCall {
    ClientCall(method: method, options: options, transport: transport, pipe: makePipe(options), request: nil)
  }

  private func makeCall(
    _ method: MethodDescriptor, _ options: CallOptions, request: some Message
  ) throws(RPCError) -> ClientCall {
    let pipe = makePipe(options)
    return ClientCall(
      method: method, options: options, transport: transport, pipe: pipe,
      request: try pipe.framed(request, pipe.sendEncoding, .automatic))
  }

  private func submit(_ call: ClientCall) {
    if transport.loop.inEventLoop { call.submit() } else { transport.loop.execute { call.submit() } }
  }

  /// Waits for the status and takes the one response message.
  private func finish<Response: Message>(
    _ call: ClientCall, response: Response.Type, submit: Bool
  ) async throws(RPCError) -> Response {
    let result: Result<Response, RPCError> = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let wait: @Sendable () -> Void = {
          if submit { call.submit() }
          call.whenFinished { continuation.resume(returning: call.singleResponse(response)) }
        }
        if transport.loop.inEventLoop { wait() } else { transport.loop.execute(wait) }
      }
    } onCancel: {
      call.cancel()
    }
    return try result.get()
  }
}
