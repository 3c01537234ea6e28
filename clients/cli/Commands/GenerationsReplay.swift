import ArgumentParser
import Foundation
import LorikeetAPI
import Protobuf
import RPC

/// Makes the images of an earlier generation again.
struct GenerationsReplay: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "Makes the images of an earlier generation again, pixel for pixel.",
    discussion: """
      Refused where an input is missing, or where the engine, the device or the precision is another.
      `lorikeet generations get ID --manifest` writes a manifest.
      """)

  @Argument(help: "The generation's id.")
  var generation: String?

  @Option(
    help: ArgumentHelp("Replays a manifest from this file instead.", valueName: "path"), completion: .file())
  var manifest: String?

  @Flag(help: "Goes on where the engine, the device or the precision is another: the last bits may differ then.")
  var allowDifferences = false

  @Flag(help: "Waits for the images, and compares them with those of the generation.")
  var watch = false

  @OptionGroup var server: ServerOptions

  func validate() throws {
    guard (generation == nil) != (manifest == nil) else {
      throw ValidationError("Name a generation, or a file with --manifest.")
    }
  }

  func run() async throws {
    var request = ReplayGenerationRequest()
    request.requestId = UUID().uuidString
    request.allowDifferences = allowDifferences
    if let generation { request.source = .generation(generation) }
    if let manifest { request.source = .manifest(try Self.manifest(in: manifest)) }
    let asked = request
    let (made, original) = try await server.withServer { connection in
      let accepted = try await connection.generations.replayGeneration(asked, options: server.unary)
      guard watch else { return (accepted, Generation?.none) }
      let ended = try await Self.end(of: accepted.id, connection)
      guard let generation else { return (ended, nil) }
      return (
        ended,
        try await connection.generations.getGeneration(.with { $0.generation = generation }, options: server.unary)
      )
    }
    Console.output.line(server.json ? JSON(made).text(pretty: true) : made.id.printable)
    guard watch else { return }
    try GenerationView.conclude(made)
    if let original { try Self.compare(made, with: original, saysSo: !server.json) }
  }

  private static func end(of id: String, _ connection: Server) async throws -> Generation {
    let events = try await connection.generations.watchGeneration(.with { $0.generation = id })
    for try await event in events {
      switch event.payload {
      case .snapshot(let generation) where generation.state.isFinal: return generation
      case .summary(let generation): return generation
      default: break
      }
    }
    throw RPCError(.unavailable, "the server ended the stream before the generation had ended")
  }

  /// - Throws: when an image has other pixels.
  static func compare(_ made: Generation, with original: Generation, saysSo: Bool) throws(CommandError) {
    var different: [Int32] = []
    for image in original.images {
      guard !image.pixelsSha256.isEmpty else { continue }
      let again = made.images.first { $0.index == image.index }
      if again?.pixelsSha256 != image.pixelsSha256 { different.append(image.index) }
    }
    guard different.isEmpty else {
      let list = different.map(String.init).joined(separator: ", ")
      throw CommandError(.jobFailed, "The pixels are others than those of the generation, in these images: \(list).")
    }
    if saysSo { Console.output.line("the same pixels as \(original.id.printable)") }
  }

  /// Reads a manifest as `--manifest` of `generations get` writes it.
  static func manifest(in path: String) throws(CommandError) -> GenerationManifest {
    let file = try FileReader(path)
    guard file.size <= 4 << 20 else { throw .usage("\(path.printable) is too large for a manifest.") }
    var bytes: [UInt8] = []
    while let piece = try file.next() { bytes += piece }
    do {
      return try GenerationManifest(json: JSONDecoder().decode(JSONValue.self, from: Data(bytes)))
    } catch let error as JSONReadingError {
      throw .usage("\(path.printable) is no manifest: \(error.description.printable).")
    } catch {
      throw .usage("\(path.printable) is no JSON.")
    }
  }
}

extension JSONValue: Decodable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Int64.self) {
      self = .integer(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([JSONValue].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }
}
