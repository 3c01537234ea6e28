import RPC

/// What travels beside the messages.
enum MetadataCases {
  private static let text = "test_initial_metadata_value"
  private static let bytes: [UInt8] = [0xab, 0xab, 0xab]

  static func custom(_ peer: Peer) async throws {
    var metadata = Metadata()
    try metadata.add(EchoMetadata.initialName, text)
    try metadata.addBinary(EchoMetadata.trailingName, bytes)

    let (response, info) = try await peer.unaryCall(UnaryCases.largeRequest, options: Peer.options(metadata))
    try expectZeros(response.payload, count: UnaryCases.responseSize)
    try expectEchoed(info.metadata, info.trailingMetadata)

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
