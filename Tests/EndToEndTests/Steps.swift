import Foundation
import LorikeetAPI
import RPC
import Testing

/// The steps that several tests take, each with what must always hold on the way.
extension RunningService {
  /// The bundled photos of the demo's subject, with their captions.
  static var photos: [(file: URL, caption: String)] {
    get throws {
      let folder = Executables.repository.appending(path: "Models/demo/photos")
      return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        .filter { $0.pathExtension == "png" }
        .sorted { $0.lastPathComponent < $1.lastPathComponent }
        .map { file in
          let text = file.deletingPathExtension().appendingPathExtension("txt")
          return (file, try String(contentsOf: text, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines))
        }
    }
  }

  func upload(
    _ bytes: [UInt8], name: String, kind: AssetKind = .image, caption: String = "", sha256: String = ""
  ) async throws -> Asset {
    try await assets().uploadAsset { requests in
      var header = UploadHeader()
      header.name = name
      header.kind = kind
      header.fileName = name
      header.caption = caption
      header.sizeBytes = Int64(bytes.count)
      header.sha256 = sha256
      var message = UploadAssetRequest()
      message.payload = .header(header)
      try await requests.write(message)
      for start in stride(from: 0, to: bytes.count, by: 64 << 10) {
        message.payload = .chunk([UInt8](bytes[start..<min(start + 64 << 10, bytes.count)]))
        try await requests.write(message)
      }
      if sha256.isEmpty {
        var trailer = UploadTrailer()
        trailer.sha256 = sha256Hex(bytes)
        message.payload = .trailer(trailer)
        try await requests.write(message)
      }
    }
  }

  func uploadPhotos(_ count: Int) async throws -> [TrainingImage] {
    var images: [TrainingImage] = []
    for (file, caption) in try Self.photos.prefix(count) {
      let bytes = [UInt8](try Data(contentsOf: file))
      var image = TrainingImage()
      image.asset = try await upload(bytes, name: file.lastPathComponent, caption: caption).id
      images.append(image)
    }
    return images
  }

  func createTune(
    name: String, images: [TrainingImage], steps: Int32, checkpointInterval: Int32? = nil
  ) async throws -> Tune {
    var tune = Tune()
    tune.name = name
    tune.triggerWord = "sks1"
    tune.images = images
    tune.steps = steps
    tune.seed = 7
    var settings = TrainingSettings()
    settings.previewInterval = 0
    settings.checkpointInterval = checkpointInterval
    tune.settings = settings
    var request = CreateTuneRequest()
    request.tune = tune
    return try await tunes().createTune(request)
  }

  /// Follows a tune to its end. `onProgress` sees every progress event.
  func watchTune(
    _ id: String, onProgress: (TuneProgress) async throws -> Void = { _ in }
  ) async throws -> (last: Tune, sequences: [Int64], events: [TuneEvent]) {
    var request = WatchTuneRequest()
    request.tune = id
    var last = Tune()
    var sequences: [Int64] = []
    var events: [TuneEvent] = []
    var isFirst = true
    for try await message in try await tunes().watchTune(request) {
      switch message.payload {
      case .snapshot(let tune):
        #expect(isFirst, "a snapshot comes first and once")
        last = tune
      case .event(let event):
        #expect(!isFirst, "the snapshot comes before every event")
        sequences.append(event.sequence)
        events.append(event)
        if case .progress(let progress) = event.payload { try await onProgress(progress) }
        if case .state(let tune) = event.payload { last = tune }
      case nil: Issue.record("a watch message has a payload")
      }
      isFirst = false
    }
    return (last, sequences, events)
  }

  func getTune(_ id: String) async throws -> Tune {
    var request = GetTuneRequest()
    request.tune = id
    return try await tunes().getTune(request)
  }

  /// Waits for a tune to end by asking, so that it survives the service's own end.
  func tuneEnd(_ id: String) async throws -> Tune {
    try await eventually("tune \(id) ends", within: .seconds(180)) {
      let tune = try await self.getTune(id)
      return tune.state == .pending || tune.state == .running ? nil : tune
    }
  }

  func download(_ asset: String) async throws -> [UInt8] {
    var request = DownloadAssetRequest()
    request.asset = asset
    var bytes: [UInt8] = []
    for try await message in try await assets().downloadAsset(request) {
      if case .chunk(let chunk) = message.payload { bytes += chunk }
    }
    return bytes
  }

  func getGeneration(_ id: String) async throws -> Generation {
    var request = GetGenerationRequest()
    request.generation = id
    return try await generations().getGeneration(request)
  }

  func generationEnd(_ id: String) async throws -> Generation {
    try await eventually("generation \(id) ends", within: .seconds(180)) {
      let generation = try await self.getGeneration(id)
      return generation.state == .pending || generation.state == .running ? nil : generation
    }
  }
}

extension GenerationSettings {
  /// A small, quick request.
  static func quick(prompt: String, steps: Int32 = 4, seed: Int64 = 1) -> GenerationSettings {
    var settings = GenerationSettings()
    settings.prompt = prompt
    settings.steps = steps
    settings.seeds = [seed]
    return settings
  }
}
