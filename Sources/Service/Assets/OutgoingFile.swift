import LorikeetAPI
import ModelFiles
import Store

/// A file as it is sent: bytes of a blob, and bytes made for the answer between them.
struct OutgoingFile: Sendable {
  enum Piece: Sendable {
    case bytes([UInt8])
    /// Of the blob.
    case range(Range<Int64>)

    var count: Int64 {
      switch self {
      case .bytes(let bytes): Int64(bytes.count)
      case .range(let range): Int64(range.count)
      }
    }
  }

  /// What is told of it first.
  let description: AssetFile
  let reader: BlobReader
  let pieces: [Piece]

  private init(description: AssetFile, reader: BlobReader, pieces: [Piece]) {
    self.description = description
    self.reader = reader
    self.pieces = pieces
  }

  /// The blob as it is.
  init(_ file: AssetFile, reader: BlobReader) {
    self.init(description: file, reader: reader, pieces: [.range(0..<reader.count)])
  }

  /// A LoRA in another layout: a new header, and the matrices out of the blob. Its digest is known only when all of it
  /// has been read once.
  ///
  /// - Throws: `ContentError` when the layout cannot hold it.
  init(_ file: AssetFile, reader: BlobReader, as format: LoRAFormat) throws {
    let header = try SafetensorsHeader.read(reader)
    let contents = try LoraContent.contents(of: header)
    guard contents.format != format else {
      self.init(file, reader: reader)
      return
    }
    let conversion: LoRAConversion
    do {
      conversion = try LoRAConversion(contents, metadata: header.metadata, to: format) { name in
        try header.scalar(name, in: reader)
      }
    } catch let error as LoRAConversionError {
      throw ContentError(error.description)
    }
    var pieces = [Piece.bytes(conversion.header)]
    for source in conversion.sources {
      switch source {
      case .bytes(let bytes): pieces.append(.bytes(bytes))
      case .tensor(let name): if let entry = header[name] { pieces.append(.range(entry.range)) }
      }
    }
    var description = file
    description.sizeBytes = pieces.reduce(0) { $0 + $1.count }
    description.sha256 = try Self.digest(of: pieces, in: reader).hex
    self.init(description: description, reader: reader, pieces: pieces)
  }

  private static func digest(of pieces: [Piece], in reader: BlobReader) throws -> Digest {
    var hash = DigestBuilder()
    for piece in pieces {
      switch piece {
      case .bytes(let bytes): hash.append(bytes)
      case .range(let range):
        var offset = range.lowerBound
        while offset < range.upperBound {
          let bytes = try reader.readNow(at: offset, count: Int(min(range.upperBound - offset, 1 << 20)))
          guard !bytes.isEmpty else { throw StoreError.corrupt("blob \(reader.digest)") }
          hash.append(bytes)
          offset += Int64(bytes.count)
        }
      }
    }
    return hash.finish()
  }

  /// Hands out the bytes from an offset on, at most `chunkSize` at once.
  func read(
    from offset: Int64, chunkSize: Int, _ body: ([UInt8]) async throws -> Void
  ) async throws {
    var skipped = offset
    for piece in pieces {
      guard skipped < piece.count else {
        skipped -= piece.count
        continue
      }
      switch piece {
      case .bytes(let bytes):
        var start = Int(skipped)
        while start < bytes.count {
          let end = min(start + chunkSize, bytes.count)
          try await body(Array(bytes[start..<end]))
          start = end
        }
      case .range(let range):
        var place = range.lowerBound + skipped
        while place < range.upperBound {
          let bytes = try await reader.read(at: place, count: Int(min(range.upperBound - place, Int64(chunkSize))))
          guard !bytes.isEmpty else { throw StoreError.corrupt("blob \(reader.digest)") }
          place += Int64(bytes.count)
          try await body(bytes)
        }
      }
      skipped = 0
    }
  }
}
