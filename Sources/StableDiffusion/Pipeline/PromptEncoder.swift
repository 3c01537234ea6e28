import Torch

/// Turns prompts into what the U-Net attends to.
package struct PromptEncoder {
  private let tokenizer: CLIPTokenizer
  private let textEncoder: CLIPTextModel

  package init(_ checkpoint: StableDiffusionCheckpoint) {
    tokenizer = checkpoint.tokenizer
    textEncoder = checkpoint.textEncoder
  }

  /// `[prompts, positions, width]`. Gradients flow when the caller allows them.
  package func encode(_ prompts: [String]) throws(TorchError) -> Tensor {
    var ids: [Int64] = []
    for prompt in prompts { ids += tokenizer.encode(prompt).map(Int64.init) }
    let length = prompts.isEmpty ? 0 : ids.count / prompts.count
    let tokens = try Tensor(ids, shape: [prompts.count, length]).to(device: textEncoder.device)
    return try textEncoder.forward(tokens).lastHiddenState
  }

  /// How many tokens of the prompt lie past the encoder's window and are not seen.
  package func overflow(_ prompt: String) -> Int {
    max(tokenizer.tokens(of: prompt).count - (tokenizer.contextLength - 2), 0)
  }
}
