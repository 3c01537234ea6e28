import LorikeetAPI

/// What an asset holds, whatever it is called: equal digests are equal content.
package enum ContentDigest {
  /// Of one file its own SHA-256, wherever it lies; of several SHA-256 over their sorted paths and digests.
  package static func of(_ files: [AssetFile]) -> String {
    if files.count == 1 { return files[0].sha256 }
    let lines = files.map { "\($0.path)\u{0}\($0.sha256)\n" }.sorted()
    return Digest(of: Array(lines.joined().utf8)).hex
  }
}
