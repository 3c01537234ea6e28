import ArgumentParser
import LorikeetAPI

/// How prompts are read and how noise becomes an image, beyond what most people set.
struct NoiseOptions: ParsableArguments {
  @Option(
    name: .customLong("prompt-2"),
    help: ArgumentHelp("SDXL: what its second text encoder reads. Left out: the prompt.", valueName: "prompt"))
  var prompt2 = ""

  @Option(
    name: .customLong("negative-2"),
    help: ArgumentHelp("SDXL: what its second text encoder is to avoid. Left out: as --negative.", valueName: "prompt"))
  var negative2 = ""

  @Option(help: ArgumentHelp("Words that give a style; see `lorikeet styles`.", valueName: "name"))
  var style = ""

  @Option(
    help: ArgumentHelp("The text encoder's layer to read, from the end, 1 to 12.", valueName: "layer"))
  var clipSkip: Int32?

  @Option(
    help: Words.help("How noise levels are spread over the steps", SigmaSchedule.self),
    completion: Words.completion(SigmaSchedule.self), transform: Words.parse)
  var schedule: SigmaSchedule?

  @Option(
    help: Words.help("Which timesteps are visited", TimestepSpacing.self),
    completion: Words.completion(TimestepSpacing.self), transform: Words.parse)
  var spacing: TimestepSpacing?

  @Option(
    help: ArgumentHelp("How far guidance's contrast is taken back, 0 to 1. Default: the checkpoint's.", valueName: "x"))
  var guidanceRescale: Double?

  func fill(_ settings: inout GenerationSettings) {
    (settings.prompt2, settings.negativePrompt2, settings.stylePreset) = (prompt2, negative2, style)
    (settings.clipSkip, settings.guidanceRescale) = (clipSkip, guidanceRescale)
    (settings.sigmaSchedule, settings.timestepSpacing) = (schedule ?? .unspecified, spacing ?? .unspecified)
  }
}
