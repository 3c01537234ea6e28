import Foundation
import Protobuf
import Testing

@Suite("Well-known types")
struct WellKnownTests {
  @Test("dates become timestamps and back, before 1970 too", arguments: [0, 1.25, -0.25, 1_790_000_000.5, -1e9])
  func timestamps(interval: Double) {
    let date = Date(timeIntervalSince1970: interval)
    let timestamp = GoogleProtobufTimestamp(date)
    #expect(timestamp.isValid)
    #expect(abs(timestamp.date.timeIntervalSince1970 - interval) < 1e-6)
  }

  @Test("nanoseconds count forward from the second before")
  func negativeTimestamp() {
    let timestamp = GoogleProtobufTimestamp(Date(timeIntervalSince1970: -0.25))
    #expect(timestamp.seconds == -1 && timestamp.nanos == 750_000_000)
    #expect(timestamp < GoogleProtobufTimestamp(seconds: 0) && timestamp > GoogleProtobufTimestamp(seconds: -1))
  }

  @Test("dates beyond the schema's years are clamped", arguments: [1e300, -1e300, .infinity, 1e12, -1e12])
  func clampedTimestamp(interval: Double) {
    let timestamp = GoogleProtobufTimestamp(Date(timeIntervalSince1970: interval))
    #expect(timestamp.isValid)
    #expect((timestamp.seconds > 0) == (interval > 0))
  }

  @Test("durations become Swift's and back", arguments: [0, 1.5, -1.5, 1e-9, -86_400.000_000_001])
  func durations(seconds: Double) {
    let duration = Swift.Duration.nanoseconds(Int64((seconds * 1e9).rounded()))
    let message = GoogleProtobufDuration(duration)
    #expect(message.isValid)
    #expect(message.duration == duration)
  }

  @Test("a duration beyond ten thousand years is clamped, and a peer's invalid one recognised")
  func invalidDurations() {
    #expect(GoogleProtobufDuration(.seconds(Int64.max)).seconds == 315_576_000_000)
    #expect(!GoogleProtobufDuration(seconds: 1, nanos: -1).isValid)
    #expect(!GoogleProtobufDuration(seconds: .min).isValid)
    #expect(!GoogleProtobufTimestamp(seconds: 0, nanos: -1).isValid)
    _ = GoogleProtobufDuration(seconds: .max, nanos: .max).duration
  }

  @Test("Any holds a message, tells its type, and refuses another")
  func any() throws {
    let scalars = Scalars.with { $0.int32 = 7 }
    let any = GoogleProtobufAny(packing: scalars)
    #expect(any.typeUrl == "type.googleapis.com/features.v1.Scalars")
    #expect(any.holds(Scalars.self) && !any.holds(Choice.self))
    #expect(try any.unpack(Scalars.self) == scalars)
    #expect(try any.unpack(Choice.self) == nil)
    let broken = GoogleProtobufAny.with { $0.typeUrl = any.typeUrl; $0.value = [0x72, 9] }
    #expect(throws: Protobuf.DecodingError.truncated) { try broken.unpack(Scalars.self) }
  }

  @Test("a field mask names fields and what is in them")
  func fieldMask() {
    let mask: GoogleProtobufFieldMask = ["settings.rank", "name"]
    #expect(mask.contains("name") && mask.contains("name.first") && mask.contains("settings.rank"))
    #expect(!mask.contains("settings") && !mask.contains("names"))
  }

  @Test("well-known types travel as fields")
  func fields() throws {
    let message = WellKnown.with {
      $0.time = .now
      $0.duration = .init(.milliseconds(-1500))
      $0.any = .init(packing: GoogleProtobufDuration(seconds: 1))
      $0.mask = ["a.b"]
      $0.wrapped = .init(0)
    }
    #expect(try WellKnown(serializedBytes: message.serializedBytes()) == message)
  }
}
