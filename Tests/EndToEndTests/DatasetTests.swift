import Foundation
import Images
import LorikeetAPI
import RPC
import Testing

extension EndToEnd {
  /// What is said of a data set before training, and of a LoRA after it.
  @Suite("Data sets, good and bad")
  struct DatasetTests {
    /// A folder of images with captions beside them.
    private func folder(_ images: [(name: String, image: PixelImage, caption: String?)]) throws -> TemporaryFolder {
      let made = try TemporaryFolder()
      for (name, image, caption) in images {
        let encoding: ImageEncoding = name.hasSuffix(".jpg") ? .jpeg(quality: 60) : .png
        let bytes = try Images.encode(image, as: encoding)
        try Data(bytes).write(to: made.url.appending(path: name))
        guard let caption else { continue }
        let text = made.url.appending(path: name).deletingPathExtension().appendingPathExtension("txt")
        try Data(caption.utf8).write(to: text)
      }
      return made
    }

    private func photos() throws -> [(name: String, image: PixelImage, caption: String?)] {
      try RunningService.photos.map { file, caption in
        (file.lastPathComponent, try Images.decode(path: file.path), caption)
      }
    }

    /// `lorikeet tunes lint`: the rules found, with the files they were found in.
    private func lint(_ service: RunningService, _ folder: TemporaryFolder, _ options: [String] = []) async throws
      -> (rules: [String: [String]], output: String)
    {
      let run = try await Executables.run(
        Executables.lorikeet,
        ["tunes", "lint", "--server", service.endpoint, "--trigger", "sks1", "--images", folder.url.path] + options)
      #expect(run.status == 0, "\(run.errors)")
      var rules: [String: [String]] = [:]
      for line in run.output.split(separator: "\n") {
        let cells = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        guard cells.count == 4 else { continue }
        rules[cells[1], default: []].append(cells[2])
      }
      return (rules, run.output)
    }

    @Test("the table of a bad data set names every fault; that of the bundled photos names none")
    func lintTable() async throws {
      try await RunningService.with { service in
        let good = try photos()
        #expect(try await lint(service, folder(good)).rules.isEmpty)

        let first = good[0].image, side = first.width
        let larger = try Images.resize(first, width: 2 * side, height: 2 * side)
        let blurred = try Images.resize(
          Images.resize(good[1].image, width: side / 16, height: side / 16), width: side, height: side)
        let bad = try folder([
          ("a.png", first, "a sks1 creature"), ("b.png", first, "a sks1 creature, again"),
          ("c.jpg", larger, "a sks1 creature, saved anew"),
          ("d.png", try Images.resize(good[2].image, width: side / 4, height: side / 4), "a creature"),
          ("e.png", blurred, nil),
          ("f.png", PixelImage(width: side, height: side, red: 9, green: 90, blue: 200), "sks1 unseen"),
          ("g.png", try Images.resize(good[3].image, width: 8 * side, height: side),
            "sks1 " + String(repeating: "very ", count: 90) + "wide"),
        ])
        let (rules, output) = try await lint(service, bad, ["--steps", "10", "--batch-size", "2"])
        #expect(rules["duplicate"] == ["a.png, b.png"], "\(output)")
        #expect(rules["near_duplicate"] == ["a.png, c.jpg"], "\(output)")
        #expect(rules["too_small"]?.contains("d.png") == true, "\(output)")
        #expect(rules["blurred"]?.contains("e.png") == true, "\(output)")
        #expect(rules["missing_caption"] == ["e.png"], "\(output)")
        #expect(rules["missing_trigger"] == ["d.png"], "\(output)")
        #expect(rules["uniform"] == ["f.png"], "\(output)")
        #expect(rules["extreme_shape"] == ["g.png"], "\(output)")
        #expect(rules["caption_too_long"] == ["g.png"], "\(output)")
        #expect(rules["lone_bucket"] == ["g.png"], "\(output)")
        #expect(rules["few_steps"] != nil, "\(output)")
        // The photos of a look are not kept.
        let left = try await service.assets().listAssets(.with { $0.kinds = [.image] })
        #expect(left.assets.isEmpty)
      }
    }

