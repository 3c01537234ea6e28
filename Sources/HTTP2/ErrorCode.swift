/// An HTTP/2 error code as RST_STREAM and GOAWAY carry it (RFC 9113 §7).
package struct HTTP2ErrorCode: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  package let rawValue: UInt32

  package init(rawValue: UInt32) { self.rawValue = rawValue }

  package static let noError = Self(rawValue: 0x0)
  package static let protocolError = Self(rawValue: 0x1)
  package static let internalError = Self(rawValue: 0x2)
  package static let flowControlError = Self(rawValue: 0x3)
  package static let settingsTimeout = Self(rawValue: 0x4)
  package static let streamClosed = Self(rawValue: 0x5)
  package static let frameSizeError = Self(rawValue: 0x6)
  package static let refusedStream = Self(rawValue: 0x7)
  package static let cancel = Self(rawValue: 0x8)
  package static let compressionError = Self(rawValue: 0x9)
  package static let connectError = Self(rawValue: 0xa)
  package static let enhanceYourCalm = Self(rawValue: 0xb)
  package static let inadequateSecurity = Self(rawValue: 0xc)
  package static let http11Required = Self(rawValue: 0xd)

  private static let names = [
    "NO_ERROR", "PROTOCOL_ERROR", "INTERNAL_ERROR", "FLOW_CONTROL_ERROR", "SETTINGS_TIMEOUT", "STREAM_CLOSED",
    "FRAME_SIZE_ERROR", "REFUSED_STREAM", "CANCEL", "COMPRESSION_ERROR", "CONNECT_ERROR", "ENHANCE_YOUR_CALM",
    "INADEQUATE_SECURITY", "HTTP_1_1_REQUIRED",
  ]

  package var description: String {
    Self.names.indices.contains(Int(rawValue)) ? Self.names[Int(rawValue)] : "HTTP/2 error \(rawValue)"
  }
}

/// Why a connection cannot go on.
package enum HTTP2ConnectionError: Error, Equatable, CustomStringConvertible {
  /// The peer broke the protocol or flooded us; nghttp2's words for it.
  case peer(String)
  /// The peer went over a limit that is there for hostile ones.
  case violation(HTTP2Violation)
  /// nghttp2 refused what we asked of it, or memory ran out.
  case library(String)
  /// The peer stopped answering pings.
  case keepaliveTimedOut
  /// It has reached its greatest age, and what was open then had its time.
  case tooOld
  /// The socket ended before the connection did.
  case connectionLost(String)
  /// The connection could not be secured.
  case tls(TLSFailure)

  package var description: String {
    switch self {
    case .peer(let reason): "the peer broke HTTP/2: \(reason)"
    case .violation(let violation): "the peer went over a limit: \(violation.rawValue)"
    case .library(let reason): "nghttp2 failed: \(reason)"
    case .keepaliveTimedOut: "the peer did not answer a keepalive ping in time"
    case .tooOld: "the connection has reached its greatest age"
    case .connectionLost(let reason): "the connection was lost: \(reason)"
    case .tls(let failure): failure.description
    }
  }
}
