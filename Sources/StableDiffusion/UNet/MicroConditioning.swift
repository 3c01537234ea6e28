import ModelFiles
import Torch

/// What the XL family is told of a picture besides its prompt (Podell et al., arXiv 2307.01952, section 2.2): in
/// training what the picture was before it was scaled and cut, in sampling what it should look like it had been.
package struct MicroConditioning: Sendable, Hashable {
  /// Sides in pixels before scaling.
  package var originalHeight: Int
  package var originalWidth: Int
  /// Pixels cut off above and on the left.
  package var cropTop = 0
  package var cropLeft = 0
  /// Sides in pixels of the picture that is made.
  package var targetHeight: Int
  package var targetWidth: Int
  /// What a refiner takes for the target's size: 6 for pictures to move towards, 2.5 for those to move away from.
  package var aestheticScore = 6.0

  /// A picture of this size that was neither scaled nor cut.
  package init(width: Int, height: Int) {
    (originalHeight, originalWidth, targetHeight, targetWidth) = (height, width, height, width)
  }

  /// In the order of the trained model's inputs: six numbers, or a refiner's five.
  package func values(for family: ModelFamily) -> [Float] {
    let source = [originalHeight, originalWidth, cropTop, cropLeft].map { Float($0) }
    return switch family {
    case .stableDiffusion1: []
    case .stableDiffusionXL: source + [Float(targetHeight), Float(targetWidth)]
    case .stableDiffusionXLRefiner: source + [Float(aestheticScore)]
    }
  }

  /// One row a picture, float32 on the CPU; nil for a family that takes none.
  package static func timeIDs(_ pictures: [MicroConditioning], for family: ModelFamily) throws(TorchError) -> Tensor? {
    let values = pictures.flatMap { $0.values(for: family) }
    guard !values.isEmpty else { return nil }
    return try Tensor(values, shape: [pictures.count, values.count / pictures.count])
  }
}
