import Images
import StableDiffusion
import Torch

/// A look at a data set before training: what is wrong with the images and captions, and how they would be used.
///
/// It needs no networks but a safety checker where images are to be looked at for unsafe content, and holds one image
/// at a time.
package struct DatasetLint: Sendable {
  package var examples: [TrainingExample]
  package var triggerWord: String
  package var settings: TrainingSettings
  /// What the checkpoint needs every side to be a multiple of.
  package var sideMultiple: Int
  package var imageLimits = ImageLimits.defaults
  /// Whether the tune asks for unsafe images to be left out. Without a checker only its run can tell which.
  package var checksSafety = false
  /// Tokens that the text encoder sees of a caption.
  package var captionWindow: Int
  /// Counts a caption's tokens, without start and end.
  package var countTokens: @Sendable (String) -> Int

  package init(
    examples: [TrainingExample], triggerWord: String, settings: TrainingSettings, sideMultiple: Int,
    captionWindow: Int, countTokens: @escaping @Sendable (String) -> Int
  ) {
    self.examples = examples
    self.triggerWord = triggerWord
    self.settings = settings
    self.sideMultiple = sideMultiple
    self.captionWindow = captionWindow
    self.countTokens = countTokens
  }

  package enum Severity: Int, Sendable, Comparable {
    /// Worth knowing.
    case note = 1
    /// The LoRA will be worse for it.
    case warning
    /// The tune would fail, or leave the image out.
    case error

    package static func < (a: Severity, b: Severity) -> Bool { a.rawValue < b.rawValue }
  }

  package enum Rule: String, Sendable, CaseIterable {
    case unreadable, duplicate
    case nearDuplicate = "near_duplicate"
    case tooSmall = "too_small"
    case blurred
    case missingCaption = "missing_caption"
    case missingTrigger = "missing_trigger"
    case captionTooLong = "caption_too_long"
    case sameCaptions = "same_captions"
    case loneBucket = "lone_bucket"
    case extremeShape = "extreme_shape"
    case fewImages = "few_images"
    case unsafe, uniform
    case fewSteps = "few_steps"
    case manySteps = "many_steps"
  }

  package struct Finding: Sendable, Equatable {
    package var severity: Severity
    package var rule: Rule
    /// Ids; empty: the whole set.
    package var images: [String]
    /// What is wrong and what to do.
    package var message: String
    /// What was measured.
    package var value: Double?
  }

  package struct Report: Sendable, Equatable {
    /// The gravest first.
    package var findings: [Finding]
    /// The sizes that images would be trained at, most images first.
    package var buckets: [Bucket]
    package var usableImages: Int
    /// How often each image would be seen.
    package var repeats: Double
    /// As they would be trained with, in the order of the images.
    package var captions: [String]
  }

  package struct Bucket: Sendable, Equatable {
    package var size: PixelSize
    package var images: Int
  }

  /// An image that could be read.
  struct Sample {
    let id: String
    let measures: ImageMeasures
    /// At `judged`.
    let sharpness: Double
    /// The size that it is trained at; of an image that is enlarged for that, its own: what enlarging blurs is told
    /// elsewhere.
    let judged: PixelSize
    /// SHA-256 of size and pixels.
    let digest: String
    let framing: Framing
    let bucket: Int
  }

  /// - Parameter checker: what unsafe images are found with where `checksSafety`, as a run would; nil: there is none.
  /// - Throws: `TrainingError.invalidSettings`, or `CancellationError` between two images.
  package func run(
    checker: SafetyChecker? = nil, cancellation: CancellationFlag = CancellationFlag()
  ) throws -> Report {
    try settings.validate(sideMultiple: sideMultiple)
    let plan = BucketPlan(
      resolution: settings.resolution, sideMultiple: sideMultiple, isBucketed: settings.aspectRatioBuckets)
    var samples: [Sample] = []
    var findings: [Finding] = []
    for example in examples {
      try cancellation.check()
      let image: PixelImage, sample: Sample
      do throws(ImageError) {
        image = try example.source.load(imageLimits)
        sample = try self.sample(example, image, plan)
      } catch {
        findings.append(Finding(severity: .error, rule: .unreadable, images: [example.id], message: error.message))
        continue
      }
      if let finding = try safetyFinding(example, image, checksSafety ? checker : nil) {
        findings.append(finding)
      } else {
        samples.append(sample)
      }
    }
    findings += try ImageRules(settings: settings, cancellation: cancellation).check(samples)
    let captions = examples.map { Captions.withTrigger($0.caption, trigger: triggerWord).caption }
    findings += captionFindings(captions)
    findings += setFindings(samples, isSafetyUnknown: checksSafety && checker == nil)
    let counts = Dictionary(grouping: samples) { $0.bucket }.mapValues(\.count)
    let buckets = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
      Bucket(size: plan.sizes[$0.key], images: $0.value)
    }
    // In the order of the rules within a severity, which is that of the first finding of each.
    let sorted = findings.enumerated().sorted { ($1.element.severity, $0.offset) < ($0.element.severity, $1.offset) }
    return Report(
      findings: sorted.map(\.element), buckets: buckets, usableImages: samples.count,
      repeats: repeats(of: samples.count), captions: captions)
  }

  /// The whole image is judged, as a run does before it cuts.
  private func safetyFinding(
    _ example: TrainingExample, _ image: PixelImage, _ checker: SafetyChecker?
  ) throws(TorchError) -> Finding? {
    guard let verdict = try checker?.check(image.pixels, width: image.width, height: image.height), verdict.isUnsafe
    else { return nil }
    return Finding(
      severity: .error, rule: .unsafe, images: [example.id],
      message: "its content is unsafe: it would be rejected; leave it out", value: verdict.score)
  }

  private func sample(
    _ example: TrainingExample, _ image: PixelImage, _ plan: BucketPlan
  ) throws(ImageError) -> Sample {
    let bucket = plan.index(for: image.size)
    let framing = Framing(of: image.size, in: plan.sizes[bucket])
    if let mask = example.mask {
      _ = try LossMask(
        mask.load(imageLimits), framing: framing, pixelsPerLatent: 1, unmaskedWeight: settings.unmaskedWeight)
    }
    let trained =
      framing.scale > 1 ? image : try Images.cover(image, width: framing.target.width, height: framing.target.height)
    return Sample(
      id: example.id, measures: try ImageMeasures(image), sharpness: trained.sharpness(), judged: trained.size,
      digest: SHA256Hex.of(Array("\(image.width)x\(image.height)\n".utf8) + image.pixels), framing: framing,
      bucket: bucket)
  }

  private func repeats(of images: Int) -> Double {
    images == 0 ? 0 : Double(settings.steps * settings.imagesPerStep) / Double(images)
  }

  private func captionFindings(_ captions: [String]) -> [Finding] {
    var findings: [Finding] = []
    let blank = examples.filter { Captions.trimmed($0.caption[...]).isEmpty }.map(\.id)
    if !blank.isEmpty {
      findings.append(
        Finding(
          severity: .warning, rule: .missingCaption, images: blank,
          message: "\(count(blank.count, "image")) without a caption: the trigger word alone stands for all that is "
            + "to be seen; say what else the image shows",
          value: Double(blank.count)))
    }
    let changed = examples.filter {
      !blank.contains($0.id) && Captions.withTrigger($0.caption, trigger: triggerWord).changed
    }.map(\.id)
    if !changed.isEmpty {
      findings.append(
        Finding(
          severity: .note, rule: .missingTrigger, images: changed,
          message: "\(count(changed.count, "caption")) without the trigger word “\(triggerWord)”: it is put before "
            + "them",
          value: Double(changed.count)))
    }
    for (example, caption) in zip(examples, captions) {
      let tokens = countTokens(caption)
      guard tokens > captionWindow else { continue }
      findings.append(
        Finding(
          severity: .warning, rule: .captionTooLong, images: [example.id],
          message: "the caption has \(tokens) tokens, and the text encoder sees \(captionWindow): its end is lost; "
            + "shorten it",
          value: Double(tokens)))
    }
    let distinct = Set(captions)
    if captions.count > 2, distinct.count == 1, blank.count < captions.count {
      findings.append(
        Finding(
          severity: .warning, rule: .sameCaptions, images: [],
          message: "all \(captions.count) captions are the same: what they have in common with the images is learned "
            + "as the subject; say in each what is different",
          value: Double(captions.count)))
    }
    return findings
  }

  private func setFindings(_ samples: [Sample], isSafetyUnknown: Bool) -> [Finding] {
    var findings: [Finding] = []
    if samples.isEmpty {
      findings.append(
        Finding(severity: .error, rule: .fewImages, images: [], message: "none of the images can be used", value: 0))
    } else if samples.count < 5 {
      findings.append(
        Finding(
          severity: .warning, rule: .fewImages, images: [],
          message: "\(count(samples.count, "image")): the subject's pose and surroundings are learned with it; ten to "
            + "thirty from several sides do better",
          value: Double(samples.count)))
    }
    let seen = repeats(of: samples.count)
    guard !samples.isEmpty else { return findings }
    if isSafetyUnknown {
      findings.append(
        Finding(
          severity: .note, rule: .unsafe, images: [],
          message: "whether images are unsafe is looked at when the tune runs, not here: there is no safety checker"))
    }
    if seen < 10 {
      let all = (20 * samples.count + settings.imagesPerStep - 1) / settings.imagesPerStep
      // More steps than settings take are no advice.
      let wanted = min(all, 100_000)
      let views = min(Double(wanted * settings.imagesPerStep) / Double(samples.count), 20)
      findings.append(
        Finding(
          severity: seen < 5 ? .warning : .note, rule: .fewSteps, images: [],
          message: "each image is seen \(Self.rounded(seen)) times, which teaches little; \(wanted) steps would show "
            + "each \(Self.rounded(views)) times",
          value: seen))
    } else if seen > 1_500 {
      findings.append(
        Finding(
          severity: .note, rule: .manySteps, images: [],
          message: "each image is seen \(Self.rounded(seen)) times: the LoRA may come to repeat the images; fewer "
            + "steps, or more images, keep it general",
          value: seen))
    }
    return findings
  }

  private static func rounded(_ value: Double) -> String {
    value < 10 ? "\((value * 10).rounded() / 10)" : "\(Int(value.rounded()))"
  }

  private func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}
