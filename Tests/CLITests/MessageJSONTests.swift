import LorikeetAPI
import Protobuf
import Testing

@testable import lorikeet

@Suite("Messages as JSON, and enumerations as words")
struct MessageJSONTests {
  @Test("names, times, enumerations and nesting follow proto3's JSON mapping")
  func asset() {
    let asset = Asset.with {
      ($0.id, $0.name, $0.kind, $0.state, $0.sizeBytes) = ("asset_1", "cat", .textualInversion, .ready, 5_000_000_000)
      $0.createTime = .with { ($0.seconds, $0.nanos) = (1_772_370_309, 250_000_000) }
      $0.files = [.with { ($0.path, $0.sizeBytes) = ("a.bin", 3) }]
      $0.lora = .with { ($0.rank, $0.alpha, $0.triggerWords) = (16, 8, ["sks1", "x"]) }
    }
    #expect(
      JSON(asset).text(pretty: false) == #"""
        {"id":"asset_1","name":"cat","kind":"ASSET_KIND_TEXTUAL_INVERSION","state":"ASSET_STATE_READY",\#
        "files":[{"path":"a.bin","sizeBytes":3}],"sizeBytes":5000000000,"createTime":"2026-03-01T13:05:09.250Z",\#
        "lora":{"rank":16,"alpha":8.0,"triggerWords":["sks1","x"],"tensorCount":0,"matchedLayers":0,"unmatchedLayers":0,\#
        "hasTextEncoder":false,"hasConvolutions":false,"hasMagnitudes":false}}
        """#)
  }

  @Test("a oneof is written as the field that is set; optional numbers only when set")
  func oneof() {
    let event = WatchTuneResponse.with {
      $0.payload = .event(
        .with {
          $0.sequence = 7
          $0.payload = .progress(
            .with { ($0.step, $0.timeLeft) = (3, .with { ($0.seconds, $0.nanos) = (1, 500_000_000) }) })
        })
    }
    #expect(
      JSON(event).text(pretty: false) == #"""
        {"event":{"sequence":7,"progress":{"step":3,"totalSteps":0,"loss":0.0,"learningRate":0.0,\#
        "imagesPerSecond":0.0,"timeLeft":"1.5s"}}}
        """#)
    let warning = WatchTuneResponse.with { $0.payload = .event(.with { $0.payload = .warning("careful") }) }
    #expect(JSON(warning).text(pretty: false) == #"{"event":{"sequence":0,"warning":"careful"}}"#)
    #expect(JSON(WatchTuneResponse()).text(pretty: false) == "{}")
    #expect(
      JSON(GenerationSettings.with { $0.steps = 0 }).text(pretty: false)
        == #"{"steps":0,"previewInterval":0,"checkSafety":false}"#)
  }

  @Test("bytes are base64, unknown enumeration values numbers")
  func rest() {
    let image = GeneratedImage.with { ($0.data, $0.seed) = ([1, 2, 255], 4_294_967_295) }
    #expect(
      JSON(image).text(pretty: false)
        == #"{"index":0,"seed":4294967295,"data":"AQL/","width":0,"height":0,"removedForSafety":false}"#)
    #expect(JSON(Asset.with { $0.state = .unrecognized(99) }).text(pretty: false).contains(#""state":99"#))
  }

  @Test("every enumeration value has a word, and the word finds it again")
  func words() {
    func check<Value: SchemaEnum>(_: Value.Type) {
      for value in Value.allCases where value.rawValue != 0 {
        #expect(!value.word.isEmpty && value.word == value.word.lowercased())
        #expect(Value(word: value.word) == value)
      }
      #expect(Value(word: "") == nil && Value(word: "unspecified") == nil)
      #expect(!Value.words.contains(""))
    }
    check(AssetKind.self)
    check(AssetState.self)
    check(ModelFamily.self)
    check(JobState.self)
    check(Sampler.self)
    check(ImageFormat.self)
    check(TargetLayers.self)
    check(LearningRateSchedule.self)
    #expect(Sampler(word: "DPM++_2M_Karras") == .dpmPlusPlus2mKarras && Sampler(word: "ddim") == .ddim)
    #expect(AssetKind.textualInversion.word == "textual-inversion" && AssetKind.unspecified.word == "")
  }
}
