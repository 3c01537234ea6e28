import LorikeetAPI
import RPC
import Testing

extension EndToEnd {
  @Suite("Making images again")
  struct ReplayFlowTests {
    private func end(of id: String, _ service: RunningService) async throws -> Generation {
      for try await event in try await service.generations().watchGeneration(.with { $0.generation = id }) {
        switch event.payload {
        case .snapshot(let generation) where generation.endTime != nil: return generation
        case .summary(let generation): return generation
        default: break
        }
      }
      throw RPCError(.unavailable, "the stream ended before the generation")
    }

    @Test("a replay makes the same pixels, from the id or the manifest, beside other generations and with renamed inputs")
    func replay() async throws {
      try await RunningService.with { service in
        let generations = try service.generations()
        let photo = try await service.uploadPhotos(1)[0].asset
        let bytes = try await service.download(photo)
        var settings = GenerationSettings.quick(prompt: "a green (square:1.2) on a white background")
        settings.initImage = photo
        settings.strength = 0.7
        settings.imageCount = 2
        settings.sampler = .eulerAncestral
        let asked = settings
        let made = try await end(
          of: try await generations.createGeneration(.with { $0.settings = asked }).id, service)
        #expect(made.state == .succeeded, "\(made.stateReason)")
        let digests = made.images.map(\.pixelsSha256)
        #expect(digests.count == 2 && Set(digests).count == 2)
        let manifest = try #require(made.manifest)
        #expect(manifest.device.hasPrefix("cpu") && manifest.precision == "float32")
        #expect(manifest.inputs.map(\.role) == ["checkpoint", "init_image"])
        #expect(manifest.settings?.width != nil)

        // Both replays run beside each other and a third generation.
        let byID = try await generations.replayGeneration(.with { $0.source = .generation(made.id) })
        _ = try await generations.createGeneration(.with { $0.settings = .quick(prompt: "a blue circle") })
        _ = try await service.assets().deleteAsset(.with { $0.asset = photo })
        _ = try await service.upload(bytes, name: "the-same-photo.png")
        let byManifest = try await generations.replayGeneration(.with { $0.source = .manifest(manifest) })
        for replayed in [byID, byManifest] {
          let again = try await end(of: replayed.id, service)
          #expect(again.state == .succeeded, "\(again.stateReason)")
          #expect(again.images.map(\.pixelsSha256) == digests)
        }
      }
    }
  }
}
