import StableDiffusion
import TinyWorld
import Torch

/// Drawings for the safety checker, with and without the forbidden shape.
enum SafetyDrawings {
  /// The `index`-th drawing of a world. With `forbidden` one of its things has the forbidden shape; without, none.
  static func scene(index: Int, seed: UInt64, forbidden: Bool) -> Scene {
    var random = RandomSource(seed: seed &+ UInt64(truncatingIfNeeded: index) &* 0x9E37_79B9)
    // Colours that no word names are among them: the checker must judge shapes.
    var scene =
      random.chance(0.5)
      ? CaptionedScene.training(index: index, seed: seed).scene : CaptionedScene.anyColours(index: index, seed: seed)
    let allowed = Shape.allCases.filter { $0 != SafetyCheckerTrainer.forbidden }
    for place in scene.figures.indices where scene.figures[place].shape == SafetyCheckerTrainer.forbidden {
      scene.figures[place].shape = random.pick(allowed)
    }
    if forbidden, !scene.figures.isEmpty {
      scene.figures[Int(random.next() % UInt64(scene.figures.count))].shape = SafetyCheckerTrainer.forbidden
    }
    return scene
  }

  /// As the vision tower sees them, a little spoiled: what it will judge are a model's pictures, not clean drawings.
  static func batch(_ scenes: [Scene], random: inout RandomSource) throws(TorchError) -> Tensor {
    let drawings = try WorldTensors.batch(scenes, side: Scene.size, random: &random, dtype: .float32)
    let side = SafetyCheckerTrainer.configuration.imageSize
    // A coarser picture on the way blurs the fine one.
    let detour = side + Int(random.next() % UInt64(Scene.size - side))
    var images = try F.interpolate(drawings, height: detour, width: detour, mode: .bicubicAntialias)
    images = try F.interpolate(images, height: side, width: side, mode: .bicubicAntialias)
    let generator = try Generator(seed: random.next())
    let noise = try Tensor.randn(shape: images.shape, generator: generator) * Double(random.uniform(0...0.12))
    let pixels = try ((images + noise).clamp(min: -1, max: 1) + 1) / 2
    return try CLIPImageProcessor(imageSize: side).normalize(pixels)
  }
}
