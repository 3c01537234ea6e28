import LorikeetAPI
import RPC
import Testing

@testable import Service

@Suite("The order of a kept tune's images", .timeLimit(.minutes(2)))
struct KeptOrderTests {
  /// A state is of images in an order (`TrainingState.Identity`): the batches of another one are others.
  @Test("a tune that goes on has the images and captions in their order, and no other order is taken for the same")
  func order() async throws {
    let service = try await ServiceUnderTest(TestDirectory())
    let names = ["second", "first", "third"]
    for (salt, name) in names.enumerated() {
      try await service.upload(name, Samples.png(salt: UInt8(salt))) { $0.caption = "the \(name) photo" }
    }
    let captions = names.map { "the \($0) photo" }
    try await service.createTune("cat", images: names)
    let backend = try await ScriptedBackend(service, .training)
    let assignment = try await backend.assignment()
    guard case .tune(let begun) = assignment.job else { throw RPCError(.unknown, "not a tune") }
    #expect(begun.images.map(\.caption) == captions)
    _ = try await service.tunes.cancelTune(.with { ($0.tune, $0.keep) = ("cat", true) })
    _ = try await backend.cancellation()
    try await backend.handOver(assignment, step: 40, state: [4, 0])
    _ = try await service.waitForTune("cat", .cancelled)

    let refusal = await failure {
      try await service.createTune("cat-2", images: names.sorted()) { $0.resumeFrom = "cat" }
    }
    #expect(refusal?.code == .failedPrecondition && refusal?.fieldViolations.map(\.field) == ["tune.images"])
    try await service.createTune("cat-3", images: []) { $0.resumeFrom = "cat" }
    guard case .tune(let next) = try await backend.assignment().job else { throw RPCError(.unknown, "not a tune") }
    #expect(next.images.map(\.caption) == captions && next.images.map(\.assetId) == begun.images.map(\.assetId))
    try await service.stop()
  }
}
