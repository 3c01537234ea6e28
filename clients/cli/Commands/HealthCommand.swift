import ArgumentParser
import LorikeetAPI
import RPC

struct HealthCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "health", abstract: "Tells whether the server and its services take calls.",
    discussion: "The exit status is 0 when all of them do, and 4 when one does not or the server cannot be reached.")

  /// The empty name stands for the server as a whole.
  static let services = ["", "lorikeet.v1.AssetService", "lorikeet.v1.TuneService", "lorikeet.v1.GenerationService"]

  @OptionGroup var server: ServerOptions

  func run() async throws {
    let address = try server.address()
    let found = try await server.withServer { connection in
      var found: [(name: String, status: String, serving: Bool)] = []
      for service in Self.services {
        let answer: GrpcHealthV1HealthCheckResponse
        do {
          answer = try await connection.health.check(.with { $0.service = service }, options: server.unary)
        } catch let error as RPCError where error.code == .notFound && !service.isEmpty {
          throw CommandError(.unavailable, "The server at \(address) has no \(service): is it Lorikeet?")
        }
        let status = answer.status.protoName ?? String(answer.status.rawValue)
        found.append((service.isEmpty ? "server" : service, status, answer.status == .serving))
      }
      return found
    }
    if server.json {
      let members = found.map { (key: $0.name, value: JSON.string($0.status)) }
      Console.output.line(
        JSON.object([("address", .string(address.description)), ("status", .object(members))]).text(pretty: true))
    } else {
      var table = Table([.init(title: "SERVICE"), .init(title: "STATUS")])
      for service in found { table.add(service.name, service.status.lowercased()) }
      Console.output.write(table.rendered(style: Console.output.style))
    }
    let missing = found.filter { !$0.serving }.map(\.name)
    if !missing.isEmpty { throw CommandError(.unavailable, "Not serving: \(missing.joined(separator: ", ")).") }
  }
}
