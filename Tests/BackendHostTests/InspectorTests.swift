import Foundation
import Images
import LorikeetAPI
import Logging
import MicroCheckpoint
import RPC
import StableDiffusion
import Testing
import TrainingBackend

@testable import BackendHost

@Suite("Questions beside a job")
struct InspectorTests {
  private func device() -> ComputeDevice {
    var configuration = BackendConfiguration(
      role: .training, service: .unix(path: "/nowhere"), id: "test", device: .cpu, workFolder: "/nowhere")
    configuration.threads = 1
    return ComputeDevice(configuration, Logger(label: "test"))
  }

  /// Findings about unsafe content: an image each where the checker finds all unsafe, one without an image where there
  /// was no checker, and none where it finds all well.
  private func unsafeFindings(
    _ inspector: Inspector, _ checker: Inspector.CheckerSource?
  ) async throws -> [LintFinding] {
    var tune = Tune()
    (tune.triggerWord, tune.steps, tune.checkSafety) = ("sks1", 400, true)
    tune.settings = .init()
    let examples = (0..<2).map { number in
      TrainingExample(
        id: "\(number)", source: .image(PixelImage(width: 16, height: 16, red: UInt8(90 * number), green: 9, blue: 9)),
        caption: "a sks1 thing")
    }
    let answer = try await inspector.answer(
      .with { ($0.id, $0.lint) = ("1", true) }, tune: tune, folder: MicroCheckpoint.folder(), checker: checker,
      examples: examples, limits: .defaults, cancellation: CancellationFlag())
    return try #require(answer.lint).findings.filter { $0.rule == "unsafe" }
  }

  @Test("a safety checker is loaded once for all questions, until another one is needed or none was for a while")
  func keptChecker() async throws {
    let gate = Gate()
    let inspector = Inspector(device(), idle: { await gate.wait() })
    let strict = try MicroCheckpoint.safetyChecker(threshold: -1.5)
    let mild = try MicroCheckpoint.safetyChecker(threshold: 1.5)
    #expect(try await unsafeFindings(inspector, .init(content: "strict", path: strict)).count == 2)
    // Its file is not read again.
    let gone = Inspector.CheckerSource(content: "strict", path: "/nowhere")
    #expect(try await unsafeFindings(inspector, gone).count == 2)
    #expect(try await unsafeFindings(inspector, .init(content: "mild", path: mild)).isEmpty)
    await #expect(throws: CheckpointError.self) { try await unsafeFindings(inspector, gone) }

    #expect(try await unsafeFindings(inspector, .init(content: "strict", path: strict)).count == 2)
    gate.open()
    await inspector.lettingGo?.value
    await #expect(throws: CheckpointError.self) { try await unsafeFindings(inspector, gone) }
  }
}
