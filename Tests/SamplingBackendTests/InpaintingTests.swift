import Images
import MicroCheckpoint
import StableDiffusion
import Testing

@testable import SamplingBackend

@Suite("Inpainting")
struct InpaintingTests {
  private func picture(_ width: Int, _ height: Int) -> PixelImage {
    PixelImage(
      width: width, height: height, pixels: (0..<width * height * 3).map { UInt8(truncatingIfNeeded: $0 * 5 / 3) })
  }

  private func mask(_ width: Int, _ height: Int, _ box: PixelBox) -> PixelImage {
    var mask = PixelImage(width: width, height: height, red: 0, green: 0, blue: 0)
    mask.paste(
      PixelImage(width: box.width, height: box.height, red: 255, green: 255, blue: 255), left: box.left, top: box.top)
    return mask
  }

  private func masked(_ mask: PixelImage) -> SamplingRequest.Inpainting {
    var inpainting = SamplingRequest.Inpainting()
    inpainting.mask = .image(mask)
    return inpainting
  }

  private func request(_ source: PixelImage, _ inpainting: SamplingRequest.Inpainting) throws -> SamplingRequest {
    var request = SamplingRequest(
      checkpoint: CheckpointReference(digest: "micro", name: "micro", folder: try MicroCheckpoint.folder()),
      seeds: [3])
    request.prompt = "a red bird"
    request.steps = 3
    request.startImage = .image(source)
    request.inpainting = inpainting
    return request
  }

  private func run(_ request: SamplingRequest) throws -> PixelImage {
    var image: PixelImage?
    try SamplingEngine().run(request, cancellation: CancellationFlag()) { event in
      if case .image(let made) = event { image = made.pixels }
    }
    return try #require(image)
  }

  private func faults(_ request: SamplingRequest) -> [String] {
    guard case .invalidRequest(let faults) = #expect(throws: SamplingError.self, performing: { try run(request) })
    else { return [] }
    return faults.map(\.field)
  }

  @Test("pixels out of the mask's reach stay as they were, bit for bit; the others are painted", arguments: [0, 2])
  func bitForBit(blur: Int) throws {
    let (source, box) = (picture(16, 16), PixelBox(left: 4, top: 5, right: 10, bottom: 9))
    var inpainting = masked(mask(16, 16, box))
    inpainting.blur = blur
    let result = try run(request(source, inpainting))
    var (kept, painted) = (0, 0)
    for y in 0..<16 {
      for x in 0..<16 {
        let (dx, dy) = (max(box.left - x, x - box.right + 1, 0), max(box.top - y, y - box.bottom + 1, 0))
        let same = result[x, y] == source[x, y]
        if dx * dx + dy * dy >= max(blur * blur, 1) { kept += same ? 0 : 1 } else { painted += same ? 0 : 1 }
      }
    }
    #expect(kept == 0 && painted >= box.width * box.height - 2)
  }

  @Test("an inpainting model paints within the mask too")
  func inpaintingModel() throws {
    let (source, box) = (picture(16, 16), PixelBox(left: 4, top: 4, right: 12, bottom: 12))
    var inpainting = masked(mask(16, 16, box))
    inpainting.blur = 0
    var request = try request(source, inpainting)
    let folder = try MicroCheckpoint.temporaryFolder("inpainting")
    try MicroCheckpoint.make(takesMask: true).save(to: folder, dtype: .float32)
    request.checkpoint = CheckpointReference(digest: "inpainting", name: "inpainting", folder: folder)
    let result = try run(request)
    let same = (0..<256).count { result[$0 % 16, $0 / 16] == source[$0 % 16, $0 / 16] }
    #expect((192...196).contains(same))
  }

  @Test("a picture too large to come back as it is is scaled down, and that is said")
  func tooLarge() throws {
    var inpainting = SamplingRequest.Inpainting()
    inpainting.isFullResolution = true
    for (width, scaled) in [(4096, false), (6144, true)] {
      let canvas = try InpaintingCanvas(
        PixelImage(width: width, height: 4, red: 9, green: 9, blue: 9),
        mask: PixelImage(width: 2, height: 2, red: 255, green: 255, blue: 255), inpainting, width: 16, height: 16)
      #expect((canvas.warning != nil) == scaled)
    }
  }

  @Test("at full resolution the picture keeps its size, and the part around the mask alone is worked on")
  func fullResolution() throws {
    let (source, box) = (picture(60, 44), PixelBox(left: 30, top: 20, right: 36, bottom: 25))
    var inpainting = masked(mask(60, 44, box))
    inpainting.isFullResolution = true
    inpainting.blur = 1
    inpainting.padding = 3
    let result = try run(request(source, inpainting))
    #expect(result.width == 60 && result.height == 44)
    var changed = PixelMask(width: 60, height: 44, filled: true)
    for y in 0..<44 {
      for x in 0..<60 where result[x, y] == source[x, y] {
        changed.clear(PixelBox(left: x, top: y, right: x + 1, bottom: y + 1))
      }
    }
    let reached = try #require(changed.boundingBox)
    #expect(reached.left >= box.left - 1 && reached.top >= box.top - 1)
    #expect(reached.right <= box.right + 1 && reached.bottom <= box.bottom + 1)
    let canvas = try InpaintingCanvas(source, mask: mask(60, 44, box), inpainting, width: 16, height: 16)
    // 6 × 5 with 3 around, made square: 12 × 12, on 16.
    #expect(canvas.mask.boundingBox.map { $0.width * 12 / 16 } == 6 && !canvas.isWhole)
  }

