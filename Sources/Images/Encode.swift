internal import CVips

extension Images {
  /// Encodes an image. `text`, the A1111 `parameters` text of a generation, goes where its readers look for it: the
  /// PNG text chunk `parameters`, or EXIF UserComment in JPEG and WebP.
  ///
  /// - Throws: `.invalidArgument` for a side above 16,383 in WebP or 65,500 in JPEG, and for a text above
  ///   `encoding.longestText`.
  package static func encode(
    _ image: PixelImage, as encoding: ImageEncoding, text: String? = nil
  ) throws(ImageError) -> [UInt8] {
    let longestSide = max(image.width, image.height)
    let limit = encoding.format == .webp ? 16_383 : encoding.format == .jpeg ? 65_500 : 1_000_000
    guard longestSide <= limit else {
      throw ImageError(.invalidArgument, "a \(encoding.format.rawValue) image cannot be \(longestSide) pixels long")
    }
    let bytes = try image.withVips { (picture) throws(ImageError) in
      var memory: UnsafeMutableRawPointer?
      var count = 0
      let result =
        switch encoding {
        case .png: lorikeet_vips_pngsave(picture.pointer, &memory, &count)
        case .jpeg(let quality): lorikeet_vips_jpegsave(picture.pointer, &memory, &count, clamp(quality))
        case .webp(let quality): lorikeet_vips_webpsave(picture.pointer, &memory, &count, clamp(quality))
        }
      guard result == 0, let memory else { throw ImageError(.internalError, Vips.takeError()) }
      defer { g_free(memory) }
      return [UInt8](UnsafeRawBufferPointer(start: memory, count: count))
    }
    guard let text, !text.isEmpty else { return bytes }
    return switch encoding {
    case .png: PNGText.inserting(keyword: "parameters", text: text, into: bytes)
    case .jpeg: try ExifComment.inserting(text, intoJPEG: bytes)
    case .webp: ExifComment.inserting(text, intoWebP: bytes, width: image.width, height: image.height)
    }
  }

  private static func clamp(_ quality: Int) -> Int32 { Int32(min(100, max(1, quality))) }
}
