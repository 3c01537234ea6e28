import Logging
import SamplingBackend

/// What a sampling backend may use of its device's memory for models and pictures.
enum MemoryBudget {
  /// What a GPU has, and what of it no program holds at present.
  typealias Memory = () throws -> (free: Int, total: Int)

  /// On the CPU, half of the machine's memory: the service, the backend that trains and the files that are mapped want
  /// theirs.
  static func processor(physical: Int, chosen: Int?) -> Int { chosen ?? physical / 2 }

  /// On a GPU, nine tenths of all that it has: what needs more is refused for good. What others hold of it when the
  /// backend starts, a predecessor that is about to end or a backend beside it, says nothing of later: see `room`.
  ///
  /// - Parameters:
  ///   - chosen: by whoever started the backend, in place of the share.
  ///   - memory: asks the device. One that cannot say has no bound, which is logged: its first use says why it fails.
  static func gpu(chosen: Int?, _ logger: Logger, memory: Memory) -> Int {
    if let chosen { return chosen }
    do {
      return share(of: try memory().total)
    } catch {
      logger.warning(
        "the device does not say how much memory it has: models are loaded without a bound",
        metadata: ["error": "\(error)"])
      return .max
    }
  }

  /// What is free on a GPU whenever a request wants to begin.
  ///
  /// - Parameter giveBack: makes the device take back what this process keeps of it and does not use.
  static func room(_ logger: Logger, memory: @escaping Memory, giveBack: @escaping () throws -> Void) -> DeviceRoom {
    DeviceRoom(
      free: {
        do {
          let (free, total) = try memory()
          return share(of: min(free, total))
        } catch {
          logger.warning("the device does not say what is free", metadata: ["error": "\(error)"])
          return .max
        }
      },
      giveBack: {
        do {
          try giveBack()
        } catch {
          logger.warning("the device does not take memory back", metadata: ["error": "\(error)"])
        }
      })
  }

  /// Nine tenths. The rest is for what is counted nowhere: the workspaces of cuDNN and cuBLAS, kernels that are loaded
  /// when they are first called, and the gaps between the allocator's blocks.
  private static func share(of bytes: Int) -> Int {
    let bytes = max(bytes, 0)
    return bytes - bytes / 10
  }
}
