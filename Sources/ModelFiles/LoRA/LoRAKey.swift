/// The network that an adapted layer belongs to.
package enum LoRAComponent: String, Sendable, CaseIterable {
  case unet
  case textEncoder
  /// The second text encoder of the XL family.
  case textEncoder2
}

/// An adapted layer, whatever the file's layout: the network, and the layer's path with underscores for dots.
///
/// Underscores because kohya's names have nothing else. The way back to a path goes through the model's own layers,
/// never through the string: `to_out_0` could be `to_out.0` or `to.out.0`.
package struct LoRAKey: Hashable, Sendable, CustomStringConvertible {
  package let component: LoRAComponent
  package let layer: String

  package init(component: LoRAComponent, layer: String) {
    self.component = component
    self.layer = layer
  }

  /// - Parameter path: as in the diffusers layout, `down_blocks.0.attentions.0.proj_in`.
  package init(component: LoRAComponent, path: String) {
    self.component = component
    layer = String(path.map { $0 == "." ? "_" : $0 })
  }

  package var description: String { "\(component.rawValue):\(layer)" }
}

/// What one tensor of a LoRA file is to its layer.
package enum LoRAPart: Sendable, Hashable {
  case down
  case up
  case alpha
}
