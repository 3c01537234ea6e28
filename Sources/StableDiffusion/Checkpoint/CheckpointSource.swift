import Foundation
import ModelFiles
import Torch

/// A checkpoint on disk, looked at but not loaded: each network is read when it is asked for, so that a program that
/// needs the autoencoder alone does not read the U-Net.
package protocol CheckpointSource {
  var family: ModelFamily { get }
  var unetConfiguration: UNetConfiguration { get }
  var autoencoderConfiguration: AutoencoderConfiguration { get }
  /// Whether it holds one. Where it does not, the configuration is that of the family's published models, which says
  /// what another has to fit, and `autoencoder` throws.
  var hasAutoencoder: Bool { get }
  var schedulerConfiguration: SchedulerConfiguration { get }
  /// See `StableDiffusionCheckpoint`; nil: as the family's published models.
  var zeroesEmptyNegativePrompt: Bool? { get }
  /// What can be told without loading weights.
  func outline() throws(CheckpointError) -> CheckpointOutline
  /// The family's text encoders with their tokenizers, in the order in which their features stand side by side.
  func textTowers(dtype: DType, device: Device) throws(CheckpointError) -> [TextTower]
  func unet(dtype: DType, device: Device) throws(CheckpointError) -> UNet2DConditionModel
  func autoencoder(dtype: DType, device: Device) throws(CheckpointError) -> AutoencoderKL
}

package enum CheckpointSources {
  /// A folder in the diffusers layout, a safetensors file in that of the original code, or a folder that holds nothing
  /// else.
  ///
  /// - Parameter vocabulary: CLIP's published vocabulary, which single files need; nil: where the program finds it.
  package static func open(
    _ path: String, vocabulary: String? = nil
  ) throws(CheckpointError) -> any CheckpointSource {
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    if !exists { throw .missingFile(path: path) }
    if !isFolder.boolValue { return try SingleFileCheckpoint(path, vocabulary: vocabulary) }
    if !FileManager.default.fileExists(atPath: "\(path)/model_index.json"), let file = onlyFile(in: path) {
      return try SingleFileCheckpoint(file, vocabulary: vocabulary)
    }
    return try CheckpointFolder(path)
  }

  /// Whatever its name: what it holds tells whether it is a checkpoint.
  private static func onlyFile(in folder: String) -> String? {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    var isFolder: ObjCBool = false
    guard names.count == 1, FileManager.default.fileExists(atPath: "\(folder)/\(names[0])", isDirectory: &isFolder),
      !isFolder.boolValue
    else { return nil }
    return "\(folder)/\(names[0])"
  }
}
