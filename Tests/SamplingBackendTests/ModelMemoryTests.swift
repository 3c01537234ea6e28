import StableDiffusion
import Testing
import Torch

@testable import SamplingBackend

@Suite("The memory of models")
struct ModelMemoryTests {
  private final class Thing {}

  private func hold(
    _ memory: ModelMemory, _ digest: String, bytes: Int, activations: Int = 0, copies: Int = 0
  ) throws -> ModelMemory.Reservation? {
    let key = ModelMemory.Key.checkpoint(digest)
    let reserved = try memory.reserve([(key, bytes)], activations: activations, copies: [key: copies])
    guard let held = reserved else { return nil }
    _ = try held.value(.checkpoint(digest)) { (Thing(), bytes: bytes) }
    return held
  }

  /// Uses a model and lets go of it.
  private func use(_ memory: ModelMemory, _ digest: String, bytes: Int) throws {
    memory.release(try #require(try hold(memory, digest, bytes: bytes)))
  }

  @Test("what was not used for longest goes first, and no more than must")
  func leastRecentlyUsed() throws {
    let memory = ModelMemory(budget: 100)
    for digest in ["a", "b", "c"] { try use(memory, digest, bytes: 30) }
    try use(memory, "a", bytes: 30)
    #expect(memory.checkpoints == ["b", "c", "a"])
    try use(memory, "d", bytes: 40)
    #expect(memory.checkpoints == ["c", "a", "d"])
  }

  @Test("what is in use stays, and whoever finds no room beside it waits")
  func inUse() throws {
    let memory = ModelMemory(budget: 100)
    let first = try #require(try hold(memory, "a", bytes: 60))
    #expect(try hold(memory, "b", bytes: 50) == nil)
    #expect(memory.checkpoints == ["a"])
    // The same model for a second request costs nothing more.
    let second = try #require(try hold(memory, "a", bytes: 60))
    memory.release(first)
    #expect(try hold(memory, "b", bytes: 50) == nil)
    memory.release(second)
    #expect(try hold(memory, "b", bytes: 50) != nil)
    #expect(memory.checkpoints == ["b"])
  }

  @Test("what computing takes counts as long as it lasts")
  func activations() throws {
    let memory = ModelMemory(budget: 100)
    let first = try #require(try hold(memory, "a", bytes: 30, activations: 50))
    #expect(try hold(memory, "b", bytes: 30) == nil)
    let small = try hold(memory, "b", bytes: 20)
    #expect(small != nil)
    memory.release(try #require(small))
    memory.release(first)
    #expect(try hold(memory, "c", bytes: 80) != nil)
  }

  @Test("of requests that compute one after the other the largest activations count, and not their sum")
  func activationsInTurn() throws {
    let memory = ModelMemory(budget: 100)
    let first = try #require(try hold(memory, "a", bytes: 30, activations: 50))
    let second = try hold(memory, "a", bytes: 30, activations: 70)
    #expect(second != nil)
    #expect(try hold(memory, "b", bytes: 1, activations: 5) == nil)
    memory.release(try #require(second))
    #expect(try hold(memory, "b", bytes: 21, activations: 5) == nil)
    #expect(try hold(memory, "b", bytes: 20, activations: 45) != nil)
    memory.release(first)
  }

  @Test("copies beside a model count with it: of each model those of one request, of several models together")
  func copies() throws {
    let memory = ModelMemory(budget: 100)
    let first = try #require(try hold(memory, "a", bytes: 30, copies: 20))
    let second = try hold(memory, "a", bytes: 30, copies: 25)
    #expect(second != nil)
    #expect(try hold(memory, "b", bytes: 30, copies: 16) == nil)
    let third = try hold(memory, "b", bytes: 30, copies: 15)
    #expect(third != nil)
    for held in [first, second, third] { memory.release(try #require(held)) }
    let error = #expect(throws: SamplingError.self) { _ = try hold(memory, "c", bytes: 60, copies: 41) }
    #expect(error == .tooLarge(needed: 101, budget: 100))
  }

  @Test("what other programs hold of the device makes a request wait for those of this engine, and no longer")
  func sharedDevice() throws {
    var free = 100, kept = 0, given = 0
    let room = DeviceRoom(
      free: { free },
      giveBack: {
        given += 1
        (free, kept) = (free + kept, 0)
      })
    let memory = ModelMemory(budget: 90, room: room)
    let first = try #require(try hold(memory, "a", bytes: 30, activations: 10))
    // Another program has come.
    free = 25
    #expect(try hold(memory, "b", bytes: 20, activations: 10) == nil)
    // It has gone: asked again, the device says so.
    free = 30
    let second = try #require(try hold(memory, "b", bytes: 20, activations: 10))
    (free, kept) = (10, 0)
    memory.release(second)
    // What nobody uses goes first, and counts as free.
    let third = try #require(try hold(memory, "c", bytes: 20, activations: 10))
    #expect(memory.checkpoints == ["a", "c"])
    memory.release(third)
    // What this process keeps unused is given back once, and not before every step.
    (free, kept, given) = (0, 10, 0)
    for _ in 0..<3 { #expect(try hold(memory, "d", bytes: 30, activations: 10) == nil) }
    #expect(given == 1)
    free = 20
    #expect(try hold(memory, "d", bytes: 30, activations: 10) != nil)
    memory.release(first)
  }

  @Test("with nobody to wait for a request begins whatever the device says, and what is larger than all is refused")
  func deviceOfOthers() throws {
    let memory = ModelMemory(budget: 90, room: DeviceRoom(free: { 0 }, giveBack: {}))
    try use(memory, "a", bytes: 60)
    try use(memory, "b", bytes: 70)
    #expect(memory.checkpoints == ["b"])
    #expect(throws: SamplingError.tooLarge(needed: 91, budget: 90)) { _ = try hold(memory, "c", bytes: 91) }
  }

  @Test("what will never fit is an error that says how much it needs")
  func tooLarge() throws {
    let memory = ModelMemory(budget: 2 << 30)
    try use(memory, "a", bytes: 1)
    let error = #expect(throws: SamplingError.tooLarge(needed: 3 << 30, budget: 2 << 30)) {
      _ = try memory.reserve([(.checkpoint("b"), 2 << 30), (.vae("v", checkpoint: "b"), 1 << 29)], activations: 1 << 29)
    }
    #expect(error?.description.contains("3.0 GiB") == true && error?.description.contains("2.0 GiB") == true)
    #expect(throws: SamplingError.self) {
      _ = try memory.reserve([(.checkpoint("b"), .max), (.vae("v", checkpoint: "b"), .max)], activations: .max)
    }
    #expect(memory.checkpoints == ["a"])
  }

  @Test("a model that does not fit beside the others is loaded once more without those that nobody uses")
  func outOfMemory() throws {
    let memory = ModelMemory(budget: .max)
    let used = try #require(try hold(memory, "used", bytes: 1))
    try use(memory, "idle", bytes: 1)
    let next = try #require(try memory.reserve([(.checkpoint("next"), 1)], activations: 0))
    var reads = 0
    func load() throws -> (Thing, bytes: Int) {
      reads += 1
      guard memory.checkpoints.count < 2 else { throw CheckpointError.torch(TorchError(.outOfMemory, "no room")) }
      return (Thing(), bytes: 1)
    }
    _ = try next.value(.checkpoint("next"), load: load)
    #expect(reads == 2)
    #expect(memory.checkpoints == ["used", "next"])
    // With nothing left to give up there is no second try.
    let last = try #require(try memory.reserve([(.checkpoint("last"), 1)], activations: 0))
    #expect(throws: CheckpointError.self) { _ = try last.value(.checkpoint("last"), load: load) }
    #expect(reads == 3)
    #expect(memory.checkpoints == ["used", "next"])
    memory.release(used)
  }
}
