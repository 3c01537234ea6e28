import Foundation
import StableDiffusion
import TinyWorld
import Torch

/// Drawings encoded once: their scaled latents, and their captions' token ids.
struct LatentCache {
  /// `[count, 4, 16, 16]`, float32, of about unit variance.
  let latents: Tensor
  /// `[count, 77]`, int64.
  let ids: Tensor

  var count: Int { latents.shape[0] }

  /// Reads the file at `path`, or draws and encodes `count` drawings and writes it.
  init(path: String, count: Int, seed: UInt64, autoencoder: AutoencoderKL, tokenizer: CLIPTokenizer) throws {
    if !FileManager.default.fileExists(atPath: path) {
      try Self.write(to: path, count: count, seed: seed, autoencoder: autoencoder, tokenizer: tokenizer)
    }
    let file = try Safetensors(path: path)
    latents = try file.tensor(named: "latents").to(dtype: .float32)
    ids = try file.tensor(named: "ids")
  }

  private static func write(
    to path: String, count: Int, seed: UInt64, autoencoder: AutoencoderKL, tokenizer: CLIPTokenizer
  ) throws {
    var random = RandomSource(seed: seed)
    var latents: [Tensor] = []
    var ids: [Int64] = []
    let batch = 32
    for start in stride(from: 0, to: count, by: batch) {
      let drawings = (start..<min(start + batch, count)).map { CaptionedScene.training(index: $0, seed: seed) }
      for drawing in drawings { ids += tokenizer.encode(drawing.caption).map(Int64.init) }
      latents.append(
        try inferenceMode { () throws(TorchError) in
          let images = try WorldTensors.batch(
            drawings.map(\.scene), side: Scene.size, random: &random, dtype: autoencoder.dtype)
          let mean = try autoencoder.encode(images).mean
          return try (mean.to(dtype: .float32) * autoencoder.scalingFactor).to(dtype: .float16)
        })
      if start / batch % 100 == 0 { try Console.say("encoded \(start) of \(count) drawings") }
    }
    try Safetensors.write(
      [
        ("latents", Tensor.cat(latents, dim: 0)),
        ("ids", Tensor(ids, shape: [count, tokenizer.contextLength])),
      ], to: path)
  }
}
