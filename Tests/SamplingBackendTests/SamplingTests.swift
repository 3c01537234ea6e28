import Foundation
import Images
import MicroCheckpoint
import ModelFiles
import StableDiffusion
import Testing
import Torch

@testable import SamplingBackend

@Suite("Sampling")
struct SamplingTests {
  private static func request(seeds: [UInt64], folder: String) -> SamplingRequest {
    var request = SamplingRequest(
      checkpoint: CheckpointReference(digest: "0123456789abcdef\(folder.hashValue)", name: "micro", folder: folder),
      seeds: seeds)
    request.prompt = "a red bird"
    request.negativePrompt = "blur"
    request.steps = 4
    return request
  }

  private static func lora(_ name: String, _ path: String, weight: Double) -> LoRAReference {
    LoRAReference(FileReference(digest: path, name: name, path: path), weight: weight)
  }

  private func request(seeds: [UInt64]) throws -> SamplingRequest {
    Self.request(seeds: seeds, folder: try MicroCheckpoint.folder())
  }

  private func run(
    _ engine: SamplingEngine, _ request: SamplingRequest, cancellation: CancellationFlag = CancellationFlag(),
    onEvent: @escaping (SamplingEvent) throws -> Void = { _ in }
  ) throws -> [SampledImage] {
    var images: [SampledImage] = []
    try engine.run(request, cancellation: cancellation) { event in
      if case .image(let image) = event { images.append(image) }
      try onEvent(event)
    }
    return images
  }

  private func lora(seed: UInt64 = 5) throws -> String { try MicroCheckpoint.lora(seed: seed) }

  @Test(
    "a seed gives the same pixels whatever it is made with and however often",
    arguments: SamplerCatalog.all.map(\.name))
  func purity(sampler: String) throws {
    let engine = SamplingEngine()
    var many = try request(seeds: [11, 12, 13])
    many.sampler = sampler
    var one = many
    one.seeds = [12]
    let together = try run(engine, many).map(\.pixels)
    #expect(try run(engine, one).map(\.pixels) == [together[1]])
    #expect(try run(SamplingEngine(), many).map(\.pixels) == together)
    #expect(together[0] != together[1])
  }

  @Test("a checkpoint's own size is held to the bounds of sizes asked for")
  func hugeNativeSide() throws {
    let micro = try MicroCheckpoint.make()
    var unet = micro.unet.configuration
    unet.sampleSize = 512
    // Five levels: 512 latents are 8,192 pixels.
    let folder = try MicroCheckpoint.temporaryFolder("huge")
    try StableDiffusionCheckpoint.random(
      towers: micro.textTowers.map { .init($0.component, tokenizer: $0.tokenizer, $0.model.configuration) }, unet: unet,
      autoencoder: AutoencoderConfiguration(
        blockOutChannels: [8, 8, 8, 8, 8], layersPerBlock: 1, normGroups: 4, sampleSize: 16),
      seed: 1
    ).save(to: folder, dtype: .float32)
    var request = Self.request(seeds: [1], folder: folder)
    request.steps = 1
    let error = #expect(throws: SamplingError.self) { try run(SamplingEngine(), request) }
    guard case .invalidRequest(let faults) = error else {
      Issue.record("threw \(String(describing: error))")
      return
    }
    #expect(faults.map(\.field) == ["width", "height"])
    (request.width, request.height) = (32, 32)
    #expect(try run(SamplingEngine(), request).count == 1)
  }

  @Test("sides that step by more than the largest image are refused")
  func hugeStep() throws {
    var request = Self.request(seeds: [1], folder: "")
    (request.width, request.height) = (8192, 64)
    let error = #expect(throws: SamplingError.self) { try request.validate(sideMultiple: 8192) }
    guard case .invalidRequest(let faults) = error else {
      Issue.record("threw \(String(describing: error))")
      return
    }
    #expect(faults.map(\.field) == ["width", "height"])
  }

  @Test("images that share a batch differ from lone ones by rounding only")
  func batches() throws {
    var many = try request(seeds: [1, 2, 3, 4, 5])
    many.sampler = "euler_ancestral"
    let alone = try run(SamplingEngine(), many), batched = try run(SamplingEngine(imagesPerBatch: 3), many)
    #expect(batched.map(\.index) == [0, 1, 2, 3, 4])
    for (a, b) in zip(alone, batched) {
      let worst = zip(a.pixels.pixels, b.pixels.pixels).map { abs(Int($0) - Int($1)) }.max()
      #expect(try #require(worst) <= 1)
    }
  }

