import Foundation
import Images

/// Draws one column of a loss log over the minutes, both read from its CSV, with a logarithmic vertical axis.
package struct LossCurve {
  private let points: [(minutes: Double, value: Double)]
  private let column: String

  package struct Failure: Error, CustomStringConvertible {
    package let description: String
  }

  package init(path: String, column: String = "loss") throws {
    let lines = try String(contentsOf: URL(filePath: path), encoding: .utf8).split(whereSeparator: \.isNewline)
    let names = lines.first?.split(separator: ",").map(String.init) ?? []
    guard let minutes = names.firstIndex(of: "minutes"), let value = names.firstIndex(of: column) else {
      throw Failure(description: "\(path) has no columns \"minutes\" and \"\(column)\"; give it a log of this program")
    }
    points = lines.dropFirst().compactMap { line in
      let fields = line.split(separator: ",").map { Double($0) ?? .nan }
      guard fields.count == names.count, fields[value] > 0 else { return nil }
      return (fields[minutes], fields[value])
    }
    guard points.count > 1 else { throw Failure(description: "\(path) has fewer than two rows") }
    self.column = column
  }

  /// A square PNG with the range in its caption.
  package func png() throws -> Data {
    let side = 480
    let values = points.map { log10($0.value) }
    let bottom = values.min() ?? 0
    let height = max((values.max() ?? 1) - bottom, 1e-6)
    let length = max(points[points.count - 1].minutes, 1e-6)
    func place(_ index: Int) -> (x: Double, y: Double) {
      let room = Double(side - 9)
      return (points[index].minutes / length * room + 4, (1 - (values[index] - bottom) / height) * room + 4)
    }
    var pixels = [UInt8](repeating: 255, count: side * side * 3)
    func paint(_ x: Int, _ y: Int, _ colour: (UInt8, UInt8, UInt8)) {
      guard (0..<side).contains(x), (0..<side).contains(y) else { return }
      let at = (y * side + x) * 3
      (pixels[at], pixels[at + 1], pixels[at + 2]) = colour
    }
    // A line every ten minutes.
    for tens in 0...Int(length / 10) {
      let x = Int(Double(tens * 10) / length * Double(side - 9) + 4)
      for y in 0..<side { paint(x, y, (225, 225, 230)) }
    }
    for index in 1..<points.count {
      let (from, to) = (place(index - 1), place(index))
      let steps = Int(max(abs(to.x - from.x), abs(to.y - from.y)).rounded(.up)) + 1
      for step in 0...steps {
        let along = Double(step) / Double(steps)
        let (x, y) = (Int(from.x + (to.x - from.x) * along), Int(from.y + (to.y - from.y) * along))
        for (dx, dy) in [(0, 0), (1, 0), (0, 1)] { paint(x + dx, y + dy, (30, 90, 200)) }
      }
    }
    let caption = String(
      format: "%@ (log) from %.3g to %.3g in %.0f minutes, a line each 10", column, points[0].value,
      points[points.count - 1].value, length)
    let plot = PixelImage(width: side, height: side, pixels: pixels)
    return Data(try Images.encode(Images.grid([[plot]], columnCaptions: [caption], cellSize: side), as: .png))
  }
}
