/// A colour in sRGB, each channel from 0 to 1.
package typealias Colour = SIMD3<Float>

extension SIMD3 where Scalar == Float {
  package init(_ red: Int, _ green: Int, _ blue: Int) {
    self.init(Float(red) / 255, Float(green) / 255, Float(blue) / 255)
  }

  package func mixed(with other: Self, _ amount: Float) -> Self { self + (other - self) * amount }

  package func distance(to other: Self) -> Float {
    let d = self - other
    return (d * d).sum().squareRoot()
  }
}

/// The colours that have a word. None comes near the demo subject's magenta or lime.
package enum ColourName: String, CaseIterable, Sendable {
  case red, orange, yellow, green, cyan, blue, purple, pink, white, black

  package var colour: Colour {
    switch self {
    case .red: Colour(214, 39, 40)
    case .orange: Colour(245, 135, 31)
    case .yellow: Colour(246, 214, 48)
    case .green: Colour(34, 139, 60)
    case .cyan: Colour(60, 200, 210)
    case .blue: Colour(40, 80, 205)
    case .purple: Colour(120, 50, 170)
    case .pink: Colour(250, 165, 195)
    case .white: Colour(245, 245, 245)
    case .black: Colour(35, 35, 40)
    }
  }

  /// Backgrounds are paler than things, so that a thing shows on its own colour's background.
  package var backgroundColour: Colour {
    self == .black ? Colour(70, 70, 76) : colour.mixed(with: Colour(255, 255, 255), 0.5)
  }

  /// The second colour of a striped or dotted thing.
  package var accent: Colour {
    switch self {
    case .white: Colour(150, 150, 155)
    case .pink, .yellow, .cyan: colour.mixed(with: Colour(0, 0, 0), 0.4)
    default: colour.mixed(with: Colour(255, 255, 255), 0.6)
    }
  }
}
