import Logging
import RPC
import Testing

@Suite("The weather service")
struct WeatherTests {
  @Test("a place without measurements is NOT_FOUND")
  func unknownPlace() async throws {
    let server = RPCServer(
      configuration: RPCServer.Configuration(addresses: [.tcp(host: "127.0.0.1", port: 0)]),
      services: [WeatherStation().definition], logger: Logger(label: "test"))
    let address = try await server.start()[0]
    let client = RPCClient(target: address)
    let error = await #expect(throws: RPCError.self) {
      try await WeatherV1WeatherServiceClient(client).getForecast(.with { $0.place = "Atlantis" })
    }
    #expect(error?.code == .notFound)
    await client.close()
    await server.shutdown(grace: .zero)
  }
}

@Suite("Typed errors of the weather service")
struct WeatherErrorTests {
  @Test("a form learns which field is wrong")
  func formFaults() async throws {
    let server = RPCServer(
      configuration: RPCServer.Configuration(addresses: [.tcp(host: "127.0.0.1", port: 0)]),
      services: [WeatherStation().definition], logger: Logger(label: "test"))
    let client = RPCClient(target: try await server.start()[0])
    #expect(try await faults(in: "", WeatherV1WeatherServiceClient(client)) == ["place": "must name a place"])
    await client.close()
    await server.shutdown(grace: .zero)
  }
}
