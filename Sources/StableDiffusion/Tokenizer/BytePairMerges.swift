/// Byte-pair encoding over token ids (Sennrich et al. 2016): the earliest learned merge is applied first, the leftmost
/// of equals, until none applies.
struct BytePairMerges: Sendable {
  private struct Pair: Hashable {
    var left: Int32
    var right: Int32
  }

  private struct Merge {
    var rank: Int32
    var result: Int32
  }

  private var merges: [Pair: Merge] = [:]

  init(minimumCapacity: Int) { merges.reserveCapacity(minimumCapacity) }

  var count: Int { merges.count }

  /// Merges are learned in the order of the calls; a pair that is known already keeps its place.
  mutating func learn(_ left: Int, _ right: Int, result: Int) {
    let pair = Pair(left: Int32(left), right: Int32(right))
    if merges[pair] == nil { merges[pair] = Merge(rank: Int32(merges.count), result: Int32(result)) }
  }

  /// One candidate of the queue: the pair that begins at `position`, valid while both symbols are still the same.
  private struct Candidate: Comparable {
    var rank: Int32
    var position: Int
    var pair: Pair
    var result: Int32

    static func < (a: Candidate, b: Candidate) -> Bool { (a.rank, a.position) < (b.rank, b.position) }
  }

  /// O(n log n) in the word's length: a prompt is untrusted input, and one word may be all of it.
  func apply(to word: [Int]) -> [Int] {
    guard word.count > 1 else { return word }
    var symbols = word.map { Int32($0) }
    // The neighbours that are still there; a merged-away symbol is marked −1.
    var next = Array(1...word.count)
    var previous = Array(-1..<(word.count - 1))
    var queue = Heap<Candidate>()

    func candidate(at position: Int) -> Candidate? {
      guard position >= 0, next[position] < symbols.count else { return nil }
      let pair = Pair(left: symbols[position], right: symbols[next[position]])
      return merges[pair].map { Candidate(rank: $0.rank, position: position, pair: pair, result: $0.result) }
    }

    for position in word.indices {
      if let found = candidate(at: position) { queue.insert(found) }
    }
    while let best = queue.popSmallest() {
      let right = next[best.position]
      guard symbols[best.position] == best.pair.left, right < symbols.count, symbols[right] == best.pair.right else {
        continue
      }
      symbols[best.position] = best.result
      symbols[right] = -1
      next[best.position] = next[right]
      if next[right] < symbols.count { previous[next[right]] = best.position }
      for position in [previous[best.position], best.position] {
        if let found = candidate(at: position) { queue.insert(found) }
      }
    }
    return symbols.compactMap { $0 < 0 ? nil : Int($0) }
  }
}

/// A binary heap, smallest first.
private struct Heap<Element: Comparable> {
  private var elements: [Element] = []

  mutating func insert(_ element: Element) {
    elements.append(element)
    var child = elements.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard elements[child] < elements[parent] else { return }
      elements.swapAt(child, parent)
      child = parent
    }
  }

  mutating func popSmallest() -> Element? {
    guard let smallest = elements.first else { return nil }
    let last = elements.removeLast()
    guard !elements.isEmpty else { return smallest }
    elements[0] = last
    var parent = 0
    while true {
      let left = parent * 2 + 1
      guard left < elements.count else { return smallest }
      let right = left + 1
      let child = right < elements.count && elements[right] < elements[left] ? right : left
      guard elements[child] < elements[parent] else { return smallest }
      elements.swapAt(child, parent)
      parent = child
    }
  }
}
