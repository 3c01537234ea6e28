import LorikeetAPI
import Protobuf
import Store

/// What earlier tunes tell of the time that a new one takes.
struct TunePace {
  let store: Store

  /// The forecast with the pace of the newest tune of the same kind on the same kind of device, where there is one: a
  /// measured pace is better than one worked out.
  func informed(_ forecast: TuneForecast, of tune: Tune) async throws(StoreError) -> TuneForecast {
    let steps = Double(tune.steps ?? 0)
    let filter = JobFilter(states: [.succeeded], checkpoint: tune.baseCheckpoint)
    let earlier = try await store.jobs(Tune.self, filter, page: PageRequest(size: 50, token: "")).elements
    let alike = earlier.first {
      $0.id != tune.id && ($0.usage?.secondsPerStep ?? 0) > 0 && Self.kind(of: $0) == Self.kind(of: tune)
        // What tells one device from another here is its memory.
        && $0.forecast?.deviceMemoryBytes == forecast.deviceMemoryBytes
    }
    guard steps > 0, let pace = alike?.usage?.secondsPerStep else { return forecast }
    var informed = forecast
    // What is not stepping (preparing, previews) stays as it was worked out.
    let whole = forecast.duration.map { Double($0.seconds) + Double($0.nanos) / 1e9 } ?? 0
    let rest = max(whole - steps * forecast.secondsPerStep, 0)
    let seconds = rest + steps * pace
    // The numbers are a backend's: what is none, or beyond any duration, tells nothing.
    guard (0...1e10).contains(seconds) else { return forecast }
    informed.secondsPerStep = pace
    informed.duration = GoogleProtobufDuration(.seconds(seconds))
    informed.basis = "measured"
    return informed
  }

  /// The settings that a step's time depends on, as they were asked for: what was left out is the same on one
  /// checkpoint.
  private static func kind(of tune: Tune) -> Tune {
    let given = tune.settings ?? TrainingSettings()
    var settings = TrainingSettings()
    settings.rank = given.rank
    settings.batchSize = given.batchSize
    settings.targetLayers = given.targetLayers
    settings.trainTextEncoder = given.trainTextEncoder
    settings.optimizer = given.optimizer
    settings.gradientAccumulation = given.gradientAccumulation
    settings.gradientCheckpointing = given.gradientCheckpointing
    settings.precision = given.precision
    settings.aspectRatioBuckets = given.aspectRatioBuckets
    settings.priorPreservation = given.priorPreservation == nil ? nil : PriorPreservation()
    var kind = Tune()
    kind.resolution = tune.resolution
    kind.settings = settings
    return kind
  }
}
