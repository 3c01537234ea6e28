import Foundation
import Testing

@testable import lorikeet

@Suite("Numbers and times for people")
struct FormatTests {
  @Test(
    "bytes are counted in powers of a thousand",
    arguments: [
      (0, "0 B"), (999, "999 B"), (1000, "1.00 kB"), (1_536_000, "1.54 MB"), (999_960, "1.00 MB"),
      (2_147_483_648, "2.15 GB"),
      (52_300_000, "52.3 MB"), (Int64.max, "9223372.0 TB"),
    ] as [(Int64, String)])
  func bytes(count: Int64, text: String) { #expect(Format.bytes(count) == text) }

  @Test(
    "durations",
    arguments: [
      (0, "0:00"), (7.4, "0:07"), (59.6, "1:00"), (750, "12:30"), (3723, "1:02:03"), (-1, "?"), (.nan, "?"),
      (.infinity, "?"),
      (1e300, "?"),
    ] as [(Double, String)])
  func durations(seconds: Double, text: String) { #expect(Format.duration(seconds: seconds) == text) }

  @Test(
    "numbers keep three digits",
    arguments: [
      (0.08214, "0.0821"), (12.34, "12.3"), (1e-4, "1e-04"), (1.25e-5, "1.25e-05"), (0, "0"), (188, "188"),
      (1234.4, "1234"),
      (0.5, "0.5"), (-2.5, "-2.5"), (.nan, "NaN"), (-.infinity, "-inf"), (3e7, "3e+07"), (9.999, "10"),
    ] as [(Double, String)])
  func numbers(value: Double, text: String) { #expect(Format.number(value) == text) }

  @Test("a time is local and sortable")
  func time() throws {
    let zone = try #require(TimeZone(secondsFromGMT: 3600))
    #expect(Format.time(seconds: 1_772_370_309, in: zone) == "2026-03-01 14:05:09")
  }

  @Test("text from elsewhere cannot control the terminal")
  func printable() {
    #expect("a\u{1B}[31mb\r\nc\u{7}".printable == "a [31mb  c ")
    #expect("abc\u{202E}gpj".printable == "abc\u{FFFD}gpj")
    #expect("café 猫 👨‍👩‍👧".printable == "café 猫 👨‍👩‍👧")
  }

  @Test("wide characters take two columns, and cutting minds that")
  func columns() {
    #expect("abc".columns == 3 && "猫犬".columns == 4 && "🦜!".columns == 3)
    #expect("abcdef".fitted(to: 4) == "abc…" && "abcdef".fitted(to: 6) == "abcdef")
    #expect("猫犬猫犬".fitted(to: 6) == "猫犬…" && "abcdef".fitted(to: 5, unicode: false) == "ab...")
    #expect("abc".fitted(to: 0) == "" && "猫".padded(to: 4) == "猫  " && "7".padded(to: 3, right: true) == "  7")
  }
}
