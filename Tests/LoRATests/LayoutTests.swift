import MicroCheckpoint
import ModelFiles
import Testing
import Torch

@testable import StableDiffusion

@Suite("LoRA layouts and kinds")
struct LayoutTests {
  private static let query = "down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q"
  private static let output = "down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_out.0"
  private static let convolution = "down_blocks.0.resnets.0.conv1"

  private let checkpoint: StableDiffusionCheckpoint
  private let folder: String
  private let generator: Generator

  init() throws {
    checkpoint = try MicroCheckpoint.make()
    folder = try MicroCheckpoint.temporaryFolder("layouts")
    generator = try Generator(seed: 12)
  }

  private func random(_ shape: [Int]) throws -> Tensor { try Tensor.randn(shape: shape, generator: generator) }

  private func layer(_ path: String) throws -> any AdaptableLayer {
    try #require(checkpoint.adapterSet[LoRAKey(component: .unet, path: path)])
  }

  private func read(
    _ tensors: [(String, Tensor)], metadata: [String: String] = [:]
  ) throws -> LoRAFile {
    let path = "\(folder)/\(tensors.count).safetensors"
    try Safetensors.write(tensors, metadata: metadata, to: path)
    return try LoRAFile(path: path)
  }

  @Test("the same matrices are the same adapters in all four layouts, in any type of number")
  func layouts() throws {
    let names: [(LoRAFormat, (String) -> String, String, String)] = [
      (.kohya, { "lora_unet_\(LoRAKey(component: .unet, path: $0).layer)" }, ".lora_down.weight", ".lora_up.weight"),
      (.diffusers, { "unet.\($0)" }, ".lora.down.weight", ".lora.up.weight"),
      (.peft, { "unet.\($0)" }, ".lora_A.weight", ".lora_B.weight"),
      (
        .oldDiffusers,
        { $0.hasSuffix("to_q") ? "unet.\($0.dropLast(5)).processor.to_q" : "unet.\($0.dropLast(9)).processor.to_out" },
        "_lora.down.weight", "_lora.up.weight"
      ),
    ]
    // Numbers that every type holds exactly.
    let down = try (random([2, 8]) * 4).round() / 4, up = try (random([8, 2]) * 4).round() / 4
    for (format, stem, downSuffix, upSuffix) in names {
      for dtype in [DType.float16, .bfloat16, .float32] {
        let tensors = try [Self.query, Self.output].flatMap { path in
          [
            (stem(path) + downSuffix, try down.to(dtype: dtype)), (stem(path) + upSuffix, try up.to(dtype: dtype)),
          ]
        }
        let file = try read(tensors)
        #expect(file.format == format)
        let set = checkpoint.adapterSet
        try set.attach(file, name: "a")
        for path in [Self.query, Self.output] {
          let adapter = try #require(layer(path).adapters.last)
          #expect(adapter.scale == 1)
          #expect(try adapter.down.floats() == down.floats() && adapter.up.floats() == up.floats())
        }
        set.detach(name: "a")
      }
    }
  }

  @Test("an alpha of any type and shape is one number, and is each layer's own", arguments: [DType.float16, .float32, .bfloat16, .int64])
  func alphas(dtype: DType) throws {
    let key = LoRAKey(component: .unet, path: Self.query).layer, other = LoRAKey(component: .unet, path: Self.output).layer
    let file = try read([
      ("lora_unet_\(key).lora_down.weight", random([4, 8])), ("lora_unet_\(key).lora_up.weight", random([8, 4])),
      ("lora_unet_\(key).alpha", Tensor([Float(2)], shape: [1]).to(dtype: dtype)),
      ("lora_unet_\(other).lora_down.weight", random([2, 8])), ("lora_unet_\(other).lora_up.weight", random([8, 2])),
      ("lora_unet_\(other).alpha", Tensor([Float(3)], shape: []).to(dtype: dtype)),
    ])
    try checkpoint.adapterSet.attach(file, name: "a")
    #expect(try layer(Self.query).adapters[0].scale == 0.5)
    #expect(try layer(Self.output).adapters[0].scale == 1.5)
  }

  @Test("the original code's names find a U-Net's layers, with as many layers a level as it has")
  func sgmNames() throws {
    let set = checkpoint.adapterSet
    #expect(set[LoRAKey(component: .unet, layer: "input_blocks_1_1_proj_in")] === (try layer("down_blocks.0.attentions.0.proj_in")))
    #expect(set[LoRAKey(component: .unet, layer: "input_blocks_2_0_op")] === (try layer("down_blocks.0.downsamplers.0.conv")))
    #expect(set[LoRAKey(component: .unet, layer: "output_blocks_1_1_conv")] === (try layer("up_blocks.0.upsamplers.0.conv")))
    #expect(set[LoRAKey(component: .unet, layer: "input_blocks_9_1_proj_in")] == nil)
  }

