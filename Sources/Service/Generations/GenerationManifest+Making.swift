import LorikeetAPI
import Store

extension EngineIdentity {
  init(_ hello: BackendHello) {
    // `cuda:1 NVIDIA H200` computes what `cuda:0 NVIDIA H200` does.
    let name = hello.device.split(separator: " ", maxSplits: 1).map(String.init)
    let kind = name.first.map { String($0.prefix { $0 != ":" }) } ?? ""
    self.init(
      version: hello.version, device: ([kind] + name.dropFirst()).joined(separator: " "), precision: hello.precision)
  }

  /// What a backend says of itself when it begins a job, as far as it does.
  init(_ started: BackendJobStarted, of backend: EngineIdentity) {
    self.init(
      version: started.engineVersion.isEmpty ? backend.version : started.engineVersion,
      device: started.device.isEmpty ? backend.device : started.device,
      precision: started.precision.isEmpty ? backend.precision : started.precision)
  }

  init(_ manifest: GenerationManifest) {
    self.init(version: manifest.engineVersion, device: manifest.device, precision: manifest.precision)
  }
}

extension Generation {
  /// Takes in that a backend has begun: what it chose where the request left it the choice, and what decides over the
  /// pixels.
  mutating func begin(_ started: BackendJobStarted, inputs job: BackendGenerationAssignment, on backend: EngineIdentity) {
    let engine = EngineIdentity(started, of: backend)
    var settings = settings ?? GenerationSettings()
    if let chosen = started.settings { settings.fillMissing(from: chosen) }
    self.settings = settings
    var made = GenerationManifest()
    made.settings = settings.naming(job)
    made.inputs = job.inputs.map { input in
      .with {
        ($0.role, $0.asset, $0.name) = (input.role.rawValue, input.asset.assetId, input.asset.name)
        $0.digest = input.asset.digest
      }
    }
    // Images of an earlier attempt stay: where it ran elsewhere, no single engine makes all of them again.
    let earlier = images.isEmpty ? nil : manifest
    made.engineVersion = Self.both(earlier?.engineVersion, engine.version)
    made.device = Self.both(earlier?.device, engine.device)
    made.precision = Self.both(earlier?.precision, engine.precision)
    manifest = made
  }

  private static func both(_ earlier: String?, _ now: String) -> String {
    guard let earlier, earlier != now, !earlier.hasSuffix(" and \(now)") else { return earlier ?? now }
    return "\(earlier) and \(now)"
  }
}

extension GenerationSettings {
  /// Takes over what was left to the checkpoint.
  fileprivate mutating func fillMissing(from chosen: GenerationSettings) {
    width = width ?? chosen.width
    height = height ?? chosen.height
    clipSkip = clipSkip ?? chosen.clipSkip
    guidanceRescale = guidanceRescale ?? chosen.guidanceRescale
    if sigmaSchedule == .unspecified { sigmaSchedule = chosen.sigmaSchedule }
    if timestepSpacing == .unspecified { timestepSpacing = chosen.timestepSpacing }
  }

  /// The same settings with every asset by its id.
  fileprivate func naming(_ job: BackendGenerationAssignment) -> GenerationSettings {
    var settings = self
    func id(_ asset: BackendInputAsset?) -> String { asset?.assetId ?? "" }
    settings.checkpoint = id(job.checkpoint)
    settings.vae = id(job.vae)
    settings.initImage = id(job.initImage)
    settings.safetyChecker = id(job.safetyChecker)
    settings.inpainting?.maskImage = id(job.maskImage)
    settings.refinement?.checkpoint = id(job.refiner)
    for (index, lora) in zip(settings.loras.indices, job.loras) { settings.loras[index].asset = id(lora.asset) }
    for (index, embedding) in zip(settings.textualInversions.indices, job.embeddings) {
      settings.textualInversions[index].asset = id(embedding.asset)
    }
    return settings
  }
}
