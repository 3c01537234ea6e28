import ArgumentParser
import Foundation
import LorikeetAPI

/// What a tune learns from: shared by the commands that make one and those that only look at one.
struct TuneOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The word that shall call the subject, such as sks1.", valueName: "word"))
  var trigger = ""

  @Option(
    parsing: .upToNextOption, help: ArgumentHelp("Image files and folders of images to upload.", valueName: "path"),
    completion: .file())
  var images: [String] = []

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Images that are on the server already: ids or names.", valueName: "asset"))
  var imageAssets: [String] = []

  @Option(
    help: ArgumentHelp(
      "A folder of masks, called as the images are: what is white counts, what is black does not.",
      valueName: "folder"),
    completion: .directory)
  var masks: String?

  @Option(
    help: ArgumentHelp(
      "The checkpoint to start from: an id or a name. Left out: the server's default.", valueName: "asset"))
  var base = ""

  @Flag(help: "Look for unsafe images before training.")
  var checkSafety = false

  @Option(
    help: ArgumentHelp("What to find unsafe images with. Left out: the checkpoint's own checker.", valueName: "asset"))
  var safetyChecker = ""

  @OptionGroup(title: "Training") var training: TrainingOptions

  /// - Parameter isWhole: whether another tune stands in for what is left out.
  func requireInputs(unless isWhole: Bool = false) throws {
    // Where the images are another tune's, so are their masks.
    let takesImages = isWhole && images.isEmpty && imageAssets.isEmpty
    guard training.loss.unmaskedWeight == nil || masks != nil || takesImages else {
      throw ValidationError("--unmasked-weight needs --masks.")
    }
    guard !isWhole else { return }
    guard !trigger.isEmpty else { throw ValidationError("Name the word that shall call the subject: --trigger WORD.") }
    guard !images.isEmpty || !imageAssets.isEmpty else {
      throw ValidationError("Name the photos: --images FOLDER, or --image-assets for images on the server.")
    }
  }

  /// The local images, with their captions, after a warning about those that have none.
  func localImages() throws -> [CaptionedImage] {
    var local: [CaptionedImage] = []
    for path in images {
      guard case .images(let found) = try UploadPlan(path: path, kind: .image) else { continue }
      local += found
    }
    if let warning = ImageFolder.warning(about: local) { Console.error.line("warning: \(warning)") }
    return local
  }

  /// Uploads images and masks; takes them back when one fails.
  func upload(_ images: [CaptionedImage], over transfer: Transfer) async throws -> UploadedImages {
    var uploaded = UploadedImages()
    do {
      let display = ProgressDisplay(.error, terminalOnly: true)
      for image in images {
        var entry = TrainingImage()
        entry.asset = try await uploaded.add(image.path, caption: image.caption ?? "", over: transfer)
        if let mask = try mask(of: image) { entry.mask = try await uploaded.add(mask, over: transfer) }
        uploaded.images.append(entry)
        display.show(
          ProgressLine(
            label: "uploading", fraction: Double(uploaded.images.count) / Double(images.count),
            facts: ["\(uploaded.images.count) of \(images.count)", image.fileName.printable]))
      }
      display.clear()
    } catch {
      await transfer.discard(uploaded.assets)
      throw error
    }
    return uploaded
  }

  /// The file in the folder of masks that is called as the image is, whatever its format.
  private func mask(of image: CaptionedImage) throws(CommandError) -> String? {
    guard let masks else { return nil }
    let stem = (image.fileName as NSString).deletingPathExtension
    for ending in ImageFolder.extensions.sorted() {
      let path = "\(masks)/\(stem).\(ending)"
      if FileManager.default.fileExists(atPath: path) { return path }
    }
    throw .usage("The folder \(masks.printable) holds no mask for \(image.fileName.printable).")
  }

  func tune(_ uploaded: UploadedImages) -> Tune {
    .with {
      ($0.triggerWord, $0.baseCheckpoint) = (trigger, base)
      ($0.checkSafety, $0.safetyChecker) = (checkSafety, safetyChecker)
      $0.images = uploaded.images + imageAssets.map { asset in .with { $0.asset = asset } }
      training.apply(to: &$0)
    }
  }
}

/// Images that were brought to the server for a tune.
struct UploadedImages {
  var images: [TrainingImage] = []
  /// Ids of all of them, masks included.
  private(set) var assets: [String] = []
  /// The file that each id came from.
  private(set) var files: [String: String] = [:]

  mutating func add(_ path: String, caption: String = "", over transfer: Transfer) async throws -> String {
    let asset = try await transfer.upload(path, header: .with { ($0.kind, $0.caption) = (.image, caption) })
    assets.append(asset.id)
    files[asset.id] = (path as NSString).lastPathComponent
    return asset.id
  }
}