    @Test("a tune takes the memory that was forecast, and its LoRA is sound; one that learned nothing fails")
    func forecastAndHealth() async throws {
      try await RunningService.with { service in
        let images = try await service.uploadPhotos(6)
        let tune = try await service.createTune(name: "sound", images: images, steps: 30)
        let end = try await service.watchTune(tune.id).last
        #expect(end.state == .succeeded, "\(end.stateReason)")
        let forecast = try #require(end.forecast), usage = try #require(end.usage)
        let ratio = Double(forecast.peakMemoryBytes) / Double(usage.peakMemoryBytes)
        #expect((0.75...1.25).contains(ratio), "forecast \(forecast), used \(usage)")
        #expect(forecast.basis == "estimated" && forecast.secondsPerStep > 0 && usage.secondsPerStep > 0)
        let health = try #require(end.result?.health)
        #expect(health.layers > 0 && health.zeroLayers == 0 && health.nonFiniteLayers == 0)
        #expect(health.outputChange > 0 && health.reloadDifference < health.outputChange)

        // The next one of its kind is forecast by what this one took.
        let next = try await service.tunes().forecastTune(
          .with {
            var wanted = tune
            wanted.name = ""
            $0.tune = wanted
          })
        #expect(next.basis == "measured" && next.secondsPerStep == usage.secondsPerStep)

        var hopeless = tune
        hopeless.name = "hopeless"
        hopeless.settings?.learningRate = 1e-12
        let request = CreateTuneRequest.with { $0.tune = hopeless }
        let failed = try await service.watchTune(try await service.tunes().createTune(request).id).last
        #expect(failed.state == .failed && failed.stateReason.contains("learned nothing"), "\(failed.stateReason)")
        #expect(failed.result?.health?.zeroLayers == failed.result?.health?.layers)
        #expect(failed.result?.loraAsset.isEmpty == true)
      }
    }

    @Test("a tune that was stopped and kept, and another that goes on, make the LoRA of one that never stopped")
    func keepAndGoOn() async throws {
      try await RunningService.with { service in
        let images = try await service.uploadPhotos(3)
        let whole = try await service.createTune(name: "whole", images: images, steps: 24)
        let reference = try await service.watchTune(whole.id).last
        #expect(reference.state == .succeeded, "\(reference.stateReason)")
        let cut = try await service.createTune(name: "cut", images: images, steps: 24)
        let stopped = Flag()
        let kept = try await service.watchTune(cut.id) { progress in
          guard progress.step >= 5, stopped.raise() else { return }
          _ = try await service.tunes().cancelTune(.with { ($0.tune, $0.keep) = (cut.id, true) })
        }.last
        #expect(kept.state == .cancelled, "\(kept.stateReason)")
        let result = try #require(kept.result)
        #expect(result.keptStep >= 5 && result.health?.layers ?? 0 > 0)
        #expect(!(try await service.download(result.loraAsset)).isEmpty)

        let rest = try await service.tunes().createTune(
          .with { $0.tune = .with { ($0.name, $0.resumeFrom) = ("rest", "cut") } })
        let end = try await service.watchTune(rest.id).last
        #expect(end.state == .succeeded, "\(end.stateReason)")
        let first = try await service.download(try #require(reference.result?.loraAsset))
        let second = try await service.download(try #require(end.result?.loraAsset))
        #expect(tensorBytes(ofSafetensors: first) == tensorBytes(ofSafetensors: second))
      }
    }

    @Test("a finished tune with a constant rate, and another that goes on for longer, make the LoRA of a longer one")
    func goOnForLonger() async throws {
      try await RunningService.with { service in
        let images = try await service.uploadPhotos(2)
        func tune(_ name: String, steps: Int32, from earlier: String = "") async throws -> Tune {
          var tune = Tune()
          (tune.name, tune.triggerWord, tune.steps, tune.seed) = (name, "sks1", steps, 7)
          if earlier.isEmpty {
            tune.images = images
            // Each of them alone would warm up for 5 % of its steps.
            tune.settings = .with { ($0.schedule, $0.warmupSteps) = (.constant, 1) }
          }
          tune.resumeFrom = earlier
          let asked = tune
          let made = try await service.tunes().createTune(.with { $0.tune = asked })
          let end = try await service.watchTune(made.id).last
          #expect(end.state == .succeeded, "\(end.stateReason)")
          return end
        }
        let long = try await tune("long", steps: 6)
        let short = try await tune("short", steps: 3)
        #expect(short.result?.keptStep == 3)
        let rest = try await tune("rest", steps: 6, from: "short")
        let first = try await service.download(try #require(long.result?.loraAsset))
        let second = try await service.download(try #require(rest.result?.loraAsset))
        #expect(tensorBytes(ofSafetensors: first) == tensorBytes(ofSafetensors: second))
      }
    }
  }
}
