/// How much the service takes from its clients, and what it assumes where they say nothing.
package struct ServiceLimits: Sendable, Equatable {
  /// The largest file that can be uploaded.
  package var maxUploadBytes: Int64 = 32 << 30
  /// The largest image file.
  package var maxImageBytes: Int64 = 128 << 20
  /// The largest image, in pixels, that is accepted and that backends decode.
  package var maxImagePixels: Int64 = 100_000_000
  /// Bytes of images that one answer carries inline.
  package var maxInlineBytes: Int64 = 64 << 20
  /// Times in a row that a job may fail, or lose its backend, without getting anywhere.
  package var maxAttempts = 5

  package init() {}
}
