import Protobuf
import RPC

/// `grpc.testing.TestService`: does what its requests say.
struct TestService: GrpcTestingTestServiceProvider {
  /// The service without `UnimplementedCall`, so that the runtime itself answers calls of a method that is not there.
  var served: ServiceDefinition {
    let all = definition
    return ServiceDefinition(
      name: all.name, descriptorSet: all.descriptorSet, methods: all.methods.filter { $0.name != "UnimplementedCall" })
  }

  func emptyCall(_ request: GrpcTestingEmpty, context: ServerContext) async throws -> GrpcTestingEmpty {
    echoMetadata(context)
    return GrpcTestingEmpty()
  }

  func unaryCall(
    _ request: GrpcTestingSimpleRequest, context: ServerContext
  ) async throws -> GrpcTestingSimpleResponse {
    echoMetadata(context)
    try check(request.expectCompressed, wasCompressed: await context.requestWasCompressed)
    if let compressed = request.responseCompressed { context.responseCompression = compressed.value ? .gzip : .identity }
    try throwStatus(request.responseStatus)
    return try .with { $0.payload = try payload(request.responseType, size: request.responseSize) }
  }

  func streamingOutputCall(
    _ request: GrpcTestingStreamingOutputCallRequest,
    responses: ResponseWriter<GrpcTestingStreamingOutputCallResponse>, context: ServerContext
  ) async throws {
    echoMetadata(context)
    // For the whole call; single messages are exempted from it.
    if request.responseParameters.contains(where: { $0.compressed != nil }) { context.responseCompression = .gzip }
    try await answer(request, responses)
  }

  func streamingInputCall(
    _ requests: RequestStream<GrpcTestingStreamingInputCallRequest>, context: ServerContext
  ) async throws -> GrpcTestingStreamingInputCallResponse {
    echoMetadata(context)
    var total = 0
    for try await request in requests {
      try check(request.expectCompressed, wasCompressed: await requests.lastMessageWasCompressed)
      total += request.payload?.body.count ?? 0
    }
    return .with { $0.aggregatedPayloadSize = Int32(clamping: total) }
  }

  func fullDuplexCall(
    _ requests: RequestStream<GrpcTestingStreamingOutputCallRequest>,
    responses: ResponseWriter<GrpcTestingStreamingOutputCallResponse>, context: ServerContext
  ) async throws {
    echoMetadata(context)
    for try await request in requests { try await answer(request, responses) }
  }

  func halfDuplexCall(
    _ requests: RequestStream<GrpcTestingStreamingOutputCallRequest>,
    responses: ResponseWriter<GrpcTestingStreamingOutputCallResponse>, context: ServerContext
  ) async throws {
    echoMetadata(context)
    var all: [GrpcTestingStreamingOutputCallRequest] = []
    for try await request in requests { all.append(request) }
    for request in all { try await answer(request, responses) }
  }

  /// Not served: see `served`.
  func unimplementedCall(_ request: GrpcTestingEmpty, context: ServerContext) async throws -> GrpcTestingEmpty {
    throw RPCError(.unimplemented, "no server has this method")
  }

  // MARK: Features

  private func answer(
    _ request: GrpcTestingStreamingOutputCallRequest,
    _ responses: ResponseWriter<GrpcTestingStreamingOutputCallResponse>
  ) async throws {
    try throwStatus(request.responseStatus)
    for wanted in request.responseParameters {
      if wanted.intervalUs > 0 { try await Task.sleep(for: .microseconds(wanted.intervalUs)) }
      let payload = try payload(request.responseType, size: wanted.size)
      let response = GrpcTestingStreamingOutputCallResponse.with { $0.payload = payload }
      if let compressed = wanted.compressed {
        try await responses.write(response, compress: compressed.value)
      } else {
        try await responses.write(response)
      }
    }
  }

  /// "Echo Metadata": what the suite's clients send comes back, before the messages and after them.
  private func echoMetadata(_ context: ServerContext) {
    if let value = context.requestMetadata[EchoMetadata.initialName] {
      try? context.responseMetadata.add(EchoMetadata.initialName, value)
    }
    for value in context.requestMetadata.binary(EchoMetadata.trailingName) {
      try? context.trailingMetadata.addBinary(EchoMetadata.trailingName, value)
    }
  }

  /// "CompressedRequest": the client says how a message comes, and we check it.
  private func check(_ expected: GrpcTestingBoolValue?, wasCompressed: Bool) throws {
    guard let expected, expected.value != wasCompressed else { return }
    throw RPCError(
      .invalidArgument, "expect_compressed is \(expected.value), but the message's flag says \(wasCompressed)")
  }

  /// "Echo Status".
  private func throwStatus(_ status: GrpcTestingEchoStatus?) throws {
    guard let status, status.code != 0 else { return }
    throw RPCError(StatusCode(rawValue: Int(status.code)) ?? .unknown, status.message)
  }

  private func payload(_ type: GrpcTestingPayloadType, size: Int32) throws -> GrpcTestingPayload {
    guard type == .compressable else {
      throw RPCError(.invalidArgument, "response_type \(type.rawValue) is not one of this server's: ask for 0")
    }
    guard (0...Self.maxPayloadSize).contains(size) else {
      throw RPCError(.invalidArgument, "a payload of \(size) bytes was asked for: ask for 0 to \(Self.maxPayloadSize)")
    }
    return .zeros(Int(size))
  }

  private static let maxPayloadSize: Int32 = 64 << 20
}
