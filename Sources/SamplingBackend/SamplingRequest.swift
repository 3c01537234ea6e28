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

/// One file of a model's part, such as a VAE.
package struct FileReference: Sendable, Equatable {
  /// Of its content: equal digests are equal files, wherever they lie.
  package var digest: String
  package var name: String
  package var path: String

  package init(digest: String, name: String, path: String) {
    self.digest = digest
    self.name = name
    self.path = path
  }
}

/// A LoRA file and how strongly it is applied.
package struct LoRAReference: Sendable, Equatable {
  package var file: FileReference
  package var weight: Double
  /// Whether what fits nothing is left out: its uploader accepted that.
  package var allowsUnmatched: Bool

  package init(_ file: FileReference, weight: Double, allowsUnmatched: Bool = false) {
    self.file = file
    self.weight = weight
    self.allowsUnmatched = allowsUnmatched
  }
}

/// A textual inversion and the word in the prompts that stands for it.
package struct EmbeddingReference: Sendable, Equatable {
  package var file: FileReference
  package var trigger: String

  package init(_ file: FileReference, trigger: String) {
    self.file = file
    self.trigger = trigger
  }
}

/// Images to make, all from one prompt. The result is a function of this value alone.
package struct SamplingRequest: Sendable {
  package var checkpoint: CheckpointReference
  package var prompt = ""
  package var negativePrompt = ""
  /// What SDXL's second text encoder reads; nil: what the first one does.
  package var prompt2: String?
  package var negativePrompt2: String?
  /// The text encoder's layer to read, from the end; nil: the checkpoint's own.
  package var clipSkip: Int?
  /// A name of `SamplerCatalog`.
  package var sampler = "dpmpp_2m_karras"
  package var samplerOptions = SamplerOptions()
  package var steps = 30
  /// 1 and less turns guidance off.
  package var guidanceScale = 7.5
  /// How far guided predictions are brought back to the contrast of unguided ones, 0–1 (Lin et al.,
  /// arXiv 2305.08891); nil: 0.7 for checkpoints of zero terminal signal-to-noise ratio, 0 for others.
  package var guidanceRescale: Double?
  /// In pixels; nil: the checkpoint's own. Where inpainting works at full resolution, the size that the masked part is
  /// worked at.
  package var width: Int?
  package var height: Int?
  /// One for each image.
  package var seeds: [UInt64]
  package var loras: [LoRAReference] = []
  package var embeddings: [EmbeddingReference] = []
  /// In place of the checkpoint's.
  package var vae: FileReference?
  /// The image to start from.
  package var startImage: ImageSource?
  /// The share of the steps that an image to start from is taken through.
  package var strength = 0.8
  /// What to paint anew of `startImage`; nil: all of it.
  package var inpainting: Inpainting?
  /// A second model for the last part of the steps.
  package var refinement: Refinement?
  /// How results are looked at for unsafe content; nil: not at all.
  package var safety: Safety?
  package var encoding = ImageEncoding.png
  /// Steps from one preview to the next; 0: none.
  package var previewInterval = 0
  /// Places among `seeds` that need not be made (again).
  package var finishedIndices: Set<Int> = []
  package var imageLimits = ImageLimits.defaults

  package enum ImageSource: Sendable {
    case file(path: String)
    case image(PixelImage)
  }

  /// What lies further from the mask than its soft edge reaches stays as it is, bit for bit.
  package struct Inpainting: Sendable {
    /// Bright is painted, dark is kept, stretched to the start image's size; nil: only what `margins` adds is painted.
    package var mask: ImageSource?
    /// How far outside of the mask the new fades into the old, in pixels, 0–64.
    package var blur = 4
    /// Works on the masked part alone, scaled to the request's size, and puts it back: the result has the size of the
    /// start image, or that of the whole where there are margins.
    package var isFullResolution = false
    /// With `isFullResolution`: how much of the surroundings is looked at, in pixels, 0–512.
    package var padding = 32
    /// Room to paint around the start image; width and height are then those of the whole.
    package var margins = Margins()

    package init() {}
  }

  /// In pixels.
  package struct Margins: Sendable, Equatable {
    package var left = 0, right = 0, top = 0, bottom = 0

    package init(left: Int = 0, right: Int = 0, top: Int = 0, bottom: Int = 0) {
      (self.left, self.right, self.top, self.bottom) = (left, right, top, bottom)
    }
  }

  package struct Refinement: Sendable, Equatable {
    /// Of the first checkpoint's latent space: an SDXL refiner, or any other checkpoint that shares it. LoRAs act on
    /// the first model alone.
    package var checkpoint: CheckpointReference
    /// The share of the noise schedule that the first model walks, 0–1.
    package var highNoiseFraction = 0.8

    package init(_ checkpoint: CheckpointReference) { self.checkpoint = checkpoint }
  }

  package struct Safety: Sendable, Equatable {
    /// nil: the checkpoint's own.
    package var checker: FileReference?

    package init(checker: FileReference? = nil) { self.checker = checker }
  }

  package init(checkpoint: CheckpointReference, seeds: [UInt64]) {
    self.checkpoint = checkpoint
    self.seeds = seeds
  }
}

/// What a run tells while it works, in order, on the thread that computes.
package enum SamplingEvent: Sendable {
  /// The models are loaded: what the request left to them, as it was chosen.
  case started(ResolvedSettings)
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
  /// SHA-256 of the pixels: equal digests are equal pictures, however they were encoded.
  package var digest: String
  /// Its content was unsafe: the pixels are black.
  package var isRemovedForSafety = false
  /// How near the nearest unsafe concept was, above 0 unsafe; nil where nobody looked.
  package var safetyScore: Double?
}
