import CoreMetrics
import Synchronization

/// A metrics backend that really counts: without one, swift-metrics drops everything and the interceptor costs nothing.
struct CountingMetrics: MetricsFactory {
  func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler { Value() }

  func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler { Value() }

  func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler { Value() }

  func destroyCounter(_ handler: any CounterHandler) {}
  func destroyRecorder(_ handler: any RecorderHandler) {}
  func destroyTimer(_ handler: any TimerHandler) {}
}

/// How often, and the sum of what was recorded.
private final class Value: CounterHandler, RecorderHandler, TimerHandler {
  private let count = Atomic<Int64>(0)
  private let sum = Atomic<Int64>(0)

  func increment(by amount: Int64) { count.wrappingAdd(amount, ordering: .relaxed) }
  func reset() { count.store(0, ordering: .relaxed) }

  func record(_ value: Int64) { recordNanoseconds(value) }
  func record(_ value: Double) { recordNanoseconds(Int64(value)) }

  func recordNanoseconds(_ duration: Int64) {
    count.wrappingAdd(1, ordering: .relaxed)
    sum.wrappingAdd(duration, ordering: .relaxed)
  }
}
