internal import CTorch

// Elementwise operations broadcast and promote as PyTorch's do. A whole Double beside an integer tensor counts as an
// integer, so `ids + 1` stays int64.
extension Tensor {
  private func unary(_ op: CTUnary) throws(TorchError) -> Tensor { try made { ct_unary(op, handle, $0) } }

  private func binary(_ op: CTBinary, _ other: Tensor) throws(TorchError) -> Tensor {
    try made { ct_binary(op, handle, other.handle, $0) }
  }

  private func binary(_ op: CTBinary, _ other: Double) throws(TorchError) -> Tensor {
    try made { ct_binary_scalar(op, handle, other, $0) }
  }

  // MARK: Operators

  package static func + (a: Tensor, b: Tensor) throws(TorchError) -> Tensor { try a.binary(CTAdd, b) }
  package static func + (a: Tensor, b: Double) throws(TorchError) -> Tensor { try a.binary(CTAdd, b) }
  package static func + (a: Double, b: Tensor) throws(TorchError) -> Tensor { try b.binary(CTAdd, a) }
  package static func - (a: Tensor, b: Tensor) throws(TorchError) -> Tensor { try a.binary(CTSubtract, b) }
  package static func - (a: Tensor, b: Double) throws(TorchError) -> Tensor { try a.binary(CTSubtract, b) }
  package static func - (a: Double, b: Tensor) throws(TorchError) -> Tensor {
    try made { ct_scalar_binary(CTSubtract, a, b.handle, $0) }
  }
  package static func * (a: Tensor, b: Tensor) throws(TorchError) -> Tensor { try a.binary(CTMultiply, b) }
  package static func * (a: Tensor, b: Double) throws(TorchError) -> Tensor { try a.binary(CTMultiply, b) }
  package static func * (a: Double, b: Tensor) throws(TorchError) -> Tensor { try b.binary(CTMultiply, a) }
  package static func / (a: Tensor, b: Tensor) throws(TorchError) -> Tensor { try a.binary(CTDivide, b) }
  package static func / (a: Tensor, b: Double) throws(TorchError) -> Tensor { try a.binary(CTDivide, b) }
  package static func / (a: Double, b: Tensor) throws(TorchError) -> Tensor {
    try made { ct_scalar_binary(CTDivide, a, b.handle, $0) }
  }
  package static prefix func - (a: Tensor) throws(TorchError) -> Tensor { try a.neg() }

  // MARK: Functions of one tensor

  package func neg() throws(TorchError) -> Tensor { try unary(CTNegate) }
  package func abs() throws(TorchError) -> Tensor { try unary(CTAbs) }
  package func sqrt() throws(TorchError) -> Tensor { try unary(CTSqrt) }
  package func rsqrt() throws(TorchError) -> Tensor { try unary(CTRsqrt) }
  package func reciprocal() throws(TorchError) -> Tensor { try unary(CTReciprocal) }
  package func exp() throws(TorchError) -> Tensor { try unary(CTExp) }
  /// exp(x) - 1, precise near 0.
  package func expm1() throws(TorchError) -> Tensor { try unary(CTExpm1) }
  package func log() throws(TorchError) -> Tensor { try unary(CTLog) }
  package func sin() throws(TorchError) -> Tensor { try unary(CTSin) }
  package func cos() throws(TorchError) -> Tensor { try unary(CTCos) }
  package func tanh() throws(TorchError) -> Tensor { try unary(CTTanh) }
  package func sigmoid() throws(TorchError) -> Tensor { try unary(CTSigmoid) }
  package func erf() throws(TorchError) -> Tensor { try unary(CTErf) }
  package func relu() throws(TorchError) -> Tensor { try unary(CTRelu) }
  /// To the nearest whole number, halves to the even one.
  package func round() throws(TorchError) -> Tensor { try unary(CTRound) }
  package func floor() throws(TorchError) -> Tensor { try unary(CTFloor) }
  package func ceil() throws(TorchError) -> Tensor { try unary(CTCeil) }
  package func sign() throws(TorchError) -> Tensor { try unary(CTSign) }
  package func isFinite() throws(TorchError) -> Tensor { try unary(CTIsFinite) }
  package func logicalNot() throws(TorchError) -> Tensor { try unary(CTLogicalNot) }

