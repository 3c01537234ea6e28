@testable import HTTP2

/// How a connection answered frames of a scripted peer.
enum Verdict: Equatable, CustomStringConvertible {
  /// The reader was told something.
  case delivered
  /// Nothing was told and nothing complained of.
  case ignored
  /// RST_STREAM; the reader heard of nothing but that end.
  case streamError(HTTP2ErrorCode)
  /// GOAWAY with an error.
  case connectionError(HTTP2ErrorCode)

  var description: String {
    switch self {
    case .delivered: "delivered"
    case .ignored: "ignored"
    case .streamError(let code): "stream error \(code)"
    case .connectionError(let code): "connection error \(code)"
    }
  }
}

extension Peer {
  /// Lets the connection take the frames and says what it made of them, taken together.
  func verdict(on frames: [WireFrame]) -> Verdict {
    _ = takeLog()
    let before = received
    for frame in frames {
      do { try receive(frame) } catch { break }
    }
    let sent = (try? sendFrames()) ?? []
    if let goAway = sent.last(where: { $0.kind == WireFrame.Kind.goAway.rawValue }), goAway.goAwayCode != .noError {
      return .connectionError(goAway.goAwayCode)
    }
    if let reset = sent.first(where: { $0.kind == WireFrame.Kind.rstStream.rawValue }) {
      let told = takeLog().filter { !$0.hasPrefix("closed") }
      return told.isEmpty ? .streamError(HTTP2ErrorCode(rawValue: reset.code)) : .delivered
    }
    return log.isEmpty && received == before ? .ignored : .delivered
  }
}

extension WireFrame {
  var goAwayCode: HTTP2ErrorCode {
    HTTP2ErrorCode(rawValue: payload.dropFirst(4).prefix(4).reduce(0) { $0 << 8 | UInt32($1) })
  }
}

/// One line of a table: what a peer sends, and what RFC 9113 wants done about it.
struct ProtocolCase: CustomStringConvertible, Sendable {
  let section: String
  let claim: String
  let frames: [WireFrame]
  /// What this end does. Where it is stricter or laxer than the section asks for, `note` says why that is allowed.
  let verdict: Verdict
  let note: String

  init(_ section: String, _ claim: String, _ frames: [WireFrame], _ verdict: Verdict, note: String = "") {
    self.section = section
    self.claim = claim
    self.frames = frames
    self.verdict = verdict
    self.note = note
  }

  var description: String { "§\(section) \(claim): \(verdict)" }
}
