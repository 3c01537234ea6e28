import Foundation
import Images
import MicroCheckpoint
import StableDiffusion
import Testing

@testable import TrainingBackend

@Suite("A look at a data set")
struct LintTests {
  /// Hard edges in a place and colour that depend on the number: sharp, and each unlike the others.
  static func picture(_ number: Int, width: Int = 64, height: Int = 64) -> PixelImage {
    var image = PixelImage(width: width, height: height, red: 235, green: UInt8(150 + 9 * (number % 11)), blue: 120)
    var state = UInt64(number &* 7919 &+ 13)
    func next(_ limit: Int) -> Int {
      state = StepRandomness.mix(state &+ 0x9E37_79B9_7F4A_7C15)
      return Int(state % UInt64(limit))
    }
    for _ in 0..<5 {
      let part = PixelImage(
        width: width / 6 + next(width / 3), height: height / 6 + next(height / 3), red: UInt8(next(256)),
        green: UInt8(next(256)), blue: UInt8(next(256)))
      image.paste(part, left: next(width), top: next(height))
    }
    return image
  }

  private func example(_ id: String, _ image: PixelImage, _ caption: String) -> TrainingExample {
    TrainingExample(id: id, source: .image(image), caption: caption)
  }

  private func lint(
    _ examples: [TrainingExample], change: (inout TrainingSettings) -> Void = { _ in }
  ) throws -> DatasetLint.Report {
    var settings = TrainingSettings(steps: 400, resolution: 64)
    settings.aspectRatioBuckets = true
    change(&settings)
    return try DatasetLint(
      examples: examples, triggerWord: "sks1", settings: settings, sideMultiple: 8, captionWindow: 20,
      countTokens: { $0.split(separator: " ").count }
    ).run()
  }

  private func images(_ rule: DatasetLint.Rule, _ report: DatasetLint.Report) -> [[String]] {
    report.findings.filter { $0.rule == rule }.map(\.images)
  }

  private var good: [TrainingExample] {
    (0..<10).map { example("good\($0)", Self.picture($0), "sks1 number \($0)") }
  }

  @Test("a good data set has no findings, and is told of as it would be used")
  func goodSet() throws {
    let report = try lint(good)
    #expect(report.findings.isEmpty, "\(report.findings)")
    #expect(report.buckets == [.init(size: PixelSize(width: 64, height: 64), images: 10)])
    #expect(report.usableImages == 10 && report.repeats == 40)
    #expect(report.captions == (0..<10).map { "sks1 number \($0)" })
  }

  @Test("each fault of an image is found, with the image named")
  func imageFaults() throws {
    let original = Self.picture(3)
    let bigger = try Images.resize(original, width: 130, height: 130)
    let blur = try Images.resize(
      Images.resize(Self.picture(40), width: 5, height: 5), width: 64, height: 64)
    let report = try lint(
      good + [
        example("copy", original, "sks1 again"), example("scaled", bigger, "sks1 larger"),
        example("tiny", Self.picture(41, width: 20, height: 20), "sks1 small"), example("blur", blur, "sks1 blur"),
        example("grey", PixelImage(width: 64, height: 64, red: 90, green: 90, blue: 90), "sks1 grey"),
        example("strip", Self.picture(42, width: 640, height: 40), "sks1 strip"),
        TrainingExample(id: "absent", source: .file(path: "/nowhere/at.all"), caption: "sks1 nowhere"),
      ]) { $0.batchSize = 2 }
    #expect(images(.duplicate, report) == [["good3", "copy"]])
    #expect(images(.nearDuplicate, report) == [["good3", "scaled"]])
    #expect(images(.tooSmall, report).contains(["tiny"]))
    #expect(images(.blurred, report) == [["blur"]])
    #expect(images(.uniform, report) == [["grey"]])
    #expect(images(.extremeShape, report) == [["strip"]])
    #expect(images(.loneBucket, report) == [["strip"]])
    #expect(images(.unreadable, report) == [["absent"]])
    #expect(report.findings.first?.rule == .unreadable, "the gravest come first")
    #expect(report.usableImages == 16)
  }

