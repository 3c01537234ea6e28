/// Where one of a network's parameters lies in a file that names or shapes it otherwise.
package struct TensorPlace: Sendable, Hashable {
  package enum Part: Sendable, Hashable {
    case whole
    /// One of three blocks of rows: OpenCLIP keeps queries, keys and values in one matrix.
    case third(Int)
    /// Rows are columns.
    case transposed
  }

  /// In the file.
  package var name: String
  package var part = Part.whole

  package init(name: String, part: Part = .whole) {
    self.name = name
    self.part = part
  }

  /// The parameter's shape, from that of the file's tensor; nil when it cannot be a part of it.
  package func shape(_ found: [Int]) -> [Int]? {
    switch part {
    case .whole: found
    case .third: found.first.flatMap { $0.isMultiple(of: 3) ? [$0 / 3] + found.dropFirst() : nil }
    case .transposed: found.reversed()
    }
  }
}
