/// EXIF UserComment (EXIF 2.32, 4.6.5), where A1111 and its kin look for a generation's text in JPEG and WebP.
enum ExifComment {
  /// A TIFF structure whose only entry is the comment, in UTF-16.
  ///
  /// Big-endian throughout: the specification leaves the byte order of the UTF-16 open, and readers split between
  /// "that of the TIFF header" and "big"; this way both are right.
  static func tiff(_ text: String) -> [UInt8] {
    let comment = Array("UNICODE\0".utf8) + text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    func directory(tag: [UInt8], type: UInt8, count: UInt32, value: UInt32) -> [UInt8] {
      [0, 1] + tag + [0, type] + PNGText.bigEndian(count) + PNGText.bigEndian(value) + [0, 0, 0, 0]
    }
    return Array("MM\0*".utf8) + PNGText.bigEndian(8)
      + directory(tag: [0x87, 0x69], type: 4, count: 1, value: 26)  // where the EXIF directory is
      + directory(tag: [0x92, 0x86], type: 7, count: UInt32(comment.count), value: 44)  // UserComment
      + comment
  }

  /// UTF-16 units: a JPEG segment holds 65,533 bytes, and the identifier, the TIFF structure and the character code
  /// take 58 of them.
  static let longestInJPEG = (0xFFFF - 2 - 58) / 2

  /// Adds an APP1 segment behind the JFIF header that libvips writes.
  static func inserting(_ text: String, intoJPEG jpeg: [UInt8]) throws(ImageError) -> [UInt8] {
    let body = Array("Exif\0\0".utf8) + tiff(text)
    guard text.utf16.count <= longestInJPEG else {
      throw ImageError(.invalidArgument, "the text of \(text.utf16.count) characters is too long for a JPEG; use PNG")
    }
    let length = UInt16(body.count + 2)
    let segment: [UInt8] = [0xFF, 0xE1, UInt8(length >> 8), UInt8(length & 0xFF)] + body
    var position = 2
    if jpeg.count > 6, jpeg[2] == 0xFF, jpeg[3] == 0xE0 { position = 4 + Int(jpeg[4]) << 8 + Int(jpeg[5]) }
    position = min(position, jpeg.count)
    return Array(jpeg[..<position]) + segment + jpeg[position...]
  }

  /// Puts in an `EXIF` chunk, in place of any there is (libvips writes one of its own), and announces it in the
  /// `VP8X` header of the extended file format, which is added where it is missing.
  static func inserting(_ text: String, intoWebP webp: [UInt8], width: Int, height: Int) -> [UInt8] {
    let exifFlag: UInt8 = 0b1000
    let canvas = littleEndian24(width - 1) + littleEndian24(height - 1)
    var header: [UInt8] = [exifFlag, 0, 0, 0] + canvas
    var content: [UInt8] = []
    var position = 12
    while position + 8 <= webp.count {
      let type = String(decoding: webp[position..<(position + 4)], as: UTF8.self)
      let length = webp[(position + 4)..<(position + 8)].reversed().reduce(0) { $0 << 8 | Int($1) }
      let end = min(webp.count, position + 8 + length)
      switch type {
      case "VP8X": header = [webp[position + 8] | exifFlag] + webp[(position + 9)..<end]
      case "EXIF": break
      default: content += chunk(type, Array(webp[(position + 8)..<end]))
      }
      position = end + length % 2
    }
    return chunk("RIFF", Array("WEBP".utf8) + chunk("VP8X", header) + content + chunk("EXIF", tiff(text)))
  }

  private static func littleEndian24(_ value: Int) -> [UInt8] {
    [UInt8(value & 0xFF), UInt8(value >> 8 & 0xFF), UInt8(value >> 16 & 0xFF)]
  }

  /// A RIFF chunk: type, little-endian length, body, a zero to make it even.
  private static func chunk(_ type: String, _ body: [UInt8]) -> [UInt8] {
    let length = UInt32(body.count)
    return Array(type.utf8) + PNGText.bigEndian(length.byteSwapped) + body + (body.count % 2 == 1 ? [0] : [])
  }
}
