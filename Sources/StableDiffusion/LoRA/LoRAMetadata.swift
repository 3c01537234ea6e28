import Foundation

/// What a LoRA file tells of itself: kohya's `ss_…` entries, which loaders look at, and modelspec 1.0.1.
///
/// Every value is a string; what is not known is written as Python's `"None"`, as kohya's own files do.
package struct LoRAMetadata: Sendable {
  /// The checkpoint family; SD.Next takes any file without `ss_base_model_version` for Stable Diffusion 1.
  package enum Family: Sendable {
    case stableDiffusion1
    case stableDiffusionXL
  }

  package var family = Family.stableDiffusion1
  package var predictionType = PredictionType.epsilon
  package var name = ""
  package var triggerPhrase: String?
  package var rank = 0
  package var resolution = 0
  package var steps = 0
  /// What was asked for, of a run that was stopped; nil: the steps done.
  package var plannedSteps: Int?
  package var epochs = 0
  package var imageCount = 0
  package var classImageCount = 0
  package var batchSize = 0
  package var gradientAccumulation = 1
  package var usesBuckets = false
  package var seed: UInt64 = 0
  package var learningRate = 0.0
  /// nil: the text encoder was not trained.
  package var textEncoderLearningRate: Double?
  package var learningRateSchedule = "constant"
  package var warmupSteps = 0
  package var optimizer = "AdamW"
  package var precision = "no"
  package var minSNRGamma: Double?
  package var noiseOffset: Double?
  package var captionDropout = 0.0
  package var clipSkip: Int?
  package var baseModelName: String?
  /// SHA-256 of the base checkpoint, in hexadecimal.
  package var baseModelHash: String?
  /// Captions, for the frequency of their comma-separated tags.
  package var captions: [String] = []
  package var startedAt = Date(timeIntervalSince1970: 0)
  package var finishedAt = Date(timeIntervalSince1970: 0)

  package init() {}

  /// kohya's entries, which are also what its legacy hash is computed over.
  package var kohyaEntries: [String: String] {
    func text<T>(_ value: T?) -> String { value.map { "\($0)" } ?? "None" }
    return [
      "ss_v2": "False",
      "ss_base_model_version": family == .stableDiffusion1 ? "sd_v1" : "sdxl_base_v1-0",
      "ss_network_module": "networks.lora",
      "ss_network_dim": "\(rank)",
      // The scale is part of the matrices, so alpha equals the rank for every reader.
      "ss_network_alpha": "\(Double(rank))",
      "ss_network_args": "{}",
      "ss_output_name": name,
      "ss_training_started_at": "\(startedAt.timeIntervalSince1970)",
      "ss_training_finished_at": "\(finishedAt.timeIntervalSince1970)",
      "ss_steps": "\(steps)",
      "ss_max_train_steps": "\(plannedSteps ?? steps)",
      "ss_epoch": "\(epochs)",
      "ss_num_epochs": "\(epochs)",
      "ss_num_train_images": "\(imageCount)",
      "ss_num_reg_images": "\(classImageCount)",
      "ss_gradient_accumulation_steps": "\(gradientAccumulation)",
      "ss_enable_bucket": usesBuckets ? "True" : "False",
      "ss_total_batch_size": "\(batchSize)",
      "ss_batch_size_per_device": "\(batchSize)",
      "ss_learning_rate": "\(learningRate)",
      "ss_unet_lr": "\(learningRate)",
      "ss_text_encoder_lr": text(textEncoderLearningRate),
      "ss_lr_scheduler": learningRateSchedule,
      "ss_lr_warmup_steps": "\(warmupSteps)",
      "ss_optimizer": optimizer,
      "ss_mixed_precision": precision,
      "ss_seed": "\(seed)",
      "ss_resolution": "(\(resolution), \(resolution))",
      "ss_clip_skip": text(clipSkip),
      "ss_min_snr_gamma": text(minSNRGamma),
      "ss_noise_offset": text(noiseOffset),
      "ss_caption_dropout_rate": "\(captionDropout)",
      "ss_sd_model_name": text(baseModelName),
      "ss_new_sd_model_hash": text(baseModelHash),
      "ss_tag_frequency": Self.json(["lorikeet": tagFrequency]),
    ]
  }

  /// modelspec's entries but its hash, which is of the finished tensors.
  package var modelspecEntries: [String: String] {
    var entries = [
      "modelspec.sai_model_spec": "1.0.1",
      "modelspec.architecture":
        family == .stableDiffusion1 ? "stable-diffusion-v1/lora" : "stable-diffusion-xl-v1-base/lora",
      "modelspec.implementation":
        family == .stableDiffusion1 ? "diffusers" : "https://github.com/Stability-AI/generative-models",
      "modelspec.title": name,
      "modelspec.resolution": "\(resolution)x\(resolution)",
      "modelspec.date": finishedAt.formatted(.iso8601),
      "modelspec.prediction_type": predictionType == .epsilon ? "epsilon" : "v",
    ]
    if let triggerPhrase { entries["modelspec.trigger_phrase"] = triggerPhrase }
    return entries
  }

  /// A header that readers refuse for its length would cost the whole file: captions in prose make tags without end.
  private static let tagBounds = (count: 1_000, bytes: 200)

  /// The most frequent, of equal ones the first by name.
  private var tagFrequency: [String: Int] {
    var counts: [String: Int] = [:]
    for caption in captions {
      for tag in caption.split(separator: ",") {
        let name = tag.trimmingCharacters(in: .whitespaces)
        guard !name.isEmpty, name.utf8.count <= Self.tagBounds.bytes else { continue }
        counts[name, default: 0] += 1
      }
    }
    guard counts.count > Self.tagBounds.count else { return counts }
    let sorted = counts.sorted { $0.value == $1.value ? $0.key < $1.key : $0.value > $1.value }
    return Dictionary(uniqueKeysWithValues: sorted.prefix(Self.tagBounds.count).map { ($0.key, $0.value) })
  }

  private static func json(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(value) else { return "{}" }
    return String(decoding: data, as: UTF8.self)
  }
}
