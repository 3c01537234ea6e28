import Foundation
import Images
import MicroCheckpoint
import StableDiffusion
import Testing
import Torch

@testable import SamplingBackend

@Suite("Looking at results for unsafe content")
struct SafetyTests {
  /// A checker that finds everything unsafe, or nothing.
  private func checker(findsAll: Bool) throws -> FileReference {
    let path = try MicroCheckpoint.safetyChecker(threshold: findsAll ? -1.5 : 1.5)
    return FileReference(digest: path, name: "checker", path: path)
  }

  private func request() throws -> SamplingRequest {
    let folder = try MicroCheckpoint.folder()
    var request = SamplingRequest(
      checkpoint: CheckpointReference(digest: folder, name: "micro", folder: folder), seeds: [1, 2])
    request.steps = 2
    request.previewInterval = 1
    return request
  }

  private func run(_ request: SamplingRequest) throws -> (images: [SampledImage], previews: Int) {
    var images: [SampledImage] = []
    var previews = 0
    try SamplingEngine().run(request, cancellation: CancellationFlag()) { event in
      if case .image(let image) = event { images.append(image) }
      if case .preview = event { previews += 1 }
    }
    return (images, previews)
  }

  @Test("an unsafe result is black, with its score, and no preview gives it away; a safe one is as it was")
  func removal() throws {
    var request = try request()
    let plain = try run(request)
    #expect(plain.previews == 2)
    #expect(plain.images.allSatisfy { !$0.isRemovedForSafety && $0.safetyScore == nil })
    request.safety = .init(checker: try checker(findsAll: true))
    let unsafe = try run(request)
    #expect(unsafe.previews == 0)
    for image in unsafe.images {
      #expect(image.isRemovedForSafety && image.safetyScore.map { $0 > 0 } == true)
      #expect(image.pixels.pixels.allSatisfy { $0 == 0 })
      // What is sent is what was judged, not only what is told of.
      let sent = try Images.decode(image.encoded, limits: .defaults)
      #expect(sent == image.pixels && image.digest == SHA256Hex.of(image.pixels.pixels))
    }
    request.safety = .init(checker: try checker(findsAll: false))
    let safe = try run(request)
    #expect(safe.images.map(\.digest) == plain.images.map(\.digest))
    #expect(safe.images.allSatisfy { !$0.isRemovedForSafety && $0.safetyScore.map { $0 < 0 } == true })
  }

  @Test("without weights to check with, the request is refused before anything is made")
  func noWeights() throws {
    var request = try request()
    request.safety = .init()
    #expect(throws: SamplingError.noSafetyChecker(checkpoint: "micro")) { try run(request) }
  }
}
