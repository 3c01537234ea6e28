import Foundation
import ModelFiles
import StableDiffusion
import Torch

/// Loads full-size checkpoints in both layouts, part by part, and compares what the parts compute with what
/// `../models.py` wrote; then makes a picture.
@main
struct Acceptance {
  static func main() throws {
    guard let folder = CommandLine.arguments.dropFirst().first else {
      throw CheckpointError.missingFile(path: "FOLDER (of models.py)")
    }
    // First: an allocator keeps what was freed, so that later numbers tell less.
    try mapping("\(folder)/original.safetensors")
    let golden = try Safetensors(path: "\(folder)/outputs.safetensors")
    for place in ["\(folder)/diffusers", "\(folder)/original.safetensors"] {
      let clock = ContinuousClock.now
      let source = try CheckpointSources.open(place)
      print("\(place): \(source.family), opened in \(ContinuousClock.now - clock)")
      try inferenceMode {
        try compareTexts(source, golden)
        try compareAutoencoder(source, golden)
        try compareUNet(source, golden)
      }
    }
    try picture("\(folder)/original.safetensors")
  }

  /// The largest difference, relative to the largest number.
  private static func report(_ name: String, _ tensor: Tensor, _ golden: Safetensors) throws {
    let wanted = try golden.tensor(named: name)
    let deviation = try (tensor - wanted).abs().max().item() / wanted.abs().max().item()
    print("  \(name) \(tensor.shape): \(deviation)\(deviation < 1e-4 ? "" : "  MORE THAN 1e-4")")
  }

  private static func compareTexts(_ source: any CheckpointSource, _ golden: Safetensors) throws {
    for tower in try source.textTowers(dtype: .float32, device: .cpu) {
      let name = tower.component == .textEncoder2 ? "text_encoder_2" : "text_encoder"
      let output = try tower.model.forward(golden.tensor(named: "\(name).ids"))
      try report("\(name).last", output.lastHiddenState, golden)
      try report("\(name).penultimate", output.penultimateHiddenState, golden)
      try report("\(name).pooled", output.pooled, golden)
    }
  }

  private static func compareAutoencoder(_ source: any CheckpointSource, _ golden: Safetensors) throws {
    let autoencoder = try source.autoencoder(dtype: .float32, device: .cpu)
    try report("vae.mean", autoencoder.encode(golden.tensor(named: "vae.images")).mean, golden)
    try report("vae.decoded", autoencoder.decode(golden.tensor(named: "vae.latents")), golden)
  }

  private static func compareUNet(_ source: any CheckpointSource, _ golden: Safetensors) throws {
    let clock = ContinuousClock.now
    let unet = try source.unet(dtype: .float32, device: .cpu)
    print("  unet of \(unet.parameterCount) parameters loaded in \(ContinuousClock.now - clock); \(memory())")
    let conditioning = Conditioning(
      context: try golden.tensor(named: "unet.context"),
      pooled: golden.contains("unet.pooled") ? try golden.tensor(named: "unet.pooled") : nil,
      timeIDs: golden.contains("unet.time_ids") ? try golden.tensor(named: "unet.time_ids") : nil)
    let prediction = try unet.forward(
      golden.tensor(named: "unet.sample"), timesteps: golden.tensor(named: "unet.timesteps"),
      conditioning: conditioning)
    try report("unet.prediction", prediction, golden)
  }

  /// What loading costs in the file's own type, of which nothing is copied.
  private static func mapping(_ path: String) throws {
    let clock = ContinuousClock.now
    let mapped = try StableDiffusionCheckpoint(path: path, dtype: .float16, autoencoderType: .float16)
    print("whole checkpoint in its own type, \(mapped.parameterBytes >> 20) MiB: "
      + "\(ContinuousClock.now - clock); \(memory())")
  }

  /// In bfloat16, which a CPU computes fast.
  private static func picture(_ path: String) throws {
    var clock = ContinuousClock.now
    let checkpoint = try StableDiffusionCheckpoint(path: path, dtype: .bfloat16)
    print("in bfloat16: \(ContinuousClock.now - clock); \(memory())")
    clock = ContinuousClock.now
    let request = ImageSynthesizer.Request(
      prompt: "a parrot on a branch", sampler: try SamplerCatalog.named("euler"), steps: 2,
      guidance: Guidance(scale: 5), width: 128, height: 128)
    let pixels = try ImageSynthesizer(checkpoint).images(request, seeds: [1])[0]
    print("picture of \(pixels.count) bytes, \(Set(pixels).count) values: \(ContinuousClock.now - clock); \(memory())")
  }

  private static func memory() -> String {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    return status.split(separator: "\n").filter { $0.hasPrefix("VmHWM") || $0.hasPrefix("RssAnon") }
      .map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }.joined(separator: ", ")
  }
}
