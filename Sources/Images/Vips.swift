internal import CVips

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// libvips' life: started once for the process, never stopped.
enum Vips {
  private static let failure: ImageError? = {
    let cores = Int32(clamping: sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    guard lorikeet_vips_start(min(4, max(1, cores))) == 0 else {
      return ImageError(.internalError, "libvips did not start: \(takeError())")
    }
    return nil
  }()

  /// Must come before any other call into libvips.
  static func start() throws(ImageError) {
    if let failure { throw failure }
  }

  /// The first line of vips' error buffer, printable; the buffer is emptied.
  ///
  /// The buffer is one for the process: with two failures at once a line may tell of the other one.
  static func takeError() -> String {
    guard let buffer = vips_error_buffer_copy() else { return "no reason given" }
    defer { g_free(buffer) }
    let line = String(cString: buffer).split(separator: "\n").first.map(String.init) ?? "no reason given"
    return String(
      String.UnicodeScalarView(line.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }).prefix(200))
  }
}

/// One reference to a `VipsImage`. vips images are lazy: an operation's result keeps its input alive, and pixels are
/// computed when `copyPixels` or `encode` asks for them.
struct VipsPicture: ~Copyable {
  let pointer: UnsafeMutablePointer<VipsImage>

  init(adopting pointer: UnsafeMutablePointer<VipsImage>) { self.pointer = pointer }

  deinit { g_object_unref(pointer) }

  typealias Slot = UnsafeMutablePointer<UnsafeMutablePointer<VipsImage>?>

  /// Runs one operation that makes an image; a failure becomes an error of `kind`.
  static func made(
    orThrow kind: ImageError.Kind, by operation: (Slot) -> Int32
  ) throws(ImageError) -> VipsPicture {
    var made: UnsafeMutablePointer<VipsImage>?
    let result = operation(&made)
    guard result == 0, let made else {
      if let made { g_object_unref(made) }
      throw ImageError(kind, Vips.takeError())
    }
    return VipsPicture(adopting: made)
  }

  /// The image that an operation makes of this one.
  func applying(
    orThrow kind: ImageError.Kind = .corrupt, _ operation: (UnsafeMutablePointer<VipsImage>, Slot) -> Int32
  ) throws(ImageError) -> VipsPicture {
    try Self.made(orThrow: kind) { operation(pointer, $0) }
  }

  var width: Int { Int(vips_image_get_width(pointer)) }
  var height: Int { Int(vips_image_get_height(pointer)) }
  var bands: Int { Int(vips_image_get_bands(pointer)) }

  /// Computes the image and copies its bytes out. For a lazily decoded file this is where damage shows.
  func copyBytes() throws(ImageError) -> [UInt8] {
    var count = 0
    guard let memory = vips_image_write_to_memory(pointer, &count) else {
      throw ImageError(.corrupt, Vips.takeError())
    }
    defer { g_free(memory) }
    return [UInt8](UnsafeRawBufferPointer(start: memory, count: count))
  }
}

extension PixelImage {
  /// Calls `body` with a vips image over these pixels; the image must not be used afterwards.
  func withVips<Result>(
    _ body: (borrowing VipsPicture) throws(ImageError) -> Result
  ) throws(ImageError) -> Result {
    try Vips.start()
    return try pixels.withUnsafeBytes { bytes -> Swift.Result<Result, ImageError> in
      guard
        let picture = lorikeet_vips_from_rgb(
          bytes.baseAddress, bytes.count, Int32(clamping: width), Int32(clamping: height))
      else { return .failure(ImageError(.internalError, Vips.takeError())) }
      let owned = VipsPicture(adopting: picture)
      do throws(ImageError) { return .success(try body(owned)) } catch { return .failure(error) }
    }.get()
  }

  /// Computes `picture`, which must be 8-bit RGB.
  init(computing picture: borrowing VipsPicture) throws(ImageError) {
    guard picture.bands == 3, vips_image_get_format(picture.pointer) == VIPS_FORMAT_UCHAR else {
      throw ImageError(.corrupt, "the image has \(picture.bands) channels where three were expected")
    }
    let (width, height) = (picture.width, picture.height)
    let pixels = try picture.copyBytes()
    guard width > 0, height > 0, pixels.count == width * height * 3 else {
      throw ImageError(.internalError, "libvips returned \(pixels.count) bytes for \(width)×\(height) RGB")
    }
    self.init(width: width, height: height, pixels: pixels)
  }
}
