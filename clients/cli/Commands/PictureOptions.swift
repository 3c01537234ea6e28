import ArgumentParser
import LorikeetAPI

/// What is painted on, and which models help.
struct PictureOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Paints only where this picture is white: a file, or an asset's id or name.", valueName: "image"),
    completion: .file())
  var mask: String?

  @Option(help: ArgumentHelp("Radius of the mask's soft edge, 0 to 64. Default: 4.", valueName: "pixels"))
  var maskBlur: Int32?

  @Flag(help: "Works on the masked part alone, at the full size, and puts it back.")
  var fullResolution = false

  @Option(
    help: ArgumentHelp(
      "With --full-resolution: how much of the surroundings is looked at, 0 to 512. Default: 32.",
      valueName: "pixels"))
  var padding: Int32?

  @Option(
    help: ArgumentHelp(
      "Paints so far outside of the image to start from: one number for all sides, or left,top,right,bottom.",
      valueName: "pixels"))
  var outpaint: String?

  @Option(help: ArgumentHelp("A VAE in place of the checkpoint's: an asset's id or name.", valueName: "asset"))
  var vae = ""

  @Option(
    help: ArgumentHelp(
      "A textual inversion, by id or name, with the word for it if that is another; may be repeated.",
      valueName: "name[:word]"))
  var embedding: [String] = []

  @Option(help: ArgumentHelp("A refiner for the last steps: a checkpoint's id or name.", valueName: "asset"))
  var refiner: String?

  @Option(
    help: ArgumentHelp("The share of the noise that the first model removes, 0 to 1. Default: 0.8.", valueName: "x"))
  var highNoiseFraction: Double?

  @Flag(help: "Looks for unsafe results and removes them.")
  var checkSafety = false

  @Option(
    help: ArgumentHelp(
      "The safety checker: an asset's id or name. Left out: the checkpoint's own.", valueName: "asset"))
  var safetyChecker = ""

  func validate() throws {
    guard refiner != nil || highNoiseFraction == nil else {
      throw ValidationError("--high-noise-fraction needs --refiner.")
    }
    guard mask != nil || outpaint != nil || (maskBlur == nil && padding == nil && !fullResolution) else {
      throw ValidationError("--mask-blur, --full-resolution and --padding need --mask or --outpaint.")
    }
    guard fullResolution || padding == nil else { throw ValidationError("--padding needs --full-resolution.") }
    guard checkSafety || safetyChecker.isEmpty else { throw ValidationError("--safety-checker needs --check-safety.") }
  }

  /// Sets all but the mask, which may have to be uploaded first.
  func fill(_ settings: inout GenerationSettings) throws(CommandError) {
    settings.vae = vae
    (settings.checkSafety, settings.safetyChecker) = (checkSafety, safetyChecker)
    for text in embedding { settings.textualInversions.append(try Self.embedding(text)) }
    if let refiner {
      settings.refinement = .with { ($0.checkpoint, $0.highNoiseFraction) = (refiner, highNoiseFraction) }
    }
    if mask != nil || outpaint != nil {
      let room = try outpaint.map { (text) throws(CommandError) in try Self.outpainting(text) }
      settings.inpainting = .with {
        ($0.maskBlur, $0.fullResolution, $0.padding, $0.outpainting) = (maskBlur, fullResolution, padding, room)
      }
    }
  }

  /// Reads `name` or `name:word`.
  static func embedding(_ text: String) throws(CommandError) -> TextualInversionUse {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let name = parts.first, !name.isEmpty, parts.last?.isEmpty == false else {
      throw .usage("--embedding \(text.printable): write a name, or name:word.")
    }
    return .with { ($0.asset, $0.trigger) = (String(name), parts.count == 2 ? String(parts[1]) : "") }
  }

  /// Reads `n` or `left,top,right,bottom`.
  static func outpainting(_ text: String) throws(CommandError) -> Outpainting {
    let sides = text.split(separator: ",", omittingEmptySubsequences: false).map { Int32($0) }
    let numbers = sides.compactMap(\.self)
    guard numbers.count == sides.count, numbers.count == 1 || numbers.count == 4 else {
      throw .usage("--outpaint \(text.printable): write one number of pixels, or left,top,right,bottom.")
    }
    let all = numbers.count == 1 ? Array(repeating: numbers[0], count: 4) : numbers
    return .with { ($0.left, $0.top, $0.right, $0.bottom) = (all[0], all[1], all[2], all[3]) }
  }
}