  @Test("each fault of a caption is found")
  func captionFaults() throws {
    var examples = good
    examples[0].caption = ""
    examples[1].caption = "a bird without its name"
    examples[2].caption = "sks1 " + String(repeating: "very ", count: 30) + "long"
    let report = try lint(examples)
    #expect(images(.missingCaption, report) == [["good0"]])
    #expect(images(.missingTrigger, report) == [["good1"]])
    #expect(images(.captionTooLong, report) == [["good2"]])
    #expect(report.findings.first { $0.rule == .captionTooLong }?.value == 32)
    #expect(report.captions[0] == "sks1" && report.captions[1] == "sks1, a bird without its name")
    #expect(images(.sameCaptions, report).isEmpty)
    for index in examples.indices { examples[index].caption = "a sks1" }
    #expect(images(.sameCaptions, try lint(examples)) == [[]])
  }

  @Test("too few images, too few steps and too many are told")
  func amounts() throws {
    #expect(try lint(Array(good.prefix(3))).findings.map(\.rule) == [.fewImages])
    let severities: [(Int, DatasetLint.Severity)] = [(40, .warning), (50, .note), (99, .note)]
    for (steps, severity) in severities {
      let findings = try lint(good) { $0.steps = steps }.findings
      #expect(findings.map(\.rule) == [.fewSteps] && findings.map(\.severity) == [severity], "\(steps) steps")
    }
    #expect(try lint(good) { $0.steps = 100 }.findings.isEmpty)
    #expect(try lint(good) { $0.steps = 20_000 }.findings.map(\.rule) == [.manySteps])
    #expect(try lint([]).findings.first?.severity == .error)
  }

  @Test("an image may be sharp at one training size and blurred at another")
  func blurAtTrainedSize() throws {
    let examples = try (0..<6).map { number in
      // As sharp as 64 pixels can be.
      let small = Self.picture(number)
      return example("soft\(number)", try Images.resize(small, width: 512, height: 512), "sks1 number \(number)")
    }
    let ids = examples.map { [$0.id] }
    #expect(images(.blurred, try lint(examples) { $0.resolution = 64 }).isEmpty)
    let large = try lint(examples) { $0.resolution = 512 }
    #expect(images(.blurred, large) == ids)
    #expect(large.findings.first { $0.rule == .blurred }?.message.contains("512×512") == true)
    // What is enlarged for training is told of by that; it is judged as it is.
    let enlarged = try lint(good) { $0.resolution = 512 }
    #expect(images(.blurred, enlarged).isEmpty && images(.tooSmall, enlarged).count == good.count)
  }

  @Test("of a blurred image the size is named that it was judged at, with what would help there")
  func judgedSize() throws {
    let sharp = Self.picture(4, width: 256, height: 256)
    let blur = try Images.resize(Images.resize(sharp, width: 12, height: 12), width: 256, height: 256)
    func message(_ resolution: Int) throws -> String {
      let report = try lint([example("blur", blur, "sks1 blur")]) { $0.resolution = resolution }
      return try #require(report.findings.first { $0.rule == .blurred }).message
    }
    // It is made smaller for training, taken as it is, and enlarged.
    for resolution in [128, 256] {
      let said = try message(resolution)
      #expect(said.contains("the \(resolution)×\(resolution) that it is trained at"), "\(said)")
      #expect(said.contains("or a lower resolution"))
    }
    let enlarged = try message(512)
    #expect(enlarged.contains("its own 256×256") && !enlarged.contains("512"))
    #expect(!enlarged.contains("or a lower resolution"))
  }

