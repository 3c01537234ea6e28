import ArgumentParser
import Foundation
import Images
import LorikeetAPI
import RPC
import Testing
import TinyWorld

@testable import lorikeet

@Suite("From arguments to requests")
struct CommandTests {
  func parse<Command: ParsableCommand>(_: Command.Type, _ arguments: String...) throws -> Command {
    try #require(try Lorikeet.parseAsRoot(arguments) as? Command)
  }

  @Test("what is not given is not sent, so that the server's defaults hold")
  func defaults() throws {
    let settings = try parse(GenerateCommand.self, "generate", "a cat").generation.settingsWithoutImage()
    #expect(settings == .with { $0.prompt = "a cat" })
    var tune = Tune()
    let create = try parse(
      TunesCreate.self, "tunes", "create", "--name", "a", "--trigger", "b", "--images", "c")
    create.inputs.training.apply(to: &tune)
    #expect(tune == .with { $0.settings = TrainingSettings() })
  }

  @Test("a connection is in plain text unless an option asks for TLS")
  func tls() throws {
    func tls(_ arguments: String...) throws -> RPCClient.TLS? {
      try #require(try Lorikeet.parseAsRoot(["health"] + arguments) as? HealthCommand).server.tls.configuration
    }
    #expect(try tls() == nil)
    #expect(try tls("--tls") == RPCClient.TLS())
    #expect(
      try tls("--ca", "ca.pem", "--cert", "me.pem", "--key", "me.key", "--server-name", "lorikeet.test")
        == RPCClient.TLS(
          trust: .authorities(.file("ca.pem")),
          credentials: TLSCredentials(certificateChain: .file("me.pem"), privateKey: .file("me.key")),
          serverName: "lorikeet.test"))
    #expect(throws: (any Error).self) { try tls("--cert", "me.pem") }
  }

  @Test("every generation option reaches its field")
  func generation() throws {
    let settings = try parse(
      GenerateCommand.self, "generate", "a cat", "--negative", "dog", "--lora", "a", "--lora", "b:-0.5", "--checkpoint",
      "sd",
      "--sampler", "dpm++-2m", "--steps", "20", "--guidance", "0", "--width", "64", "--height", "128", "--seed", "1",
      "--seed", "9",
      "-c", "3", "--init-image", "photo", "--strength", "0.5", "--format", "webp"
    ).generation.settingsWithoutImage()
    #expect(
      settings
        == .with {
          ($0.prompt, $0.negativePrompt, $0.checkpoint, $0.sampler, $0.steps) = (
            "a cat", "dog", "sd", .dpmPlusPlus2m, 20
          )
          ($0.guidanceScale, $0.width, $0.height, $0.seeds, $0.imageCount) = (0, 64, 128, [1, 9], 3)
          ($0.strength, $0.format) = (0.5, .webp)
          $0.loras = [.with { $0.asset = "a" }, .with { ($0.asset, $0.weight) = ("b", -0.5) }]
        })
  }

  @Test("every option of pictures, prompts and further models reaches its field")
  func pictures() throws {
    let settings = try parse(
      GenerateCommand.self, "generate", "a cat", "--prompt-2", "b", "--negative-2", "c", "--style", "anime",
      "--clip-skip", "2", "--schedule", "karras", "--spacing", "trailing", "--guidance-rescale", "0.5", "--mask", "m",
      "--mask-blur", "7", "--full-resolution", "--padding", "9", "--outpaint", "8,16,24,32", "--vae", "v",
      "--embedding", "e", "--embedding", "f:word:2", "--refiner", "r", "--high-noise-fraction", "0.6",
      "--check-safety", "--safety-checker", "s"
    ).generation.settingsWithoutImage()
    #expect(
      settings
        == .with {
          ($0.prompt, $0.prompt2, $0.negativePrompt2, $0.stylePreset) = ("a cat", "b", "c", "anime")
          ($0.clipSkip, $0.sigmaSchedule, $0.timestepSpacing, $0.guidanceRescale) = (2, .karras, .trailing, 0.5)
          $0.inpainting = .with {
            ($0.maskBlur, $0.fullResolution, $0.padding) = (7, true, 9)
            $0.outpainting = .with { ($0.left, $0.top, $0.right, $0.bottom) = (8, 16, 24, 32) }
          }
          $0.vae = "v"
          $0.textualInversions = [
            .with { $0.asset = "e" }, .with { ($0.asset, $0.trigger) = ("f", "word:2") },
          ]
          $0.refinement = .with { ($0.checkpoint, $0.highNoiseFraction) = ("r", 0.6) }
          ($0.checkSafety, $0.safetyChecker) = (true, "s")
        })
    #expect(try PictureOptions.outpainting("64") == .with { ($0.left, $0.top, $0.right, $0.bottom) = (64, 64, 64, 64) })
    for text in ["", "8,", "1,2", "a"] {
      #expect(throws: CommandError.self) { try PictureOptions.outpainting(text) }
    }
    for text in ["", ":word", "name:"] {
      #expect(throws: CommandError.self) { try PictureOptions.embedding(text) }
    }
    for options in [
      ["--padding", "9"], ["--high-noise-fraction", "0.5"], ["--safety-checker", "s"], ["--strength", "0.5"],
      ["--mask", "m", "--padding", "9"],
    ] {
      #expect(throws: (any Error).self) {
        try GenerateCommand.parse(["a cat"] + options)
      }
    }
  }

  @Test("a manifest is read as it was written, and a misspelt or wild one is an error that says where")
  func manifests() throws {
    let folder = try TemporaryFolder()
    let manifest = GenerationManifest.with { manifest in
      manifest.settings = .with {
        ($0.prompt, $0.checkpoint, $0.seeds, $0.sampler) = ("a “cat”\n", "asset_1", [1, 4_294_967_295], .uniPc)
        ($0.steps, $0.guidanceScale, $0.imageCount, $0.checkSafety) = (20, 0.1, 2, true)
        $0.loras = [.with { ($0.asset, $0.weight) = ("asset_2", -0.5) }]
        $0.inpainting = .with { $0.outpainting = .with { $0.left = 64 } }
      }
      manifest.inputs = [.with { ($0.role, $0.asset, $0.name, $0.digest) = ("lora", "asset_2", "style", "00ff") }]
      (manifest.engineVersion, manifest.device, manifest.precision) = ("1", "cpu", "float32")
    }
    let path = folder.file("manifest.json")
    try Data(JSON(manifest).text(pretty: true).utf8).write(to: URL(filePath: path))
    #expect(try GenerationsReplay.manifest(in: path) == manifest)
    for (text, place) in [
      ("{\"settings\": {\"step\": 3}}", "settings.step"), ("{\"settings\": {\"steps\": 3.5}}", "settings.steps"),
      ("{\"settings\": {\"seeds\": [1, \"x\"]}}", "settings.seeds[1]"), ("{\"inputs\": {}}", "inputs"),
      ("{\"settings\": {\"sampler\": \"BEST\"}}", "settings.sampler"), ("[]", "object"), ("{", "JSON"),
    ] {
      try Data(text.utf8).write(to: URL(filePath: path))
      let error = #expect(throws: CommandError.self) { try GenerationsReplay.manifest(in: path) }
      #expect(error?.sentences[0].contains(place) == true, "\(text)")
    }
  }

  @Test("training options that are of use only with another one are refused before anything is uploaded")
  func idleTraining() throws {
    let tune = ["--name", "a", "--trigger", "b", "--images", "c"]
    for options in [["--preview-interval", "7"], ["--unmasked-weight", "0.5"], ["--class-images", "9"]] {
      #expect(throws: (any Error).self, "\(options)") { try TunesCreate.parse(tune + options) }
    }
    for options in [
      ["--preview-interval", "7", "--preview-prompt", "p"], ["--preview-interval", "0"],
      ["--unmasked-weight", "0.5", "--masks", "m"],
    ] { _ = try TunesCreate.parse(tune + options) }
    // The masks may be those of the tune that this one goes on from, if its images are.
    let resumed = ["--name", "a", "--resume-from", "b", "--unmasked-weight", "0.5"]
    _ = try TunesCreate.parse(resumed)
    #expect(throws: (any Error).self) { try TunesCreate.parse(resumed + ["--images", "c"]) }
  }

  @Test("every training option reaches its field")
  func training() throws {
    var tune = Tune()
    try parse(
      TunesCreate.self, "tunes", "create", "--name", "a", "--trigger", "b", "--images", "c", "--steps", "5", "--seed",
      "6",
      "--resolution", "128", "--continue-on-rejection", "--rank", "4", "--alpha", "2", "--learning-rate", "1e-3",
      "--schedule",
      "linear", "--warmup-steps", "0", "--batch-size", "2", "--layers", "attention", "--train-text-encoder",
      "--text-encoder-learning-rate", "1e-5", "--min-snr-gamma", "0", "--noise-offset", "0.1", "--caption-dropout",
      "0.2", "--flip",
      "--weight-decay", "0.3", "--max-gradient-norm", "0.4", "--preview-prompt", "p", "--preview-prompt", "q",
      "--preview-interval", "7", "--checkpoint-interval", "8", "--optimizer", "adamw-8bit", "--precision", "bfloat16",
      "--schedule-cycles", "3", "--gradient-accumulation", "4", "--gradient-checkpointing", "--ema-decay", "0.9",
      "--no-buckets", "--debiased-estimation", "--unmasked-weight", "0.5", "--shuffle-captions", "--keep-tokens", "2",
      "--class-prompt", "a cat", "--class-images", "9", "--class-weight", "0.7", "--masks", "m"
    ).inputs.training.apply(to: &tune)
    #expect(
      tune
        == .with {
          ($0.steps, $0.seed, $0.resolution, $0.continueOnRejection) = (5, 6, 128, true)
          $0.settings = .with {
            ($0.rank, $0.alpha, $0.learningRate, $0.schedule, $0.warmupSteps, $0.batchSize) = (
              4, 2, 1e-3, .linear, 0, 2
            )
            ($0.targetLayers, $0.trainTextEncoder, $0.textEncoderLearningRate) = (.attention, true, 1e-5)
            ($0.minSnrGamma, $0.noiseOffset, $0.captionDropout, $0.randomFlip) = (0, 0.1, 0.2, true)
            ($0.weightDecay, $0.maxGradientNorm, $0.previewPrompts) = (0.3, 0.4, ["p", "q"])
            ($0.previewInterval, $0.checkpointInterval) = (7, 8)
            ($0.optimizer, $0.precision, $0.scheduleCycles) = (.adamw8bit, .bfloat16, 3)
            ($0.gradientAccumulation, $0.gradientCheckpointing, $0.emaDecay) = (4, true, 0.9)
            ($0.aspectRatioBuckets, $0.debiasedEstimation, $0.unmaskedWeight) = (false, true, 0.5)
            ($0.shuffleCaptions, $0.keepTokens) = (true, 2)
            $0.priorPreservation = .with { ($0.classPrompt, $0.imageCount, $0.weight) = ("a cat", 9, 0.7) }
          }
        })
  }

  @Test("a LoRA with an unreadable weight is refused", arguments: ["", ":1", "a:", "a:b", "a:1:2", "a:nan", "a:inf"])
  func badWeights(text: String) {
    #expect(throws: CommandError.self) { try GenerationOptions.loraWeight(text) }
  }

  @Test("many photos and folders may follow --images")
  func images() throws {
    let command = try parse(
      TunesCreate.self, "tunes", "create", "--images", "a.png", "b", "--name", "n", "--trigger", "t", "--image-assets",
      "x", "y")
    #expect(command.inputs.images == ["a.png", "b"] && command.inputs.imageAssets == ["x", "y"])
  }

  @Test("a look at a data set takes what its tune would take")
  func lint() throws {
    let inputs = ["--images", "c", "--trigger", "b", "--rank", "4", "--no-buckets", "--check-safety", "--masks", "m"]
    let lint = try #require(try Lorikeet.parseAsRoot(["tunes", "lint"] + inputs) as? TunesLint)
    let create = try #require(
      try Lorikeet.parseAsRoot(["tunes", "create", "--name", "n"] + inputs) as? TunesCreate)
    #expect(lint.tune.tune(UploadedImages()) == create.inputs.tune(UploadedImages()))
    #expect(lint.tune.tune(UploadedImages()).checkSafety && lint.tune.masks == "m")
    #expect(throws: (any Error).self) { try parse(TunesLint.self, "tunes", "lint", "--images", "c") }
  }

  @Test("a tune that goes on needs nothing but its name and the other's")
  func resume() throws {
    let command = try parse(TunesCreate.self, "tunes", "create", "--name", "n", "--resume-from", "m")
    #expect(command.resumeFrom == "m")
    #expect(throws: (any Error).self) { try parse(TunesCreate.self, "tunes", "create", "--name", "n") }
    #expect(try parse(TunesCommand.Cancel.self, "tunes", "cancel", "n", "--keep").keep)
  }

  @Test("pages are fetched until there is enough")
  func pages() async throws {
    var options = try PageOptions.parse(["--limit", "150"])
    var sizes: [Int32] = []
    func page(_ size: Int32, _ token: String) -> (items: [Int], next: String, total: Int32) {
      sizes.append(size)
      let start = Int(token) ?? 0
      let end = min(230, start + Int(size))
      return (Array(start..<end), end < 230 ? String(end) : "", 230)
    }
    let some = try await options.collect(page)
    #expect(some.items == Array(0..<150) && some.total == 230 && sizes == [100, 50])
    options = try PageOptions.parse(["--all"])
    #expect(try await options.collect(page).items == Array(0..<230))
    // A server that promises more for ever is not believed for ever.
    #expect(try await options.collect { _, _ in ([Int](), "more", 5) }.items.isEmpty)
  }

  @Test("each shell gets a completion script that knows the commands", arguments: ["bash", "zsh", "fish"])
  func completions(shell: String) throws {
    let script = Lorikeet.completionScript(for: try #require(CompletionShell(rawValue: shell)))
    #expect(script.contains("generations") && script.contains("trigger") && script.contains("dpm-plus-plus-2m-karras"))
  }
}

