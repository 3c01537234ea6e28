import Foundation
import LorikeetAPI
import RPC
import Testing

extension EndToEnd {
  /// Nothing is lost when a process dies.
  @Suite("After SIGKILL")
  struct KillTests {
    private static let steps: Int32 = 24

    @Test("a tune whose backend is killed half-way makes the same LoRA, bit for bit")
    func trainingBackend() async throws {
      try await RunningService.with { service in
        let images = try await service.uploadPhotos(3)
        let whole = try await service.createTune(
          name: "whole", images: images, steps: Self.steps, checkpointInterval: 4)
        let reference = try await service.watchTune(whole.id).last
        #expect(reference.state == .succeeded, "\(reference.stateReason)")

        let cut = try await service.createTune(name: "cut", images: images, steps: Self.steps, checkpointInterval: 4)
        let killed = Flag()
        let end = try await service.watchTune(cut.id) { progress in
          guard progress.step >= Self.steps / 2, killed.raise() else { return }
          for backend in try service.backends(role: "training") { kill(backend, SIGKILL) }
        }.last
        #expect(killed.isUp)
        #expect(end.state == .succeeded, "\(end.stateReason)")
        #expect(end.attempt == 2)
        let first = try await service.download(try #require(reference.result?.loraAsset))
        let second = try await service.download(try #require(end.result?.loraAsset))
        #expect(tensorBytes(ofSafetensors: first) == tensorBytes(ofSafetensors: second))
      }
    }

    @Test("a tune and a generation that ran when the service was killed both finish after its restart")
    func service() async throws {
      try await RunningService.with { service in
        let images = try await service.uploadPhotos(3)
        let tune = try await service.createTune(
          name: "survivor", images: images, steps: Self.steps, checkpointInterval: 4)
        var request = CreateGenerationRequest()
        request.settings = .quick(prompt: "a red circle", steps: 100)
        request.settings?.imageCount = 4
        let generation = try await service.generations().createGeneration(request)
        _ = try await eventually("both run") { () -> Bool? in
          let step = try await service.getTune(tune.id).progress?.step ?? 0
          let drawn = try await service.getGeneration(generation.id).progress?.step ?? 0
          return step >= 8 && drawn >= 2 ? true : nil
        }
        await service.kill()
        try await service.start()
        let tuneEnd = try await service.tuneEnd(tune.id)
        #expect(tuneEnd.state == .succeeded, "\(tuneEnd.stateReason)")
        let generationEnd = try await service.generationEnd(generation.id)
        #expect(generationEnd.state == .succeeded, "\(generationEnd.stateReason)")
        #expect(generationEnd.images.map(\.index).sorted() == [0, 1, 2, 3])
      }
    }
  }
}

/// Goes up once.
final class Flag: @unchecked Sendable {
  private let lock = NSLock()
  private var up = false

  /// Whether this call was the first.
  func raise() -> Bool {
    lock.withLock {
      defer { up = true }
      return !up
    }
  }

  var isUp: Bool { lock.withLock { up } }
}
