/// Reads a thing's shape, its colour and the background's back out of a picture of a single thing,
/// by comparison with drawings: the measure of how well prompts steer a model.
package struct AttributeReader: Sendable {
  package struct Reading: Sendable, Equatable {
    package var shape: Shape
    package var colour: ColourName
    package var background: ColourName

    package init(shape: Shape, colour: ColourName, background: ColourName) {
      self.shape = shape
      self.colour = colour
      self.background = background
    }
  }

  /// A thing's outline brought to `side` × `side` cells from its bounding box, and the box's proportions.
  private struct Outline: Sendable {
    static let side = 24
    var cells: [Float]
    var aspect: Float

    func difference(from other: Outline) -> Float {
      var sum: Float = 0
      for index in cells.indices { sum += abs(cells[index] - other.cells[index]) }
      return sum / Float(cells.count) + 0.3 * abs(aspect - other.aspect)
    }
  }

  private let templates: [(shape: Shape, outline: Outline)]

  package init() {
    templates = Shape.allCases.compactMap { shape in
      let figure = Figure(shape: shape, paint: Paint(.black, .plain), centre: SIMD2(64, 64), radius: 40)
      let picture = Scene(background: ColourName.white.backgroundColour, figures: [figure]).picture()
      guard let mask = Self.thing(in: picture), let outline = Self.outline(mask, picture) else { return nil }
      return (shape, outline)
    }
  }

  /// Nil when nothing stands out from the background.
  package func read(_ picture: Picture) -> Reading? {
    let behind = Self.backgroundColour(picture)
    guard let mask = Self.thing(in: picture), let outline = Self.outline(mask, picture) else { return nil }
    let nearest = templates.min { $0.outline.difference(from: outline) < $1.outline.difference(from: outline) }
    guard let shape = nearest?.shape else { return nil }
    return Reading(
      shape: shape, colour: Self.thingColour(picture, mask),
      background: Self.nearest(behind) { $0.backgroundColour })
  }

  /// The median of the picture's border, channel by channel.
  private static func backgroundColour(_ picture: Picture) -> Colour {
    var border: [Colour] = []
    for x in 0..<picture.width { border += [picture.colour(x, 1), picture.colour(x, picture.height - 2)] }
    for y in 0..<picture.height { border += [picture.colour(1, y), picture.colour(picture.width - 2, y)] }
    func median(_ channel: (Colour) -> Float) -> Float { border.map(channel).sorted()[border.count / 2] }
    return Colour(median(\.x), median(\.y), median(\.z))
  }

  /// The pixels that differ from the background, or nil when they are fewer than one in a hundred.
  private static func thing(in picture: Picture) -> [Bool]? {
    let behind = backgroundColour(picture)
    var mask = [Bool](repeating: false, count: picture.width * picture.height)
    var count = 0
    for y in 0..<picture.height {
      for x in 0..<picture.width where picture.colour(x, y).distance(to: behind) > 0.2 {
        mask[y * picture.width + x] = true
        count += 1
      }
    }
    return count * 100 > mask.count ? mask : nil
  }

  private static func outline(_ mask: [Bool], _ picture: Picture) -> Outline? {
    // A row or column belongs to the box when several of its pixels do: stray pixels must not stretch it.
    let rows = (0..<picture.height).filter { y in
      (0..<picture.width).count { mask[y * picture.width + $0] } > 2
    }
    let columns = (0..<picture.width).filter { x in
      (0..<picture.height).count { mask[$0 * picture.width + x] } > 2
    }
    guard let top = rows.first, let bottom = rows.last, let left = columns.first, let right = columns.last else {
      return nil
    }
    let side = Outline.side
    let height = bottom - top + 1
    let width = right - left + 1
    var cells = [Float](repeating: 0, count: side * side)
    for row in 0..<side {
      for column in 0..<side {
        let y = top + (row * 2 + 1) * height / (side * 2)
        let x = left + (column * 2 + 1) * width / (side * 2)
        cells[row * side + column] = mask[y * picture.width + x] ? 1 : 0
      }
    }
    return Outline(cells: cells, aspect: Float(width) / Float(height))
  }

  /// The colour that most of the thing's pixels are nearest to; a pattern's accents vote for their colour.
  private static func thingColour(_ picture: Picture, _ mask: [Bool]) -> ColourName {
    var votes: [ColourName: Float] = [:]
    for y in 0..<picture.height {
      for x in 0..<picture.width where mask[y * picture.width + x] {
        let colour = picture.colour(x, y)
        votes[nearest(colour) { $0.colour }, default: 0] += 1
      }
    }
    return ColourName.allCases.max { votes[$0, default: 0] < votes[$1, default: 0] } ?? .black
  }

  private static func nearest(_ colour: Colour, _ reference: (ColourName) -> Colour) -> ColourName {
    ColourName.allCases.min { reference($0).distance(to: colour) < reference($1).distance(to: colour) } ?? .black
  }
}
