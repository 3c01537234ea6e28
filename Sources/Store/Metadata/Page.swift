import Foundation

/// Which part of a list to read.
package struct PageRequest: Sendable {
  package var size: Int
  package var token: String
  /// A page ends before it has more bytes than this, but never without one element: it must fit into a message, and
  /// one job can be as large as a thousand others.
  package var byteLimit: Int

  package init(size: Int, token: String, byteLimit: Int = 2 << 20) {
    self.size = size
    self.token = token
    self.byteLimit = byteLimit
  }
}

/// One part of a list, newest first.
package struct Page<Element: Sendable>: Sendable {
  package var elements: [Element]
  package var nextToken: String
  package var totalSize: Int
}

/// Where a page begins: below a sequence number, in a list with just this filter.
///
/// The token is opaque to clients; it stays right while rows come and go, because it names a place and not a count.
struct PageToken {
  var before: Int64

  /// The place a token names, `nil` for the first page.
  /// - Throws: `StoreError.invalidPageToken` for a token that was not made for this filter.
  static func decode(_ text: String, filter: [String]) throws(StoreError) -> PageToken? {
    if text.isEmpty { return nil }
    guard text.utf8.count <= 256, let data = Data(base64Encoded: text),
      case let parts = String(decoding: data, as: UTF8.self).split(separator: "."), parts.count == 2,
      let before = Int64(parts[0]), parts[1] == check(filter)
    else { throw .invalidPageToken }
    return PageToken(before: before)
  }

  func encode(filter: [String]) -> String {
    Data("\(before).\(Self.check(filter))".utf8).base64EncodedString()
  }

  private static func check(_ filter: [String]) -> Substring {
    Digest(of: Array(filter.joined(separator: "\u{0}").utf8)).hex.prefix(16)
  }
}
