import Foundation
import Torch

/// What this process takes of the machine's memory, as Linux counts it.
enum ProcessMemory {
  /// At present, in bytes.
  static var resident: Int { field("VmRSS") }

  /// The most since the start or `resetPeak`, in bytes.
  static var peak: Int { field("VmHWM") }

  /// Lets the peak begin anew from what is resident now (proc(5), `clear_refs`).
  static func resetPeak() {
    // What an earlier job has given back may still be resident, and would count as this one's.
    Torch.releaseUnusedMemory()
    guard let file = fopen("/proc/self/clear_refs", "w") else { return }
    fputs("5", file)
    fclose(file)
  }

  /// 0 on a system that does not say.
  private static func field(_ name: String) -> Int {
    guard let text = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix("\(name):") }),
      let kibibytes = line.split(whereSeparator: { !$0.isNumber }).first.flatMap({ Int($0) })
    else { return 0 }
    return kibibytes << 10
  }
}
