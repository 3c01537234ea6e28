import ArgumentParser
import Foundation
import Pretraining

struct WriteDemoPhotos: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "photos", abstract: "Draw the demo subject's photo folder with its captions.")

  @Option(help: "The folder to write.") var to: String

  func run() throws { try DemoPhotos.write(to: to) }
}

struct SampleGrid: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "grid", abstract: "Write a sheet of pictures that a model makes of a few prompts.")

  @Option(help: "A checkpoint folder.") var model: String
  @Option(help: "The PNG to write.") var to: String

  func run() throws { try ModelJudge(folder: model).sampleGrid().write(to: URL(filePath: to)) }
}

struct ScoreModel: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "score", abstract: "Measure how often pictures show the shape, colour and background of their prompt.")

  @Option(help: "A checkpoint folder.") var model: String
  @Option(help: "How many pictures.") var prompts = 100

  func run() throws { print(try ModelJudge(folder: model).score(prompts: prompts)) }
}

struct DrawLossCurve: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "curve", abstract: "Draw a loss log as a PNG.")

  @Option(help: "The CSV that a training wrote.") var log: String
  @Option(help: "Which of its columns.") var column = "loss"
  @Option(help: "The PNG to write.") var to: String

  func run() throws { try LossCurve(path: log, column: column).png().write(to: URL(filePath: to)) }
}
