import LorikeetAPI
import ModelFiles

extension Asset {
  /// Tells of a checkpoint what was found in its files.
  mutating func describe(_ facts: CheckpointFacts) {
    family = .init(facts.family)
    var info = CheckpointInfo()
    info.layout = facts.layout == .folder ? .diffusers : .singleFile
    info.predictionType = facts.predictsVelocity ? .velocity : .epsilon
    info.precision = facts.precision
    info.zeroTerminalSnr = facts.hasZeroTerminalSNR
    info.inpainting = facts.isInpainting
    info.refiner = facts.family == .stableDiffusionXLRefiner
    info.hasSafetyChecker = facts.hasSafetyChecker
    info.nativeSize = Int32(clamping: facts.nativeSide)
    info.unetParameters = facts.unetParameters
    checkpoint = info
  }
}

extension LorikeetAPI.ModelFamily {
  init(_ family: ModelFiles.ModelFamily) {
    self = family.isXL ? .stableDiffusionXl : .stableDiffusion1
  }
}
