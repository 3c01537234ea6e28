import Testing

@testable import lorikeet

@Suite("Server addresses")
struct ServerAddressTests {
  @Test(
    "every way to write one",
    arguments: [
      ("localhost", .tcp(host: "localhost", port: 50051)), ("10.0.0.1:80", .tcp(host: "10.0.0.1", port: 80)),
      ("[::1]:7", .tcp(host: "::1", port: 7)), ("[::1]", .tcp(host: "::1", port: 50051)),
      ("::1", .tcp(host: "::1", port: 50051)),
      ("unix:/run/lorikeet.sock", .unix(path: "/run/lorikeet.sock")),
      ("unix:///run/l.sock", .unix(path: "/run/l.sock")),
      ("unix:data/l.sock", .unix(path: "data/l.sock")),
    ] as [(String, ServerAddress)])
  func readable(text: String, address: ServerAddress) throws {
    #expect(try ServerAddress(text) == address)
    #expect(try ServerAddress(address.description) == address)
  }

  @Test(
    "what is wrong is said, and how to write it",
    arguments: [
      "", ":80", "host:", "host:0", "host:65536", "host:port", "http://host:80", "unix:", "[::1", "[::1]80", "host:-1",
      "unix:/" + String(repeating: "a", count: 120),
    ])
  func unreadable(text: String) {
    do throws(CommandError) {
      let address = try ServerAddress(text)
      Issue.record("read as \(address)")
    } catch {
      #expect(error.status == .usage)
      #expect(error.sentences.count == 1 && error.sentences[0].contains("host:port"))
    }
  }
}
