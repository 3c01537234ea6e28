import LorikeetAPI
import Testing

@testable import lorikeet

@Suite("Findings on a terminal")
struct LintViewTests {
  @Test("findings are a line each, with the files that were uploaded in place of ids")
  func table() {
    let found = LintTuneResponse.with {
      $0.findings = [
        .with {
          ($0.severity, $0.rule, $0.message) = (.error, "unreadable", "cut off")
          $0.assets = ["asset_1"]
        },
        .with {
          ($0.severity, $0.rule, $0.message) = (.warning, "near_duplicate", "the same")
          $0.assets = ["asset_1", "asset_2", "asset_3", "asset_4"]
        },
      ]
    }
    let text = LintView.table(found, files: ["asset_1": "a.png"]).rendered(style: .plain)
    #expect(
      text == """
        error\tunreadable\ta.png\tcut off
        warning\tnear_duplicate\ta.png, asset_2, asset_3, … (4)\tthe same

        """)
  }

  @Test("a tune shows what was expected, what it took, and how sound its LoRA is")
  func details() {
    let tune = Tune.with {
      $0.forecast = .with {
        ($0.peakMemoryBytes, $0.deviceMemoryBytes, $0.secondsPerStep) = (2_000_000_000, 8_000_000_000, 0.5)
        ($0.basis, $0.duration) = ("estimated", .with { $0.seconds = 90 })
        $0.warnings = ["tight"]
      }
      $0.usage = .with { ($0.peakMemoryBytes, $0.secondsPerStep) = (1_900_000_000, 0.4) }
      $0.result = .with {
        $0.keptStep = 40
        $0.health = .with { ($0.layers, $0.outputChange, $0.remarks) = (12, 0.0812, ["strong"]) }
        $0.rejectedImages = [.with { ($0.asset, $0.reason, $0.safetyScore) = ("x", "unsafe", 0.02) }]
      }
    }
    let text = TuneView.details(tune).rendered(style: .plain)
    for part in [
      "2.00 GB of 8.00 GB", "1:30, 0.5 s a step, estimated", "tight", "1.90 GB", "can go on from step\t40", "12 layers",
      "8.12 %", "strong", "x: unsafe (score 0.02)",
    ] {
      #expect(text.contains(part), "\(part) is not in:\n\(text)")
    }
  }
}
