import ModelFiles

/// `model_index.json`: which pipeline the components are parts of, and which library reads each.
struct ModelIndex: Codable {
  var className: String
  var featureExtractor: [String?]?
  var requiresSafetyChecker: Bool?
  var safetyChecker: [String?]?
  var requiresAestheticsScore: Bool?
  var forceZerosForEmptyPrompt: Bool?
  var scheduler: [String?]?
  var textEncoder: [String?]?
  var textEncoder2: [String?]?
  var tokenizer: [String?]?
  var tokenizer2: [String?]?
  var unet: [String?]?
  var vae: [String?]?

  enum CodingKeys: String, CodingKey {
    case className = "_class_name"
    case featureExtractor = "feature_extractor"
    case requiresSafetyChecker = "requires_safety_checker"
    case safetyChecker = "safety_checker"
    case requiresAestheticsScore = "requires_aesthetics_score"
    case forceZerosForEmptyPrompt = "force_zeros_for_empty_prompt"
    case scheduler, tokenizer, unet, vae
    case textEncoder = "text_encoder"
    case textEncoder2 = "text_encoder_2"
    case tokenizer2 = "tokenizer_2"
  }

  /// What diffusers reads a checkpoint of this family with.
  init(_ family: ModelFamily) {
    scheduler = ["diffusers", "DDIMScheduler"]
    unet = ["diffusers", "UNet2DConditionModel"]
    vae = ["diffusers", "AutoencoderKL"]
    let first = (encoder: ["transformers", "CLIPTextModel"], tokenizer: ["transformers", "CLIPTokenizer"])
    let second = (
      encoder: ["transformers", "CLIPTextModelWithProjection"], tokenizer: ["transformers", "CLIPTokenizer"]
    )
    switch family {
    case .stableDiffusion1:
      className = "StableDiffusionPipeline"
      (featureExtractor, safetyChecker, requiresSafetyChecker) = ([nil, nil], [nil, nil], false)
      (textEncoder, tokenizer) = first
    case .stableDiffusionXL:
      className = "StableDiffusionXLPipeline"
      (textEncoder, tokenizer) = first
      (textEncoder2, tokenizer2) = second
      forceZerosForEmptyPrompt = true
    case .stableDiffusionXLRefiner:
      className = "StableDiffusionXLImg2ImgPipeline"
      (requiresAestheticsScore, forceZerosForEmptyPrompt) = (true, false)
      (textEncoder, tokenizer) = ([nil, nil], [nil, nil])
      (textEncoder2, tokenizer2) = second
    }
  }

  /// Whether an entry names a component; one that is left out says nothing.
  static func names(_ entry: [String?]?) -> Bool? {
    entry.map { $0.contains { $0 != nil } }
  }
}
