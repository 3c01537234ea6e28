import Dispatch

/// Runs content checks on threads of their own: they read files and may parse megabytes.
enum Inspection {
  private static let queue = DispatchQueue(label: "lorikeet.inspection", attributes: .concurrent)

  static func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      queue.async { continuation.resume(with: Result { try work() }) }
    }
  }
}
