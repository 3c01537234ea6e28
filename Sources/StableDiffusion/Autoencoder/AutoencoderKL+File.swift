import ModelFiles
import Torch

extension AutoencoderKL {
  /// An autoencoder in a safetensors file of its own, in the names of diffusers or of the original code.
  ///
  /// - Parameter replaced: the checkpoint's own: latents of a family are scaled alike.
  package convenience init(
    path: String, replacing replaced: AutoencoderConfiguration, dtype: DType, device: Device = .cpu
  ) throws(CheckpointError) {
    let file = try Safetensors(path: path)
    let contents: AutoencoderFile
    do {
      contents = try AutoencoderFile(file.header)
    } catch {
      throw .unsuitable(path: path, reason: error.description)
    }
    var configuration = replaced
    configuration.setShape(contents.shape)
    guard configuration.latentChannels == replaced.latentChannels,
      configuration.downsamplingFactor == replaced.downsamplingFactor
    else {
      throw .unsuitable(
        path: path,
        reason: "this VAE's latents have \(configuration.latentChannels) channels for "
          + "\(configuration.downsamplingFactor) pixels a side, the checkpoint's \(replaced.latentChannels) for "
          + "\(replaced.downsamplingFactor); choose a VAE of the checkpoint's family")
    }
    try self.init(
      configuration, ParameterStore(file: file, places: contents.tensors, dtype: dtype, device: device))
  }
}

extension AutoencoderConfiguration {
  /// What the tensors tell of the network.
  mutating func setShape(_ shape: AutoencoderShape) {
    blockOutChannels = shape.widths
    downBlockTypes = Array(repeating: "DownEncoderBlock2D", count: shape.widths.count)
    upBlockTypes = Array(repeating: "UpDecoderBlock2D", count: shape.widths.count)
    layersPerBlock = shape.layersPerBlock
    latentChannels = shape.latentChannels
    usesQuantConv = shape.usesQuantConv
    usesPostQuantConv = shape.usesPostQuantConv
    midBlockAddsAttention = shape.attends
  }
}
