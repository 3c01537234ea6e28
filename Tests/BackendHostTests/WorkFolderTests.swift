import Foundation
import MicroCheckpoint
import RPC
import Testing

@testable import BackendHost

@Suite("A backend's work folder")
struct WorkFolderTests {
  private func write(_ path: String) throws { try Data("x".utf8).write(to: URL(filePath: path)) }

  private func names(_ path: String) throws -> Set<String> {
    Set(try FileManager.default.contentsOfDirectory(atPath: path))
  }

  @Test("what a killed backend left in it is cleared away; the folder goes when the backend ends")
  func leftovers() async throws {
    let path = try MicroCheckpoint.temporaryFolder("work") + "/deep/work"
    var folder: WorkFolder? = try await WorkFolder.claim(path)
    try FileManager.default.createDirectory(atPath: "\(path)/blobs", withIntermediateDirectories: true)
    try write("\(path)/blobs/left")
    // The lock goes with the process, and here with the object; the files stay.
    folder = nil
    #expect(try names(path).count == 2)
    folder = try await WorkFolder.claim(path)
    #expect(try names(path).count == 1)
    try write("\(path)/more")
    folder?.remove()
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test("a folder with files of somebody else is refused, and they stay")
  func foreignFiles() async throws {
    let path = try MicroCheckpoint.temporaryFolder("work")
    try write("\(path)/thesis")
    await #expect(throws: BackendError.self) { _ = try await WorkFolder.claim(path) }
    WorkFolder.removeIfAbandoned(path)
    #expect(try names(path) == ["thesis"])
  }

  @Test("an empty folder is taken")
  func emptyFolder() async throws {
    let path = try MicroCheckpoint.temporaryFolder("work")
    #expect(try await WorkFolder.claim(path).path == path)
  }

  @Test("a folder in use is neither taken nor cleared away")
  func inUse() async throws {
    let parent = try MicroCheckpoint.temporaryFolder("work")
    let path = WorkFolder.defaultPath(service: .unix(path: "/s"), id: "gpu0", in: parent)
    let folder = try await WorkFolder.claim(path)
    try write("\(path)/download")
    await #expect(throws: BackendError.self) { _ = try await WorkFolder.claim(path, patience: .zero) }
    WorkFolder.removeAbandoned(in: parent)
    #expect(FileManager.default.fileExists(atPath: "\(path)/download"))
    folder.remove()
  }

  @Test("the default is the same for each run of one backend; those of backends that were killed are removed")
  func defaultFolder() async throws {
    let parent = try MicroCheckpoint.temporaryFolder("work")
    let path = WorkFolder.defaultPath(service: .tcp(host: "h", port: 1), id: "a", in: parent)
    #expect(WorkFolder.defaultPath(service: .tcp(host: "h", port: 1), id: "a", in: parent) == path)
    #expect(WorkFolder.defaultPath(service: .tcp(host: "h", port: 1), id: "b", in: parent) != path)
    #expect(WorkFolder.defaultPath(service: .tcp(host: "h", port: 2), id: "a", in: parent) != path)
    var folder: WorkFolder? = try await WorkFolder.claim(path)
    #expect(folder != nil)
    folder = nil
    WorkFolder.removeAbandoned(in: parent)
    #expect(try names(parent).isEmpty)
  }
}
