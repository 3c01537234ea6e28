import Foundation
import ModelFiles
import Testing
import Torch

@testable import StableDiffusion

/// Whole walks from seed to latents are diffusers' own, to 1e-4 of the largest number: the same noise in the same
/// order, the same inputs at every step.
@Suite("Pictures as diffusers makes them") struct PictureGoldenTests {
  private let folder: TemporaryFolder
  private let golden: Golden

  init() throws {
    try Torch.setThreads(1)
    folder = try TemporaryFolder()
    golden = try Golden("pictures")
  }

  private func configuration<Value: Decodable>(_ part: String, of golden: Golden? = nil) throws -> Value {
    let metadata = (golden ?? self.golden).file.metadata
    return try JSONDecoder().decode(Value.self, from: Data(try #require(metadata[part]).utf8))
  }

  private func store(
    _ part: String, of golden: Golden? = nil, renaming: @escaping (String) -> String? = { $0 }
  ) -> ParameterStore {
    ParameterStore(file: (golden ?? self.golden).file, dtype: .float32, device: .cpu) { name in
      name.hasPrefix("\(part).") ? renaming(String(name.dropFirst(part.count + 1))) : nil
    }
  }

  /// - Parameter takesMask: with the inpainting network.
  private func synthesizer(takesMask: Bool = false) throws -> ImageSynthesizer {
    var unet: UNetConfiguration = try configuration("unet")
    if takesMask { unet.inChannels = 9 }
    let network = ParameterStore(file: golden.file, dtype: .float32, device: .cpu) { name in
      if takesMask, name.hasPrefix("unet.conv_in") { return nil }
      if takesMask, name.hasPrefix("inpaint.") { return String(name.dropFirst(8)) }
      return name.hasPrefix("unet.") ? String(name.dropFirst(5)) : nil
    }
    return ImageSynthesizer(
      try StableDiffusionCheckpoint(
        textTowers: [
          TextTower(
            .textEncoder, tokenizer: CLIPTokenizer(folder: TinyModel.tokenizer(in: folder)),
            model: CLIPTextModel(
              configuration("text_encoder"), store("text_encoder", renaming: CLIPTextModel.presentName)))
        ],
        unet: UNet2DConditionModel(unet, network),
        autoencoder: AutoencoderKL(configuration("vae"), store("vae", renaming: AutoencoderKL.presentName)),
        schedulerConfiguration: configuration("scheduler")))
  }

  private func request(
    _ sampler: String, steps: Int, scale: Double, rescale: Double = 0, strength: Double? = nil, masked: Bool = false
  ) throws -> ImageSynthesizer.Request {
    var request = ImageSynthesizer.Request(
      prompt: "abc", sampler: try SamplerCatalog.named(sampler), steps: steps,
      guidance: Guidance(scale: scale, rescale: rescale), width: 24, height: 16)
    request.negativePrompt = "j"
    if let strength {
      let pixels = try golden.input("pixels").bytes(), mask = try golden.input("mask").bytes()
      request.start = ImageSynthesizer.Start(
        image: try ImageTensor.encode(pixels, width: 24, height: 16), strength: strength,
        mask: masked ? try ImageTensor.mask(mask, width: 24, height: 16) : nil)
    }
    return request
  }

  private func deviation(
    _ request: ImageSynthesizer.Request, from name: String, takesMask: Bool = false
  ) throws -> Double {
    try deviation(request, from: name, of: golden, synthesizer(takesMask: takesMask))
  }

  private func deviation(
    _ request: ImageSynthesizer.Request, from name: String, of golden: Golden, _ synthesizer: ImageSynthesizer
  ) throws -> Double {
    let recipe = try synthesizer.recipe(request)
    let run = try recipe.run(seed: 7)
    while !run.isFinished { try DenoisingBatch().step([run]) }
    #expect(run.step == recipe.totalSteps)
    return try golden.deviation(of: run.latents, from: name)
  }

  /// An XL model of a golden's, or its refiner.
  private func checkpointXL(_ golden: Golden, refiner: Bool = false) throws -> StableDiffusionCheckpoint {
    let tokenizer = try CLIPTokenizer(folder: TinyModel.tokenizer(in: folder))
    let towers = try [LoRAComponent.textEncoder, .textEncoder2].map { component in
      let name = component == .textEncoder ? "text_encoder" : "text_encoder_2"
      let parameters = store(name, of: golden, renaming: CLIPTextModel.presentName)
      return try TextTower(
        component, tokenizer: tokenizer, model: CLIPTextModel(configuration(name, of: golden), parameters))
    }
    let network = refiner ? "refiner" : "unet"
    return try StableDiffusionCheckpoint(
      textTowers: refiner ? [towers[1]] : towers,
      unet: UNet2DConditionModel(configuration(network, of: golden), store(network, of: golden)),
      autoencoder: AutoencoderKL(configuration("vae"), store("vae", renaming: AutoencoderKL.presentName)),
      schedulerConfiguration: configuration("scheduler", of: golden))
  }

  @Test("SDXL, with a negative prompt and with zeros in place of one")
  func textXL() throws {
    let golden = try Golden("pictures-xl")
    let synthesizer = ImageSynthesizer(try checkpointXL(golden))
    let with = try request("ddim", steps: 4, scale: 4)
    #expect(try deviation(with, from: "text", of: golden, synthesizer) < 1e-4)
    var without = try request("ddim", steps: 4, scale: 4, rescale: 0.5)
    without.negativePrompt = ""
    #expect(try deviation(without, from: "zeroed", of: golden, synthesizer) < 1e-4)
  }

  @Test("SDXL's refiner goes on where the base model stops")
  func refiner() throws {
    let golden = try Golden("pictures-xl")
    var request = try request("ddim", steps: 6, scale: 4)
    request.refinement = .init(checkpoint: try checkpointXL(golden, refiner: true), highNoiseFraction: 0.6)
    #expect(
      try deviation(request, from: "refined", of: golden, ImageSynthesizer(checkpointXL(golden))) < 1e-4)
  }

  @Test("a step is walked even where each of two models leaves it to the other")
  func atLeastOneStep() throws {
    func checkpoint(_ spacing: TimestepSpacing) throws -> StableDiffusionCheckpoint {
      try StableDiffusionCheckpoint.random(
        towers: [
          .init(.textEncoder, tokenizer: CLIPTokenizer(folder: TinyModel.tokenizer(in: folder)), TinyModel.textEncoder)
        ],
        unet: TinyModel.unet, autoencoder: TinyModel.autoencoder,
        schedulerConfiguration: SchedulerConfiguration(timestepSpacing: spacing), seed: 1)
    }
    var request = try request("ddim", steps: 1, scale: 4)
    // The first model's only timestep is 1, the second's 999: both on the other's side.
    request.refinement = .init(checkpoint: try checkpoint(.trailing), highNoiseFraction: 0.9)
    let recipe = try ImageSynthesizer(checkpoint(.leading)).recipe(request)
    #expect(try recipe.totalSteps == 1 && recipe.run(seed: 1).totalSteps == 1)
  }

  @Test("a refiner of another latent space is refused")
  func foreignRefiner() throws {
    var request = try request("ddim", steps: 6, scale: 4)
    let synthesizer = ImageSynthesizer(try checkpointXL(Golden("pictures-xl")))
    let foreign = try StableDiffusionCheckpoint.random(
      towers: [
        .init(.textEncoder, tokenizer: CLIPTokenizer(folder: TinyModel.tokenizer(in: folder)), TinyModel.textEncoder)
      ],
      unet: TinyModel.unet,
      autoencoder: AutoencoderConfiguration(
        blockOutChannels: [8, 8], layersPerBlock: 1, normGroups: 4, sampleSize: 16, scalingFactor: 0.13),
      seed: 1)
    request.refinement = .init(checkpoint: foreign, highNoiseFraction: 0.6)
    #expect(throws: CheckpointError.self) { try synthesizer.recipe(request) }
  }

  @Test("from a prompt, and with guidance brought back to the contrast of the prompt's prediction")
  func text() throws {
    #expect(try deviation(request("euler", steps: 4, scale: 5), from: "text") < 1e-4)
    #expect(try deviation(request("ddim", steps: 5, scale: 9, rescale: 0.7), from: "rescaled") < 1e-4)
  }

  @Test("from a picture")
  func image() throws {
    #expect(try deviation(request("euler_ancestral", steps: 6, scale: 4, strength: 0.7), from: "image") < 1e-4)
  }

  @Test("inpainting with a network that knows nothing of masks, from the picture and from noise alone")
  func inpainting() throws {
    let partly = try request("ddim", steps: 6, scale: 4, strength: 0.7, masked: true)
    #expect(try deviation(partly, from: "inpaint") < 1e-4)
    let freshly = try request("euler_ancestral", steps: 4, scale: 1, strength: 1, masked: true)
    #expect(try deviation(freshly, from: "inpaint-fresh") < 1e-4)
  }

  @Test("inpainting with a network that is shown the mask, from the picture and from noise alone")
  func inpaintingModel() throws {
    let partly = try request("ddim", steps: 6, scale: 4, strength: 0.7, masked: true)
    #expect(try deviation(partly, from: "inpaint-model", takesMask: true) < 1e-4)
    let freshly = try request("euler", steps: 4, scale: 4, strength: 1, masked: true)
    #expect(try deviation(freshly, from: "inpaint-model-fresh", takesMask: true) < 1e-4)
  }

  @Test("a network that wants a mask makes pictures without one too, and all of them")
  func inpaintingModelWithoutMask() throws {
    let synthesizer = try synthesizer(takesMask: true)
    for strength in [nil, 0.5] {
      let pictures = try synthesizer.images(request("ddim", steps: 3, scale: 4, strength: strength), seeds: [1, 2])
      #expect(pictures.count == 2 && pictures[0] != pictures[1])
    }
  }

  @Test("what is kept comes out as the picture's own latents, whatever is painted")
  func kept() throws {
    let recipe = try synthesizer().recipe(
      request("dpmpp_2m_karras", steps: 4, scale: 4, strength: 0.7, masked: true))
    let runs = [try recipe.run(seed: 7), try recipe.run(seed: 7)]
    runs[0].keepsClean = true
    while !runs[0].isFinished { try DenoisingBatch().step(runs) }
    let (latents, clean) = (runs[0].latents, try #require(runs[0].clean))
    // The mask's hole is columns 4…9 and rows 2…5 of 12 × 8 latents.
    let corner = try latents.narrow(dim: 2, start: 0, length: 2).floats()
    #expect(try clean.narrow(dim: 2, start: 0, length: 2).floats() == corner)
    let again = try request("dpmpp_2m_karras", steps: 4, scale: 1, strength: 0.2, masked: true)
    let other = try self.synthesizer().recipe(again).run(seed: 7)
    while !other.isFinished { try DenoisingBatch().step([other]) }
    #expect(try other.latents.narrow(dim: 2, start: 0, length: 2).floats() == corner)
    #expect(try other.latents.floats() != latents.floats())
  }
}
