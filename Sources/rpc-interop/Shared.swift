import Foundation

/// The names whose values a server sends back.
enum EchoMetadata {
  static let initialName = "x-grpc-test-echo-initial"
  static let trailingName = "x-grpc-test-echo-trailing-bin"
}

extension GrpcTestingPayload {
  static func zeros(_ size: Int) -> GrpcTestingPayload {
    .with { $0.body = [UInt8](repeating: 0, count: size) }
  }
}

func flushStandardOutput() {
  fflush(nil)
}
