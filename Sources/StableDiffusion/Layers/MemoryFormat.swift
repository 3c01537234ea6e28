import Torch

extension Tensor {
  /// Whether convolutions over this tensor are faster with the channels last in memory; they keep the format they are
  /// given. On a CPU all are, and attention reads such images without a copy; elsewhere those of 16-bit types are.
  func inFastFormat() throws(TorchError) -> Tensor {
    dtype.byteSize == 2 || device == .cpu ? try channelsLast() : self
  }
}
