import ArgumentParser
import Foundation
import StableDiffusion
import Torch

/// Our side of `make bench-engine`: measures one row in a fresh process. `runner/peer.py` is its twin.
@main
struct EngineBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "engine-bench", abstract: "Measures one row of the engine's benchmark, and prints it as JSON.")

  @Argument(help: "The row: \(Row.allCases.map(\.rawValue).joined(separator: ", ")).")
  var row: Row
  @Option(help: "A checkpoint in the diffusers layout.")
  var model: String
  @Option(help: "The side of the images, in pixels.")
  var side = 512
  @Option(help: "float32 or bfloat16.")
  var dtype = "float32"
  @Option(help: "Threads that an operation may use.")
  var threads = 2
  @Option(help: "How often to measure, after once to warm up.")
  var repeats = 2
  @Option(help: "When this process was started, in seconds since 1970.")
  var started: Double?
  @Flag(help: "Print where the time of one step goes instead, operation by operation.")
  var profile = false
  /// The peer chooses its memory format by it; ours is the engine's own choice.
  @Flag(name: .customLong("channels-last"), help: .hidden)
  var channelsLast = false

  func run() throws {
    let start = started ?? Date().timeIntervalSince1970
    let type: DType = dtype == "bfloat16" ? .bfloat16 : .float32
    try Torch.setThreads(threads)
    let step = try row.prepare(model: model, side: side, dtype: type)
    try step()
    guard !profile else {
      for entry in try Torch.profiled(step) {
        print(String(format: "%9.2f ms %6d  ", entry.seconds * 1e3, entry.calls) + entry.name)
      }
      return
    }
    var report = Report(start: Date().timeIntervalSince1970 - start)
    for _ in 0..<repeats {
      let (wall, processor) = (ContinuousClock.now, Self.processorSeconds)
      try step()
      report.cpu.append(Self.processorSeconds - processor)
      report.wall.append((ContinuousClock.now - wall) / .seconds(1))
    }
    report.peak = try Self.peakMemory()
    print(String(decoding: try JSONEncoder().encode(report), as: UTF8.self))
  }

  /// User and system time of all threads.
  private static var processorSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// The most memory that was resident at once, mapped files included, in bytes.
  private static func peakMemory() throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
    return (line.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }.first ?? 0) * 1024
  }
}

/// What the runner reads.
private struct Report: Encodable {
  /// From the start of the process to the end of the first step, in seconds.
  var start: Double
  var wall: [Double] = []
  var cpu: [Double] = []
  /// Bytes.
  var peak = 0
}
