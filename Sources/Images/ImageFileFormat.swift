/// The file formats that Lorikeet reads and writes. (`ImageFormat` is the name of the API's own enumeration.)
package enum ImageFileFormat: String, Sendable, CaseIterable {
  case png, jpeg, webp

  /// Recognises a file by its first bytes. Names and declared types are never trusted.
  package init?(signatureOf bytes: some Collection<UInt8>) {
    let head = Array(bytes.prefix(12))
    if head.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
      self = .png
    } else if head.starts(with: [0xFF, 0xD8, 0xFF]) {
      self = .jpeg
    } else if head.count == 12, head.starts(with: "RIFF".utf8), head[8...].elementsEqual("WEBP".utf8) {
      self = .webp
    } else {
      return nil
    }
  }

  /// The usual extension, without a dot.
  package var fileExtension: String { self == .jpeg ? "jpg" : rawValue }

  package var mediaType: String { "image/\(rawValue)" }
}

/// How to write an image. `quality` runs from 1 to 100.
package enum ImageEncoding: Sendable, Equatable {
  case png
  case jpeg(quality: Int = 92)
  case webp(quality: Int = 90)

  package var format: ImageFileFormat {
    switch self {
    case .png: .png
    case .jpeg: .jpeg
    case .webp: .webp
    }
  }

  /// The longest text that an image so written can carry, in UTF-16 units; nil: any.
  package var longestText: Int? { format == .jpeg ? ExifComment.longestInJPEG : nil }
}
