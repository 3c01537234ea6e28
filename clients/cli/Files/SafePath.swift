/// A path that a server named, checked before it names a file here.
enum SafePath {
  /// Whether `path` stays inside the folder it is put in: relative, no `..`, no empty or hidden parts, nothing a
  /// terminal or another file system would trip over.
  static func isInside(_ path: String) -> Bool {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    return !parts.isEmpty && path.utf8.count <= 1024
      && parts.allSatisfy { !$0.isEmpty && !$0.hasPrefix(".") && $0.utf8.count <= 200 }
      && String(path).printable == path && !path.contains("\\")
  }

  /// A file name made of free text: letters and digits, other runs become a dash; at most `limit` characters.
  static func slug(_ text: String, limit: Int = 40) -> String {
    let words = text.lowercased().unicodeScalars.split {
      !($0.isASCII && $0.properties.isAlphabetic) && !("0"..."9").contains($0)
    }
    var slug = ""
    for word in words {
      guard slug.count + word.count + 1 <= limit else { break }
      slug += (slug.isEmpty ? "" : "-") + String(String.UnicodeScalarView(word))
    }
    return slug.isEmpty ? "image" : slug
  }
}
