/// Why an image could not be read, changed or written. `message` is one sentence that may be shown to a user.
package struct ImageError: Error, Equatable, Sendable, CustomStringConvertible {
  package enum Kind: Sendable {
    /// The bytes are no JPEG, PNG or WebP.
    case unsupportedFormat
    /// More bytes, or more pixels, than the limits allow. Nothing was decoded.
    case tooLarge
    /// The right kind of file, but damaged or cut short.
    case corrupt
    /// The file is missing, not a plain file, or may not be read.
    case unreadableFile
    /// The caller asked for something that cannot be, such as a width of zero.
    case invalidArgument
    /// libvips would not start, or failed where no input can make it fail.
    case internalError
  }

  package let kind: Kind
  package let message: String

  package init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }

  package var description: String { message }
}
