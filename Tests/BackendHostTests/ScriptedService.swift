import Foundation
import LorikeetAPI
import Logging
import RPC
import StableDiffusion
import Synchronization

/// A service under the test's control: real RPC on a Unix socket, with blobs in memory.
final class ScriptedService: BackendServiceProvider {
  /// One backend's stream, seen from the service.
  final class Attachment: Sendable {
    let hello: BackendHello
    private let reports: AsyncStream<BackendJobReport>
    private let inspections: AsyncStream<BackendInspectionResult>
    private let outgoing: AsyncStream<BackendAttachResponse>.Continuation

    init(
      _ hello: BackendHello, _ reports: AsyncStream<BackendJobReport>,
      _ inspections: AsyncStream<BackendInspectionResult>,
      _ outgoing: AsyncStream<BackendAttachResponse>.Continuation
    ) {
      self.hello = hello
      self.reports = reports
      self.inspections = inspections
      self.outgoing = outgoing
    }

    func send(_ payload: BackendAttachResponse.Payload) { outgoing.yield(.with { $0.payload = payload }) }

    /// Asks, and waits for the answer.
    func inspect(_ inspection: BackendInspection) async -> BackendInspectionResult? {
      send(.inspection(inspection))
      for await result in inspections where result.id == inspection.id { return result }
      return nil
    }

    /// The next answer to any question.
    func nextInspection() async -> BackendInspectionResult? {
      for await result in inspections { return result }
      return nil
    }

    /// Closes the stream from the service's side.
    func close() { outgoing.finish() }

    /// All reports to the one that ends the job, or to the stream's end. Each is shown to `onReport` as it comes.
    func reportsToEnd(_ onReport: (BackendJobReport) -> Void = { _ in }) async -> [BackendJobReport] {
      var seen: [BackendJobReport] = []
      for await report in reports {
        seen.append(report)
        onReport(report)
        switch report.payload {
        case .tuneFinished, .generationFinished, .failed, .cancelled: return seen
        default: continue
        }
      }
      return seen
    }
  }

  private let blobs = Mutex<[String: [UInt8]]>([:])
  private let reads = Mutex<[String]>([])
  private let attached = AsyncStream<Attachment>.makeStream()
  private let uploads = Mutex(0)
  private let corruptsDownloads: Bool
  private let refusedUploads: Set<Int>
  private let stalled: Set<String>
  private let stalls = AsyncStream<String>.makeStream()

  /// - Parameters:
  ///   - refusedUploads: which of the uploads find the disk full, counted from 0.
  ///   - stalled: contents whose downloads never come to an end.
  init(corruptsDownloads: Bool = false, refusedUploads: Set<Int> = [], stalled: [[UInt8]] = []) {
    self.corruptsDownloads = corruptsDownloads
    self.refusedUploads = refusedUploads
    self.stalled = Set(stalled.map { SHA256Hex.of($0) })
  }

  /// Waits for a download that stalls.
  func nextStall() async -> String? {
    for await digest in stalls.stream { return digest }
    return nil
  }

  /// Digests that were asked for.
  var downloads: [String] { reads.withLock { $0 } }

  func bytes(of blob: BackendBlob?) -> [UInt8]? { blobs.withLock { $0[blob?.sha256 ?? ""] } }

  func store(_ bytes: [UInt8]) -> BackendBlob {
    var blob = BackendBlob()
    blob.sha256 = SHA256Hex.of(bytes)
    blob.sizeBytes = Int64(bytes.count)
    blobs.withLock { $0[blob.sha256] = bytes }
    return blob
  }

  /// The next backend that attaches.
  func nextAttachment() async -> Attachment? {
    for await attachment in attached.stream { return attachment }
    return nil
  }

  // MARK: The service

  func attach(
    _ requests: RequestStream<BackendAttachRequest>, responses: ResponseWriter<BackendAttachResponse>,
    context: ServerContext
  ) async throws {
    let (reports, reportContinuation) = AsyncStream<BackendJobReport>.makeStream()
    let (inspections, inspectionContinuation) = AsyncStream<BackendInspectionResult>.makeStream()
    let (outgoing, outgoingContinuation) = AsyncStream<BackendAttachResponse>.makeStream()
    var welcome = BackendWelcome()
    welcome.heartbeatIntervalMs = 100
    welcome.leaseMs = 10_000
    try await responses.write(.with { $0.payload = .welcome(welcome) })
    defer {
      reportContinuation.finish()
      inspectionContinuation.finish()
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { for await message in outgoing { try await responses.write(message) } }
      group.addTask {
        for try await message in requests {
          switch message.payload {
          case .hello(let hello):
            self.attached.continuation.yield(Attachment(hello, reports, inspections, outgoingContinuation))
          case .report(let report): reportContinuation.yield(report)
          case .inspection(let result): inspectionContinuation.yield(result)
          case .heartbeat, nil: break
          }
        }
      }
      // Whichever side ends the stream ends the call.
      try await group.next()
      reportContinuation.finish()
      group.cancelAll()
    }
  }

  func readBlob(
    _ request: BackendReadBlobRequest, responses: ResponseWriter<BackendReadBlobResponse>, context: ServerContext
  ) async throws {
    reads.withLock { $0.append(request.sha256) }
    guard var bytes = blobs.withLock({ $0[request.sha256] }) else { throw RPCError(.notFound, "no such blob") }
    if stalled.contains(request.sha256) {
      stalls.continuation.yield(request.sha256)
      for await _ in AsyncStream<Void>.makeStream().stream {}
    }
    if corruptsDownloads, !bytes.isEmpty { bytes[0] ^= 1 }
    var response = BackendReadBlobResponse()
    response.chunk = bytes
    try await responses.write(response)
  }

  func writeBlob(
    _ requests: RequestStream<BackendWriteBlobRequest>, context: ServerContext
  ) async throws -> BackendBlob {
    var bytes: [UInt8] = []
    for try await request in requests { bytes += request.chunk }
    let ordinal = uploads.withLock { count in
      defer { count += 1 }
      return count
    }
    guard !refusedUploads.contains(ordinal) else { throw RPCError(.resourceExhausted, "the disk is full") }
    return store(bytes)
  }
}
