import Images
import StableDiffusion

/// A folder in the diffusers layout.
package struct CheckpointReference: Sendable, Equatable {
  /// Of its content: equal digests are the same model, wherever the folder lies.
  package var digest: String
  package var name: String
  package var folder: String

  package init(digest: String, name: String, folder: String) {
    self.digest = digest
    self.name = name
    self.folder = folder
  }
}

/// A LoRA file and how strongly it is applied.
package struct LoRAReference: Sendable, Equatable {
  package var name: String
  package var path: String
  package var weight: Double

  package init(name: String, path: String, weight: Double) {
    self.name = name
    self.path = path
    self.weight = weight
  }
}

/// Images to make, all from one prompt. The result is a function of this value alone.
package struct SamplingRequest: Sendable {
  package var checkpoint: CheckpointReference
  package var prompt = ""
  package var negativePrompt = ""
  /// A name of `SamplerCatalog`.
  package var sampler = "dpmpp_2m_karras"
  package var steps = 30
  /// 1 and less turns guidance off.
  package var guidanceScale = 7.5
  /// In pixels; nil: the checkpoint's own.
  package var width: Int?
  package var height: Int?
  /// One for each image.
  package var seeds: [UInt64]
  package var loras: [LoRAReference] = []
  /// The image to start from.
  package var startImage: StartImage?
  /// The share of the steps that an image to start from is taken through.
  package var strength = 0.8
  package var encoding = ImageEncoding.png
  /// Steps from one preview to the next; 0: none.
  package var previewInterval = 0
  /// Places among `seeds` that need not be made (again).
  package var finishedIndices: Set<Int> = []
  package var imageLimits = ImageLimits.defaults

  package enum StartImage: Sendable {
    case file(path: String)
    case image(PixelImage)
  }

  package init(checkpoint: CheckpointReference, seeds: [UInt64]) {
    self.checkpoint = checkpoint
    self.seeds = seeds
  }
}

/// What a run tells while it works, in order, on the thread that computes.
package enum SamplingEvent: Sendable {
  /// Something the user should know.
  case warning(String)
  /// After each denoising step; counted over all images, finished ones included.
  case progress(SamplingProgress)
  /// A picture of an unfinished image, as PNG.
  case preview(index: Int, step: Int, png: [UInt8])
  case image(SampledImage)
}

package struct SamplingProgress: Sendable, Equatable {
  package var step: Int
  package var totalSteps: Int
  package var stepsPerSecond: Double
  package var secondsLeft: Double
}

package struct SampledImage: Sendable {
  /// Its place among the request's seeds.
  package var index: Int
  package var seed: UInt64
  package var pixels: PixelImage
  /// The encoded picture, with the settings in its metadata.
  package var encoded: [UInt8]
}
