import ArgumentParser

/// Both ends of gRPC's published interoperability suite, upon this runtime.
///
/// The flags are the suite's own (`doc/interop-test-descriptions.md` of the gRPC repository), so that its scripts can
/// drive this program too.
@main
struct RPCInterop: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rpc-interop", abstract: "Client and server of gRPC's interoperability suite.",
    subcommands: [ServerCommand.self, ClientCommand.self])
}
