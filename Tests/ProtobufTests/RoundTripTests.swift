import LorikeetAPI
import Protobuf
import TestProtos
import Testing

@Suite("Round trips")
struct RoundTripTests {
  @Test("an empty message takes no bytes and comes back empty")
  func empty() throws {
    #expect(Everything().serializedBytes().isEmpty)
    #expect(try Everything(serializedBytes: []) == Everything())
  }

  @Test("scalars at their limits come back", arguments: [false, true])
  func scalars(negative: Bool) throws {
    let message = Scalars.with {
      $0.double = negative ? -.greatestFiniteMagnitude : .leastNonzeroMagnitude
      $0.float = negative ? -.infinity : .ulpOfOne
      $0.int32 = negative ? .min : .max
      $0.int64 = negative ? .min : .max
      $0.uint32 = .max
      $0.uint64 = .max
      $0.sint32 = negative ? .min : .max
      $0.sint64 = negative ? .min : .max
      $0.fixed32 = .max
      $0.fixed64 = .max
      $0.sfixed32 = negative ? .min : .max
      $0.sfixed64 = negative ? .min : .max
      $0.bool = true
      $0.string = "Grüße, 世界 🦜"
      $0.bytes = [0, 255, 0]
      $0.colour = negative ? .infrared : .deepBlue
    }
    #expect(try Scalars(serializedBytes: message.serializedBytes()) == message)
  }

  @Test("an optional field that is set to zero differs from one that is not set")
  func presence() throws {
    let unset = try Optionals(serializedBytes: Optionals().serializedBytes())
    #expect(unset.int32 == nil && unset.string == nil && unset.bytes == nil && unset.message == nil)
    let zero = Optionals.with {
      $0.double = 0
      $0.int32 = 0
      $0.bool = false
      $0.string = ""
      $0.bytes = []
      $0.colour = .unspecified
      $0.message = Scalars()
    }
    let decoded = try Optionals(serializedBytes: zero.serializedBytes())
    #expect(decoded == zero)
    #expect(decoded.string == "" && decoded.bytes == [] && decoded.message == Scalars())
  }

  @Test("a number that an enum has no name for is kept")
  func unrecognizedEnum() throws {
    let message = Scalars.with { $0.colour = Colour(rawValue: 42) }
    #expect(message.colour == .unrecognized(42))
    #expect(try Scalars(serializedBytes: message.serializedBytes()).colour == .unrecognized(42))
    let many = Repeateds.with { $0.colour = [.red, .unrecognized(-7), .infrared] }
    #expect(try Repeateds(serializedBytes: many.serializedBytes()) == many)
  }

  @Test("repeated fields keep order and number, empty values included")
  func repeateds() throws {
    let message = Repeateds.with {
      $0.double = [0, -1.5, .infinity]
      $0.float = [0, 1]
      $0.int32 = [0, -1, .max]
      $0.uint64 = [0, .max]
      $0.sint64 = [0, .min]
      $0.bool = [false, true, false]
      $0.string = ["", "a", ""]
      $0.bytes = [[], [1], [], Array(repeating: 7, count: 5000)]
      $0.colour = [.unspecified, .red]
      $0.message = [Scalars(), .with { $0.int32 = 1 }, Scalars()]
      $0.unpacked = [3, 0, 4]
    }
    #expect(try Repeateds(serializedBytes: message.serializedBytes()) == message)
  }

  @Test("maps come back, zero keys and values included, and have one encoding")
  func maps() throws {
    let message = Maps.with {
      $0.stringString = ["": "", "a": "b", "ü": ""]
      $0.int32Bytes = [0: [], -1: [1, 2]]
      $0.uint64Bool = [0: false, .max: true]
      $0.sint32Colour = [0: .unspecified, -5: .red, 5: .unrecognized(9)]
      $0.sint64Message = [0: Scalars(), 1: .with { $0.string = "x" }]
      $0.boolString = [false: "no", true: "yes"]
      $0.sfixed64Uint64 = Dictionary(uniqueKeysWithValues: (0..<100).map { (Int64($0), UInt64($0)) })
    }
    let bytes = message.serializedBytes()
    let decoded = try Maps(serializedBytes: bytes)
    #expect(decoded == message)
    #expect(decoded.serializedBytes() == bytes)
  }

  @Test("every member of a oneof comes back, set to zero too", arguments: [
    .number(0), .number(-1), .text(""), .text("x"), .data([]), .data([0]), .flag(false), .colour(.unspecified),
    .message(Scalars()), .real(0), .nested(.with { $0.value = .nested(.with { $0.value = .flag(true) }) }), nil,
  ] as [Choice.Value?])
  func oneofs(value: Choice.Value?) throws {
    let message = Choice.with {
      $0.value = value
      $0.after = "after"
      $0.otherChoice = .right("")
    }
    #expect(try Choice(serializedBytes: message.serializedBytes()) == message)
  }

  @Test("messages that hold messages of their own type come back")
  func recursion() throws {
    var node = Node()
    for depth in 0..<40 {
      let inner = node
      node = Node.with {
        $0.name = "\(depth)"
        switch depth % 4 {
        case 0: $0.next = inner
        case 1: $0.children = [inner, Node()]
        case 2: $0.named = ["inner": inner]
        default: $0.wrapper = .with { $0.node = inner; $0.kind = .soft }
        }
      }
    }
    #expect(try Node(serializedBytes: node.serializedBytes()) == node)
  }

  @Test("fields named by keywords keep their values apart")
  func awkwardNames() throws {
    let message = Awkward.with {
      $0.default = "1"
      $0.self_ = "2"
      $0.class = "3"
      $0.in = "4"
      $0.init_ = "5"
      $0.register = ["6"]
      $0.unknownFields_ = 7
      $0.camelCase = "8"
      $0.description = "9"
      $0.c = "10"
      $0.packer = "11"
      $0.frame = "12"
      $0.switch = .while("14")
      $0.int = "15"
      $0.type = .with { $0.type = "16" }
      $0.leading = 17
    }
    #expect(try Awkward(serializedBytes: message.serializedBytes()) == message)
  }

  @Test("the API's own messages come back")
  func api() throws {
    let asset = Asset.with {
      $0.id = "asset_1"
      $0.kind = .lora
      $0.files = [.with { $0.path = "a"; $0.sizeBytes = 1 << 40 }]
      $0.lora = .with { $0.rank = 8; $0.alpha = 4; $0.triggerWords = ["sks"] }
    }
    let page = ListAssetsResponse.with { $0.assets = [asset, Asset(), asset] }
    #expect(try ListAssetsResponse(serializedBytes: page.serializedBytes()) == page)
  }
}
