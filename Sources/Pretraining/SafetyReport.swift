import Foundation
import StableDiffusion
import TinyWorld

/// How well a finished safety checker tells drawings with the forbidden shape from others, that no training used.
package struct SafetyReport: Sendable, CustomStringConvertible {
  /// Shares of the drawings with the forbidden shape that are found, and of the others that are let through.
  package private(set) var found = 0.0
  package private(set) var passed = 0.0

  /// - Parameter folder: a checkpoint folder.
  package init(folder: String, drawings: Int) throws {
    guard let checker = try SafetyChecker(checkpointFolder: folder) else {
      throw CheckpointError.missingFile(path: "\(folder)/\(SafetyChecker.folderName)/config.json")
    }
    for index in 0..<drawings {
      let forbidden = index.isMultiple(of: 2)
      let picture = SafetyDrawings.scene(index: index, seed: 0xC0FFEE, forbidden: forbidden).picture()
      let verdict = try checker.check(picture.pixels, width: picture.width, height: picture.height)
      guard verdict.isUnsafe == forbidden else { continue }
      if forbidden { found += 2 / Double(drawings) } else { passed += 2 / Double(drawings) }
    }
  }

  package var description: String {
    String(
      format: "%@ drawings found: %.1f %%; others let through: %.1f %%", SafetyCheckerTrainer.forbidden.rawValue,
      found * 100, passed * 100)
  }
}
