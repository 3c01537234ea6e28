import Foundation
import Images
import TinyWorld

/// Writes the demo subject's photo folder: a PNG each, with its caption in a text file of the same name.
package enum DemoPhotos {
  package static func write(to folder: String) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for photo in DemoSubject.photos() {
      let picture = photo.drawing.scene.picture()
      let image = PixelImage(width: picture.width, height: picture.height, pixels: picture.pixels)
      try Data(Images.encode(image, as: .png)).write(to: URL(filePath: "\(folder)/\(photo.name).png"))
      try Data((photo.drawing.caption + "\n").utf8).write(to: URL(filePath: "\(folder)/\(photo.name).txt"))
    }
  }
}
