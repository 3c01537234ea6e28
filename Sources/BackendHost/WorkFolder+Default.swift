import Foundation
import RPC
import StableDiffusion

extension WorkFolder {
  private static let prefix = "lorikeet-backend-"

  /// Where a backend keeps its files when it is not told otherwise. Each of its runs has the same folder: what a killed
  /// one left there, the next one clears away.
  package static func defaultPath(
    service: RPCAddress, id: String, in parent: String = FileManager.default.temporaryDirectory.path
  ) -> String {
    "\(parent)/\(prefix)\(SHA256Hex.of("\(service)\u{0}\(id)".utf8).prefix(16))"
  }

  /// Removes what is left of killed backends that may never come again, as their ids were those of a process.
  package static func removeAbandoned(in parent: String = FileManager.default.temporaryDirectory.path) {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? [] where name.hasPrefix(prefix) {
      removeIfAbandoned("\(parent)/\(name)")
    }
  }
}