  @Test("a window has the proportions asked for where the picture has room, and always the mask")
  func windows() throws {
    var state: UInt64 = 1
    func random(_ range: ClosedRange<Int>) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return range.lowerBound + Int(state >> 33) % range.count
    }
    for _ in 0..<300 {
      let size = picture(random(1...60), random(1...60))
      let (left, top) = (random(0...size.width - 1), random(0...size.height - 1))
      let box = PixelBox(
        left: left, top: top, right: random(left + 1...size.width), bottom: random(top + 1...size.height))
      let (width, height) = (random(1...64), random(1...64))
      let window = InpaintingCanvas.window(
        around: box, padding: random(0...20), width: width, height: height, within: size)
      #expect(window.left >= 0 && window.top >= 0 && window.right <= size.width && window.bottom <= size.height)
      #expect(window.left <= box.left && window.top <= box.top)
      #expect(window.right >= box.right && window.bottom >= box.bottom)
      if window.width < size.width, window.height < size.height {
        #expect(abs(window.width * height - window.height * width) < max(width, height))
      }
    }
  }

  @Test("outpainting keeps the picture in its place and paints around it")
  func outpainting() throws {
    var inpainting = SamplingRequest.Inpainting()
    inpainting.blur = 0
    inpainting.margins = .init(left: 8, right: 0, top: 0, bottom: 8)
    var asked = try request(picture(8, 8), inpainting)
    (asked.width, asked.height) = (16, 16)
    let result = try run(asked)
    #expect(result.width == 16 && result.height == 16)
    #expect(result.cropped(left: 8, top: 0, width: 8, height: 8) == picture(8, 8))
    let canvas = try InpaintingCanvas(picture(8, 8), mask: nil, inpainting, width: 16, height: 16)
    #expect(result != canvas.image && canvas.mask.values.count(where: { $0 == 1 }) == 192)
  }

  @Test("a mask may be painted over beside an outpainted margin")
  func maskAndMargin() throws {
    var inpainting = masked(mask(8, 8, PixelBox(left: 0, top: 0, right: 2, bottom: 2)))
    inpainting.margins = .init(right: 4)
    let canvas = try InpaintingCanvas(
      picture(8, 8), mask: mask(8, 8, PixelBox(left: 0, top: 0, right: 2, bottom: 2)), inpainting, width: 16,
      height: 12)
    // Scaled to 12 × 12 within: about 3 × 3 of the mask, 4 × 12 of the margin.
    let painted = canvas.mask.values.count(where: { $0 == 1 })
    #expect((48 + 9...48 + 16).contains(painted))
  }

  @Test("every field out of range is named, and a mask without anything to paint")
  func refusals() throws {
    var inpainting = SamplingRequest.Inpainting()
    inpainting.blur = 65
    inpainting.padding = -1
    inpainting.margins = .init(left: -8)
    var request = try request(picture(8, 8), inpainting)
    request.guidanceRescale = 1.5
    #expect(
      Set(faults(request)) == [
        "guidance_rescale", "inpainting.mask_blur", "inpainting.padding", "inpainting.outpainting",
      ])
    request.guidanceRescale = nil
    request.inpainting = SamplingRequest.Inpainting()
    #expect(faults(request) == ["inpainting.mask_image"])
    request.inpainting?.margins = .init(left: .max, right: .max)
    #expect(faults(request) == ["inpainting.outpainting"])
    request.inpainting?.margins = .init(left: 8, right: 8)
    #expect(faults(request) == ["inpainting.outpainting"])
    request.inpainting = masked(PixelImage(width: 3, height: 3, red: 0, green: 0, blue: 0))
    #expect(faults(request) == ["inpainting.mask_image"])
    request.startImage = nil
    #expect(faults(request) == ["init_image"])
  }

  @Test("the image's text says what was painted and with which refiner")
  func infotext() throws {
    var inpainting = masked(PixelImage(width: 3, height: 3, red: 255, green: 255, blue: 255))
    inpainting.isFullResolution = true
    var request = try request(picture(8, 8), inpainting)
    request.refinement = .init(CheckpointReference(digest: "0123456789abcdef", name: "fine", folder: ""))
    let text = Infotext(
      request: request, sampler: try SamplerCatalog.named("ddim"), width: 16, height: 16, loraHashes: []
    ).text(seed: 1)
    #expect(
      text.hasSuffix(
        "Denoising strength: 0.8, Mask blur: 4, Inpaint area: Only masked, Masked area padding: 32, "
          + "Refiner: fine [0123456789], Refiner switch at: 0.8"))
  }

  @Test("a refiner goes on from the first model's latents, at its share of the noise")
  func refinement() throws {
    var plain = try request(picture(8, 8), SamplingRequest.Inpainting())
    (plain.startImage, plain.inpainting) = (nil, nil)
    plain.steps = 8
    let other = CheckpointReference(digest: "other", name: "other", folder: try MicroCheckpoint.folder(seed: 8))
    func made(_ fraction: Double, _ checkpoint: CheckpointReference) throws -> PixelImage {
      var request = plain
      request.refinement = .init(checkpoint)
      request.refinement?.highNoiseFraction = fraction
      return try run(request)
    }
    let alone = try run(plain)
    #expect(try made(1, other) == alone)
    let (early, late) = (try made(0.3, other), try made(0.8, other))
    #expect(early != alone && late != alone && early != late)
    #expect(try made(0, plain.checkpoint) == alone)
  }
}
