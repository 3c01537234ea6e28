import LorikeetAPI

/// What decides over the last bits of a picture beside its settings. A job may ask to be handed to such an engine only.
package struct EngineIdentity: Sendable, Hashable {
  package var version: String
  /// The kind of device, such as `cuda NVIDIA H200`.
  package var device: String
  package var precision: String

  package init(version: String, device: String, precision: String) {
    // One line each: they are stored behind each other.
    (self.version, self.device, self.precision) = (Self.line(version), Self.line(device), Self.line(precision))
  }

  /// How the store writes it.
  var stored: String { "\(version)\n\(device)\n\(precision)" }

  init?(stored: String) {
    let parts = stored.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 3 else { return nil }
    self.init(version: parts[0], device: parts[1], precision: parts[2])
  }

  private static func line(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.value >= 0x20 }.prefix(256)))
  }
}
