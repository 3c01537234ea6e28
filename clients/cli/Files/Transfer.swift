import Crypto
import Foundation
import LorikeetAPI
import RPC

/// Moves files to and from a server in pieces.
struct Transfer {
  let server: Server
  var creation = Creation()

  /// Uploads one file. The digest is computed on the way and sent last, so the file is read once.
  /// - Parameter progress: called with the bytes sent so far.
  func upload(
    _ path: String, header: UploadHeader, progress: (Int64) -> Void = { _ in }
  ) async throws -> Asset {
    let file = try FileReader(path)
    var header = header
    if header.fileName.isEmpty { header.fileName = (path as NSString).lastPathComponent }
    if header.requestId.isEmpty { header.requestId = UUID().uuidString }
    header.sizeBytes = file.size
    // The call reports only what the server said; a fault of reading here is the better reason.
    var readingFault: CommandError?
    do {
      return try await server.assets.uploadAsset { writer in
        try await writer.write(.with { $0.payload = .header(header) })
        var digest = SHA256()
        var sent: Int64 = 0
        while let piece = try Self.next(file, fault: &readingFault) {
          digest.update(data: piece)
          sent += Int64(piece.count)
          try await writer.write(.with { $0.payload = .chunk(piece) })
          progress(sent)
        }
        let hex = digest.finalize().map { String(format: "%02x", $0) }.joined()
        try await writer.write(.with { $0.payload = .trailer(.with { $0.sha256 = hex }) })
      }
    } catch {
      throw readingFault ?? error
    }
  }

  private static func next(_ file: FileReader, fault: inout CommandError?) throws(CommandError) -> [UInt8]? {
    do throws(CommandError) { return try file.next() } catch {
      fault = error
      throw error
    }
  }

  /// Downloads one file of an asset and checks its length and digest.
  func download(
    asset: String, file: String, to path: String, replace: Bool, format: LoraFormat = .unspecified,
    progress: (Int64, Int64) -> Void = { _, _ in }
  ) async throws {
    let writer = try FileWriter(path, replace: replace)
    var header: AssetFile?
    let messages = try await server.assets.downloadAsset(
      .with {
        $0.asset = asset
        $0.path = file
        $0.loraFormat = format
      })
    for try await message in messages {
      switch message.payload {
      case .header(let file): header = file
      case .chunk(let bytes):
        try writer.write(bytes)
        progress(writer.count, header?.sizeBytes ?? 0)
      case nil: break
      }
    }
    guard let header else { throw CommandError(.failure, "The server sent no header for \(asset.printable).") }
    guard writer.count == header.sizeBytes, writer.sha256 == header.sha256 else {
      throw CommandError(
        .failure,
        "\(asset.printable) arrived damaged: \(writer.count) of \(header.sizeBytes) bytes, "
          + "SHA-256 \(writer.sha256), not \(header.sha256.printable).")
    }
    try writer.finish()
  }

  /// Uploads a diffusers folder: its files as parts, then the asset that they make, which takes the parts over.
  func uploadCheckpoint(
    folder: String, files: [String], request: CreateAssetRequest, progress: (String, Int64, Int64) -> Void
  ) async throws -> Asset {
    var total: Int64 = 0
    for file in files { total += try FileReader(folder + "/" + file).size }
    var request = request
    if request.requestId.isEmpty { request.requestId = UUID().uuidString }
    request.consumeParts = true
    var done: Int64 = 0
    do {
      for file in files {
        let part = try await upload(folder + "/" + file, header: .with { $0.kind = .file }) {
          progress(file, done + $0, total)
        }
        request.files.append(
          .with {
            $0.path = file
            $0.asset = part.id
          })
        done += part.sizeBytes
      }
    } catch {
      await discard(request.files.map(\.asset))
      throw error
    }
    return try await creation.run {
      try await server.assets.createAsset(request)
    } discard: {
      await discard(request.files.map(\.asset))
    }
  }

  /// Deletes uploads that nothing will use, as far as that is possible: the error that led here is the one to tell.
  func discard(_ assets: [String]) async {
    // In a task of its own, so that it works after Ctrl-C as well.
    let task = Task {
      for asset in assets {
        _ = try? await server.assets.deleteAsset(.with { $0.asset = asset }, options: CallOptions(timeout: .seconds(5)))
      }
    }
    await task.value
  }
}
