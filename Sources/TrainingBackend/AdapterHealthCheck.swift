import Foundation
import Images
import ModelFiles
import StableDiffusion
import Torch

/// Measures a trained LoRA: its numbers, what it does, and whether the file does the same.
struct AdapterHealthCheck {
  let checkpoint: StableDiffusionCheckpoint
  /// The first ones trained on.
  let captions: [String]
  let size: PixelSize
  let seed: UInt64

  typealias Members = [(key: LoRAKey, adapter: LowRankAdapter)]

  /// Layers whose matrices are not finite in the type that they are written in: such adapters cannot be written.
  static func nonFiniteLayers(_ members: Members) throws(TorchError) -> Int {
    var count = 0
    for (_, adapter) in members {
      let scaled = try adapter.up.detach() * adapter.scale
      let finite = try [adapter.down.detach(), scaled].map { (tensor) throws(TorchError) in
        try tensor.to(dtype: .float16).isFiniteAll
      }
      if finite.contains(false) { count += 1 }
    }
    return count
  }

  /// - Parameters:
  ///   - members: as in memory, attached to nothing.
  ///   - path: the written file.
  func measure(_ members: Members, file path: String) throws -> AdapterHealth {
    var health = AdapterHealth()
    let file = try LoRAFile(path: path), layers = checkpoint.adapterSet
    health.layers = members.count
    var norms: [Double] = []
    var zeroUNetLayers = 0
    for layer in file.layers {
      let norm = try Self.norm(layer)
      if norm == 0 {
        health.zeroLayers += 1
        if layer.key.component == .unet { zeroUNetLayers += 1 }
      }
      if let weight = layers[layer.key]?.weight {
        norms.append(norm / max(try weight.detach().to(dtype: .float32).norm().item(), 1e-12))
      }
    }
    norms.sort()
    health.largestRelativeNorm = norms.last ?? 0
    health.medianRelativeNorm = norms.isEmpty ? 0 : norms[norms.count / 2]

    let plain = try prediction()
    let inMemory = try withAdapters(members, on: layers) { try prediction() }
    try layers.attach(file, name: Self.name)
    defer { layers.detach(name: Self.name) }
    let reloaded = try prediction()
    health.outputChange = try Self.distance(inMemory, plain, relativeTo: plain)
    health.reloadDifference = try Self.distance(reloaded, inMemory, relativeTo: inMemory)
    health.judge(
      zeroUNetLayers: zeroUNetLayers, precision: checkpoint.unet.dtype == .float32 ? 1e-4 : 2e-2)
    return health
  }

  private static let name = "health"

  private func withAdapters<Result>(
    _ members: Members, on layers: AdapterSet, _ body: () throws -> Result
  ) throws -> Result {
    for (key, adapter) in members { layers[key]?.adapters.append(adapter) }
    defer { for (key, adapter) in members { layers[key]?.adapters.removeAll { $0 === adapter } } }
    return try body()
  }

  /// What the U-Net predicts for noise halfway, told the captions.
  private func prediction() throws -> Tensor {
    let unet = checkpoint.unet, pixels = checkpoint.autoencoder.configuration.downsamplingFactor
    return try inferenceMode {
      let shape = [
        captions.count, unet.configuration.inChannels, max(size.height / pixels, 1), max(size.width / pixels, 1),
      ]
      let noise = try Tensor.randn(shape: shape, generator: Generator(seed: seed))
      let conditioning = try PromptEncoder(checkpoint).encode(
        captions, sizes: MicroConditioning(width: size.width, height: size.height))
      let halfway = Float(checkpoint.schedulerConfiguration.trainTimesteps / 2)
      let timestep = try Tensor([halfway], shape: [1]).to(device: unet.device)
      return try unet.forward(
        noise.to(device: unet.device).to(dtype: unet.dtype), timesteps: timestep, conditioning: conditioning
      ).to(dtype: .float32)
    }
  }

  private static func distance(_ a: Tensor, _ b: Tensor, relativeTo size: Tensor) throws(TorchError) -> Double {
    try (a - b).norm().item() / max(size.norm().item(), 1e-12)
  }

  /// Of `alpha / rank · up · down`, by the Gram matrices: the product itself is as large as the layer's weight.
  private static func norm(_ layer: LoRAFile.Layer) throws(TorchError) -> Double {
    let up = try layer.up.to(dtype: .float32).flatten(from: 1, to: -1)
    let down = try layer.down.to(dtype: .float32).flatten(from: 1, to: -1)
    let square = try (up.transpose(0, 1).matmul(up) * down.matmul(down.transpose(0, 1))).sum().item()
    return max(square, 0).squareRoot() * abs(layer.alpha) / Double(max(layer.rank, 1))
  }
}
