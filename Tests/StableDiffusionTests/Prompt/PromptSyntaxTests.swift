import Testing

@testable import StableDiffusion

@Suite("Prompt syntax")
struct PromptSyntaxTests {
  private func text(_ text: String, _ weight: Double = 1) -> PromptSyntax.Part { .text(text, weight: weight) }

  /// Weights to nine digits, so that 1.1 · 1.1 is 1.21.
  private func parse(_ prompt: String) throws -> [PromptSyntax.Part] {
    try PromptSyntax.parse(prompt).map {
      guard case .text(let text, let weight) = $0 else { return $0 }
      return .text(text, weight: (weight * 1e9).rounded() / 1e9)
    }
  }

  @Test("brackets weigh what is in them, inside of one another the product")
  func brackets() throws {
    #expect(try parse("a cat") == [text("a cat")])
    #expect(try parse("a (big) cat") == [text("a "), text("big", 1.1), text(" cat")])
    #expect(try parse("a (big:1.35) cat") == [text("a "), text("big", 1.35), text(" cat")])
    #expect(try parse("a [small] cat") == [text("a "), text("small", 0.909090909), text(" cat")])
    #expect(try parse("((a (b:2)))") == [text("a ", 1.21), text("b", 2.42)])
    #expect(try parse("[(a:0.5) b]") == [text("a", 0.454545455), text(" b", 0.909090909)])
    #expect(try parse("(a: +.5 )(b:-2.)") == [text("a", 0.5), text("b", -2)])
    #expect(try parse("(one)(two)") == [text("onetwo", 1.1)])
    #expect(try parse("") == [])
  }

  @Test("a backslash makes a bracket or a backslash a character")
  func escapes() throws {
    #expect(try parse(#"smile \(face\) \[x\] a\\b"#) == [text(#"smile (face) [x] a\b"#)])
    #expect(try parse(#"(a \(b\):1.5)"#) == [text("a (b)", 1.5)])
    #expect(try parse(#"c\d\"#) == [text("cd")])
  }

  @Test("what opens and never closes holds to the end; what closes and never opened is text")
  func unbalanced() throws {
    #expect(try parse("a (b c") == [text("a "), text("b c", 1.1)])
    #expect(try parse("[a (b") == [text("a ", 0.909090909), text("b", 1)])
    #expect(try parse("a) b] c:1.2)") == [text("a) b] c:1.2)")])
    #expect(try parse("[a:1.2) b") == [text("a:1.2) b", 0.909090909)])
  }

  @Test("a number that is none leaves the colon as text")
  func numbers() throws {
    #expect(try parse("(a:b)") == [text("a:b", 1.1)])
    #expect(try parse("(a:1.2.3)") == [text("a:1.2.3", 1.1)])
    #expect(try parse("(a:)") == [text("a:", 1.1)])
    #expect(try parse("ratio 3:4 (x:y:1.3)") == [text("ratio 3:4 "), text("x:y", 1.3)])
  }

  @Test("BREAK cuts where it stands as a word, in brackets too")
  func breaks() throws {
    #expect(try parse("a  BREAK \n b") == [text("a"), .chunkBreak, text("b")])
    #expect(try parse("BREAK BREAK") == [.chunkBreak, .chunkBreak])
    #expect(try parse("(a BREAK b:1.5)") == [text("a", 1.5), .chunkBreak, text("b", 1.5)])
    #expect(try parse("BREAKFAST, a_BREAK, break") == [text("BREAKFAST, a_BREAK, break")])
    #expect(try parse("a,BREAK,b") == [text("a,"), .chunkBreak, text(",b")])
  }

  @Test("weights out of bounds are refused, however they come about", arguments: [
    "(a:10.5)", "(a:-11)", "(a:99999999999999999999999999)", String(repeating: "(", count: 40) + "a",
    "(a:" + String(repeating: "9", count: 500) + ")",
  ])
  func bounds(prompt: String) {
    let error = #expect(throws: PromptError.self) { try PromptSyntax.parse(prompt) }
    guard case .weight? = error else {
      Issue.record("threw \(String(describing: error))")
      return
    }
  }

  @Test("ten thousand brackets are read at once")
  func manyBrackets() throws {
    #expect(try parse(String(repeating: "[(a)]", count: 2_000)) == [text(String(repeating: "a", count: 2_000))])
    #expect(throws: PromptError.tooManyBrackets(most: 100)) {
      try PromptSyntax.parse(String(repeating: "(a[", count: 3_000))
    }
  }
}
