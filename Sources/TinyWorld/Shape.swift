import Foundation

/// The nouns of the tiny world. Each is a signed distance field in a frame whose half-height is about 1,
/// y pointing down: negative inside, so that a pixel's coverage is `0.5 - distance` in pixels.
package enum Shape: String, CaseIterable, Sendable {
  case circle, square, triangle, star, ring, cross, heart, house, fish, creature

  func distance(_ p: SIMD2<Float>) -> Float {
    switch self {
    case .circle: length(p) - 0.95
    case .square: box(p, SIMD2(0.82, 0.82)) - 0.04
    case .triangle: polygon(p, Self.triangleCorners) - 0.03
    case .star: polygon(p, Self.starCorners) - 0.03
    case .ring: abs(length(p) - 0.7) - 0.25
    case .cross: min(box(p, SIMD2(0.95, 0.32)), box(p, SIMD2(0.32, 0.95)))
    case .heart: heartDistance(p)
    case .house: min(box(p - SIMD2(0, 0.4), SIMD2(0.68, 0.52)), polygon(p, Self.roofCorners))
    case .fish: min(ellipse(p + SIMD2(0.18, 0), SIMD2(0.8, 0.56)), polygon(p, Self.tailCorners) - 0.03)
    case .creature: min(roundedBody(p), feet(p))
    }
  }

  private static let triangleCorners: [SIMD2<Float>] = [SIMD2(0, -0.95), SIMD2(0.95, 0.8), SIMD2(-0.95, 0.8)]
  private static let roofCorners: [SIMD2<Float>] = [SIMD2(0, -1), SIMD2(0.95, -0.1), SIMD2(-0.95, -0.1)]
  private static let tailCorners: [SIMD2<Float>] = [SIMD2(0.4, 0), SIMD2(1, -0.55), SIMD2(1, 0.55)]
  private static let starCorners: [SIMD2<Float>] = (0..<10).map { corner in
    let angle = Float(corner) * .pi / 5 - .pi / 2
    let radius: Float = corner.isMultiple(of: 2) ? 1.05 : 0.46
    return SIMD2(cos(angle), sin(angle)) * radius
  }

  /// The creature's head-and-body, narrower at the top.
  private func roundedBody(_ p: SIMD2<Float>) -> Float {
    box(p - SIMD2(0, 0.18), SIMD2(0.2, 0.25)) - 0.5
  }

  private func feet(_ p: SIMD2<Float>) -> Float {
    ellipse(SIMD2(abs(p.x) - 0.36, p.y - 0.92), SIMD2(0.24, 0.14))
  }
}

func length(_ p: SIMD2<Float>) -> Float { (p * p).sum().squareRoot() }

func box(_ p: SIMD2<Float>, _ half: SIMD2<Float>) -> Float {
  let d = SIMD2(abs(p.x), abs(p.y)) - half
  return length(SIMD2(max(d.x, 0), max(d.y, 0))) + min(max(d.x, d.y), 0)
}

/// A first-order distance to an ellipse: exact at the edge, which is all that anti-aliasing needs.
func ellipse(_ p: SIMD2<Float>, _ radii: SIMD2<Float>) -> Float {
  let scaled = length(p / radii)
  let gradient = length(p / (radii * radii))
  return gradient < 1e-6 ? -min(radii.x, radii.y) : scaled * (scaled - 1) / gradient
}

func segment(_ p: SIMD2<Float>, from a: SIMD2<Float>, to b: SIMD2<Float>) -> Float {
  let ap = p - a
  let ab = b - a
  let along = max(0, min(1, (ap * ab).sum() / (ab * ab).sum()))
  return length(ap - ab * along)
}

/// The distance to the nearest edge, negative when a ray to the right crosses the outline an odd number of times.
func polygon(_ p: SIMD2<Float>, _ corners: [SIMD2<Float>]) -> Float {
  var nearest = Float.infinity
  var inside = false
  var previous = corners[corners.count - 1]
  for corner in corners {
    nearest = min(nearest, segment(p, from: previous, to: corner))
    if (corner.y > p.y) != (previous.y > p.y),
      p.x < (previous.x - corner.x) * (p.y - corner.y) / (previous.y - corner.y) + corner.x
    {
      inside.toggle()
    }
    previous = corner
  }
  return inside ? -nearest : nearest
}

/// Two lobes and a point: circles joined with the wedge below them.
func heartDistance(_ p: SIMD2<Float>) -> Float {
  let q = SIMD2(abs(p.x), p.y)
  let lobe = length(q - SIMD2(0.45, -0.38)) - 0.5
  let wedge = polygon(q, [SIMD2(-0.2, -0.38), SIMD2(0.45, -0.38), SIMD2(0.86, -0.09), SIMD2(0, 0.92), SIMD2(-0.2, 0.7)])
  return min(lobe, wedge)
}
