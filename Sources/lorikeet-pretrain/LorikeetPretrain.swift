import ArgumentParser

@main
struct LorikeetPretrain: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lorikeet-pretrain",
    abstract: "Trains the bundled tiny Stable Diffusion model from nothing, on procedurally drawn pictures.",
    subcommands: [
      TrainAutoencoder.self, TrainDiffusion.self, TrainSafetyChecker.self, WriteDemoPhotos.self, SampleGrid.self,
      ScoreModel.self, DrawLossCurve.self,
    ])
}