  @Test("LoRAs act with their weights, and the next request sees none of them")
  func loras() throws {
    let engine = SamplingEngine()
    let plain = try request(seeds: [3])
    let before = try run(engine, plain).map(\.pixels)
    var with = plain
    with.loras = [
      Self.lora("one", try lora(), weight: 0.7),
      Self.lora("two", try lora(seed: 6), weight: -0.4),
    ]
    let strong = try run(engine, with).map(\.pixels)
    #expect(strong != before)
    with.loras[0].weight = 0.2
    #expect(try run(engine, with).map(\.pixels) != strong)
    with.loras[0].weight = 0
    with.loras[1].weight = 0
    #expect(try run(engine, with).map(\.pixels) == before)
    #expect(try run(engine, plain).map(\.pixels) == before)
  }

  @Test("a LoRA that fails leaves none of the others behind")
  func failingLoRA() throws {
    let engine = SamplingEngine()
    let plain = try request(seeds: [3])
    let before = try run(engine, plain).map(\.pixels)
    var broken = plain
    broken.loras = [
      Self.lora("one", try lora(), weight: 1),
      Self.lora("gone", "/nowhere/gone.safetensors", weight: 1),
    ]
    #expect(throws: LoRAError.self) { try run(engine, broken) }
    #expect(try run(engine, plain).map(\.pixels) == before)
  }

