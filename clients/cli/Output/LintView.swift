import LorikeetAPI
import Protobuf

/// What a look at a data set found, and what a tune is expected to take.
enum LintView {
  /// - Parameter files: the file that each uploaded asset came from.
  static func table(_ found: LintTuneResponse, files: [String: String]) -> Table {
    var table = Table([
      .init(title: "SEVERITY"), .init(title: "RULE"), .init(title: "IMAGES", flexible: true),
      .init(title: "WHAT", flexible: true),
    ])
    for finding in found.findings {
      let names = finding.assets.map { files[$0] ?? $0 }
      let shown = names.prefix(3).joined(separator: ", ") + (names.count > 3 ? ", … (\(names.count))" : "")
      table.add(finding.severity.word, finding.rule, shown, finding.message)
    }
    return table
  }

  static func show(_ found: LintTuneResponse, files: [String: String], on console: Console = .output) {
    console.write(table(found, files: files).rendered(style: console.style))
    var details = Details()
    details.add("usable images", "\(found.usableImages)")
    details.add("each is seen", "\(Format.number(found.repeats)) times")
    for bucket in found.buckets {
      details.add("size", "\(bucket.width)×\(bucket.height): \(Format.count(Int(bucket.images), "image"))")
    }
    console.write(details.rendered(style: console.style))
  }

  static func add(_ forecast: TuneForecast, to details: inout Details) {
    details.add(
      "expected memory",
      "\(Format.bytes(forecast.peakMemoryBytes)) of \(Format.bytes(forecast.deviceMemoryBytes))")
    details.add(
      "expected time",
      "\(duration(forecast.duration)), \(Format.number(forecast.secondsPerStep)) s a step, \(forecast.basis)")
    for warning in forecast.warnings { details.add("warning", warning) }
  }

  static func add(_ usage: TuneUsage, to details: inout Details) {
    details.add("memory", usage.peakMemoryBytes > 0 ? Format.bytes(usage.peakMemoryBytes) : nil)
    details.add("time", "\(duration(usage.duration)), \(Format.number(usage.secondsPerStep)) s a step")
  }

  static func add(_ health: AdapterHealth, to details: inout Details) {
    details.add(
      "health",
      "\(health.layers) layers, \(health.zeroLayers) zero, \(health.nonFiniteLayers) not finite; predictions change by "
        + "\(percent(health.outputChange)), the file's differ by \(percent(health.reloadDifference)); updates relative "
        + "to weights: median \(percent(health.medianRelativeNorm)), largest \(percent(health.largestRelativeNorm))")
    for remark in health.remarks { details.add("remark", remark) }
  }

  private static func percent(_ share: Double) -> String { "\(Format.number(share * 100)) %" }

  private static func duration(_ duration: GoogleProtobufDuration?) -> String {
    Format.duration(seconds: duration.map { Double($0.seconds) + Double($0.nanos) / 1e9 } ?? 0)
  }
}
