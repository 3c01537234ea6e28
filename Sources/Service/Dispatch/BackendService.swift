import LorikeetAPI
import RPC
import Store

/// The backends' side of the service: attaches them, and moves blobs for those that do not share the disk.
///
/// It is served on the backends' own socket only: whoever reaches it can read every blob and answer for every job.
package struct BackendService: BackendServiceProvider {
  private let store: Store
  private let dispatcher: Dispatcher
  private let limits: ServiceLimits
  private let chunkSize = 256 << 10

  package init(store: Store, dispatcher: Dispatcher, limits: ServiceLimits) {
    self.store = store
    self.dispatcher = dispatcher
    self.limits = limits
  }

  package func attach(
    _ requests: RequestStream<BackendAttachRequest>, responses: ResponseWriter<BackendAttachResponse>,
    context: ServerContext
  ) async throws {
    let (outbound, continuation) = AsyncStream.makeStream(of: BackendAttachResponse.self)
    var iterator = requests.makeAsyncIterator()
    guard case .hello(let hello) = try await iterator.next()?.payload else {
      throw RPCError.invalid("hello", "must be the first message")
    }
    let token = try await dispatcher.attach(hello, outbound: continuation)
    let result: Result<Void, any Error>
    do {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          for try await request in requests {
            guard let payload = request.payload else { continue }
            if case .hello = payload { throw RPCError.invalid("hello", "must come once, as the first message") }
            await dispatcher.receive(payload, from: token)
          }
        }
        group.addTask {
          // Ends when the dispatcher lets the backend go.
          for await response in outbound { try await responses.write(response) }
        }
        defer { group.cancelAll() }
        try await group.next()
      }
      result = .success(())
    } catch {
      result = .failure(error)
    }
    await dispatcher.detach(token, reason: "backend \(hello.backendId) was lost")
    try result.get()
  }

  package func readBlob(
    _ request: BackendReadBlobRequest, responses: ResponseWriter<BackendReadBlobResponse>, context: ServerContext
  ) async throws {
    guard let digest = Digest(hex: request.sha256) else {
      throw RPCError.invalid("sha256", "must be 64 hexadecimal digits")
    }
    let reader = try store.blobs.reader(of: digest)
    guard (0...reader.count).contains(request.offset) else {
      throw RPCError(.outOfRange, "offset must be 0 to \(reader.count), the length of the blob")
    }
    var offset = request.offset
    while offset < reader.count {
      var response = BackendReadBlobResponse()
      response.chunk = try await reader.read(at: offset, count: chunkSize)
      guard !response.chunk.isEmpty else { throw StoreError.corrupt("blob \(digest)") }
      offset += Int64(response.chunk.count)
      try await responses.write(response)
    }
  }

  package func writeBlob(
    _ requests: RequestStream<BackendWriteBlobRequest>, context: ServerContext
  ) async throws -> BackendBlob {
    let writer = try await store.blobs.makeWriter(limit: limits.maxUploadBytes)
    for try await request in requests { try await writer.append(request.chunk) }
    let hold = try await writer.commit()
    await dispatcher.keepUntilReported(hold)
    return BackendBlob(sha256: hold.digest.hex, sizeBytes: hold.count)
  }
}
