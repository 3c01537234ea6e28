import Foundation
import LorikeetAPI
import RPC
import Testing

extension EndToEnd {
  /// Bad input gets a typed error that says what to do, and the service goes on.
  @Suite("Bad input")
  struct FaultTests {
    @Test("every fault of an upload is refused with its code, and leaves nothing behind")
    func uploads() async throws {
      try await RunningService.with { service in
        let photo = [UInt8](try Data(contentsOf: try #require(RunningService.photos.first).file))

        await expectError(.dataLoss, mentions: "SHA-256") {
          _ = try await service.upload(photo, name: "wrong", sha256: String(repeating: "0", count: 64))
        }
        await expectError(.dataLoss, mentions: "bytes") {
          _ = try await service.assets().uploadAsset { requests in
            var header = UploadHeader()
            header.name = "short"
            header.kind = .image
            header.sizeBytes = Int64(photo.count)
            header.sha256 = sha256Hex(photo)
            var message = UploadAssetRequest()
            message.payload = .header(header)
            try await requests.write(message)
            message.payload = .chunk([UInt8](photo.prefix(photo.count / 2)))
            try await requests.write(message)
          }
        }
        await expectError(.invalidArgument, mentions: "image") {
          _ = try await service.upload([UInt8]("not a picture at all".utf8), name: "text")
        }
        await expectError(.invalidArgument, mentions: "50000") {
          _ = try await service.upload(hugePNG(width: 50_000, height: 50_000), name: "huge")
        }
        await expectError(.invalidArgument, mentions: "safetensors") {
          _ = try await service.upload([UInt8]("a text".utf8), name: "checkpoint", kind: .checkpoint)
        }

        var list = ListAssetsRequest()
        list.kinds = [.image]
        #expect(try await service.assets().listAssets(list).assets.isEmpty)
        #expect(try await service.upload(photo, name: "fine").state == .ready)
      }
    }

    @Test("every wrong field of a tune is named in one answer")
    func tuneFields() async throws {
      try await RunningService.with { service in
        var tune = Tune()
        tune.name = "no/slashes"
        tune.steps = 0
        tune.seed = -1
        var settings = TrainingSettings()
        settings.rank = 0
        settings.captionDropout = 2
        tune.settings = settings
        var request = CreateTuneRequest()
        request.tune = tune
        let error = await expectError(.invalidArgument) { _ = try await service.tunes().createTune(request) }
        let fields = Set(error?.fieldViolations.map(\.field) ?? [])
        let wrong: Set = [
          "tune.name", "tune.steps", "tune.seed", "tune.trigger_word", "tune.images", "tune.settings.rank",
          "tune.settings.caption_dropout",
        ]
        #expect(fields.isSuperset(of: wrong), "named: \(fields.sorted())")
      }
    }

    @Test("an unknown sampler, a missing LoRA and a duplicate name each have their own code")
    func references() async throws {
      try await RunningService.with { service in
        var request = CreateGenerationRequest()
        request.settings = .quick(prompt: "a circle")
        request.settings?.sampler = .unrecognized(99)
        await expectError(.invalidArgument, mentions: "sampler") {
          _ = try await service.generations().createGeneration(request)
        }
        request.settings = .quick(prompt: "a circle")
        var weight = LoraWeight()
        weight.asset = "nowhere"
        request.settings?.loras = [weight]
        await expectError(.notFound, mentions: "nowhere") {
          _ = try await service.generations().createGeneration(request)
        }
        let images = try await service.uploadPhotos(1)
        let first = try await service.createTune(name: "twice", images: images, steps: 4)
        await expectError(.alreadyExists, mentions: "twice") {
          _ = try await service.createTune(name: "twice", images: images, steps: 4)
        }
        var cancel = CancelTuneRequest()
        cancel.tune = first.id
        _ = try await service.tunes().cancelTune(cancel)
        #expect(try await service.tuneEnd(first.id).state == .cancelled)
      }
    }

    @Test("a picture whose body is broken is rejected by name, or left out when the tune says so")
    func brokenPicture() async throws {
      try await RunningService.with { service in
        let photo = [UInt8](try Data(contentsOf: try #require(RunningService.photos.first).file))
        let broken = try await service.upload([UInt8](photo.prefix(photo.count / 3)), name: "broken")
        var images = try await service.uploadPhotos(2)
        var bad = TrainingImage()
        bad.asset = broken.id
        images.append(bad)
        let strict = try await service.createTune(name: "strict", images: images, steps: 2)
        let failed = try await service.tuneEnd(strict.id)
        #expect(failed.state == .failed)
        #expect(failed.result?.rejectedImages.map(\.asset) == [broken.id])

        var tune = Tune()
        tune.name = "lenient"
        tune.triggerWord = "sks1"
        tune.images = images
        tune.steps = 2
        tune.continueOnRejection = true
        var request = CreateTuneRequest()
        request.tune = tune
        let lenient = try await service.tuneEnd(try await service.tunes().createTune(request).id)
        #expect(lenient.state == .succeeded, "\(lenient.stateReason)")
        #expect(lenient.result?.rejectedImages.map(\.asset) == [broken.id])
      }
    }

    @Test("a caller that vanishes cancels its generation, and the service goes on")
    func vanishedCaller() async throws {
      try await RunningService.with { service in
        var request = GenerateRequest()
        request.settings = .quick(prompt: "a red circle", steps: 200)
        request.settings?.imageCount = 16
        var id = ""
        for try await event in try await service.generations().generate(request) {
          if case .snapshot(let generation) = event.payload { id = generation.id }
          if case .progress = event.payload { break }
        }
        let end = try await service.generationEnd(id)
        #expect(end.state == .cancelled)
      }
    }

    /// A PNG whose header promises more pixels than anyone should decode.
    private func hugePNG(width: UInt32, height: UInt32) -> [UInt8] {
      func bigEndian(_ value: UInt32) -> [UInt8] { withUnsafeBytes(of: value.bigEndian, Array.init) }
      let header = [UInt8]("IHDR".utf8) + bigEndian(width) + bigEndian(height) + [8, 2, 0, 0, 0]
      var crc: UInt32 = 0xFFFF_FFFF
      for byte in header {
        crc ^= UInt32(byte)
        for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
      }
      return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + bigEndian(13) + header + bigEndian(~crc)
    }
  }
}

/// Expects a call to fail with a code and, in its message or its field violations, a word.
@discardableResult
func expectError(
  _ code: StatusCode, mentions word: String = "", sourceLocation: SourceLocation = #_sourceLocation,
  _ call: () async throws -> Void
) async -> RPCError? {
  do {
    try await call()
    Issue.record("the call succeeded", sourceLocation: sourceLocation)
  } catch let error as RPCError {
    #expect(error.code == code, "\(error)", sourceLocation: sourceLocation)
    let text = error.message + error.fieldViolations.map { " \($0.field): \($0.description)" }.joined()
    #expect(word.isEmpty || text.contains(word), "\(text)", sourceLocation: sourceLocation)
    return error
  } catch {
    Issue.record("not an RPC error: \(error)", sourceLocation: sourceLocation)
  }
  return nil
}
