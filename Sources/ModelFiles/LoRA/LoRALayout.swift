/// One way of naming the tensors of a LoRA file.
///
/// Reading another layout takes a file with a conformance and a line in `LoRALayouts.readable`.
package protocol LoRALayout: Sendable {
  static var format: LoRAFormat { get }
  /// The tensor's layer and role, or nil when the name is not of this layout.
  static func parse(_ tensorName: String) -> (key: LoRAKey, part: LoRAPart)?
}

package enum LoRALayouts {
  package static let readable: [any LoRALayout.Type] = [
    KohyaLayout.self, PEFTLayout.self, DiffusersLayout.self, OldDiffusersLayout.self,
  ]

  /// The first layout that knows the name.
  package static func parse(_ tensorName: String) -> (key: LoRAKey, part: LoRAPart, format: LoRAFormat)? {
    for layout in readable {
      if let found = layout.parse(tensorName) { return (found.key, found.part, layout.format) }
    }
    return nil
  }
}