  @Test("a look with a safety checker finds the images that a run rejects, with the same scores")
  func unsafeImages() throws {
    let settings = TrainingSettings(steps: 400, resolution: 64)
    func look(_ path: String) throws -> DatasetLint.Report {
      var look = DatasetLint(
        examples: good, triggerWord: "sks1", settings: settings, sideMultiple: 8, captionWindow: 20,
        countTokens: { $0.split(separator: " ").count })
      look.checksSafety = true
      return try look.run(checker: SafetyChecker(path: path))
    }
    // A threshold between the images.
    let zero = try SafetyChecker(path: MicroCheckpoint.safetyChecker(threshold: 0))
    let scores = try (0..<10).map { number in
      try zero.check(Self.picture(number).pixels, width: 64, height: 64).score
    }.sorted()
    let path = try MicroCheckpoint.safetyChecker(threshold: (scores[4] + scores[5]) / 2)
    var plan = LoRATrainer.Plan(settings: settings, examples: good, triggerWord: "sks1")
    plan.safetyCheck = .file(path: path)
    let error = #expect(throws: TrainingError.self) {
      try LoRATrainer(MicroCheckpoint.make(), plan, cancellation: CancellationFlag(), onEvent: { _ in }).run()
    }
    guard case .imagesRejected(let rejections) = error else {
      Issue.record("threw \(String(describing: error))")
      return
    }
    let report = try look(path)
    let found = report.findings.filter { $0.rule == .unsafe }
    #expect((1..<10).contains(found.count))
    #expect(found.map(\.images) == rejections.map { [$0.image] })
    #expect(found.map(\.value) == rejections.map(\.safetyScore))
    #expect(found.allSatisfy { $0.severity == .error && $0.value.map { $0 > 0 } == true })
    #expect(report.usableImages == 10 - found.count)
    // Nothing unsafe is no finding, and no note either: it was looked at.
    #expect(try look(MicroCheckpoint.safetyChecker(threshold: 1.5)).findings.isEmpty)
  }

  @Test("captions are those that a run trains with, in its order")
  func captionsOfARun() throws {
    var examples = Array(good.reversed())
    examples[1].caption = ""
    examples[4].caption = "  a bird without its name "
    examples.insert(example("wide", Self.picture(50, width: 160, height: 40), "sks1 wide"), at: 2)
    let captions = try lint(examples).captions
    #expect(captions[1] == "sks1" && captions[2] == "sks1 wide" && captions[5] == "sks1, a bird without its name")
    var plan = LoRATrainer.Plan(
      settings: TrainingSettings(steps: 2, resolution: MicroCheckpoint.side), examples: examples, triggerWord: "sks1")
    plan.settings.checkpointInterval = 1
    plan.settings.aspectRatioBuckets = true
    let path = try MicroCheckpoint.temporaryFolder("state") + "/state.safetensors"
    plan.statePath = path
    _ = try LoRATrainer(MicroCheckpoint.make(), plan, cancellation: CancellationFlag(), onEvent: { _ in }).run()
    // A training checkpoint says what was trained on, in order.
    let text = try #require(try Safetensors(path: path).metadata["lorikeet.identity"])
    let identity = try JSONDecoder().decode(TrainingState.Identity.self, from: Data(text.utf8))
    let parts = ["sks1"] + zip(examples, captions).flatMap { [$0.id, $1, ""] }
    #expect(identity.data == SHA256Hex.of(parts.joined(separator: "\u{0}").utf8))
  }

  @Test("a clean look does not pass for a look at safety")
  func safety() throws {
    var look = DatasetLint(
      examples: good, triggerWord: "sks1", settings: TrainingSettings(steps: 400, resolution: 64), sideMultiple: 8,
      captionWindow: 20, countTokens: { $0.split(separator: " ").count })
    look.checksSafety = true
    let findings = try look.run().findings
    #expect(findings.map(\.rule) == [.unsafe] && findings.map(\.severity) == [.note])
  }

  @Test("the wish to stop ends the look")
  func cancellation() throws {
    let look = DatasetLint(
      examples: good, triggerWord: "sks1", settings: TrainingSettings(steps: 400, resolution: 64), sideMultiple: 8,
      captionWindow: 20, countTokens: { $0.split(separator: " ").count })
    let flag = CancellationFlag()
    flag.cancel()
    #expect(throws: CancellationError.self) { _ = try look.run(cancellation: flag) }
  }

  @Test("settings that cannot be trained with are refused")
  func settings() {
    #expect(throws: TrainingError.self) { try lint(good) { $0.resolution = 63 } }
  }
}
