import Testing
import Torch

// libtorch's own convolution is the reference: it takes every convolution whose weights want a gradient.
@Suite("Our convolution kernel agrees with libtorch's")
struct ConvolutionTests {
  private struct Case {
    let x: Tensor, weight: Tensor, bias: Tensor, perImage: Tensor, residual: Tensor

    init(images: Int = 2, inputs: Int, outputs: Int, height: Int, width: Int) throws {
      let generator = try Generator(seed: 7)
      func random(_ shape: [Int]) throws -> Tensor { try Tensor.randn(shape: shape, generator: generator) }
      x = try random([images, inputs, height, width])
      weight = try random([outputs, inputs, 3, 3]) / (9 * Double(inputs)).squareRoot()
      bias = try random([outputs])
      perImage = try random([images, outputs])
      residual = try random([images, outputs, height, width])
    }

    /// In float64, which no kernel of ours takes.
    func reference() throws -> Tensor {
      func wide(_ t: Tensor) throws -> Tensor { try t.to(dtype: .float64) }
      let plain = try F.conv2d(wide(x), wide(weight), wide(bias), padding: 1)
      return try plain + wide(perImage).unsqueeze(-1).unsqueeze(-1) + wide(residual)
    }

    func result() throws -> Tensor {
      try F.conv2d(x, weight, bias, perImage: perImage, residual: residual, padding: 1)
    }
  }

  /// The largest difference, relative to the largest number.
  private func deviation(_ a: Tensor, _ b: Tensor) throws -> Double {
    try (a.to(dtype: .float64) - b).abs().max().item() / b.abs().max().item()
  }

  @Test(
    "with bias, a sum for each image and a residual, at sizes that fit no tile and widths of half a panel",
    arguments: [(16, 16, 4, 4), (48, 80, 5, 7), (160, 32, 9, 3), (32, 48, 1, 1), (16, 64, 45, 33)])
  func forward(inputs: Int, outputs: Int, height: Int, width: Int) throws {
    let example = try Case(inputs: inputs, outputs: outputs, height: height, width: width)
    let result = try example.result(), reference = try example.reference()
    #expect(result.shape == reference.shape)
    #expect(try deviation(result, reference) < 1e-5)
  }

  @Test("either memory format gives the same numbers")
  func memoryFormats() throws {
    let example = try Case(inputs: 32, outputs: 32, height: 6, width: 10)
    let last = try F.conv2d(example.x.channelsLast(), example.weight, padding: 1)
    #expect(try last.floats() == F.conv2d(example.x, example.weight, padding: 1).floats())
  }

  @Test("an image's pixels do not depend on the images beside it, nor on the number of threads")
  func independence() throws {
    let example = try Case(images: 5, inputs: 48, outputs: 48, height: 20, width: 24)
    let together = try F.conv2d(example.x, example.weight, example.bias, padding: 1)
    for image in 0..<5 {
      let alone = try F.conv2d(
        example.x.narrow(dim: 0, start: image, length: 1), example.weight, example.bias, padding: 1)
      #expect(try alone.floats() == together.narrow(dim: 0, start: image, length: 1).floats())
    }
    let threads = Torch.threads
    try Torch.setThreads(3)
    defer { try? Torch.setThreads(threads) }
    #expect(try F.conv2d(example.x, example.weight, example.bias, padding: 1).floats() == together.floats())
  }

  @Test("gradients reach the image and both summands as through libtorch's")
  func gradients() throws {
    let example = try Case(inputs: 48, outputs: 32, height: 7, width: 10)
    func gradients(_ dtype: DType) throws -> [Tensor] {
      let inputs = [
        try example.x.to(dtype: dtype).detach(), try example.perImage.to(dtype: dtype).detach(),
        try example.residual.to(dtype: dtype).detach(),
      ]
      for input in inputs { input.requiresGrad = true }
      let result = try F.conv2d(
        inputs[0], example.weight.to(dtype: dtype), example.bias.to(dtype: dtype), perImage: inputs[1],
        residual: inputs[2], padding: 1)
      return try Tensor.gradients(of: [(result * result).sum()], withRespectTo: inputs).compactMap { $0 }
    }
    let (ours, reference) = (try gradients(.float32), try gradients(.float64))
    #expect(ours.count == 3 && reference.count == 3)
    for (a, b) in zip(ours, reference) { #expect(try deviation(a, b) < 1e-5) }
  }

  @Test("a gradient is found where nothing but the image wants one, and there is no bias")
  func imageAlone() throws {
    let example = try Case(inputs: 16, outputs: 32, height: 6, width: 6)
    let x = try example.x.detach()
    x.requiresGrad = true
    let found = try Tensor.gradients(of: [F.conv2d(x, example.weight, padding: 1).sum()], withRespectTo: [x])
    let wide = try example.x.to(dtype: .float64).detach()
    wide.requiresGrad = true
    let reference = try Tensor.gradients(
      of: [F.conv2d(wide, example.weight.to(dtype: .float64), padding: 1).sum()], withRespectTo: [wide])
    #expect(try deviation(#require(found[0]), #require(reference[0])) < 1e-5)
  }

  @Test("weights that train get their gradient")
  func trainableWeights() throws {
    let example = try Case(inputs: 16, outputs: 16, height: 6, width: 6)
    let weight = try example.weight.detach()
    weight.requiresGrad = true
    let found = try Tensor.gradients(of: [F.conv2d(example.x, weight, padding: 1).sum()], withRespectTo: [weight])
    #expect(try #require(found[0]).abs().max().item() > 0)
  }

  @Test("a residual of another shape is refused")
  func wrongResidual() throws {
    let example = try Case(inputs: 16, outputs: 16, height: 6, width: 6)
    let residual = try Tensor.zeros(shape: [2, 16, 1, 1])
    #expect(throws: TorchError.self) {
      try F.conv2d(example.x, example.weight, residual: residual, padding: 1)
    }
  }
}
