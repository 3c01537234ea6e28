import Torch

extension TrainingSettings.OptimizerKind {
  /// A peak learning rate for it where AdamW would take this one.
  package func suitedRate(adamW rate: Double) -> Double {
    switch self {
    case .adamW, .adamW8Bit, .adafactor: rate
    case .prodigy: 1
    case .lion: rate / 10
    }
  }

  /// As kohya's tools name it.
  var displayName: String {
    switch self {
    case .adamW: "AdamW"
    case .adamW8Bit: "AdamW8bit"
    case .prodigy: "Prodigy"
    case .adafactor: "Adafactor"
    case .lion: "Lion"
    }
  }

  /// One that moves these parameters.
  func over(_ parameters: [Tensor], rate: Double, weightDecay: Double) -> any Optimizer {
    switch self {
    case .adamW: AdamW(parameters: parameters, learningRate: rate, weightDecay: weightDecay)
    case .adamW8Bit: AdamW8Bit(parameters: parameters, learningRate: rate, weightDecay: weightDecay)
    case .prodigy: Prodigy(parameters: parameters, learningRate: rate, weightDecay: weightDecay)
    case .adafactor: Adafactor(parameters: parameters, learningRate: rate, weightDecay: weightDecay)
    case .lion: Lion(parameters: parameters, learningRate: rate, weightDecay: weightDecay)
    }
  }
}
