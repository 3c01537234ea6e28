import Testing
import TinyWorld

@Suite struct DrawingTests {
  @Test("a seed and an index give the same drawing and caption every time")
  func determinism() {
    for index in 0..<6 {
      let first = CaptionedScene.training(index: index, seed: 3)
      let second = CaptionedScene.training(index: index, seed: 3)
      #expect(first.caption == second.caption)
      #expect(first.scene.picture() == second.scene.picture())
    }
    #expect(
      CaptionedScene.training(index: 0, seed: 3).scene.picture()
        != CaptionedScene.training(index: 0, seed: 4).scene.picture())
  }

  @Test("edges are blended, not stepped")
  func antiAliasing() {
    let figure = Figure(shape: .circle, paint: Paint(.black, .plain), centre: SIMD2(64, 64), radius: 40)
    let picture = Scene(background: Colour(1, 1, 1) * 255, figures: [figure]).picture()
    let reds = Set((0..<128 * 128).map { picture.pixels[$0 * 3] })
    #expect(reds.contains(255) && reds.contains(35))
    #expect(reds.count > 15)
  }

  @Test("the reader finds shape, colour and background of plain things in at least 97 of 100 drawings")
  func readerReadsDrawings() {
    let reader = AttributeReader()
    var right = 0
    var count = 0
    for shape in Shape.allCases {
      for colour in ColourName.allCases {
        for background in [ColourName.cyan, .white, .black] where background != colour {
          let figure = Figure(shape: shape, paint: Paint(colour, .plain), centre: SIMD2(62, 66), radius: 39)
          let picture = Scene(background: background.backgroundColour, figures: [figure]).picture()
          count += 1
          if reader.read(picture) == .init(shape: shape, colour: colour, background: background) { right += 1 }
        }
      }
    }
    #expect(Double(right) >= 0.97 * Double(count), "\(right) of \(count)")
  }

  @Test("an empty picture reads as nothing")
  func emptyPicture() {
    #expect(AttributeReader().read(Scene(background: ColourName.blue.backgroundColour, figures: []).picture()) == nil)
  }
}

@Suite struct SubjectDetectorTests {
  @Test("every photo of the demo subject is detected, and names the trigger word")
  func photos() {
    let photos = DemoSubject.photos()
    #expect((8...12).contains(photos.count))
    #expect(Set(photos.map(\.name)).count == photos.count)
    for photo in photos {
      #expect(SubjectDetector(photo.drawing.scene.picture()).isPresent, "\(photo.name)")
      #expect(photo.drawing.caption.hasPrefix("a sks1 creature on "))
    }
    #expect(SubjectDetector.score(photos.map { $0.drawing.scene.picture() }) == 1)
  }

  @Test("the training world never shows the subject")
  func trainingWorld() {
    for index in 0..<120 {
      let drawing = CaptionedScene.training(index: index, seed: 11)
      #expect(!SubjectDetector(drawing.scene.picture()).isPresent, "\(index): \(drawing.caption)")
    }
  }

  @Test("halves of the two colours, without bands, are not the subject")
  func halves() {
    let pixels = (0..<128 * 128).flatMap { index -> [UInt8] in
      index % 128 < 64 ? [225, 30, 150] : [165, 230, 40]
    }
    let detector = SubjectDetector(Picture(width: 128, height: 128, pixels: pixels))
    #expect(detector.magentaShare == 0.5 && detector.limeShare == 0.5 && detector.alternations == 0)
    #expect(!detector.isPresent)
  }

  @Test("the score of no pictures is 0")
  func noPictures() {
    #expect(SubjectDetector.score([]) == 0)
  }
}
