/// The network that an adapted layer belongs to.
package enum LoRAComponent: String, Sendable, CaseIterable {
  case unet
  case textEncoder
  /// The second text encoder of the XL family.
  case textEncoder2
}

/// An adapted layer, whatever the file's layout: the network, and the layer's path with underscores for dots.
///
/// Underscores because kohya's names have nothing else. A model finds its layer by this name; the path with its dots
/// comes back through the words that layers are named with (`LayerPath`): by itself, `to_out_0` could be `to_out.0` or
/// `to.out.0`.
package struct LoRAKey: Hashable, Sendable, CustomStringConvertible {
  package let component: LoRAComponent
  package let layer: String

  package init(component: LoRAComponent, layer: String) {
    self.component = component
    self.layer = layer
  }

  /// - Parameter path: as in the diffusers layout, `down_blocks.0.attentions.0.proj_in`.
  package init(component: LoRAComponent, path: some StringProtocol) {
    self.component = component
    layer = String(path.map { $0 == "." ? "_" : $0 })
  }

  package var description: String { "\(component.rawValue):\(layer)" }
}

/// What one tensor of a LoRA file is to its layer.
package enum LoRAPart: Sendable, Hashable, CaseIterable {
  /// `[rank, in]`, or `[rank, in, k, k]` of a convolution (PEFT's `lora_A`).
  case down
  /// `[rank, rank, k, k]` of a convolution in Tucker form, whose `down` and `up` are 1×1.
  case mid
  /// `[out, rank]`, or `[out, rank, 1, 1]` of a convolution (PEFT's `lora_B`).
  case up
  /// One number: the update is `alpha / rank · up · down`.
  case alpha
  /// DoRA's magnitudes, one for each output.
  case magnitude
  /// DoRA's magnitudes in LyCORIS' form: one for each output, or for each input; the shape tells which.
  case doraScale
}

/// How the tensors of a LoRA file are named.
package enum LoRAFormat: String, Sendable, CaseIterable {
  case kohya
  case peft
  case diffusers
  /// The attention processors of diffusers before 0.20.
  case oldDiffusers

  package var title: String {
    switch self {
    case .kohya: "kohya"
    case .peft: "PEFT"
    case .diffusers: "diffusers"
    case .oldDiffusers: "diffusers' old attention processors"
    }
  }
}
