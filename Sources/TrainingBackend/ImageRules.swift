import Images
import StableDiffusion

/// What can be wrong with the images of a data set, one by one and among each other.
struct ImageRules {
  let settings: TrainingSettings
  let cancellation: CancellationFlag

  /// Below this the image is one colour.
  private static let leastContrast = 3.0
  /// Below this nothing in the image is sharp. Drawings with hard edges have 18 (a quarter of full contrast) to 130 at
  /// every side from 64 to 1024 pixels; blurred by 3 % of the side they have 2 to 10, and up to 11 with the grid of a
  /// JPEG of quality 60.
  private static let leastSharpness = 12.0
  /// How far two copies of one image are apart at most.
  private static let nearDistance = (shapes: 6, colours: 10.0)

  func check(_ samples: [DatasetLint.Sample]) throws(CancellationError) -> [DatasetLint.Finding] {
    let repeated = try duplicates(samples)
    return samples.flatMap(checkAlone) + repeated + buckets(samples)
  }

  private func checkAlone(_ sample: DatasetLint.Sample) -> [DatasetLint.Finding] {
    var findings: [DatasetLint.Finding] = []
    func add(_ severity: DatasetLint.Severity, _ rule: DatasetLint.Rule, _ message: String, _ value: Double) {
      findings.append(.init(severity: severity, rule: rule, images: [sample.id], message: message, value: value))
    }
    let size = sample.measures.size, framing = sample.framing
    if framing.scale > 1 {
      let isGrave = framing.scale > 2
      add(
        isGrave ? .warning : .note, .tooSmall,
        "\(size.width)×\(size.height) is smaller than the \(framing.target.width)×\(framing.target.height) that it is "
          + "trained at: it is enlarged \(tenths(framing.scale)) times, and the blur is learned; use a larger image or "
          + "a lower resolution",
        Double(min(size.width, size.height)))
    }
    if sample.measures.contrast < Self.leastContrast {
      add(
        .warning, .uniform, "the image is all one colour: there is nothing in it to learn; leave it out",
        sample.measures.contrast)
    } else if sample.sharpness < Self.leastSharpness {
      let judged = "\(sample.judged.width)×\(sample.judged.height)"
      add(
        .warning, .blurred,
        framing.scale > 1
          ? "nothing in the image is sharp at its own \(judged), and the blur is learned; use a sharper image: a lower "
            + "resolution helps only below that size"
          : "nothing in the image is sharp at the \(judged) that it is trained at, and the blur is learned; use a "
            + "sharper image, or a lower resolution",
        sample.sharpness)
    }
    if framing.lost > 0.25 {
      let shape = "\(size.width)×\(size.height)"
      let remedy =
        settings.aspectRatioBuckets ? "cut it yourself to what matters" : "cut it yourself, or turn on buckets"
      add(
        framing.lost > 0.5 ? .warning : .note, .extremeShape,
        "of \(shape) \(Int((framing.lost * 100).rounded())) % is cut off to make "
          + "\(framing.target.width)×\(framing.target.height); \(remedy)",
        size.aspectRatio)
    }
    return findings
  }

  private func duplicates(_ samples: [DatasetLint.Sample]) throws(CancellationError) -> [DatasetLint.Finding] {
    var findings: [DatasetLint.Finding] = []
    let equal = Dictionary(grouping: samples.indices) { samples[$0].digest }
    for group in equal.values.filter({ $0.count > 1 }).sorted(by: { $0[0] < $1[0] }) {
      findings.append(
        .init(
          severity: .warning, rule: .duplicate, images: group.map { samples[$0].id },
          message: "\(group.count) images are the same pixel for pixel: it counts \(group.count)-fold; keep one",
          value: Double(group.count)))
    }
    // One of each group of equal ones stands for all; of a uniform image the hash says nothing.
    let distinct = equal.values.map { $0[0] }.sorted().filter {
      samples[$0].measures.contrast >= Self.leastContrast
    }
    for group in try groups(distinct, samples) where group.count > 1 {
      findings.append(
        .init(
          severity: .warning, rule: .nearDuplicate, images: group.map { samples[$0].id },
          message: "\(group.count) images show the same: resized, saved anew or taken in a row; keep the best one",
          value: Double(group.count)))
    }
    return findings
  }

  /// Images of which each is near another one of its group.
  private func groups(_ members: [Int], _ samples: [DatasetLint.Sample]) throws(CancellationError) -> [[Int]] {
    var leader = Dictionary(uniqueKeysWithValues: members.map { ($0, $0) })
    func find(_ member: Int) -> Int {
      var place = member
      while let next = leader[place], next != place { place = next }
      return place
    }
    for (position, a) in members.enumerated() {
      try cancellation.check()
      let measures = samples[a].measures
      for b in members[(position + 1)...] {
        // Of the many pairs of a large set all but a few end here, at the cost of counting bits.
        let other = samples[b].measures
        guard measures.hash.distance(to: other.hash) <= Self.nearDistance.shapes,
          measures.difference(from: other).colours <= Self.nearDistance.colours
        else { continue }
        let (first, second) = (find(a), find(b))
        leader[max(first, second)] = min(first, second)
      }
    }
    return Dictionary(grouping: members, by: find).sorted { $0.key < $1.key }.map(\.value)
  }

  /// A bucket with one image makes batches of that image alone.
  private func buckets(_ samples: [DatasetLint.Sample]) -> [DatasetLint.Finding] {
    guard settings.batchSize > 1, samples.count > 1 else { return [] }
    let alone = Dictionary(grouping: samples) { $0.bucket }.values.filter { $0.count == 1 }.map { $0[0] }
    guard !alone.isEmpty else { return [] }
    let shapes = alone.map { "\($0.framing.target.width)×\($0.framing.target.height)" }.sorted().joined(separator: ", ")
    return [
      .init(
        severity: .note, rule: .loneBucket, images: alone.map(\.id).sorted(),
        message: "alone in their shape (\(shapes)), so that they fill whole batches by themselves; cut them to a shape "
          + "that others have, or turn buckets off",
        value: Double(alone.count))
    ]
  }

  private func tenths(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
}
