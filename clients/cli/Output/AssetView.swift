import LorikeetAPI
import Protobuf

/// Assets as tables and details.
enum AssetView {
  static func table(_ assets: [Asset]) -> Table {
    var table = Table([
      .init(title: "NAME", flexible: true), .init(title: "KIND"), .init(title: "STATE"),
      .init(title: "SIZE", right: true),
      .init(title: "CREATED"), .init(title: "ID"),
    ])
    for asset in assets {
      table.add(
        asset.name, asset.kind.word, asset.state.word, Format.bytes(asset.sizeBytes), Format.time(asset.createTime),
        asset.id)
    }
    return table
  }

  static func details(_ asset: Asset) -> Details {
    var details = Details()
    details.add("id", asset.id)
    details.add("name", asset.name)
    details.add("kind", asset.kind.word)
    details.add("state", asset.state.word + (asset.stateReason.isEmpty ? "" : ": \(asset.stateReason)"))
    details.add("description", asset.description)
    details.add("family", asset.family.word)
    if let image = asset.image {
      details.add("picture", image.width > 0 ? "\(image.width)×\(image.height)" : nil)
      details.add("caption", image.caption)
    }
    if let lora = asset.lora {
      details.add(
        "rank", lora.rank > 0 ? "\(lora.rank), alpha \(Format.number(lora.alpha)), \(lora.tensorCount) tensors" : nil)
      let kinds = [
        lora.hasTextEncoder ? "text encoder" : nil, lora.hasConvolutions ? "convolutions" : nil,
        lora.hasMagnitudes ? "DoRA" : nil,
      ]
      details.add("layers", lora.matchedLayers > 0 ? "\(lora.matchedLayers) that the family has" : nil)
      details.add("with", kinds.compactMap(\.self).joined(separator: ", "))
      details.add(
        "unmatched",
        lora.unmatchedNames.isEmpty
          ? nil : "\(lora.unmatchedLayers) layers: \(lora.unmatchedNames.prefix(6).joined(separator: ", "))")
      details.add("trigger words", lora.triggerWords.joined(separator: ", "))
      details.add("base checkpoint", lora.baseCheckpoint)
    }
    if let checkpoint = asset.checkpoint {
      details.add("layout", checkpoint.layout.word)
      details.add("predicts", checkpoint.predictionType.word)
      details.add("precision", checkpoint.precision)
      details.add("trained at", checkpoint.nativeSize > 0 ? "\(checkpoint.nativeSize) pixels" : nil)
      let traits = [
        (checkpoint.refiner, "refiner"), (checkpoint.inpainting, "inpainting"),
        (checkpoint.zeroTerminalSnr, "zero-terminal noise"), (checkpoint.hasSafetyChecker, "with safety checker"),
      ]
      details.add("traits", traits.filter(\.0).map(\.1).joined(separator: ", "))
    }
    if let embedding = asset.embedding {
      details.add("vectors", embedding.vectors > 0 ? "\(embedding.vectors)" : nil)
      details.add("trigger words", embedding.triggerWords.joined(separator: ", "))
    }
    details.add("made by", asset.source)
    details.add("created", Format.time(asset.createTime))
    for file in asset.files {
      details.add("file", "\(file.path), \(Format.bytes(file.sizeBytes)), sha256 \(file.sha256)")
    }
    return details
  }

  static func show(_ asset: Asset, json: Bool, on console: Console = .output) {
    console.write(json ? JSON(asset).text(pretty: true) + "\n" : details(asset).rendered(style: console.style))
  }
}

extension Format {
  static func time(_ time: GoogleProtobufTimestamp?) -> String {
    time.map { Format.time(seconds: $0.seconds) } ?? ""
  }

  static func timeLeft(_ duration: GoogleProtobufDuration?) -> String? {
    duration.map { Format.duration(seconds: Double($0.seconds) + Double($0.nanos) / 1e9) + " left" }
  }
}
