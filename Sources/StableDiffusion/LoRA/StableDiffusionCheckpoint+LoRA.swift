import ModelFiles

extension StableDiffusionCheckpoint {
  /// Every layer of this checkpoint that a LoRA file may name.
  package var adapterSet: AdapterSet {
    AdapterSet([(.unet, unet.store.layers)] + textTowers.map { ($0.component, $0.model.store.layers) })
  }
}
