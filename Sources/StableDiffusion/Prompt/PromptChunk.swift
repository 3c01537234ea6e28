import ModelFiles

/// What one pass of a text encoder reads: as many tokens as there is room for between the begin and the end token.
struct PromptChunk: Equatable {
  var tokens: [Int] = []
  /// How strongly each token counts.
  var weights: [Double] = []
  /// Textual inversions: the place of each among the tokens, and which it is.
  var embeddings: [Placement] = []

  struct Placement: Equatable {
    let position: Int
    let index: Int
  }

  /// With the begin token, the end token and what fills up the window.
  func ids(_ tokenizer: CLIPTokenizer) -> [Int64] {
    let padding = Array(repeating: tokenizer.padID, count: tokenizer.contextLength - 2 - tokens.count)
    return ([tokenizer.startID] + tokens + [tokenizer.endID] + padding).map(Int64.init)
  }

  /// One for each of `ids`; what is not the prompt's own counts once.
  func weights(contextLength: Int) -> [Float] {
    [1] + weights.map { Float($0) } + Array(repeating: 1, count: contextLength - 1 - weights.count)
  }
}

/// Cuts prompts into chunks for one text encoder.
struct PromptChunker {
  let tokenizer: CLIPTokenizer
  private let embeddings: [PromptEmbedding.Entry]
  /// Which of them begin with a token, the longest word first.
  private let byFirstToken: [Int: [Int]]

  init(_ tokenizer: CLIPTokenizer, embeddings: [PromptEmbedding.Entry]) {
    self.tokenizer = tokenizer
    self.embeddings = embeddings
    byFirstToken = Dictionary(grouping: embeddings.indices) { embeddings[$0].tokens[0] }
      .mapValues { $0.sorted { embeddings[$0].tokens.count > embeddings[$1].tokens.count } }
  }

  private var room: Int { tokenizer.contextLength - 2 }

  /// At least one.
  func chunks(_ parts: [PromptSyntax.Part]) -> [PromptChunk] {
    var chunks: [PromptChunk] = []
    var chunk = PromptChunk()
    func close() {
      chunks.append(chunk)
      chunk = PromptChunk()
    }
    for part in parts {
      guard case .text(let text, let weight) = part else {
        close()
        continue
      }
      let tokens = tokenizer.tokens(of: text)
      var position = 0
      while position < tokens.count {
        let embedding = embedding(at: position, of: tokens)
        let added = embedding.map { Array(repeating: 0, count: embeddings[$0].count) } ?? [tokens[position]]
        if chunk.tokens.count + added.count > room { close() }
        if let embedding { chunk.embeddings.append(.init(position: chunk.tokens.count, index: embedding)) }
        chunk.tokens += added
        chunk.weights += added.map { _ in weight }
        position += embedding.map { embeddings[$0].tokens.count } ?? 1
      }
    }
    if !chunk.tokens.isEmpty || chunks.isEmpty { close() }
    return chunks
  }

  private func embedding(at position: Int, of tokens: [Int]) -> Int? {
    byFirstToken[tokens[position]]?.first { tokens[position...].starts(with: embeddings[$0].tokens) }
  }
}
