import LorikeetAPI

/// What an input of a generation is for; the raw values are those of `ManifestInput.role`.
enum GenerationRole: String, CaseIterable {
  case checkpoint, vae, lora, refiner
  case textualInversion = "textual_inversion"
  case initImage = "init_image"
  case maskImage = "mask_image"
  case safetyChecker = "safety_checker"

  var kind: AssetKind {
    switch self {
    case .checkpoint, .refiner: .checkpoint
    case .vae: .vae
    case .lora: .lora
    case .textualInversion: .textualInversion
    case .initImage, .maskImage: .image
    case .safetyChecker: .safetyChecker
    }
  }
}

extension BackendGenerationAssignment {
  /// Every asset that it reads, with what for.
  var inputs: [(role: GenerationRole, asset: BackendInputAsset)] {
    var result: [(role: GenerationRole, asset: BackendInputAsset)] = []
    func add(_ role: GenerationRole, _ asset: BackendInputAsset?) {
      if let asset { result.append((role, asset)) }
    }
    add(.checkpoint, checkpoint)
    add(.vae, vae)
    for lora in loras { add(.lora, lora.asset) }
    for embedding in embeddings { add(.textualInversion, embedding.asset) }
    add(.initImage, initImage)
    add(.maskImage, maskImage)
    add(.refiner, refiner)
    add(.safetyChecker, safetyChecker)
    return result
  }

  /// Changes every asset that it reads.
  mutating func changeInputs(_ change: (BackendInputAsset) -> BackendInputAsset) {
    checkpoint = checkpoint.map(change)
    vae = vae.map(change)
    for index in loras.indices { loras[index].asset = loras[index].asset.map(change) }
    for index in embeddings.indices { embeddings[index].asset = embeddings[index].asset.map(change) }
    initImage = initImage.map(change)
    maskImage = maskImage.map(change)
    refiner = refiner.map(change)
    safetyChecker = safetyChecker.map(change)
  }
}
