import Images
import StableDiffusion

/// What a tune will take of a device, worked out before it is trained.
///
/// Held against runs of a U-Net of 78 million parameters (widths 96 to 384, two heads) with an autoencoder of 21
/// million in float32 on one core of a CPU, at 256 to 512 pixels, with batches of 1 and 4, with gradient checkpointing
/// and without: the memory of training is within 9 % of theirs, the seconds of a step are within a fifth, and those of
/// encoding an image within a third (`ForecastTests`). Not held against any: other types, the memory of encoding,
/// previews, whole real checkpoints, several threads, and GPUs.
package struct TrainingForecast: Sendable, Equatable {
  /// The most memory at once, in bytes.
  package var peakMemory: Int
  package var deviceMemory: Int
  /// Decoding and encoding the images, class images and previews.
  package var otherSeconds: Double
  package var secondsPerStep: Double
  /// What to know before submitting.
  package var warnings: [String]

  /// The checkpoint as far as its cost goes.
  package struct Model: Sendable {
    package var unet: UNetConfiguration
    package var autoencoder: AutoencoderConfiguration
    /// Of all networks.
    package var parameters: Int
    /// Bytes of a number.
    package var width: Int

    package init(
      unet: UNetConfiguration, autoencoder: AutoencoderConfiguration, parameters: Int, width: Int
    ) {
      self.unet = unet
      self.autoencoder = autoencoder
      self.parameters = parameters
      self.width = width
    }
  }

  /// What the device can do.
  package struct Device: Sendable {
    /// In bytes.
    package var memory: Int
    /// What the process takes before a checkpoint is loaded.
    package var baseline: Int
    /// Multiplications and additions a second in a large matrix product.
    package var operationsPerSecond: Double
    /// What the smallest operation takes.
    package var secondsPerOperation: Double

    package init(memory: Int, baseline: Int, operationsPerSecond: Double, secondsPerOperation: Double) {
      self.memory = memory
      self.baseline = baseline
      self.operationsPerSecond = operationsPerSecond
      self.secondsPerOperation = secondsPerOperation
    }
  }

  /// - Parameter size: that most images are trained at; all of a plan have about the same area.
  /// - Throws: for a configuration that contradicts itself.
  package init(
    _ settings: TrainingSettings, images: Int, size: PixelSize, on model: Model, device: Device
  ) throws(CheckpointError) {
    let cost = try Costs(settings, images: images, size: size, model: model)
    peakMemory = device.baseline + cost.memory
    deviceMemory = device.memory
    secondsPerStep = cost.stepSeconds(device)
    otherSeconds = cost.otherSeconds(device)
    warnings = []
    guard peakMemory > device.memory else { return }
    var smaller = settings
    var remedies: [String] = []
    func tryout(_ remedy: String, width: Int = 0, _ change: (inout TrainingSettings) -> Void) throws(CheckpointError) {
      var candidate = smaller
      change(&candidate)
      var candidateModel = model
      if width > 0 { candidateModel.width = width }
      guard remedies.last != "", candidate != smaller || width > 0 else { return }
      let needed = try device.baseline + Costs(candidate, images: images, size: size, model: candidateModel).memory
      smaller = candidate
      remedies.append("\(remedy) (\(Self.gigabytes(needed)))")
      if needed <= device.memory { remedies.append("") }
    }
    try tryout("gradient checkpointing") { $0.gradientCheckpointing = true }
    try tryout("a batch of 1") { $0.batchSize = 1 }
    if model.width > 2 { try tryout("bfloat16", width: 2) { $0.precision = .bfloat16 } }
    let fits = remedies.last == ""
    let list = remedies.filter { !$0.isEmpty }.joined(separator: ", then ")
    warnings.append(
      "about \(Self.gigabytes(peakMemory)) are needed, and the device has \(Self.gigabytes(device.memory)); "
        + (fits ? "with \(list) it would fit" : "nothing but a lower resolution or a larger device will do"))
  }

  private static func gigabytes(_ bytes: Int) -> String { "\((Double(bytes) / 1e8).rounded() / 10) GB" }
}

/// The counted costs of one set of settings.
private struct Costs {
  let settings: TrainingSettings
  let model: TrainingForecast.Model
  let images: Int
  let size: PixelSize
  let unet: UNetCost

  init(
    _ settings: TrainingSettings, images: Int, size: PixelSize, model: TrainingForecast.Model
  ) throws(CheckpointError) {
    self.settings = settings
    self.model = model
    self.images = images
    self.size = size
    let pixels = model.autoencoder.downsamplingFactor
    unet = try UNetCost(
      model.unet, width: max(size.width / pixels, 1), height: max(size.height / pixels, 1),
      attentionOnly: settings.targets == .attention)
  }

