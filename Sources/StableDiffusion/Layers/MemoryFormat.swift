import Torch

extension Tensor {
  /// Whether convolutions over this tensor are faster with the channels last in memory; they keep the format they are
  /// given. Of 16-bit types all are, on either kind of device. In float32 the autoencoder's are on a CPU (decoding by a
  /// sixth), while the U-Net's wider ones are not.
  func inFastFormat(wide: Bool) throws(TorchError) -> Tensor {
    dtype.byteSize == 2 || (!wide && device == .cpu) ? try channelsLast() : self
  }
}