@Suite("Paths and uploads")
struct PathTests {
  @Test(
    "a path from a server may name only what is inside its folder",
    arguments: [
      ("unet/config.json", true), ("a.png", true), ("a b/ü.txt", true), ("../a", false), ("/etc/passwd", false),
      ("a/../b", false),
      ("a//b", false), ("", false), (".ssh/key", false), ("a/.hidden", false), ("a\u{0}b", false), ("a\nb", false),
      ("a\\b", false),
      (String(repeating: "a", count: 300), false),
    ])
  func inside(path: String, safe: Bool) { #expect(SafePath.isInside(path) == safe) }

  @Test(
    "file names made of prompts are short and plain",
    arguments: [
      ("A photo of SKS1, on the Moon!", "a-photo-of-sks1-on-the-moon"), ("", "image"), ("猫", "image"), ("../../x", "x"),
      ("one two three four five six seven eight nine ten eleven", "one-two-three-four-five-six-seven-eight"),
      (String(repeating: "z", count: 90), "image"),
    ])
  func slugs(text: String, slug: String) {
    #expect(SafePath.slug(text) == slug && slug.count <= 40)
  }

  @Test("an image's file is not written over; it gets a number")
  func freePaths() throws {
    let folder = try TemporaryFolder()
    #expect(GenerateCommand.freePath(folder: folder.path, name: "a-1", ending: "png") == folder.file("a-1.png"))
    try folder.add("a-1.png")
    try folder.add("a-1-2.png")
    #expect(GenerateCommand.freePath(folder: folder.path, name: "a-1", ending: "png") == folder.file("a-1-3.png"))
  }

  func fault(_ path: String, _ kind: AssetKind?) -> String? {
    do throws(CommandError) {
      _ = try UploadPlan(path: path, kind: kind)
      return nil
    } catch { return error.sentences.joined() }
  }

  @Test("what a path becomes follows from what is there and what the user says")
  func plans() throws {
    let folder = try TemporaryFolder()
    try folder.add("photos/1.png")
    try folder.add("photos/1.txt", "one")
    for file in [
      "model_index.json", "unet/config.json", "unet/w.safetensors", "unet/w.bin", ".git/config.json", "README.md",
    ] {
      try folder.add("sd/\(file)")
    }
    try folder.add("pickles/model_index.json")
    try folder.add("l.safetensors")
    #expect(
      try UploadPlan(path: folder.file("photos"), kind: nil)
        == .images([
          CaptionedImage(path: folder.file("photos/1.png"), caption: "one")
        ]))
    #expect(
      try UploadPlan(path: folder.file("photos/1.png"), kind: nil)
        == .images([
          CaptionedImage(path: folder.file("photos/1.png"), caption: "one")
        ]))
    #expect(
      try UploadPlan(path: folder.file("sd"), kind: nil)
        == .checkpoint(
          folder: folder.file("sd"), files: ["model_index.json", "unet/config.json", "unet/w.safetensors"]))
    #expect(
      try UploadPlan(path: folder.file("l.safetensors"), kind: .lora)
        == .file(path: folder.file("l.safetensors"), kind: .lora))
    #expect(fault(folder.file("l.safetensors"), nil)?.contains("--kind") == true)
    #expect(fault(folder.file("photos"), .checkpoint)?.contains("model_index.json") == true)
    #expect(fault(folder.file("photos"), .lora)?.contains("is a folder") == true)
    #expect(
      try UploadPlan(path: folder.file("l.safetensors"), kind: .checkpoint)
        == .file(path: folder.file("l.safetensors"), kind: .checkpoint))
    #expect(fault(folder.file("pickles"), nil)?.contains("no .safetensors") == true)
    #expect(fault(folder.file("nowhere"), nil)?.contains("does not exist") == true)
  }

  @Test(
    "a checkpoint's folder lends it a name that the server accepts",
    arguments: [
      ("/x/tiny sd", "tiny-sd"), ("/x/Größe/", "Gr--e"), ("/x/.cache", "cache"), ("/", "-"),
    ])
  func names(folder: String, name: String) { #expect(UploadPlan.assetName(of: folder) == name) }

  @Test("downloads are named after the asset; many files make a folder; a hostile name is refused")
  func targets() throws {
    func asset(_ name: String, _ files: String...) -> Asset {
      .with {
        $0.name = name
        $0.files = files.map { path in .with { $0.path = path } }
      }
    }
    func targets(_ asset: Asset, folder: String? = nil, exact: String? = nil) throws -> [String] {
      try AssetsDownload.targets(asset, folder: folder, exact: exact).map(\.target)
    }
    #expect(try targets(asset("cat", "IMG 1.png")) == ["cat.png"])
    #expect(try targets(asset("cat.png", "x.png"), folder: "/d") == ["/d/cat.png"])
    #expect(try targets(asset("cat", "x.png"), exact: "/d/y.png") == ["/d/y.png"])
    #expect(try targets(asset("sd", "model_index.json", "unet/c.json")) == ["sd/model_index.json", "sd/unet/c.json"])
    #expect(try targets(asset("sd", "a", "b/c"), exact: "/out") == ["/out/a", "/out/b/c"])
    #expect(throws: CommandError.self) { try targets(asset("sd", "ok", "../../evil")) }
    #expect(throws: CommandError.self) { try targets(asset("../x", "a.png")) }
    #expect(throws: CommandError.self) { try targets(asset("none")) }
  }

  @Test("a file appears whole or not at all, and is not replaced unasked")
  func writer() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("new/deep/file.bin")
    do {
      let writer = try FileWriter(path, replace: false)
      try writer.write([1, 2, 3])
      #expect(!FileManager.default.fileExists(atPath: path))
      try writer.write([4])
      #expect(writer.count == 4)
      #expect(writer.sha256 == "9f64a747e1b97f131fabb6b447296c9b6f0201e79fb3c5356e6c77e89b6a806a")
      try writer.finish()
    }
    #expect(FileManager.default.contents(atPath: path) == Data([1, 2, 3, 4]))
    #expect(throws: CommandError.self) { try FileWriter(path, replace: false) }
    do {
      let abandoned = try FileWriter(path, replace: true)
      try abandoned.write([9])
    }
    #expect(FileManager.default.contents(atPath: path) == Data([1, 2, 3, 4]))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("new/deep")) == ["file.bin"])
    let replacing = try FileWriter(path, replace: true)
    try replacing.write([5])
    try replacing.finish()
    #expect(FileManager.default.contents(atPath: path) == Data([5]))
  }

  @Test("a file that appears while another of its name is written stays")
  func writerRace() throws {
    let folder = try TemporaryFolder()
    do {
      let writer = try FileWriter(folder.file("a"), replace: false)
      try writer.write([1])
      try folder.add("a", "theirs")
      let error = #expect(throws: CommandError.self) { try writer.finish() }
      #expect(error?.status == .usage)
    }
    #expect(FileManager.default.contents(atPath: folder.file("a")) == Data("theirs".utf8))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a"])
  }

  @Test("the demo's detector finds the subject in files, and in nothing else")
  func score() throws {
    let folder = try TemporaryFolder()
    let drawn = try #require(DemoSubject.photos().first).drawing.scene.picture()
    let photo = PixelImage(width: drawn.width, height: drawn.height, pixels: drawn.pixels)
    try folder.add("subject.jpg", Images.encode(photo, as: .jpeg()))
    try folder.add("plain.png", Images.encode(PixelImage(width: 64, height: 64, red: 200, green: 0, blue: 0), as: .png))
    try folder.add("text.png", "text")
    let verdicts = try ScoreCommand.verdicts([folder.file("subject.jpg"), folder.file("plain.png")])
    #expect(verdicts.map(\.present) == [true, false])
    #expect(throws: CommandError.self) { try ScoreCommand.verdicts([folder.file("text.png")]) }
  }

  @Test("a grid is written row by row, about square when nothing else is said")
  func grid() throws {
    let folder = try TemporaryFolder()
    let images = (0..<5).map { PixelImage(width: 16, height: 16, red: UInt8($0 * 50), green: 0, blue: 0) }
    let path = folder.file("grid.png")
    func write(columns: Int) throws(CommandError) {
      try GridCommand.write(
        images, columns: columns, rowCaptions: [], columnCaptions: [], cell: 32, to: path, replace: false)
    }
    try write(columns: GridCommand.columns(for: 5))
    let grid = try Images.decode(path: path)
    #expect(grid.width == 3 * 36 + 4 && grid.height == 2 * 36 + 4)
    #expect(grid[4 + 16, 4 + 36 + 16].red == 150)  // the fourth image begins the second row
    #expect(throws: CommandError.self) { try write(columns: 3) }  // not replaced unasked
    #expect(throws: CommandError.self) { try write(columns: 0) }
    let made = Generation.with { $0.images = [.with { $0.index = 0 }] }
    for file in [folder.file("none.png"), path] {  // one that cannot be read, and one that would be replaced
      let error = #expect(throws: CommandError.self) {
        try GenerateCommand.writeGrid(to: path, of: made, files: [0: file], replace: false)
      }
      #expect(error?.status == .usage)
    }
    try GenerateCommand.writeGrid(to: path, of: made, files: [0: path], replace: true)
    #expect([1, 2, 4, 5, 9, 10].map(GridCommand.columns) == [1, 2, 2, 3, 3, 4])
  }
}
