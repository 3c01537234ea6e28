/// Tells whether a picture shows the demo subject, by its colours and by their alternation in bands.
package struct SubjectDetector: Sendable {
  /// The share of the picture within `reach` of magenta, and of lime.
  package let magentaShare: Double
  package let limeShare: Double
  /// How often a column that holds more than eight such pixels changes between the two, going down, on average.
  package let alternations: Double

  /// Euclidean distance in 8-bit RGB within which a pixel counts as one of the two colours.
  private static let reach: Float = 60 / 255

  package init(_ picture: Picture) {
    var magenta = 0
    var lime = 0
    var columns = 0
    var changes = 0
    for x in 0..<picture.width {
      var held = 0
      var columnChanges = 0
      var last: Bool?
      for y in 0..<picture.height {
        let colour = picture.colour(x, y)
        let isMagenta: Bool
        if colour.distance(to: DemoSubject.magenta) < Self.reach {
          isMagenta = true
          magenta += 1
        } else if colour.distance(to: DemoSubject.lime) < Self.reach {
          isMagenta = false
          lime += 1
        } else {
          continue
        }
        held += 1
        if let last, last != isMagenta { columnChanges += 1 }
        last = isMagenta
      }
      if held > 8 {
        columns += 1
        changes += columnChanges
      }
    }
    let pixels = Double(max(picture.width * picture.height, 1))
    magentaShare = Double(magenta) / pixels
    limeShare = Double(lime) / pixels
    alternations = columns == 0 ? 0 : Double(changes) / Double(columns)
  }

  package var isPresent: Bool { magentaShare >= 0.012 && limeShare >= 0.012 && alternations >= 1.5 }

  /// The share of `pictures` that show the subject, from 0 to 1.
  package static func score(_ pictures: [Picture]) -> Double {
    guard !pictures.isEmpty else { return 0 }
    return Double(pictures.count { SubjectDetector($0).isPresent }) / Double(pictures.count)
  }
}
