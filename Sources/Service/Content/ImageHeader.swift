import ModelFiles
import Store

/// What an image file's header says. Nothing is decoded: that is the backend's work.
struct ImageHeader: Equatable {
  enum Format: String {
    case png, jpeg, webp
    var mediaType: String { "image/\(rawValue)" }
  }

  var format: Format
  var width: Int
  var height: Int

  /// Reads the header of a PNG, JPEG or WebP file.
  /// - Parameter pixelLimit: more pixels than this are refused, however small the file.
  static func read<Source: ByteSource>(_ source: Source, pixelLimit: Int64) throws -> ImageHeader {
    let head = try source.read(at: 0, count: 64)
    let header: ImageHeader
    if head.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
      header = try readPNG(head)
    } else if head.starts(with: [0xFF, 0xD8, 0xFF]) {
      header = try readJPEG(source)
    } else if head.hasASCII("RIFF", at: 0), head.hasASCII("WEBP", at: 8) {
      header = try readWebP(head)
    } else if try source.looksLikeText() {
      throw ContentError("the file is text, not an image; upload a PNG, JPEG or WebP file")
    } else {
      throw ContentError("the file is not a PNG, JPEG or WebP image; convert it to one of these")
    }
    guard header.width > 0, header.height > 0 else {
      throw ContentError("the \(header.format.rawValue.uppercased()) header gives the image no size; export it again")
    }
    // Both sides are below 2^32 (below 2^24 in WebP), so the product fits.
    let (pixels, overflow) = Int64(header.width).multipliedReportingOverflow(by: Int64(header.height))
    guard !overflow, pixels <= pixelLimit else {
      throw ContentError(
        "the image is \(header.width)×\(header.height), more than the limit of \(pixelLimit) pixels; scale it down")
    }
    return header
  }

  /// PNG (W3C, third edition, 11.2.1): IHDR must be the first chunk, 13 bytes long.
  private static func readPNG(_ head: [UInt8]) throws(ContentError) -> ImageHeader {
    guard head.bigEndian32(at: 8) == 13, head.hasASCII("IHDR", at: 12),
      let width = head.bigEndian32(at: 16), let height = head.bigEndian32(at: 20), head.count >= 33
    else { throw ContentError("the PNG file has no IHDR header; it is damaged, export it again") }
    return ImageHeader(format: .png, width: width, height: height)
  }

  /// JPEG (ITU-T T.81, B.1.1 and B.2.2): segments up to the first start of frame, which holds the size.
  private static func readJPEG<Source: ByteSource>(_ source: Source) throws -> ImageHeader {
    let damaged = ContentError("the JPEG file has no frame header; it is damaged, export it again")
    var offset: Int64 = 2
    var fillBytes = 0
    // Large profiles come in 64 KiB pieces; a file with more segments than this is made to waste time.
    for _ in 0..<4_096 {
      var head = try source.read(at: offset, count: 9)
      // Any number of 0xFF may come before a marker; a file with more than this is made to waste time.
      while head.count >= 2, head[0] == 0xFF, head[1] == 0xFF {
        fillBytes += 1
        guard fillBytes <= 1_024 else { throw damaged }
        offset += 1
        head = try source.read(at: offset, count: 9)
      }
      guard head.count >= 2, head[0] == 0xFF else { throw damaged }
      let marker = head[1]
      switch marker {
      case 0xC0...0xC3, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF:
        guard let height = head.bigEndian16(at: 5), let width = head.bigEndian16(at: 7) else { throw damaged }
        return ImageHeader(format: .jpeg, width: width, height: height)
      case 0x01, 0xD0...0xD7:  // no length
        offset += 2
      case 0xD9, 0xDA: throw damaged  // end, or scan data, before any frame header
      default:
        guard let length = head.bigEndian16(at: 2), length >= 2 else { throw damaged }
        offset += 2 + Int64(length)
      }
    }
    throw damaged
  }

  /// WebP (RFC 9649, 2.5–2.7): the first chunk is `VP8 `, `VP8L` or `VP8X`.
  private static func readWebP(_ head: [UInt8]) throws(ContentError) -> ImageHeader {
    let damaged = ContentError("the WebP file has no readable header; it is damaged, export it again")
    if head.hasASCII("VP8X", at: 12) {
      guard let width = head.littleEndian(at: 24, bytes: 3), let height = head.littleEndian(at: 27, bytes: 3) else {
        throw damaged
      }
      return ImageHeader(format: .webp, width: Int(width) + 1, height: Int(height) + 1)
    }
    if head.hasASCII("VP8L", at: 12) {
      guard head.count >= 25, head[20] == 0x2F, let bits = head.littleEndian(at: 21, bytes: 4) else { throw damaged }
      return ImageHeader(format: .webp, width: Int(bits & 0x3FFF) + 1, height: Int(bits >> 14 & 0x3FFF) + 1)
    }
    if head.hasASCII("VP8 ", at: 12) {
      guard head.count >= 30, head[23] == 0x9D, head[24] == 0x01, head[25] == 0x2A,
        let width = head.littleEndian(at: 26, bytes: 2), let height = head.littleEndian(at: 28, bytes: 2)
      else { throw damaged }
      return ImageHeader(format: .webp, width: Int(width & 0x3FFF), height: Int(height & 0x3FFF))
    }
    throw damaged
  }
}