  // MARK: Functions of two

  package func matmul(_ other: Tensor) throws(TorchError) -> Tensor { try binary(CTMatmul, other) }
  package func pow(_ exponent: Double) throws(TorchError) -> Tensor { try binary(CTPower, exponent) }
  package func pow(_ exponent: Tensor) throws(TorchError) -> Tensor { try binary(CTPower, exponent) }
  /// base ** exponent, elementwise.
  package static func pow(_ base: Double, _ exponent: Tensor) throws(TorchError) -> Tensor {
    try made { ct_scalar_binary(CTPower, base, exponent.handle, $0) }
  }
  package func minimum(_ other: Tensor) throws(TorchError) -> Tensor { try binary(CTMinimum, other) }
  package func minimum(_ other: Double) throws(TorchError) -> Tensor { try binary(CTMinimum, other) }
  package func maximum(_ other: Tensor) throws(TorchError) -> Tensor { try binary(CTMaximum, other) }
  package func maximum(_ other: Double) throws(TorchError) -> Tensor { try binary(CTMaximum, other) }
  package func logicalAnd(_ other: Tensor) throws(TorchError) -> Tensor { try binary(CTLogicalAnd, other) }
  package func logicalOr(_ other: Tensor) throws(TorchError) -> Tensor { try binary(CTLogicalOr, other) }

  package func clamp(min: Double? = nil, max: Double? = nil) throws(TorchError) -> Tensor {
    try made { ct_clamp(handle, min ?? .nan, max ?? .nan, $0) }
  }

  /// self + weight · (end - self)
  package func lerp(_ end: Tensor, weight: Double) throws(TorchError) -> Tensor {
    try made { ct_lerp(handle, end.handle, weight, $0) }
  }

  /// beta · self + alpha · a @ b, for matrices.
  package func addmm(_ a: Tensor, _ b: Tensor, beta: Double = 1, alpha: Double = 1) throws(TorchError) -> Tensor {
    try made { ct_addmm(handle, a.handle, b.handle, beta, alpha, $0) }
  }

  /// `a` where the condition holds, `b` elsewhere.
  package static func `where`(_ condition: Tensor, _ a: Tensor, _ b: Tensor) throws(TorchError) -> Tensor {
    try made { ct_where(condition.handle, a.handle, b.handle, $0) }
  }

  // MARK: Comparisons, giving bool tensors

  package func eq(_ other: Tensor) throws(TorchError) -> Tensor { try binary(CTEqual, other) }
  package func eq(_ other: Double) throws(TorchError) -> Tensor { try binary(CTEqual, other) }
  package func ne(_ other: Tensor) throws(TorchError) -> Tensor { try binary(CTNotEqual, other) }
  package func ne(_ other: Double) throws(TorchError) -> Tensor { try binary(CTNotEqual, other) }
  package func lt(_ other: Tensor) throws(TorchError) -> Tensor { try binary(CTLess, other) }
  package func lt(_ other: Double) throws(TorchError) -> Tensor { try binary(CTLess, other) }
  package func le(_ other: Tensor) throws(TorchError) -> Tensor { try binary(CTLessEqual, other) }
  package func le(_ other: Double) throws(TorchError) -> Tensor { try binary(CTLessEqual, other) }
  package func gt(_ other: Tensor) throws(TorchError) -> Tensor { try binary(CTGreater, other) }
  package func gt(_ other: Double) throws(TorchError) -> Tensor { try binary(CTGreater, other) }
  package func ge(_ other: Tensor) throws(TorchError) -> Tensor { try binary(CTGreaterEqual, other) }
  package func ge(_ other: Double) throws(TorchError) -> Tensor { try binary(CTGreaterEqual, other) }
}
