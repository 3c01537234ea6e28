import Foundation
import MicroCheckpoint
import StableDiffusion
import Testing
import Torch

@testable import SamplingBackend

@Suite("Requests that are worked on together")
struct TurnsTests {
  /// One request in an engine, and what it has said.
  private final class Client {
    var digests: [String] = []
    var steps = 0
    var ended: Result<Void, any Error>?
    let cancellation = CancellationFlag()

    init(_ engine: SamplingEngine, _ request: SamplingRequest) {
      engine.admit(request, cancellation: cancellation) { [self] event in
        switch event {
        case .progress: steps += 1
        case .image(let image): digests.append(image.digest)
        default: break
        }
      } onEnd: { [self] result in
        ended = result
      }
    }

    var hasSucceeded: Bool {
      if case .success = ended { true } else { false }
    }
  }

  private let folder: String

  init() throws { folder = try MicroCheckpoint.folder() }

  private func request(_ prompt: String, seeds: [UInt64], steps: Int = 4, folder: String? = nil) -> SamplingRequest {
    let folder = folder ?? self.folder
    var request = SamplingRequest(
      checkpoint: CheckpointReference(digest: folder, name: "micro", folder: folder), seeds: seeds)
    request.prompt = prompt
    request.steps = steps
    request.sampler = "euler_ancestral"
    return request
  }

  private func lora(seed: UInt64, weight: Double = 0.8) throws -> LoRAReference {
    let path = try MicroCheckpoint.lora(seed: seed)
    return LoRAReference(FileReference(digest: path, name: "lora", path: path), weight: weight)
  }

  private func digests(_ request: SamplingRequest) throws -> [String] {
    let engine = SamplingEngine()
    let client = Client(engine, request)
    while engine.step() {}
    try client.ended?.get()
    return client.digests
  }

