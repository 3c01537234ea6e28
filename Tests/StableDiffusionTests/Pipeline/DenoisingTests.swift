import Testing
import Torch

@testable import StableDiffusion

@Suite("Denoising") struct DenoisingTests {
  private let folder: TemporaryFolder
  private let synthesizer: ImageSynthesizer

  init() throws {
    try Torch.setThreads(1)
    folder = try TemporaryFolder()
    synthesizer = ImageSynthesizer(try TinyModel.checkpoint(in: folder))
  }

  private func request(
    _ prompt: String = "abc", sampler: String = "euler_ancestral", steps: Int = 5, scale: Double = 4, side: Int = 16
  ) throws -> ImageSynthesizer.Request {
    ImageSynthesizer.Request(
      prompt: prompt, sampler: try SamplerCatalog.named(sampler), steps: steps, guidance: Guidance(scale: scale),
      width: side, height: side)
  }

  private func alone(_ run: ImageRun) throws -> [Float] {
    while !run.isFinished { try DenoisingBatch().step([run]) }
    return try run.latents.floats()
  }

  @Test("images that join late and leave early are on the CPU what they are alone, bit for bit")
  func joiningAndLeaving() throws {
    let recipes = [
      try synthesizer.recipe(request()), try synthesizer.recipe(request("c", sampler: "dpmpp_2m_karras", steps: 3)),
      try synthesizer.recipe(request("ja", sampler: "ddim", scale: 1)),
    ]
    let expected = try recipes.enumerated().map { try alone($1.run(seed: UInt64($0))) }
    let runs = try recipes.enumerated().map { try $1.run(seed: UInt64($0)) }
    let batch = DenoisingBatch()
    try batch.step([runs[0]])
    try batch.step([runs[1], runs[0]])
    for _ in 0..<5 { try batch.step(runs) }
    #expect(runs.allSatisfy { $0.isFinished && $0.step == $0.totalSteps })
    #expect(try runs.map { try $0.latents.floats() } == expected)
  }

  @Test("latents that are not finite are no picture")
  func notFinite() throws {
    let recipe = try synthesizer.recipe(request())
    let latents = try recipe.run(seed: 1).latents
    #expect(try recipe.picture(latents).count == 16 * 16 * 3)
    let broken = try latents * Double.nan
    #expect(throws: TorchError.self) { try recipe.picture(broken) }
  }

  @Test("a call takes the images that fit it, at different timesteps and with and without guidance")
  func sharedCalls() throws {
    let recipes = [
      try synthesizer.recipe(request()), try synthesizer.recipe(request("c", steps: 3, scale: 1)),
      try synthesizer.recipe(request(side: 32)), try synthesizer.recipe(request("d")),
    ]
    let expected = try recipes.enumerated().map { try alone($1.run(seed: UInt64($0))) }
    let runs = try recipes.enumerated().map { try $1.run(seed: UInt64($0)) }
    let batch = DenoisingBatch(imagesPerCall: 8)
    var calls: [[Range<Int>]] = []
    while runs.contains(where: { !$0.isFinished }) {
      try batch.step(runs) { calls.append($0.map(\.rows)) }
    }
    #expect(calls.first == [0..<2, 2..<3, 3..<5] && calls[1] == [0..<2])
    #expect(calls.suffix(2) == [[0..<2, 2..<4], [0..<2]])
    for (run, values) in zip(runs, expected) {
      let worst = zip(try run.latents.floats(), values).map { abs($0 - $1) }.max() ?? .infinity
      #expect(worst < 1e-3, "seed \(run.seed)")
    }
  }

  @Test("no call takes more images than it may")
  func boundedCalls() throws {
    let recipe = try synthesizer.recipe(request())
    let runs = try (0..<5).map { try recipe.run(seed: $0) }
    var sizes: [Int] = []
    try DenoisingBatch(imagesPerCall: 2).step(runs) { sizes.append($0.count) }
    #expect(sizes == [2, 2, 1])
  }

  @Test("clean latents are kept for those who want them, and change nothing")
  func clean() throws {
    let recipe = try synthesizer.recipe(request())
    let watched = try recipe.run(seed: 3), plain = try recipe.run(seed: 3)
    watched.keepsClean = true
    try DenoisingBatch().step([watched, plain])
    #expect(watched.clean?.shape == watched.latents.shape && plain.clean == nil)
    #expect(try alone(watched) == alone(plain))
  }

  @Test("rescaled guidance has the contrast of the prompt's own prediction")
  func rescale() throws {
    let generator = try Generator(seed: 1)
    let predictions = try Tensor.randn(shape: [2, 4, 8, 8], generator: generator)
    func contrast(_ rescale: Double) throws -> Double {
      try Guidance(scale: 9, rescale: rescale).combine(predictions).std().item()
    }
    let unguided = try predictions.narrow(dim: 0, start: 1, length: 1).std().item()
    #expect(try abs(contrast(1) - unguided) < 1e-4)
    let (none, half) = (try contrast(0), try contrast(0.5))
    #expect(none > 5 * unguided && abs(half - (none + unguided) / 2) < 1e-3)
  }
}
