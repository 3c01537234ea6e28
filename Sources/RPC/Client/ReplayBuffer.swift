/// What a streaming call has sent so far, so that it can be sent again should the attempt fail.
///
/// Confined to the call's event loop.
final class ReplayBuffer {
  private(set) var bytes: [UInt8] = []
  /// Our side of the stream has ended.
  var isFinished = false
  /// False once more was sent than may be kept: the call cannot be repeated any more.
  private(set) var isWhole = true
  private let limit: Int

  /// - Parameter limit: in bytes.
  init(limit: Int) { self.limit = limit }

  func record(_ sent: UnsafeRawBufferPointer) {
    guard isWhole else { return }
    guard bytes.count + sent.count <= limit else { return drop() }
    bytes.append(contentsOf: sent)
  }

  /// The call is committed to its attempt.
  func drop() {
    isWhole = false
    bytes = []
  }
}
