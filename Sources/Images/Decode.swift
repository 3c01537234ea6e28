internal import CVips

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Reading, writing and arranging images. Input is untrusted: whatever the bytes are, the answer is an image or an
/// `ImageError`, and nothing is allocated for pixels before the header has passed the limits.
package enum Images {
  /// What the header says, without decoding: the size as shown (EXIF orientation applied) and the format.
  package static func probe(
    _ bytes: [UInt8], limits: ImageLimits = .defaults
  ) throws(ImageError) -> (width: Int, height: Int, format: ImageFileFormat) {
    try withHeader(bytes, limits: limits) { (picture, format) throws(ImageError) in
      let turned = vips_image_get_orientation(picture.pointer) > 4
      let size = (picture.width, picture.height)
      return turned ? (size.1, size.0, format) : (size.0, size.1, format)
    }
  }

  /// Decodes a JPEG, PNG or WebP to 8-bit sRGB: EXIF orientation applied, an embedded ICC profile converted,
  /// transparency laid on white, 16 bits reduced to 8. Of an animation, the first frame.
  package static func decode(
    _ bytes: [UInt8], limits: ImageLimits = .defaults
  ) throws(ImageError) -> PixelImage {
    try withHeader(bytes, limits: limits) { (picture, _) throws(ImageError) in
      let colour = try standardColour(of: picture)
      guard vips_image_get_orientation(colour.pointer) > 1 else { return try PixelImage(computing: colour) }
      // Files are decoded top to bottom; turning reads columns, so the pixels have to be in memory first.
      let inMemory = try colour.applying { source, made in
        made.pointee = vips_image_copy_memory(source)
        return made.pointee == nil ? -1 : 0
      }
      return try PixelImage(computing: try inMemory.applying { lorikeet_vips_autorotate($0, $1) })
    }
  }

  /// Reads and decodes a plain file.
  package static func decode(path: String, limits: ImageLimits = .defaults) throws(ImageError) -> PixelImage {
    try decode(contents(of: path, limits: limits), limits: limits)
  }

  /// Reads a plain file no larger than `limits.maxBytes`.
  static func contents(of path: String, limits: ImageLimits) throws(ImageError) -> [UInt8] {
    func failure(_ what: String) -> ImageError { ImageError(.unreadableFile, "\(path): \(what)") }
    // O_NONBLOCK: opening a named pipe must not wait for its writer.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw failure(String(cString: strerror(errno))) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure(String(cString: strerror(errno))) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw failure("not a plain file") }
    let size = Int(status.st_size)
    guard size <= limits.maxBytes else { throw tooManyBytes(size, limits) }
    var bytes = [UInt8](repeating: 0, count: size)
    var filled = 0
    while filled < size {
      let count = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress! + filled, size - filled) }
      if count < 0 {
        if errno == EINTR { continue }
        throw failure(String(cString: strerror(errno)))
      }
      if count == 0 { break }
      filled += count
    }
    bytes.removeLast(size - filled)
    return bytes
  }

  private static func tooManyBytes(_ count: Int, _ limits: ImageLimits) -> ImageError {
    ImageError(.tooLarge, "the image file has \(count) bytes, more than the limit of \(limits.maxBytes)")
  }

  /// Opens the header, checks it, and calls `body` with the still undecoded image.
  private static func withHeader<Result>(
    _ bytes: [UInt8], limits: ImageLimits,
    _ body: (borrowing VipsPicture, ImageFileFormat) throws(ImageError) -> Result
  ) throws(ImageError) -> Result {
    guard let format = ImageFileFormat(signatureOf: bytes) else {
      throw ImageError(.unsupportedFormat, "not an image: the file is neither JPEG nor PNG nor WebP")
    }
    guard bytes.count <= limits.maxBytes else { throw tooManyBytes(bytes.count, limits) }
    try Vips.start()
    return try bytes.withUnsafeBytes { buffer -> Swift.Result<Result, ImageError> in
      do throws(ImageError) {
        let picture = try VipsPicture.made(orThrow: .corrupt) { slot in
          switch format {
          case .jpeg: lorikeet_vips_jpegload(buffer.baseAddress, buffer.count, slot)
          case .png: lorikeet_vips_pngload(buffer.baseAddress, buffer.count, slot)
          case .webp: lorikeet_vips_webpload(buffer.baseAddress, buffer.count, slot)
          }
        }
        let (pixels, overflow) = picture.width.multipliedReportingOverflow(by: picture.height)
        guard !overflow, pixels <= limits.maxPixels else {
          throw ImageError(
            .tooLarge,
            "the image is \(picture.width)×\(picture.height), more than the limit of \(limits.maxPixels) pixels")
        }
        return .success(try body(picture, format))
      } catch {
        return .failure(
          error.kind == .corrupt ? ImageError(.corrupt, "damaged \(format.rawValue) file: \(error)") : error)
      }
    }.get()
  }

  /// Transparency onto white, then colour to 8-bit sRGB, all still lazy.
  private static func standardColour(of picture: borrowing VipsPicture) throws(ImageError) -> VipsPicture {
    // White is the largest value in any RGB or grey profile, so blending may come before the conversion.
    var current: VipsPicture
    if vips_image_hasalpha(picture.pointer) != 0 {
      let white: Double = vips_image_get_format(picture.pointer) == VIPS_FORMAT_USHORT ? 65535 : 255
      current = try picture.applying { lorikeet_vips_flatten_on_white($0, $1, white) }
    } else {
      g_object_ref(picture.pointer)
      current = VipsPicture(adopting: picture.pointer)
    }
    if lorikeet_vips_has_profile(current.pointer) != 0 {
      // A profile that is broken or meant for other channels is common in the wild and no reason to refuse a photo.
      do throws(ImageError) {
        current = try current.applying { lorikeet_vips_embedded_profile_to_srgb($0, $1) }
      } catch {}
    }
    if vips_image_get_interpretation(current.pointer) != VIPS_INTERPRETATION_sRGB || current.bands != 3 {
      current = try current.applying { lorikeet_vips_to_srgb($0, $1) }
    }
    if vips_image_get_format(current.pointer) != VIPS_FORMAT_UCHAR {
      current = try current.applying { lorikeet_vips_to_8_bits($0, $1) }
    }
    return current
  }
}
