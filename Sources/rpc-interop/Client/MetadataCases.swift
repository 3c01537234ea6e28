import RPC

/// What travels beside the messages.
enum MetadataCases {
  private static let text = "test_initial_metadata_value"
  private static let bytes: [UInt8] = [0xab, 0xab, 0xab]

  static func custom(_ peer: Peer) async throws {
    var metadata = Metadata()
    try metadata.add(EchoMetadata.initialName, text)
    try metadata.addBinary(EchoMetadata.trailingName, bytes)

    // The stream of a unary call's one response tells of its metadata too.
    let unary = try await peer.client.serverStreaming(
      GrpcTestingTestServiceClient.Methods.unaryCall, UnaryCases.largeRequest, response: GrpcTestingSimpleResponse.self,
      options: Peer.options(metadata))
    var count = 0
    for try await response in unary {
      try expectZeros(response.payload, count: UnaryCases.responseSize)
      count += 1
    }
    try expectEqual(count, 1, "the number of responses")
    try expectEchoed(try await unary.metadata(), unary.trailingMetadata)

    let call = try await peer.service.fullDuplexCall(options: Peer.options(metadata))
    try await call.requests.write(
      StreamingCases.ping(UnaryCases.requestSize, wants: UnaryCases.responseSize))
    try await call.requests.finish()
    for try await response in call.responses { try expectZeros(response.payload, count: UnaryCases.responseSize) }
    try expectEchoed(try await call.responses.metadata(), call.responses.trailingMetadata)
  }

  private static func expectEchoed(_ initial: Metadata, _ trailing: Metadata) throws {
    try expectEqual(initial.values(EchoMetadata.initialName), [text], EchoMetadata.initialName)
    try expectEqual(trailing.binary(EchoMetadata.trailingName), [bytes], EchoMetadata.trailingName)
  }
}
