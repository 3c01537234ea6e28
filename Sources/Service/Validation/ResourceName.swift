import Store

/// The names that users give. They are keys in a database; no name is ever part of a path on disk.
enum ResourceName {
  /// What is wrong with a name, or `nil`.
  static func fault(_ name: String) -> String? {
    guard (1...128).contains(name.utf8.count), name.utf8.allSatisfy(isAllowed), name.utf8.first != UInt8(ascii: ".")
    else {
      return "must be 1–128 letters, digits, “_”, “-” or “.”, and not start with “.”"
    }
    // An id and a name are looked up in the same place.
    return Identifier.isIdentifier(name) ? "must not look like an id" : nil
  }

  /// A name made from a file's name: its stem, with what is not allowed replaced.
  static func derived(fromFile fileName: String) -> String {
    var stem = lastComponent(fileName)
    if let dot = stem.lastIndex(of: "."), dot != stem.startIndex { stem = String(stem[..<dot]) }
    let clean = String(decoding: stem.utf8.map { isAllowed($0) ? $0 : UInt8(ascii: "_") }, as: UTF8.self)
    let name = String(clean.drop { $0 == "." }.prefix(100))
    return name.isEmpty || fault(name) != nil ? "asset" : name
  }

  /// The part behind the last separator, of either system.
  static func lastComponent(_ path: String) -> String {
    String(path.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last ?? "")
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
      true
    default: false
    }
  }

  /// What is wrong with a path inside an asset, or `nil`. Clients write such paths below a folder of theirs.
  static func pathFault(_ path: String) -> String? {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    let isFine =
      (1...512).contains(path.utf8.count)
      && parts.allSatisfy { part in
        !part.isEmpty && part != "." && part != ".."
          && part.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\\") }
      }
    return isFine ? nil : "must be a relative path such as unet/config.json, without “.”, “..” or “\\”"
  }
}
