import Foundation
import Protobuf
import TestProtos
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
      $0.wrapped = 0
      $0.fields = ["name": "x", "sizes": [1, 2.5], "none": .null, "inner": ["is": true]]
      $0.bytes = .init([0])
      $0.values = [.null, GoogleProtobufValue(), "text"]
    }
    #expect(try WellKnown(serializedBytes: message.serializedBytes()) == message)
  }

  @Test("JSON-like values are written as literals and read by what they may be")
  func values() {
    let value: GoogleProtobufValue = ["list": [1, "two", false, .null, -2.5], "object": ["list": []]]
    #expect(value["list"]?[0]?.number == 1 && value["list"]?[1]?.string == "two" && value["list"]?[2]?.bool == false)
    #expect(value["list"]?[3]?.isNull == true && value["list"]?[4]?.number == -2.5)
    #expect(value["object"]?["list"]?.list == [] && value["object"]?.fields?.count == 1)
    #expect(value["list"]?[5] == nil && value["list"]?[-1] == nil && value["other"] == nil && value[0] == nil)
    #expect(value.number == nil && value.string == nil && value.bool == nil && value.list == nil && !value.isNull)
    #expect(GoogleProtobufValue().kind == nil && !GoogleProtobufValue().isNull)
    var fields: GoogleProtobufStruct = ["a": 1, "a": 2]
    #expect(fields["a"] == 2)
    fields["b"] = "\(1 + 1)"
    fields["a"] = nil
    #expect(fields == ["b": "2"])
  }

  @Test(
    "a timestamp moves by a span and back, across seconds and 1970",
    arguments: [0, 1, -1, 999_999_999, -999_999_999, 1_000_000_000, -1_000_000_001, 1 << 60, -(1 << 60)] as [Int64])
  func moving(nanoseconds: Int64) {
    let start = GoogleProtobufTimestamp(seconds: 0, nanos: 400_000_000)
    let span = Swift.Duration.nanoseconds(nanoseconds)
    let end = start + span
    #expect(end.isValid && end - start == span && end - span == start)
    #expect((end > start) == (nanoseconds > 0))
  }

  @Test("a fraction of a nanosecond moves a timestamp towards the past")
  func rounding() {
    let start = GoogleProtobufTimestamp(seconds: 5)
    let span = Swift.Duration(secondsComponent: 0, attosecondsComponent: 1)
    #expect(start + span == start)
    #expect(start - span == GoogleProtobufTimestamp(seconds: 4, nanos: 999_999_999))
  }

  @Test("moments and spans beyond the schema's range end at it, whatever a peer sent")
  func saturation() {
    let range = GoogleProtobufTimestamp.validSeconds
    let (first, last) = (range.lowerBound, range.upperBound)
    #expect(GoogleProtobufTimestamp(seconds: last) + .seconds(10) == .init(seconds: last, nanos: 999_999_999))
    #expect(GoogleProtobufTimestamp(seconds: first) - .seconds(10) == .init(seconds: first))
    for seconds in [Int64.min, .max] {
      for nanos in [Int32.min, .max] {
        let wild = GoogleProtobufTimestamp(seconds: seconds, nanos: nanos)
        for span in [Swift.Duration.seconds(Int64.max), .seconds(Int64.min), .nanoseconds(1), .nanoseconds(-1)] {
          #expect((wild + span).isValid)
        }
        _ = wild - GoogleProtobufTimestamp(seconds: seconds == .min ? .max : .min, nanos: nanos)
        let longest = GoogleProtobufDuration(seconds: seconds, nanos: nanos)
        #expect((longest + longest).isValid && (-longest).isValid)
      }
    }
    #expect(GoogleProtobufDuration(seconds: 1) > GoogleProtobufDuration(seconds: 0, nanos: 999_999_999))
    #expect(-GoogleProtobufDuration(seconds: 1, nanos: 5) == GoogleProtobufDuration(seconds: -1, nanos: -5))
  }

  @Test("field masks are joined and cut, and have one canonical form")
  func fieldMaskSets() {
    let mask: GoogleProtobufFieldMask = ["b.c", "a", "b", "a", "b-c", "a.x"]
    #expect(mask.canonical == ["a", "b", "b-c"])
    #expect(mask.union(["b.d", "z"]) == ["a", "b", "b-c", "z"])
    #expect(mask.intersection(["a.x", "b", "z"]) == ["a.x", "b"])
    #expect(mask.intersection([]) == [])
  }
}
