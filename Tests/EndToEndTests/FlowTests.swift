import Foundation
import Images
import LorikeetAPI
import RPC
import Testing

extension EndToEnd {
  @Suite("From photos to images")
  struct FlowTests {
    @Test("photos become a LoRA, the LoRA makes images, and each outlives what made it")
    func wholeFlow() async throws {
      try await RunningService.with { service in
        let images = try await service.uploadPhotos(4)
        let accepted = try await service.createTune(name: "flow", images: images, steps: 12)
        #expect(accepted.state == .pending)
        #expect(accepted.steps == 12)

        var steps: [Int32] = []
        let (tune, sequences, events) = try await service.watchTune(accepted.id) { steps.append($0.step) }
        #expect(tune.state == .succeeded, "\(tune.stateReason)")
        #expect(zip(sequences, sequences.dropFirst()).allSatisfy { $0 < $1 }, "numbered upwards: \(sequences)")
        #expect(steps == steps.sorted() && steps.last == 12)
        #expect(try #require(tune.result).finalLoss > 0)

        // A watcher that was cut off goes on where it was.
        var resume = WatchTuneRequest()
        resume.tune = tune.id
        resume.afterSequence = sequences[sequences.count / 2]
        var resumed: [TuneEvent] = []
        for try await message in try await service.tunes().watchTune(resume) {
          if case .event(let event) = message.payload { resumed.append(event) }
        }
        #expect(resumed.last?.sequence == events.last?.sequence)
        #expect(resumed.allSatisfy { $0.sequence > resume.afterSequence })

        let lora = try #require(tune.result?.loraAsset)
        #expect(!(try await service.download(lora)).isEmpty)

        // One generation with the LoRA and one without: same seed, other pixels.
        var settings = GenerationSettings.quick(prompt: "a sks1 creature on a blue background")
        let plain = try await generate(service, settings)
        var weight = LoraWeight()
        weight.asset = lora
        settings.loras = [weight]
        let adapted = try await generate(service, settings)
        #expect(plain.data != adapted.data)
        let text = String(decoding: adapted.data, as: UTF8.self)
        #expect(text.contains("parameters") && text.contains("Steps: 4") && text.contains("Seed: 1"))

        // And again, the same pixels: the LoRA left nothing behind.
        settings.loras = []
        let again = try await generate(service, settings)
        #expect(try Images.decode(again.data, limits: .defaults).pixels == Images.decode(plain.data, limits: .defaults).pixels)

        // Image to image starts from an asset.
        settings.initImage = plain.asset
        settings.strength = 0.5
        let redrawn = try await generate(service, settings)
        #expect(redrawn.data != plain.data)

        // The tune goes, its LoRA and its images stay; and the other way round.
        var deletion = DeleteTuneRequest()
        deletion.tune = tune.id
        _ = try await service.tunes().deleteTune(deletion)
        for asset in [lora] + images.map(\.asset) {
          var request = GetAssetRequest()
          request.asset = asset
          #expect(try await service.assets().getAsset(request).id == asset)
        }
        #expect(await service.stop() == 0, "a graceful shutdown ends with status 0")
      }
    }

    @Test("the summary of a Generate call tells of every image, queued and progress before it")
    func generateStream() async throws {
      try await RunningService.with { service in
        var request = GenerateRequest()
        request.settings = .quick(prompt: "a red circle on a white background")
        request.settings?.imageCount = 2
        request.inlineImages = true
        var kinds: [String] = []
        var summary: Generation?
        for try await event in try await service.generations().generate(request) {
          switch event.payload {
          case .snapshot: kinds.append("snapshot")
          case .queued: kinds.append("queued")
          case .progress: kinds.append("progress")
          case .image(let image):
            kinds.append("image")
            #expect(!image.data.isEmpty)
          case .summary(let generation):
            kinds.append("summary")
            summary = generation
          default: break
          }
        }
        #expect(kinds.first == "snapshot" && kinds.last == "summary")
        #expect(kinds.contains("progress"))
        #expect(kinds.filter { $0 == "image" }.count == 2)
        #expect(summary?.images.map(\.seed) == [1, 2])
        #expect(summary?.state == .succeeded)
      }
    }

    private func generate(_ service: RunningService, _ settings: GenerationSettings) async throws -> GeneratedImage {
      var request = GenerateRequest()
      request.settings = settings
      request.inlineImages = true
      var image: GeneratedImage?
      for try await event in try await service.generations().generate(request) {
        if case .image(let made) = event.payload { image = made }
        if case .summary(let end) = event.payload { #expect(end.state == .succeeded, "\(end.stateReason)") }
      }
      return try #require(image)
    }
  }
}
