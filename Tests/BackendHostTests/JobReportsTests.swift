import Foundation
import LorikeetAPI
import MicroCheckpoint
import Testing

@testable import BackendHost

@Suite("A job's messages on their way")
struct JobReportsTests {
  private func texts(_ reports: JobReports) async -> [String] {
    var texts: [String] = []
    while let message = await reports.next() {
      switch message.content {
      case .report(.warning(let text)): texts.append(text)
      case .upload(.file(let path), _): texts.append(URL(filePath: path).lastPathComponent)
      default: texts.append("?")
      }
    }
    return texts
  }

  @Test("messages keep their order; of those in one slot only the newest is left")
  func slots() async {
    let reports = JobReports()
    reports.send(.warning("a"))
    reports.send(.warning("image 0, step 5"), slot: .preview(index: 0))
    reports.send(.warning("image 1, step 5"), slot: .preview(index: 1))
    reports.send(.warning("b"))
    reports.send(.warning("image 0, step 10"), slot: .preview(index: 0))
    reports.finish()
    #expect(await texts(reports) == ["a", "image 1, step 5", "b", "image 0, step 10"])
  }

  @Test("the file of a state that was replaced, or never read, is removed")
  func files() async throws {
    let folder = try MicroCheckpoint.temporaryFolder("reports")
    let reports = JobReports()
    for name in ["4", "8"] {
      try Data("x".utf8).write(to: URL(filePath: "\(folder)/\(name)"))
      reports.send(.file("\(folder)/\(name)"), slot: .trainingState) { _ in .warning("") }
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["8"])
    reports.discardRest()
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
  }

  @Test("a reader that is faster than the job sees every message")
  func fastReader() async {
    let reports = JobReports()
    async let seen = texts(reports)
    for number in 0..<1000 { reports.send(.warning("\(number)")) }
    reports.finish()
    #expect(await seen == (0..<1000).map { "\($0)" })
  }
}