  @Test("one layer under two names is refused")
  func twice() throws {
    let key = LoRAKey(component: .unet, path: "down_blocks.0.attentions.0.proj_in").layer
    let file = try read([
      ("lora_unet_\(key).lora_down.weight", random([2, 8])), ("lora_unet_\(key).lora_up.weight", random([8, 2])),
      ("lora_unet_input_blocks_1_1_proj_in.lora_down.weight", random([2, 8])),
      ("lora_unet_input_blocks_1_1_proj_in.lora_up.weight", random([8, 2])),
    ])
    let refusal = LoRAError.repeatedLayer(path: file.path, layer: "down_blocks.0.attentions.0.proj_in")
    #expect(throws: refusal) { try checkpoint.adapterSet.attach(file, name: "a") }
  }

  @Test("a convolution in Tucker form acts as its three convolutions, one after the other")
  func tucker() throws {
    let layer = try layer(Self.convolution), key = LoRAKey(component: .unet, path: Self.convolution).layer
    let down = try random([3, 8, 1, 1]), mid = try random([2, 3, 3, 3]), up = try random([8, 2, 1, 1])
    let file = try read([
      ("lora_unet_\(key).lora_down.weight", down), ("lora_unet_\(key).lora_mid.weight", mid),
      ("lora_unet_\(key).lora_up.weight", up), ("lora_unet_\(key).alpha", Tensor([Float(1)], shape: [])),
    ])
    try checkpoint.adapterSet.attach(file, name: "a")
    let adapter = try #require(layer.adapters.first)
    #expect(adapter.scale == 0.5)
    let x = try random([2, 8, 6, 5])
    let wanted = try F.conv2d(F.conv2d(F.conv2d(x, down), mid, nil, padding: 1), up)
    #expect(try (layer.lowRank(adapter, x) - wanted).abs().max().item() < 1e-4)
  }

  @Test("LyCORIS' magnitudes of the inputs bring each input's column to its length", arguments: [query, convolution])
  func magnitudesOfInputs(path: String) throws {
    let layer = try layer(path), key = LoRAKey(component: .unet, path: path).layer
    let isConvolution = layer.weight.rank == 4
    let shapes = layer.adapterShapes(rank: 2)
    let down = try random(shapes.down), up = try random(shapes.up)
    let lengths = try Tensor.rand(shape: isConvolution ? [1, 8, 1, 1] : [1, 8], generator: generator) + 0.5
    let file = try read([
      ("lora_unet_\(key).lora_down.weight", down), ("lora_unet_\(key).lora_up.weight", up),
      ("lora_unet_\(key).dora_scale", lengths),
    ])
    let x = try random(isConvolution ? [1, 8, 6, 6] : [1, 5, 8])
    let set = checkpoint.adapterSet
    func forward() throws -> Tensor {
      switch layer {
      case let linear as Linear: try linear.forward(x)
      case let convolution as Conv2d: try convolution.forward(x)
      default: x
      }
    }
    let plain = try forward()
    // A square weight's shape cannot tell outputs from inputs, but where the one stands can.
    try set.attach(file, name: "a")
    let sum = try layer.weight + up.flatten(from: 1).matmul(down.flatten(from: 1)).reshape(layer.weight.shape)
    let norm = try sum.norm(dims: isConvolution ? [0, 2, 3] : [0], keepDim: true)
    let weight = try sum * (lengths / norm)
    let change = try weight - layer.weight
    let wanted = try plain + (isConvolution ? F.conv2d(x, change, nil, padding: 1) : F.linear(x, change))
    #expect(try (forward() - wanted).abs().max().item() < 1e-4)
    try set.merge(names: ["a"])
    #expect(try (forward() - wanted).abs().max().item() < 1e-4)
    set.detach(name: "a")
    #expect(try forward().floats() == plain.floats())
    // Off is off, not the plain weight with new lengths.
    try set.attach(file, name: "a", weight: 0)
    #expect(try forward().floats() == plain.floats())
  }

  @Test("a prepared LoRA is attached again and again, with other weights")
  func prepared() throws {
    let key = LoRAKey(component: .unet, path: Self.query).layer
    let file = try read([
      ("lora_unet_\(key).lora_down.weight", random([2, 8])), ("lora_unet_\(key).lora_up.weight", random([8, 2])),
    ])
    let set = checkpoint.adapterSet
    let prepared = try set.prepare(file)
    #expect(prepared.byteCount == 2 * 2 * 8 * 4)
    try set.attach(prepared, name: "a", weight: 0.5)
    try set.attach(prepared, name: "b", weight: 2, rows: [0..<1])
    let adapters = try layer(Self.query).adapters
    #expect(adapters.map(\.scale) == [0.5, 2])
    #expect(adapters[0].down === adapters[1].down && adapters[1].rows == [0..<1])
  }
}
