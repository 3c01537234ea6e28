internal import NIOCore
internal import NIOPosix

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Why a connection could not be made, in the system's own words: these reach users.
enum ConnectFailure {
  static func reason(_ error: any Error) -> String {
    switch error {
    case let error as NIOConnectionError:
      // One for each address that the name stands for; often all of them say the same.
      var reasons: [String] = []
      for failure in error.connectionErrors {
        let reason = reason(failure.error)
        if !reasons.contains(reason) { reasons.append(reason) }
      }
      if reasons.isEmpty, error.dnsAError != nil || error.dnsAAAAError != nil { return "the host's name is not known" }
      return reasons.joined(separator: "; ")
    case let error as IOError: return String(cString: strerror(error.errnoCode))
    case ChannelError.connectTimeout(let after): return "no answer within \(Double(after.nanoseconds) / 1e9) seconds"
    default: return String(describing: error)
    }
  }
}
