/// What a call has carried so far.
///
/// Bytes are those of messages with their five-byte prefixes, compressed where they were: what DATA frames hold.
public struct CallTraffic: Sendable, Hashable {
  /// Messages that were read.
  public var messagesReceived = 0
  /// Messages that were queued for the peer.
  public var messagesSent = 0
  /// The bytes of the messages that were read.
  public var bytesReceived = 0
  /// The bytes of the messages that were queued.
  public var bytesSent = 0

  /// Nothing yet.
  public init() {}

  static func - (left: CallTraffic, right: CallTraffic) -> CallTraffic {
    var difference = left
    difference.messagesReceived &-= right.messagesReceived
    difference.messagesSent &-= right.messagesSent
    difference.bytesReceived &-= right.bytesReceived
    difference.bytesSent &-= right.bytesSent
    return difference
  }

  static func += (left: inout CallTraffic, right: CallTraffic) {
    left.messagesReceived &+= right.messagesReceived
    left.messagesSent &+= right.messagesSent
    left.bytesReceived &+= right.bytesReceived
    left.bytesSent &+= right.bytesSent
  }
}

/// How a call stands, or how it ended.
public struct CallSummary: Sendable {
  /// What the peer is told, or was; nil while that is undecided.
  ///
  /// It may differ from what the handler threw: a deadline or a cancellation decides before the handler has ended.
  public var status: StatusCode?
  /// The error behind a status other than `OK`.
  public var failure: RPCError?
  /// The messages so far.
  public var traffic: CallTraffic
  // Arithmetic on a `Duration`'s 128 bits costs more than all of the counting.
  let nanoseconds: Int64

  /// Since the request's headers came.
  public var duration: Duration { .nanoseconds(nanoseconds) }
}