  @Test("an image has the same pixels alone, beside others with LoRAs of their own, and joining late")
  func mates() throws {
    var first = request("a red bird", seeds: [1, 2]), second = request("a cat", seeds: [3], steps: 7)
    var third = request("a house", seeds: [4, 5], steps: 3)
    first.loras = [try lora(seed: 1)]
    second.loras = [try lora(seed: 2), try lora(seed: 3)]
    (third.width, third.height) = (24, 8)
    let alone = [try digests(first), try digests(second), try digests(third)]
    #expect(Set(alone.flatMap(\.self)).count == 5)

    let engine = SamplingEngine()
    let clients = [Client(engine, first), Client(engine, second)]
    for _ in 0..<6 { _ = engine.step() }
    #expect(clients.allSatisfy { $0.steps > 0 && $0.ended == nil })
    let late = Client(engine, third)
    while engine.step() {}
    #expect((clients + [late]).map(\.digests) == alone)
    for client in clients + [late] { #expect(client.hasSucceeded) }
  }

  @Test("images of several requests share the U-Net's calls, each with its own LoRAs, and differ by rounding only")
  func batchedMates() throws {
    var first = request("a red bird", seeds: [1, 2]), second = request("a cat", seeds: [3], steps: 7)
    let third = request("a house", seeds: [4, 5], steps: 3)
    first.loras = [try lora(seed: 1, weight: 0.05)]
    second.loras = [try lora(seed: 2, weight: 0.05), try lora(seed: 3, weight: 0.05)]
    let requests = [first, second, third]
    var pictures: [[[UInt8]]] = []
    for imagesPerBatch in [1, 4] {
      let engine = SamplingEngine(imagesPerBatch: imagesPerBatch)
      var made = requests.map { _ in [Int: [UInt8]]() }
      for (place, request) in requests.enumerated() {
        engine.admit(request, cancellation: CancellationFlag()) { event in
          if case .image(let image) = event { made[place][image.index] = image.pixels.pixels }
        } onEnd: { _ in
        }
      }
      while engine.step() {}
      pictures.append(made.flatMap { images in images.sorted { $0.key < $1.key }.map(\.value) })
    }
    #expect(pictures[0].count == 5)
    for (alone, batched) in zip(pictures[0], pictures[1]) {
      let worst = zip(alone, batched).map { abs(Int($0) - Int($1)) }.max()
      #expect(try #require(worst) <= 1)
    }
  }

  @Test("merged LoRAs make the same picture up to rounding, and leave the weights as they were")
  func merged() throws {
    let plain = request("a red bird", seeds: [1])
    var adapted = plain
    adapted.loras = [try lora(seed: 1, weight: 0.05), try lora(seed: 2, weight: 0.05)]
    let unmerged = SamplingEngine(), merging = SamplingEngine(mergesAdapters: true)
    func pixels(_ engine: SamplingEngine, _ request: SamplingRequest) throws -> [UInt8] {
      var pixels: [UInt8] = []
      try engine.run(request, cancellation: CancellationFlag()) { event in
        if case .image(let image) = event { pixels = image.pixels.pixels }
      }
      return pixels
    }
    let expected = try pixels(unmerged, adapted), found = try pixels(merging, adapted)
    let worst = zip(expected, found).map { abs(Int($0) - Int($1)) }.max()
    #expect(try #require(worst) <= 1)
    let before = try pixels(unmerged, plain), after = try pixels(merging, plain)
    #expect(before == after && before != expected)
  }

  @Test("a short request is not stuck behind a long one")
  func fairness() throws {
    let engine = SamplingEngine()
    let long = Client(engine, request("a long one", seeds: [1, 2, 3], steps: 50))
    for _ in 0..<5 { _ = engine.step() }
    let short = Client(engine, request("a short one", seeds: [9], steps: 4))
    let before = long.steps
    while short.ended == nil, engine.step() {}
    #expect(short.hasSucceeded && short.steps == 4)
    // They took turns.
    #expect((3...5).contains(long.steps - before))
    #expect(long.ended == nil)
  }

  @Test("cancelling one of two ends it before its next step, and leaves the other as it was")
  func cancelOne() throws {
    let kept = request("kept", seeds: [7], steps: 6)
    let alone = try digests(kept)
    let engine = SamplingEngine()
    var stopped = request("stopped", seeds: [1], steps: 100)
    stopped.loras = [try lora(seed: 1)]
    let victim = Client(engine, stopped), survivor = Client(engine, kept)
    while victim.steps < 3 { _ = engine.step() }
    victim.cancellation.cancel()
    _ = engine.step()
    #expect(throws: CancellationError.self) { try victim.ended?.get() }
    #expect(victim.steps == 3)
    while engine.step() {}
    #expect(survivor.digests == alone)
  }

  @Test("a request that waits can be cancelled, and a fault of one is no other's")
  func faultOfOne() throws {
    let engine = SamplingEngine()
    let good = request("good", seeds: [2])
    var bad = request("bad", seeds: [1])
    bad.loras = [LoRAReference(FileReference(digest: "x", name: "gone", path: "/nowhere/gone.safetensors"), weight: 1)]
    let clients = [Client(engine, bad), Client(engine, good), Client(engine, good)]
    clients[2].cancellation.cancel()
    while engine.step() {}
    #expect(throws: LoRAError.self) { try clients[0].ended?.get() }
    let alone = try digests(good)
    #expect(clients[1].digests == alone)
    #expect(throws: CancellationError.self) { try clients[2].ended?.get() }
  }

  @Test("a request whose models find no room waits until another is done, and those behind it wait too")
  func waitsForMemory() throws {
    let other = try MicroCheckpoint.folder(seed: 8)
    let engine = SamplingEngine(memoryBytes: try parameters * 3 / 2 + activations)
    let first = Client(engine, request("first", seeds: [1], steps: 6))
    let second = Client(engine, request("second", seeds: [2], folder: other))
    let third = Client(engine, request("third", seeds: [3]))
    while first.ended == nil, engine.step() {}
    #expect(first.steps == 6 && second.steps == 0 && third.steps == 0)
    while second.ended == nil, engine.step() {}
    #expect(second.hasSucceeded)
    while engine.step() {}
    #expect(third.hasSucceeded)
  }

  private var parameters: Int { get throws { try MicroCheckpoint.make().parameterBytes } }

  /// Of one request.
  private var activations: Int {
    get throws {
      let micro = try MicroCheckpoint.make()
      return ModelSize.activations(
        micro.unet.configuration, micro.autoencoder.configuration, width: MicroCheckpoint.side,
        height: MicroCheckpoint.side, rows: 2, dtype: .float32)
    }
  }

  @Test("two requests for one model take turns where there is room for what one of them computes")
  func turnsInLittleMemory() throws {
    let engine = SamplingEngine(memoryBytes: try parameters + activations)
    let long = Client(engine, request("a long one", seeds: [1], steps: 50))
    let short = Client(engine, request("a short one", seeds: [2], steps: 4))
    while short.ended == nil, engine.step() {}
    #expect(short.hasSucceeded && long.ended == nil)
  }

  @Test("the files of a request that waits are looked at once, and not before every step")
  func waitsQuietly() throws {
    let other = try MicroCheckpoint.folder(seed: 8), aside = "\(other).aside"
    let engine = SamplingEngine(memoryBytes: try parameters * 3 / 2 + activations)
    let first = Client(engine, request("first", seeds: [1], steps: 6))
    let second = Client(engine, request("second", seeds: [2], folder: other))
    while first.steps < 2 { _ = engine.step() }
    try FileManager.default.moveItem(atPath: other, toPath: aside)
    while first.steps < 5 { _ = engine.step() }
    #expect(second.ended == nil)
    try FileManager.default.moveItem(atPath: aside, toPath: other)
    while engine.step() {}
    #expect(first.hasSucceeded && second.hasSucceeded)
  }

  @Test("merging LoRAs needs room for the weights that they change once more")
  func mergedCopies() throws {
    var adapted = request("a red bird", seeds: [1])
    adapted.loras = [try lora(seed: 1), try lora(seed: 2)]
    let micro = try MicroCheckpoint.make()
    let weights = micro.unet.adaptableLayers.reduce(0) { $0 + $1.layer.weight.count * 4 }
    #expect(try ModelSize.adaptedWeights(adapted.loras.map(\.file.path), dtype: .float32) == weights)
    let files = try adapted.loras.reduce(0) { try $0 + ModelSize.file($1.file.path, dtype: .float32) }
    let plain = try parameters + activations + files
    func run(_ bytes: Int, merges: Bool) throws {
      let engine = SamplingEngine(memoryBytes: bytes, mergesAdapters: merges)
      try engine.run(adapted, cancellation: CancellationFlag()) { _ in }
    }
    try run(plain, merges: false)
    #expect(throws: SamplingError.tooLarge(needed: plain + weights, budget: plain)) { try run(plain, merges: true) }
    try run(plain + weights, merges: true)
  }

  @Test("in float16 an autoencoder is counted with its twin in float32, or as it is loaded")
  func widenedAutoencoder() throws {
    let micro = try MicroCheckpoint.make()
    let own = micro.autoencoder.parameterCount
    let others = (micro.parameterBytes / 4 - own) * 2
    var configuration = micro.autoencoder.configuration
    for (isWidened, width) in [(true, 4), (false, 6)] {
      configuration.forceUpcast = isWidened
      #expect(try ModelSize.checkpoint(folder, autoencoder: configuration, dtype: .float16) == others + own * width)
      let loaded = try StableDiffusionCheckpoint(
        folder: folder, dtype: .float16, autoencoderType: isWidened ? nil : .float16)
      #expect(ModelSize.loaded(loaded) == others + own * width)
    }
    #expect(try ModelSize.checkpoint(folder, autoencoder: configuration, dtype: .bfloat16) == others + own * 2)
  }
}
