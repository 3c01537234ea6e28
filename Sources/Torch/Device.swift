/// Where a tensor's memory is and where its operations run.
package enum Device: Sendable, Equatable, CustomStringConvertible {
  case cpu
  case cuda(Int)

  package var description: String {
    switch self {
    case .cpu: "cpu"
    case .cuda(let index): "cuda:\(index)"
    }
  }

  /// The bridge's number: -1 for the CPU. An index that no machine has becomes one that libtorch refuses.
  var number: Int32 {
    switch self {
    case .cpu: -1
    case .cuda(let index): Int32(exactly: index).flatMap { 0..<128 ~= $0 ? $0 : nil } ?? 127
    }
  }

  init(number: Int32) {
    self = number < 0 ? .cpu : .cuda(Int(number))
  }
}
