import Logging
import RPC
import Store

/// Keeps the health that clients see true: whether the store can be written, and whether anything can run jobs.
struct HealthMonitor {
  let store: Store
  let dispatcher: Dispatcher
  let health: HealthService
  /// The roles of which the configuration names a backend: those count as served while they restart.
  let configured: Set<JobKind>
  let logger: Logger

  static let assets = "lorikeet.v1.AssetService"
  static let tunes = "lorikeet.v1.TuneService"
  static let generations = "lorikeet.v1.GenerationService"

  func run() async {
    while !Task.isCancelled {
      await update()
      try? await Task.sleep(for: .seconds(5))
    }
  }

  func update() async {
    let isStoreFine: Bool
    do {
      try await store.check()
      isStoreFine = true
    } catch {
      logger.error("the store cannot be written", metadata: ["error": "\(error)"])
      isStoreFine = false
    }
    func set(_ service: String, _ isFine: Bool) { health.set(service, isFine ? .serving : .notServing) }
    set("", isStoreFine)
    set(Self.assets, isStoreFine)
    for (service, kind) in [(Self.tunes, JobKind.tune), (Self.generations, .generation)] {
      let canRun = configured.contains(kind) ? true : await dispatcher.hasBackend(for: kind)
      set(service, isStoreFine && canRun)
    }
  }
}
