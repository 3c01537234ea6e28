import Foundation

/// How a thing's surface is painted.
package enum Pattern: String, CaseIterable, Sendable {
  case plain, striped, dotted
}

/// The colours of one thing.
package struct Paint: Sendable {
  package var pattern: Pattern
  package var main: Colour
  package var accent: Colour
  /// The creature's antenna tips.
  package var tips: Colour

  package init(pattern: Pattern, main: Colour, accent: Colour, tips: Colour) {
    self.pattern = pattern
    self.main = main
    self.accent = accent
    self.tips = tips
  }

  /// - Parameter lightness: added to every channel.
  package init(_ name: ColourName, _ pattern: Pattern, lightness: Float = 0) {
    func shifted(_ colour: Colour) -> Colour {
      (colour + lightness).clamped(lowerBound: .zero, upperBound: .one)
    }
    let main = shifted(name.colour)
    self.init(pattern: pattern, main: main, accent: shifted(name.accent), tips: main)
  }

  /// The colour at `p` of the figure's own frame: horizontal bands, or a staggered lattice of dots.
  /// `softness` is a pixel's width in that frame, over which edges blend.
  func colour(at p: SIMD2<Float>, softness: Float) -> Colour {
    switch pattern {
    case .plain: return main
    case .striped:
      // A triangle wave with zero crossings every 0.4: five bands or so on a thing two units high.
      let phase = (p.y + 4.2) / 0.4
      let inBand = phase - phase.rounded(.down)
      let edge = min(inBand, 1 - inBand) * 0.4
      let blend = min(edge / softness, 0.5)
      let odd = Int(phase.rounded(.down)) & 1 == 1
      return main.mixed(with: accent, odd ? 0.5 + blend : 0.5 - blend)
    case .dotted:
      let row = (p.y / 0.5).rounded()
      let shift: Float = Int(row) & 1 == 1 ? 0.29 : 0
      let column = ((p.x - shift) / 0.58).rounded()
      let distance = length(p - SIMD2(column * 0.58 + shift, row * 0.5)) - 0.16
      return main.mixed(with: accent, max(0, min(1, 0.5 - distance / softness)))
    }
  }
}

/// One thing at its place in the picture.
package struct Figure: Sendable {
  package var shape: Shape
  package var paint: Paint
  /// In pixels of a 128 × 128 picture.
  package var centre: SIMD2<Float>
  /// Half the height, in pixels.
  package var radius: Float

  package init(shape: Shape, paint: Paint, centre: SIMD2<Float>, radius: Float) {
    self.shape = shape
    self.paint = paint
    self.centre = centre
    self.radius = radius
  }

  /// `behind` with this figure drawn over it at pixel `pixel`.
  func shade(_ pixel: SIMD2<Float>, over behind: Colour) -> Colour {
    let p = (pixel - centre) / radius
    guard max(abs(p.x), abs(p.y)) < 1.5 else { return behind }
    var colour = behind
    func cover(_ distance: Float, _ paint: Colour) {
      let coverage = max(0, min(1, 0.5 - distance * radius))
      colour = colour.mixed(with: paint, coverage)
    }
    func eye(_ distance: Float, _ size: Float) {
      cover(distance - size, Colour(250, 250, 250))
      cover(distance - size * 0.55, Colour(25, 25, 30))
    }
    let q = SIMD2(abs(p.x), p.y)
    if shape == .creature {
      cover(segment(q, from: SIMD2(0.2, -0.4), to: SIMD2(0.46, -0.9)) - 0.06, paint.main)
      cover(length(q - SIMD2(0.48, -0.93)) - 0.17, paint.tips)
    }
    let distance = shape.distance(p)
    if distance * radius < 0.5 { cover(distance, paint.colour(at: p, softness: 1 / radius)) }
    switch shape {
    case .creature: eye(length(q - SIMD2(0.27, -0.1)), 0.19)
    case .fish: eye(length(p - SIMD2(-0.56, -0.12)), 0.14)
    case .house: cover(box(p - SIMD2(0, 0.62), SIMD2(0.17, 0.3)), Colour(90, 60, 45))
    default: break
    }
    return colour
  }
}
