import Torch

/// Adapters of one layer whose matrices lie behind each other in one tensor, so that a batch whose rows have different
/// adapters takes two batched products instead of two for each.
package final class LowRankStacks {
  private var stacks: [LowRankStack] = []

  /// Parts adapters into those that are multiplied together, in stacks of equal rank, and the rest.
  ///
  /// A kernel of more than one pixel, magnitudes and training need each adapter by itself.
  func parted(
    _ adapters: [LowRankAdapter], of layer: some AdaptableLayer
  ) -> (stacked: [LowRankStack], single: [LowRankAdapter]) {
    guard layer.weight.shape.dropFirst(2).allSatisfy({ $0 == 1 }) else { return ([], adapters) }
    var groups: [(rank: Int, dtype: DType, members: [LowRankAdapter])] = []
    var single: [LowRankAdapter] = []
    for adapter in adapters {
      guard adapter.magnitudes == nil, !adapter.down.requiresGrad else {
        single.append(adapter)
        continue
      }
      let (rank, dtype) = (adapter.rank, adapter.down.dtype)
      if let index = groups.firstIndex(where: { $0.rank == rank && $0.dtype == dtype }) {
        groups[index].members.append(adapter)
      } else {
        groups.append((rank, dtype, [adapter]))
      }
    }
    var stacked: [LowRankStack] = []
    for group in groups {
      if group.members.count > 1 { stacked.append(stack(of: group.members)) } else { single += group.members }
    }
    stacks = stacked
    return (stacked, single)
  }

  /// The stack of before where its adapters are the same: these matrices are copied once, not at every step.
  private func stack(of members: [LowRankAdapter]) -> LowRankStack {
    stacks.first { $0.holds(members) } ?? LowRankStack(members)
  }

  /// Lets go of the copies.
  func removeAll() { stacks = [] }
}

final class LowRankStack {
  /// In the order of their matrices.
  private let members: [LowRankAdapter]
  /// `[adapters, in, rank]` and `[adapters, rank, out]`, the scale in the latter; made when first used.
  private var matrices: (down: Tensor, up: Tensor)?

  init(_ members: [LowRankAdapter]) {
    self.members = members
  }

  func holds(_ adapters: [LowRankAdapter]) -> Bool {
    members.count == adapters.count && zip(members, adapters).allSatisfy { $0 === $1 }
  }

  /// Rows of the batch that follow each other, `length` for each of `count` adapters that follow each other.
  private struct Run {
    var start: Int
    var length: Int
    var first: Int
    var count: Int
  }

  /// - Parameters:
  ///   - result: changed in place.
  ///   - input: `[batch, …, in]` of a linear layer, `[batch, in, height, width]` of a 1×1 convolution.
  func add(to result: Tensor, of input: Tensor) throws(TorchError) {
    let (down, up) = try stacked()
    for run in runs() {
      let rows = run.length * run.count
      let part = try Self.channelsLast(input.narrow(dim: 0, start: run.start, length: rows)).to(dtype: down.dtype)
      let shape = part.shape
      let pixels = shape.dropLast().dropFirst().reduce(run.length, *)
      let products = try part.reshape([run.count, pixels, down.shape[1]])
        .matmul(down.narrow(dim: 0, start: run.first, length: run.count))
        .matmul(up.narrow(dim: 0, start: run.first, length: run.count))
      let delta = try products.reshape(shape.dropLast() + [up.shape[2]])
      _ = try Self.channelsLast(result.narrow(dim: 0, start: run.start, length: rows))
        .add_(delta.to(dtype: result.dtype))
    }
  }

  private func stacked() throws(TorchError) -> (down: Tensor, up: Tensor) {
    if let matrices { return matrices }
    var downs: [Tensor] = []
    var ups: [Tensor] = []
    for member in members {
      let dtype = member.down.dtype
      downs.append(try member.down.flatten(from: 1, to: -1).transpose(0, 1))
      let scaled = try member.up.flatten(from: 1, to: -1).to(dtype: .float32) * member.scale
      ups.append(try scaled.to(dtype: dtype).transpose(0, 1))
    }
    let made = (down: try Tensor.stack(downs), up: try Tensor.stack(ups))
    matrices = made
    return made
  }

  /// A view with what the products run over as the last axis.
  private static func channelsLast(_ x: Tensor) throws(TorchError) -> Tensor {
    x.rank == 4 ? try x.permute([0, 2, 3, 1]) : x
  }

  private func runs() -> [Run] {
    var pieces: [Run] = []
    for (index, member) in members.enumerated() {
      for rows in member.rows ?? [] where !rows.isEmpty {
        pieces.append(Run(start: rows.lowerBound, length: rows.count, first: index, count: 1))
      }
    }
    var runs: [Run] = []
    for piece in pieces.sorted(by: { $0.start < $1.start }) {
      if let last = runs.last, last.length == piece.length, last.first + last.count == piece.first,
        last.start + last.length * last.count == piece.start
      {
        runs[runs.count - 1].count += 1
      } else {
        runs.append(piece)
      }
    }
    return runs
  }
}
