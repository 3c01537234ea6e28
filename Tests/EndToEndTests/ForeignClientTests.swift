import Foundation
import LorikeetAPI
import RPC
import Testing

extension EndToEnd {
  /// Other people's gRPC and HTTP/2.
  @Suite("Foreign clients")
  struct ForeignClientTests {
    @Test("Python's grpcio uploads, tunes, watches and generates")
    func pythonFlow() async throws {
      try await RunningService.with { service in
        let out = service.folder.url.appending(path: "images").path
        let finished = try await Executables.run(
          Executables.python,
          [
            "clients/python/tune_and_generate.py", "--server", service.endpoint, "--photos",
            "Models/demo/photos", "--name", "from-python", "--trigger", "sks1", "--steps", "8",
            "--prompt", "a sks1 creature", "--images", "2", "--out", out,
          ])
        #expect(finished.status == 0, "\(finished.output)\n\(finished.errors)")
        #expect(finished.output.contains("step 8/8"))
        #expect(finished.output.contains("summary JOB_STATE_SUCCEEDED"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: out).count == 2)
      }
    }

    @Test("Python finds every service by reflection, health says SERVING, and errors carry their details")
    func pythonProbe() async throws {
      try await RunningService.with { service in
        let finished = try await Executables.run(
          Executables.python, ["Tests/EndToEndTests/probe.py", service.endpoint])
        #expect(finished.status == 0, "\(finished.output)\n\(finished.errors)")
      }
    }

    @Test("nghttp gets a well-formed trailers-only answer from a method that does not exist")
    func nghttp() async throws {
      try await RunningService.with { service in
        let body = service.folder.url.appending(path: "empty-message")
        try Data([0, 0, 0, 0, 0]).write(to: body)
        let finished = try await Executables.run(
          URL(fileURLWithPath: "/usr/bin/nghttp"),
          [
            "-v", "-H", ":method: POST", "-H", "content-type: application/grpc", "-H", "te: trailers",
            "-d", body.path, "http://\(service.endpoint)/lorikeet.v1.TuneService/NoSuchMethod",
          ])
        #expect(finished.output.contains("grpc-status: 12"), "\(finished.output)")
        #expect(finished.output.contains(":status: 200"))
      }
    }
  }
}
