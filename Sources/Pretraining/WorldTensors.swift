import StableDiffusion
import TinyWorld
import Torch

/// Drawings as tensors.
enum WorldTensors {
  /// Windows of scenes, `[count, 3, side, side]` in −1…1; each begins at a random place when it is smaller than a
  /// scene.
  static func batch(
    _ scenes: [Scene], side: Int, random: inout RandomSource, dtype: DType
  ) throws(TorchError) -> Tensor {
    let pixels = side * side * 3
    var values = [Float](repeating: 0, count: scenes.count * pixels)
    for (index, scene) in scenes.enumerated() {
      let room = UInt64(Scene.size - side + 1)
      let x = Int(random.next() % room)
      let y = Int(random.next() % room)
      values.withUnsafeMutableBufferPointer { buffer in
        let window = UnsafeMutableBufferPointer(rebasing: buffer[(index * pixels)..<((index + 1) * pixels)])
        scene.render(into: window, x: x, y: y, side: side)
      }
    }
    let images = try Tensor(values, shape: [scenes.count, side, side, 3]).permute([0, 3, 1, 2]).contiguous()
    return try (images * 2 - 1).to(dtype: dtype)
  }

  /// `[count, 3, height, width]` in −1…1 as pictures.
  static func pictures(_ images: Tensor) throws(TorchError) -> [Picture] {
    let (count, height, width) = (images.shape[0], images.shape[2], images.shape[3])
    let scaled = try ((images.to(dtype: .float32) + 1) * 127.5).round().clamp(min: 0, max: 255)
    let bytes = try scaled.permute([0, 2, 3, 1]).contiguous().to(dtype: .uint8).bytes()
    let size = height * width * 3
    return (0..<count).map {
      Picture(width: width, height: height, pixels: Array(bytes[($0 * size)..<(($0 + 1) * size)]))
    }
  }

  static func tensor(_ pictures: [Picture], dtype: DType) throws(TorchError) -> Tensor {
    guard let first = pictures.first else { return try Tensor.zeros(shape: [0, 3, Scene.size, Scene.size]) }
    let bytes = try Tensor(pictures.flatMap(\.pixels), shape: [pictures.count, first.height, first.width, 3])
    let images = try bytes.to(dtype: .float32).permute([0, 3, 1, 2]).contiguous()
    return try (images / 127.5 - 1).to(dtype: dtype)
  }
}
