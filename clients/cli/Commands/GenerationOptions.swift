import ArgumentParser
import Foundation
import LorikeetAPI
import Protobuf

/// What to make; shared by `generate` and `generations create`.
struct GenerationOptions: ParsableArguments {
  @Argument(help: "What to show.")
  var prompt: String

  @Option(name: [.short, .long], help: ArgumentHelp("What to avoid.", valueName: "prompt"))
  var negative = ""

  @Option(
    help: ArgumentHelp(
      "A LoRA, by id or name, with its weight if it is not 1; may be repeated.", valueName: "name[:weight]"))
  var lora: [String] = []

  @Option(
    help: ArgumentHelp(
      "The checkpoint. Left out: that of the first LoRA's tune, or the server's default.", valueName: "asset"))
  var checkpoint = ""

  @Option(
    help: Words.help("The sampler", Sampler.self), completion: Words.completion(Sampler.self), transform: Words.parse)
  var sampler: Sampler?

  @Option(help: "Denoising steps, 1 to 200. Default: 30.")
  var steps: Int32?

  @Option(help: ArgumentHelp("How closely to follow the prompt, 0 to 50. Default: 7.5.", valueName: "scale"))
  var guidance: Double?

  @Option(help: ArgumentHelp("In pixels, a multiple of 8. Default: the checkpoint's own.", valueName: "pixels"))
  var width: Int32?

  @Option(help: ArgumentHelp("In pixels, a multiple of 8. Default: the checkpoint's own.", valueName: "pixels"))
  var height: Int32?

  @Option(help: "The seed of an image; may be repeated. With fewer seeds than images the rest count up.")
  var seed: [Int64] = []

  @Option(name: [.customShort("c"), .long], help: ArgumentHelp("How many images, 1 to 16.", valueName: "n"))
  var count: Int32?

  @Option(
    help: ArgumentHelp("An image to start from: a file, or an asset's id or name.", valueName: "image"),
    completion: .file())
  var initImage: String?

  @Option(help: "How much of the image to start from is redrawn, above 0 and at most 1. Default: 0.8.")
  var strength: Double?

  @OptionGroup(title: "Prompts and noise") var noise: NoiseOptions

  @OptionGroup(title: "Pictures and further models") var models: PictureOptions

  @Option(
    help: Words.help("How to encode the images", ImageFormat.self), completion: Words.completion(ImageFormat.self),
    transform: Words.parse)
  var format: ImageFormat?

  func validate() throws {
    guard initImage != nil || strength == nil else { throw ValidationError("--strength needs --init-image.") }
  }

  /// The settings; pictures that are files here are uploaded first.
  func settings(over transfer: Transfer) async throws -> GenerationSettings {
    var settings = try settingsWithoutImage()
    if let initImage { settings.initImage = try await Self.asset(initImage, over: transfer) }
    if let mask = models.mask { settings.inpainting?.maskImage = try await Self.asset(mask, over: transfer) }
    return settings
  }

  private static func asset(_ image: String, over transfer: Transfer) async throws -> String {
    // A name with a slash or an extension can only be a file: better to say that it is missing than to ask the server.
    let isFile = FileManager.default.fileExists(atPath: image)
    guard isFile || image.contains("/") || ImageFolder.isImage(image) else { return image }
    return try await transfer.upload(image, header: .with { $0.kind = .image }).id
  }

  func settingsWithoutImage() throws(CommandError) -> GenerationSettings {
    var settings = GenerationSettings()
    (settings.prompt, settings.negativePrompt, settings.checkpoint) = (prompt, negative, checkpoint)
    (settings.sampler, settings.steps, settings.guidanceScale) = (sampler ?? .unspecified, steps, guidance)
    (settings.width, settings.height, settings.seeds, settings.imageCount) = (width, height, seed, count)
    (settings.strength, settings.format) = (strength, format ?? .unspecified)
    noise.fill(&settings)
    try models.fill(&settings)
    for text in lora { settings.loras.append(try Self.loraWeight(text)) }
    return settings
  }

  /// Reads `name` or `name:weight`.
  static func loraWeight(_ text: String) throws(CommandError) -> LoraWeight {
    var lora = LoraWeight()
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count <= 2, let name = parts.first, !name.isEmpty else {
      throw .usage("--lora \(text.printable): write a name, or name:weight.")
    }
    lora.asset = String(name)
    if parts.count == 2 {
      guard let weight = Double(parts[1]), weight.isFinite else {
        throw .usage("--lora \(text.printable): '\(parts[1].description.printable)' is no weight.")
      }
      lora.weight = weight
    }
    return lora
  }
}
