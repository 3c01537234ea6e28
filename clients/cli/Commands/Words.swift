import ArgumentParser
import LorikeetAPI

/// Options whose values are the API's enumerations, written as words.
enum Words {
  /// For `transform:`: the value, or an error that lists the words.
  static func parse<Value: SchemaEnum>(_ text: String) throws -> Value {
    guard let value = Value(word: text) else {
      throw ValidationError("'\(text.printable)' is none of \(Value.words.joined(separator: ", ")).")
    }
    return value
  }

  static func help<Value: SchemaEnum>(_ what: String, _: Value.Type) -> ArgumentHelp {
    ArgumentHelp("\(what): \(Value.words.joined(separator: ", ")).", valueName: "word")
  }

  static func completion<Value: SchemaEnum>(_: Value.Type) -> CompletionKind { .list(Value.words) }
}

/// What the listing commands share.
struct PageOptions: ParsableArguments {
  @Option(name: .long, help: ArgumentHelp("Show at most so many, newest first.", valueName: "n"))
  var limit: Int = 100

  @Flag(name: .long, help: "Show all, however many there are.")
  var all = false

  func validate() throws {
    guard limit > 0 else { throw ValidationError("--limit must be at least 1.") }
  }

  /// Fetches pages until there is enough.
  /// - Parameter page: one page of at most `size` items behind `token`, with the token of the next and the total.
  func collect<Item>(
    _ page: (_ size: Int32, _ token: String) async throws -> (items: [Item], next: String, total: Int32)
  ) async throws -> (items: [Item], total: Int) {
    var items: [Item] = []
    var token = ""
    while true {
      let wanted = all ? 100 : min(100, limit - items.count)
      let answer = try await page(Int32(wanted), token)
      items += answer.items
      token = answer.next
      // A page of nothing that promises more would go on for ever.
      if token.isEmpty || answer.items.isEmpty || (!all && items.count >= limit) {
        return (all ? items : Array(items.prefix(limit)), Int(answer.total))
      }
    }
  }

  /// Tells people at a terminal that there is more.
  static func note(shown: Int, total: Int, to console: Console = .error) {
    if shown < total, console.style.isTerminal { console.line("\(shown) of \(total) shown; --all shows the rest.") }
  }
}
