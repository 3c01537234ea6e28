internal import HTTP2

/// The header fields of gRPC over HTTP/2.
enum WireHeaders {
  static let responseHead = PreparedHeaders([":status": "200", "content-type": "application/grpc"])
  private static let statusOK = PreparedHeaders(["grpc-status": "0"])
  static let plainHead = OutgoingHeaders(responseHead)
  static let okTrailers = OutgoingHeaders(statusOK)

  /// A status as trailing fields.
  struct Trailers {
    var prepared: PreparedHeaders?
    var block: HeaderBlock

    var outgoing: OutgoingHeaders { OutgoingHeaders(prepared, block) }

    /// The same fields in one block, to follow other prepared ones.
    var flattened: HeaderBlock {
      guard prepared != nil else { return block }
      var flat = HeaderBlock()
      flat.append("grpc-status", "0")
      flat.append(contentsOf: block)
      return flat
    }
  }

  /// The fields of a status, within the header list of `limit` bytes that the peer takes.
  ///
  /// The code and the message say the most: what else there is of an error is left out where it does not fit, rather
  /// than losing all of it.
  static func trailers(for error: RPCError?, metadata: Metadata, limit: Int = suggestedLimit) -> Trailers {
    guard let error else { return Trailers(prepared: statusOK, block: metadata.block) }
    var block = HeaderBlock()
    block.append("grpc-status", String(error.code.rawValue))
    if !error.message.isEmpty {
      let message = StatusMessage.encode(error.message, limit: maxEncodedMessageSize)
      block.append(name: "grpc-message".utf8, value: message, neverIndexed: true)
    }
    if let pushback = error.retryPushback {
      let (seconds, attoseconds) = pushback.components
      // A day is as good as any longer time, and fits whatever integer a client reads it into.
      let milliseconds = min(max(seconds, -1), 86_400) * 1_000 + attoseconds / 1_000_000_000_000_000
      block.append("grpc-retry-pushback-ms", String(milliseconds), neverIndexed: true)
    }
    var room = limit - block.listSize
    var metadata = metadata
    metadata.add(contentsOf: error.metadata)
    if metadata.block.listSize <= room { room -= metadata.block.listSize } else { metadata = Metadata() }
    if !error.statusDetails.isEmpty {
      let details = Base64.encode(error.statusDetails)
      let name = "grpc-status-details-bin".utf8
      if name.count + details.count + 32 <= room { block.append(name: name, value: details, neverIndexed: true) }
    }
    block.append(contentsOf: metadata.block)
    return Trailers(prepared: nil, block: block)
  }

  /// What a peer takes at least, as the gRPC specification suggests.
  static let suggestedLimit = 8 << 10
  /// The size of `responseHead` as a header list: what it takes of the limit of a response without messages.
  static let responseHeadSize = 10 + 32 + 28 + 32
  private static let maxEncodedMessageSize = 4_096

  /// The status in the trailing fields of a response; nil when there is none.
  static func status(in headers: HeaderView) -> Result<Void, RPCError>? {
    guard let field = headers.first("grpc-status") else { return nil }
    guard let number = Int(headers.value(field)) else {
      return .failure(RPCError(.unknown, "the server sent the status \"\(headers.value(field))\", which is no number"))
    }
    let code = StatusCode(rawValue: number) ?? .unknown
    guard code != .ok else { return .success(()) }
    let message = headers.first("grpc-message").map { StatusMessage.decode(headers.valueBytes($0)) } ?? ""
    let details = headers.first("grpc-status-details-bin").flatMap { Base64.decode(headers.valueBytes($0)) } ?? []
    var error = RPCError(code, message, statusDetails: details, metadata: Metadata(headers))
    if let pushback = headers.first("grpc-retry-pushback-ms") {
      // What is no number means the same as a negative one: do not retry (gRFC A6).
      error.retryPushback = .milliseconds(Int32(headers.value(pushback)) ?? -1)
    }
    return .failure(error)
  }

  /// The fields that all requests of a method have in common.
  static func requestHead(
    method: MethodDescriptor, scheme: String, authority: String, acceptEncoding: String
  ) -> PreparedHeaders {
    var block = HeaderBlock()
    block.append(":method", "POST")
    block.append(":scheme", scheme)
    block.append(":path", method.path)
    block.append(":authority", authority)
    block.append("te", "trailers")
    block.append("content-type", "application/grpc")
    block.append("grpc-accept-encoding", acceptEncoding)
    return PreparedHeaders(block)
  }

  /// The fields of one attempt of a call; nil when there are none.
  static func requestRest(
    encoding: CompressionAlgorithm, timeout: Duration?, previousAttempts: Int, metadata: Metadata
  ) -> HeaderBlock? {
    guard encoding != .identity || timeout != nil || previousAttempts > 0 else {
      return metadata.isEmpty ? nil : metadata.block
    }
    var block = HeaderBlock()
    if encoding != .identity { block.append("grpc-encoding", encoding.rawValue) }
    if let timeout { block.append("grpc-timeout", Timeout.format(timeout), neverIndexed: true) }
    if previousAttempts > 0 { block.append("grpc-previous-rpc-attempts", String(previousAttempts)) }
    block.append(contentsOf: metadata.block)
    return block
  }

  /// `application/grpc`, alone or followed by `+proto` or parameters. Other sub-types name codecs we do not have.
  static func isGRPC(_ contentType: String) -> Bool {
    let type = contentType.lowercased()
    return type == "application/grpc" || type == "application/grpc+proto" || type.hasPrefix("application/grpc;")
      || type.hasPrefix("application/grpc+proto;")
  }
}
