import Torch

/// An exponential moving average of parameters.
final class MovingAverage {
  private let parameters: [Tensor]
  let averages: [Tensor]
  private let decay: Double

  /// - Parameter decay: how much of it a step keeps, once it is old enough.
  init(of parameters: [Tensor], decay: Double) throws(TorchError) {
    self.parameters = parameters
    self.decay = decay
    var averages: [Tensor] = []
    for parameter in parameters { averages.append(try parameter.detach().clone()) }
    self.averages = averages
  }

  /// After each step, from 0. A young average would hold on to the random start, so its memory grows with the steps, as
  /// in diffusers' `EMAModel`: at first it is the parameters themselves.
  func update(_ step: Int) throws(TorchError) {
    let kept = step == 0 ? 0 : min(decay, Double(1 + step) / Double(10 + step))
    try noGrad { () throws(TorchError) in
      try Tensor.lerp_(averages, towards: parameters, weight: 1 - kept)
    }
  }

  /// Puts the averages in the parameters' place, and these in theirs: twice leaves all as it was, to the bit.
  func exchange() throws(TorchError) {
    try noGrad { () throws(TorchError) in
      for (parameter, average) in zip(parameters, averages) {
        let held = try parameter.detach().clone()
        try parameter.copy_(average)
        try average.copy_(held)
      }
    }
  }
}
