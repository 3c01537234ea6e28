import ModelFiles

extension StableDiffusionCheckpoint {
  /// Every layer of this checkpoint that a LoRA file may name.
  package var adapterSet: AdapterSet {
    AdapterSet([(.unet, unet.store.layers), (.textEncoder, textEncoder.store.layers)])
  }
}