  @Test("cancelling stops before the next step")
  func cancellation() throws {
    var slow = try request(seeds: [1, 2])
    slow.steps = 100
    let flag = CancellationFlag()
    var steps = 0
    #expect(throws: CancellationError.self) {
      try run(SamplingEngine(), slow, cancellation: flag) { event in
        guard case .progress(let progress) = event else { return }
        steps = progress.step
        if steps == 7 { flag.cancel() }
      }
    }
    #expect(steps == 7)
  }

  @Test("progress counts every step of every image up to the total")
  func progress() throws {
    var seen: [SamplingProgress] = []
    _ = try run(SamplingEngine(), try request(seeds: [1, 2, 3])) { event in
      if case .progress(let progress) = event { seen.append(progress) }
    }
    #expect(seen.map(\.step) == Array(1...12))
    #expect(seen.allSatisfy { $0.totalSteps == 12 && $0.stepsPerSecond > 0 })
    #expect(seen.last?.secondsLeft == 0)
  }

  @Test("images that were finished before count as done from the start")
  func resumedProgress() throws {
    var seen: [SamplingProgress] = []
    var request = try request(seeds: [1, 2, 3])
    request.finishedIndices = [0, 2]
    _ = try run(SamplingEngine(), request) { event in
      if case .progress(let progress) = event { seen.append(progress) }
    }
    #expect(seen.map(\.step) == Array(9...12))
    #expect(seen.allSatisfy { $0.totalSteps == 12 } && seen.last?.secondsLeft == 0)
  }

  @Test("image to image keeps more of its start the smaller the strength, and walks fewer steps")
  func imageToImage() throws {
    let engine = SamplingEngine()
    var request = try request(seeds: [9])
    request.steps = 20
    request.startImage = .image(PixelImage(width: 40, height: 30, red: 200, green: 40, blue: 90))
    var steps: [Double: Int] = [:]
    var pictures: [Double: PixelImage] = [:]
    for strength in [0.1, 0.5, 1] {
      request.strength = strength
      pictures[strength] = try run(engine, request) { event in
        if case .progress(let progress) = event { steps[strength] = progress.step }
      }.first?.pixels
    }
    #expect(steps == [0.1: 2, 0.5: 10, 1: 20])
    #expect(Set(pictures.values.map(\.pixels)).count == 3)
  }

  @Test("previews are PNGs of the asked interval, and change nothing")
  func previews() throws {
    let engine = SamplingEngine()
    var request = try request(seeds: [4])
    request.steps = 6
    let plain = try run(engine, request).map(\.pixels)
    request.previewInterval = 2
    var steps: [Int] = []
    let previewed = try run(engine, request) { event in
      guard case .preview(index: 0, let step, let png) = event else { return }
      steps.append(step)
      let picture = try Images.decode(png)
      #expect(picture.width == MicroCheckpoint.side)
    }
    #expect(steps == [2, 4])
    #expect(previewed.map(\.pixels) == plain)
  }

  @Test("finished images are not made again; the others are as they would have been")
  func finishedIndices() throws {
    let engine = SamplingEngine()
    var request = try request(seeds: [1, 2, 3])
    let all = try run(engine, request)
    request.finishedIndices = [0, 2]
    let rest = try run(engine, request)
    #expect(rest.map(\.index) == [1])
    #expect(rest.first?.pixels == all[1].pixels)
  }

  @Test("width and height are followed, and default to the checkpoint's own")
  func size() throws {
    let engine = SamplingEngine()
    var request = try request(seeds: [1])
    #expect(try run(engine, request).first?.pixels.width == MicroCheckpoint.side)
    request.width = 24
    request.height = 10
    let image = try #require(try run(engine, request).first).pixels
    #expect(image.width == 24 && image.height == 10)
  }

  @Test("an unguided request needs no negative prompt and differs from a guided one")
  func guidance() throws {
    let engine = SamplingEngine()
    var request = try request(seeds: [1])
    let guided = try run(engine, request).map(\.pixels)
    request.guidanceScale = 1
    let free = try run(engine, request).map(\.pixels)
    request.negativePrompt = "anything"
    #expect(free != guided)
    #expect(try run(engine, request).map(\.pixels) == free)
  }

  @Test("every field out of range is named at once")
  func faults() throws {
    var request = try request(seeds: [])
    request.steps = 0
    request.guidanceScale = .infinity
    request.width = 17
    request.strength = 0
    let error = #expect(throws: SamplingError.self) { try run(SamplingEngine(), request) }
    guard case .invalidRequest(let faults) = error else { return }
    #expect(Set(faults.map(\.field)) == ["steps", "guidance_scale", "width", "strength", "seeds"])
  }

  @Test("the model last used stays warm within the budget")
  func warmth() throws {
    let first = try request(seeds: [1]), second = try request(seeds: [1])
    let micro = try MicroCheckpoint.make()
    let activations = ModelSize.activations(
      micro.unet.configuration, micro.autoencoder.configuration, width: MicroCheckpoint.side,
      height: MicroCheckpoint.side, rows: 2, dtype: .float32)
    let autoencoder = micro.autoencoder.configuration
    #expect(
      try ModelSize.checkpoint(first.checkpoint.folder, autoencoder: autoencoder, dtype: .float32)
        == micro.parameterBytes)
    let engine = SamplingEngine(memoryBytes: micro.parameterBytes * 3 / 2 + activations)
    _ = try run(engine, first)
    #expect(engine.warmCheckpoints == [first.checkpoint.digest])
    _ = try run(engine, second)
    #expect(engine.warmCheckpoints == [second.checkpoint.digest])
    // Once warm it is not read again.
    try FileManager.default.removeItem(atPath: second.checkpoint.folder)
    #expect(try run(engine, second).count == 1)
    let roomy = SamplingEngine()
    _ = try run(roomy, first)
    let third = try request(seeds: [1])
    _ = try run(roomy, third)
    #expect(roomy.warmCheckpoints == [first.checkpoint.digest, third.checkpoint.digest])
  }

  @Test("a LoRA that was loaded with parts that fit nothing is refused to a request that does not accept them")
  func unmatchedInMemory() throws {
    let file = try Safetensors(path: lora())
    var tensors: [(String, Tensor)] = []
    for name in file.names { tensors.append((name, try file.tensor(named: name))) }
    tensors.append(("nonsense", try Tensor([Float(1)])))
    let path = try MicroCheckpoint.temporaryFolder("lora") + "/odd.safetensors"
    try Data(Safetensors.serialize(tensors, metadata: file.metadata).bytes).write(to: URL(filePath: path))
    let engine = SamplingEngine()
    var request = try request(seeds: [1])
    let odd = FileReference(digest: path, name: "odd", path: path)
    request.loras = [LoRAReference(odd, weight: 1, allowsUnmatched: true)]
    #expect(try run(engine, request).count == 1)
    request.loras = [LoRAReference(odd, weight: 1)]
    let refused = LoRAError.unknownTensors(path: path, names: ["nonsense"])
    #expect(throws: refused) { try run(engine, request) }
    #expect(throws: refused) { try run(SamplingEngine(), request) }
  }

  @Test("the copies of a network that are not loaded beside the full one take no memory")
  func sizeOfVariants() throws {
    let folder = try MicroCheckpoint.folder()
    func size() throws -> Int {
      try ModelSize.checkpoint(
        folder, autoencoder: CheckpointSources.open(folder).autoencoderConfiguration, dtype: .float32)
    }
    let bytes = try size()
    let unet = "\(folder)/unet/diffusion_pytorch_model"
    for copy in [".non_ema", ".fp16", "-00001-of-00002", ".fp16-00001-of-00002"] {
      try FileManager.default.copyItem(atPath: "\(unet).safetensors", toPath: "\(unet)\(copy).safetensors")
    }
    #expect(try size() == bytes)
    // Without it its shards are what is loaded.
    try FileManager.default.removeItem(atPath: "\(unet).safetensors")
    #expect(try size() == bytes)
  }

  @Test("the end of a prompt is seen, however long it is")
  func longPrompt() throws {
    let engine = SamplingEngine()
    var request = try request(seeds: [1])
    request.prompt = String(repeating: "a ", count: 100) + "b"
    let one = try run(engine, request)[0].pixels
    request.prompt = String(repeating: "a ", count: 100) + "c"
    #expect(try run(engine, request)[0].pixels != one)
  }

  @Test("emphasis and clip skip change the picture, a plain weight of 1 does not")
  func emphasis() throws {
    let engine = SamplingEngine()
    func pixels(_ prompt: String, clipSkip: Int? = nil) throws -> PixelImage {
      var request = try request(seeds: [1])
      (request.prompt, request.clipSkip) = (prompt, clipSkip)
      return try run(engine, request)[0].pixels
    }
    let plain = try pixels("a bird")
    #expect(try pixels("(a bird:1)") == plain && pixels("a bird", clipSkip: 1) == plain)
    #expect(try pixels("a (bird:1.8)") != plain)
    #expect(try pixels("a bird", clipSkip: 2) != plain)
    #expect(throws: PromptError.clipSkip(3, layers: 2)) { try pixels("a bird", clipSkip: 3) }
    #expect(throws: SamplingError.self) { try pixels("a bird", clipSkip: 13) }
    #expect(throws: PromptError.weight(11, allowed: -10...10)) { try pixels("(a bird:11)") }
  }

  @Test("prompts too long for a JPEG are cut there, and the settings behind them stay")
  func cutPrompts() throws {
    var request = Self.request(seeds: [7], folder: "/x")
    let sampler = try SamplerCatalog.named(request.sampler)
    func text(_ prompt: String, _ negative: String, longest: Int?) -> String? {
      (request.prompt, request.negativePrompt) = (prompt, negative)
      return Infotext(request: request, sampler: sampler, width: 64, height: 32, loraHashes: [])
        .text(seed: 7, longest: longest)
    }
    let long = String(repeating: "🦜", count: 500)
    let settings = "\nSteps: 4, Sampler: DPM++ 2M Karras, CFG scale: 7.5, Seed: 7, Size: 64x32, Model hash: 0123456789, "
      + "Model: micro"
    #expect(text(long, "no", longest: nil)?.hasPrefix(long) == true)
    for (prompt, negative) in [(long, "no"), ("yes", long), (long, long), (long, "")] {
      let cut = try #require(text(prompt, negative, longest: 400))
      #expect((396...400).contains(cut.utf16.count))
      #expect(cut.hasSuffix(settings) && cut.contains("…"))
      if negative == "no" { #expect(cut.contains("\nNegative prompt: no\n")) }
      if prompt == "yes" { #expect(cut.hasPrefix("yes\n")) }
    }
    #expect(text(long, long, longest: 50) == nil)
  }

  @Test("a JPEG is made whatever the length of its prompt")
  func longPromptInJPEG() throws {
    var request = try request(seeds: [1])
    request.encoding = .jpeg()
    request.steps = 1
    request.prompt = String(repeating: "🦜", count: 9_000)
    request.negativePrompt = request.prompt
    #expect(try run(SamplingEngine(), request).count == 1)
  }

  @Test("the settings stand in the image as A1111 writes them")
  func infotext() throws {
    var request = Self.request(seeds: [7], folder: "/x")
    request.checkpoint.name = "a, b"
    request.loras = [Self.lora("bird", "", weight: 0.9)]
    let sampler = try SamplerCatalog.named(request.sampler)
    let text = Infotext(request: request, sampler: sampler, width: 64, height: 32, loraHashes: ["0123456789abcdef"])
      .text(seed: 7)
    #expect(
      text == """
        a red bird <lora:bird:0.9>
        Negative prompt: blur
        Steps: 4, Sampler: DPM++ 2M Karras, CFG scale: 7.5, Seed: 7, Size: 64x32, Model hash: 0123456789, \
        Model: "a, b", Lora hashes: "bird: 0123456789ab"
        """)
    request.negativePrompt = ""
    request.loras = []
    request.guidanceScale = 7
    let short = Infotext(request: request, sampler: sampler, width: 64, height: 32, loraHashes: []).text(seed: 7)
    #expect(short.split(separator: "\n").count == 2)
    #expect(short.contains("CFG scale: 7, "))
  }

  @Test("a lack of memory is known as one in whatever error it comes")
  func outOfMemoryErrors() {
    let lack = TorchError(.outOfMemory, ""), fault = TorchError(.internalError, "")
    for (error, expected) in [(lack, true), (fault, false)] {
      let errors: [any Error] = [
        error, CheckpointError.torch(error), LoRAError.torch(error), LoRAError.file(.torch(error)),
      ]
      for error in errors { #expect(SamplingEngine.isOutOfMemory(error) == expected, "\(error)") }
    }
    #expect(!SamplingEngine.isOutOfMemory(CancellationError()))
  }
}
