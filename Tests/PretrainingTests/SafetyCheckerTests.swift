import Foundation
import StableDiffusion
import Testing
import TinyWorld
import Torch

@testable import Pretraining

@Suite("the bundled model's safety checker")
struct BundledSafetyCheckerTests {
  private static let models = URL(filePath: #filePath).appending(path: "../../../Models").standardized.path

  @Test("drawings for it show the forbidden shape when asked to, and never otherwise")
  func drawings() {
    for index in 0..<60 {
      let with = SafetyDrawings.scene(index: index, seed: 4, forbidden: true)
      let without = SafetyDrawings.scene(index: index, seed: 4, forbidden: false)
      #expect(with.figures.contains { $0.shape == SafetyCheckerTrainer.forbidden })
      #expect(!without.figures.contains { $0.shape == SafetyCheckerTrainer.forbidden })
    }
  }

  @Test("it finds the forbidden shape in drawings that no training used, and lets the others through")
  func accuracy() throws {
    let report = try SafetyReport(folder: "\(Self.models)/lorikeet-tiny", drawings: 60)
    #expect(report.found >= 0.93)
    #expect(report.passed >= 0.93)
  }

  @Test("it has as many concepts as the published checker, for programs that know that one only")
  func published() throws {
    let file = try Safetensors(path: "\(Self.models)/lorikeet-tiny/safety_checker/model.safetensors")
    #expect(file.shape(of: "concept_embeds")?.first == 17)
    #expect(file.shape(of: "concept_embeds_weights") == [17])
    #expect(file.shape(of: "special_care_embeds")?.first == 3)
  }
}
