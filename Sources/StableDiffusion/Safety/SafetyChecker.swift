import Foundation
import Torch

/// Stable Diffusion's safety checker: how near a picture is to concepts that must not be shown, measured between CLIP
/// embeddings (`StableDiffusionSafetyChecker` of the first release, v1.4).
///
/// The concepts are vectors in the weights, nobody says of what. A picture is unsafe when it is nearer to one of them
/// than that concept's threshold; a picture near one of a few *special care* vectors is judged a little harder.
package final class SafetyChecker: Model {
  package let store: ParameterStore
  package let configuration: CLIPVisionConfiguration
  private let processor: CLIPImageProcessor
  private let vision: CLIPVisionModel
  private let projection: Linear
  /// `[concepts, projection]` each, and the thresholds `[concepts]`.
  private let concepts: (embeddings: Tensor, thresholds: Tensor)
  private let specialCare: (embeddings: Tensor, thresholds: Tensor)

  /// What the checker thinks of one picture.
  package struct Verdict: Sendable, Equatable {
    /// Closeness beyond the threshold, of the nearest concept: above 0 is unsafe. Three decimals, as the reference.
    package var score: Double
    /// Places of the concepts that it is too near to.
    package var concepts: [Int]

    package var isUnsafe: Bool { !concepts.isEmpty }
  }

  /// - Parameters:
  ///   - projectionSize: width of the embeddings.
  ///   - concepts: how many vectors there are of each kind; 17 and 3 in the published weights.
  package init(
    _ configuration: CLIPVisionConfiguration, projectionSize: Int, concepts: (unsafe: Int, specialCare: Int) = (17, 3),
    processor: CLIPImageProcessor? = nil, _ store: ParameterStore
  ) throws(CheckpointError) {
    try Limits.check(projectionSize, in: Limits.width, "safety checker projection_dim")
    try configuration.validate()
    self.configuration = configuration
    self.processor = processor ?? CLIPImageProcessor(imageSize: configuration.imageSize)
    try self.processor.validate(imageSize: configuration.imageSize)
    self.store = store
    let root = store.root
    vision = try CLIPVisionModel(root["vision_model"], configuration)
    projection = try Linear(
      root["visual_projection"], configuration.hiddenSize, projectionSize, bias: false,
      initialization: .normal(deviation: 1 / Double(configuration.hiddenSize).squareRoot()))
    func vectors(_ name: String, _ count: Int) throws(CheckpointError) -> (Tensor, Tensor) {
      (
        try root.parameter(name, shape: [count, projectionSize], .normal(deviation: 1)),
        try root.parameter("\(name)_weights", shape: [count], .ones)
      )
    }
    self.concepts = try vectors("concept_embeds", concepts.unsafe)
    specialCare = try vectors("special_care_embeds", concepts.specialCare)
    try store.finish()
  }

  /// - Parameter images: `[batch, 3, imageSize, imageSize]`, normalised.
  /// - Returns: `[batch, projection]`.
  package func embed(_ images: Tensor) throws(TorchError) -> Tensor {
    try projection.forward(vision.forward(images))
  }

  /// Judges one picture.
  ///
  /// - Parameter pixels: `width · height · 3` bytes, red, green and blue, rows from top to bottom.
  package func check(_ pixels: [UInt8], width: Int, height: Int) throws(TorchError) -> Verdict {
    try inferenceMode { () throws(TorchError) in
      let image = try processor.process(pixels, width: width, height: height)
      return try judge(embed(image.to(device: device).to(dtype: dtype)))
    }
  }

  /// - Parameter embedding: of one picture, `[1, projection]`.
  /// - Throws: for scores that are no numbers, which would make every picture safe.
  func judge(_ embedding: Tensor) throws(TorchError) -> Verdict {
    let special = try excess(embedding, specialCare)
    // A hundredth harder from the first special concept on.
    let adjustment: Float = special.contains { Self.rounded($0) > 0 } ? 0.01 : 0
    let scores = try excess(embedding, concepts).map { Self.rounded($0 + adjustment) }
    guard (special + scores).allSatisfy(\.isFinite) else {
      throw TorchError(
        .invalidArgument, "the safety checker's scores are not finite: its weights are damaged; fetch its file again")
    }
    return Verdict(score: Double(scores.max() ?? -1), concepts: scores.indices.filter { scores[$0] > 0 })
  }

  /// Cosines of embeddings to the concepts' vectors, `[batch, concepts]`: what is trained on.
  package func closeness(of embeddings: Tensor) throws(TorchError) -> Tensor {
    try Self.cosines(embeddings, concepts.embeddings)
  }

  /// `[concepts, projection]`.
  package var conceptVectors: Tensor { concepts.embeddings }

  private static func cosines(_ a: Tensor, _ b: Tensor) throws(TorchError) -> Tensor {
    try normalized(a).matmul(normalized(b).transpose(0, 1))
  }

  /// The cosine to each vector, less its threshold.
  private func excess(
    _ embedding: Tensor, _ vectors: (embeddings: Tensor, thresholds: Tensor)
  ) throws(TorchError) -> [Float] {
    let values = try Self.cosines(embedding, vectors.embeddings).reshape([-1]).to(dtype: .float32).floats()
    let thresholds = try vectors.thresholds.to(dtype: .float32).floats()
    return zip(values, thresholds).map { $0 - $1 }
  }

  private static func normalized(_ vectors: Tensor) throws(TorchError) -> Tensor {
    try vectors / (vectors * vectors).sum(dims: [-1], keepDim: true).sqrt().clamp(min: 1e-12)
  }

  /// To three decimals in single precision, halves to even: NumPy's rounding, which decides at the threshold.
  private static func rounded(_ value: Float) -> Float { (value * 1000).rounded(.toNearestOrEven) / 1000 }
}