  /// Images of a forward pass.
  private var rows: Int { settings.batchSize * (settings.priorPreservation == nil ? 1 : 2) }

  // MARK: Memory

  var memory: Int {
    let weights = model.parameters * model.width
    return weights + adapters + max(training, encoding, settings.drawsPictures ? decoding : 0)
  }

  /// The adapters in float32, their gradients, and what the optimiser and the average remember of them.
  private var adapters: Int {
    let parameters = unet.adaptedWidths * settings.rank
    let remembered: Double =
      switch settings.optimizer {
      case .adamW: 8
      case .adamW8Bit: 2
      case .prodigy: 16
      case .adafactor: 0.1
      case .lion: 4
      }
    let average = settings.emaDecay == nil ? 0.0 : 4
    return Int(Double(parameters) * (8 + remembered + average))
  }

  /// What a forward pass leaves for the way back, and the gradients of the place where that is.
  private var training: Int {
    let kept = settings.gradientCheckpointing ? unet.blockInputs + unet.largestBlock : unet.kept
    let share = Double(kept) / Double(max(unet.kept, 1))
    let copies = model.width == 4 ? 0 : Int(Double(unet.adaptedInputs) * share) * 4
    let products = Int(Double(unet.adaptedRows) * share) * settings.rank * 4
    return rows * (kept * model.width + copies + products + 3 * unet.largestResult * model.width)
  }

  /// Of one picture: the largest results of the autoencoder at full size, a few of which live at once.
  private var encoding: Int { 5 * (model.autoencoder.blockOutChannels.first ?? 1) * size.area * model.width }

  /// Two results of each of the two widest layers (`AutoencoderKL.activationBytes`, which was measured).
  private var decoding: Int {
    let widths = model.autoencoder.blockOutChannels
    return 2 * ((widths.first ?? 1) + (widths.dropFirst().first ?? 0)) * size.area * model.width
  }

  // MARK: Time

  /// Of the device's best, what the U-Net's convolutions and attention reach, and what the autoencoder's wide pictures
  /// do.
  private static let efficiency = (unet: 0.55, autoencoder: 1.0)
  /// Operations of the library for each layer: forward, backward, and those of an adapter.
  private static let operationsPerLayer = (forward: 2.0, backward: 3.0, adapter: 10.0)

  private func seconds(
    _ operations: Double, calls: Double, _ device: TrainingForecast.Device, efficiency: Double = Self.efficiency.unet
  ) -> Double {
    operations / (device.operationsPerSecond * efficiency) + calls * device.secondsPerOperation
  }

  func stepSeconds(_ device: TrainingForecast.Device) -> Double {
    // Frozen weights need no gradient of their own: the way back is as long as the way there.
    let passes = settings.gradientCheckpointing ? 3.0 : 2.0
    let adapters = 6 * Double(unet.adaptedWidths * settings.rank)
    let work = unet.operations * passes * Double(rows) + adapters
    let per = Self.operationsPerLayer
    let forward = settings.gradientCheckpointing ? 2 * per.forward : per.forward
    let calls = Double(unet.layers) * (forward + per.backward) + Double(unet.adaptedLayers) * per.adapter
    return seconds(work, calls: calls, device) * Double(settings.gradientAccumulation)
  }

  func otherSeconds(_ device: TrainingForecast.Device) -> Double {
    let widths = model.autoencoder.blockOutChannels
    // A level's convolutions at its size; the next level has a quarter of the pixels.
    let encoding = widths.enumerated().reduce(0.0) { sum, level in
      let places = Double(size.area) / Double(1 << (2 * level.offset))
      let convolutions = Double(4 * model.autoencoder.layersPerBlock + 1) / 2
      return sum + 2 * 9 * convolutions * Double(level.element * level.element) * places
    }
    let flips = settings.randomFlip ? 2.0 : 1
    let wide = Self.efficiency.autoencoder
    let preparation = seconds(encoding * flips, calls: 100 * flips, device, efficiency: wide) * Double(images)
    func picture(steps: Int) -> Double {
      seconds(unet.operations * 2, calls: 2 * Double(unet.layers), device) * Double(steps)
        + seconds(2 * encoding, calls: 100, device, efficiency: wide)
    }
    let previews =
      settings.previewInterval > 0
      ? settings.previewPrompts.count * ((settings.steps + settings.previewInterval - 1) / settings.previewInterval) : 0
    let classImages = Double(settings.priorPreservation?.imageCount ?? 0)
    return preparation + picture(steps: 20) * Double(previews) + picture(steps: ClassImages.steps) * classImages
  }
}

extension TrainingSettings {
  /// Whether pictures are made on the way.
  fileprivate var drawsPictures: Bool {
    priorPreservation != nil || (previewInterval > 0 && !previewPrompts.isEmpty)
  }
}
