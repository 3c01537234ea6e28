import Foundation
import Logging
import RPC
import Testing

@Suite("The article \"Writing a service\"", .timeLimit(.minutes(2)))
struct ArticleTests {
  private static let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  private static let article = sources.appending(path: "../../Sources/RPC/RPC.docc/WritingAService.md")
  private let logger: Logger = {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    return logger
  }()

  /// A fenced block of the article.
  private struct Block {
    let language: String
    let lines: [String]
  }

  private func blocks() throws -> [Block] {
    let text = try String(contentsOf: Self.article, encoding: .utf8)
    var blocks: [Block] = []
    var open: (language: String, lines: [String])?
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("```") {
        if let block = open {
          blocks.append(Block(language: block.language, lines: block.lines))
          open = nil
        } else {
          open = (String(line.dropFirst(3)), [])
        }
      } else {
        open?.lines.append(line.trimmingCharacters(in: .whitespaces))
      }
    }
    return blocks
  }

  /// The lines of every source of that language, without their indentation.
  private func lines(ofFilesWith ending: String) throws -> [[String]] {
    let paths = FileManager.default.enumerator(atPath: Self.sources.path)?.compactMap { $0 as? String } ?? []
    return try paths.filter { $0.hasSuffix(".\(ending)") && !$0.hasSuffix("ArticleTests.swift") }.map { path in
      try String(contentsOf: Self.sources.appending(path: path), encoding: .utf8)
        .split(separator: "\n", omittingEmptySubsequences: false).map { $0.trimmingCharacters(in: .whitespaces) }
    }
  }

  @Test("every block of Swift and proto is verbatim in the sources beside this test")
  func blocksAreCompiled() throws {
    let blocks = try blocks().filter { ["swift", "proto"].contains($0.language) }
    #expect(blocks.count > 5)
    for block in blocks {
      let sources = try lines(ofFilesWith: block.language)
      let isThere = sources.contains { lines in
        lines.indices.contains { lines[$0...].starts(with: block.lines) }
      }
      #expect(isThere, "in no source: \(block.lines.joined(separator: "\n"))")
    }
  }

  @Test("the service and the client of the article understand each other")
  func runs() async throws {
    let address = RPCAddress.unix(path: "/tmp/rpc-\(UUID().uuidString.prefix(8)).sock")
    let serving = Task { [logger] in try await serve(at: address, logger: logger) }
    // Until there is a server, calls wait for it.
    let early = RPCClient(target: address)
    let health = GrpcHealthV1HealthClient(early)
    let options = CallOptions(timeout: .seconds(60), waitForReady: true)
    #expect(try await health.check(.init(), options: options).status == .serving)
    #expect(try await useWeather(at: address) == [2, 18.25, 18.25, 18.25, 18.25, 18.25])
    let stranger = await #expect(throws: RPCError.self) {
      try await WeatherV1WeatherServiceClient(early).getForecast(.with { $0.place = "Delft" })
    }
    #expect(stranger?.code == .unauthenticated)
    await early.close()
    serving.cancel()
    try await serving.value
  }

  @Test("the article's TLS serves a client that trusts the certificate, and typed errors arrive over it")
  func runsSecurely() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "article-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    // The command as the article shows it.
    let command = try #require(try blocks().first { $0.lines.first?.hasPrefix("openssl") == true })
    try await shell(command.lines.joined(separator: "\n"), in: folder)
    let certificate = folder.appending(path: "weather.pem").path
    let server = secureServer(
      at: .tcp(host: "127.0.0.1", port: 0), certificate: certificate, key: folder.appending(path: "weather.key").path,
      logger: logger)
    let address = try await server.start()[0]
    let client = secureClient(of: address, authorities: certificate)
    let weather = WeatherV1WeatherServiceClient(client)
    #expect(try await faults(in: "", weather) == ["place": "must name a place"])
    await client.close()
    await server.shutdown(grace: .zero)
  }

  private func shell(_ command: String, in folder: URL) async throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", command]
    process.currentDirectoryURL = folder
    process.standardError = FileHandle.nullDevice
    let status = try await withCheckedThrowingContinuation { (done: CheckedContinuation<Int32, any Error>) in
      process.terminationHandler = { done.resume(returning: $0.terminationStatus) }
      do { try process.run() } catch { done.resume(throwing: error) }
    }
    #expect(status == 0)
  }
}
