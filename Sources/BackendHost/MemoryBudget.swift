/// What a sampling backend may use of its device's memory for models and pictures.
enum MemoryBudget {
  /// On the CPU, half of the machine's memory: the service, the backend that trains and the files that are mapped want
  /// theirs.
  static func processor(physical: Int, chosen: Int?) -> Int { chosen ?? physical / 2 }

  /// On a GPU, nine tenths of what is free when the backend starts. The rest is for what is counted nowhere: the
  /// workspaces of cuDNN and cuBLAS, kernels that are loaded when they are first called, and the gaps between the
  /// allocator's blocks.
  ///
  /// - Parameters:
  ///   - free: what no program holds.
  ///   - total: what the device has.
  ///   - chosen: by whoever started the backend, in place of the share.
  static func gpu(free: Int, total: Int, chosen: Int?) -> Int {
    if let chosen { return chosen }
    let free = max(min(free, total), 0)
    return free - free / 10
  }
}
