#!/usr/bin/env python3
"""Writes prompts-first.safetensors and prompts-second.safetensors: two small text encoders and what they make of
prompts with emphasis, in chunks, with textual inversions.

    python make_prompt_goldens.py        (needs torch, transformers, safetensors; overwrites the files beside it)

The rules are those of AUTOMATIC1111's web UI (modules/prompt_parser.py and sd_hijack_clip.py describe them): 75 tokens
a chunk, each chunk encoded by itself between begin and end token, states multiplied by the weights, then by what
brings their mean back. Text and weights are given here side by side, so that reading the brackets is not the test's
reference but its subject.
"""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

FOLDER = Path(__file__).parent
ROOM = 75
BREAK = None
TRIGGER = "sks1"
LONG = "a small red circle and a large blue square on a striped green background, "

# Per case: rows of (text, weight) pieces. The test writes the same with brackets.
CASES = {
    "plain": [[("a red circle", 1)], [("", 1)]],
    "weights": [
        [("a ", 1), ("red", 1.3), (" circle on a ", 1), ("striped", 1.1 * 1.1), (" ", 1.1), ("background", 1.1 / 1.1)],
        [("dark", 1 / 1.1), (", (small)", 1)],
    ],
    "chunks": [
        [(LONG * 6, 1), ("purple", 0.5), (" ", 1), BREAK, ("a creature", -0.4)],
        [("a yellow triangle", 1)],
    ],
    "embedding": [
        [("a ", 1), (TRIGGER, 1.2), (" on a pink background", 1)],
        [("the " * 73 + TRIGGER, 1)],
    ],
}


def build(kind, seed, **config):
    torch.manual_seed(seed)
    configuration = CLIPTextConfig(
        vocab_size=629, intermediate_size=16, num_hidden_layers=3, num_attention_heads=2, max_position_embeddings=77,
        bos_token_id=627, eos_token_id=628, **config,
    )
    configuration.architectures = [kind.__name__]
    model = kind(configuration).eval()
    for name, parameter in sorted(model.named_parameters()):
        is_norm_weight = "norm" in name and name.endswith("weight")
        torch.nn.init.normal_(parameter, mean=1.0 if is_norm_weight else 0.0, std=0.3)
    return configuration, model


def chunks(row, tokenizer, vectors):
    """Lists of (token, weight, vector or None), each as long as a chunk has room."""
    trigger = tokenizer(TRIGGER, add_special_tokens=False).input_ids
    result, chunk = [], []
    for piece in row:
        if piece is BREAK:
            result.append(chunk)
            chunk = []
            continue
        text, weight = piece
        tokens = tokenizer(text, add_special_tokens=False).input_ids
        while tokens:
            if vectors is not None and tokens[: len(trigger)] == trigger:
                added, tokens = [(0, weight, vector) for vector in vectors], tokens[len(trigger):]
            else:
                added, tokens = [(tokens[0], weight, None)], tokens[1:]
            if len(chunk) + len(added) > ROOM:
                result.append(chunk)
                chunk = []
            chunk += added
    return result + [chunk] if chunk or not result else result


def encode(model, tokenizer, pad, rows, vectors, layer, norm):
    rows = [chunks(row, tokenizer, vectors) for row in rows]
    count = max(len(row) for row in rows)
    states, pooled = [], None
    body = getattr(model, "text_model", model)
    embedding = body.embeddings.token_embedding
    for index in range(count):
        column = [row[index] if index < len(row) else [] for row in rows]
        ids = [[627, *(t for t, _, _ in chunk), 628, *[pad] * (ROOM - len(chunk))] for chunk in column]

        def insert(module, inputs, output):
            output = output.clone()
            for row, chunk in enumerate(column):
                for place, (_, _, vector) in enumerate(chunk):
                    if vector is not None:
                        output[row, 1 + place] = vector
            return output

        hook = embedding.register_forward_hook(insert)
        with torch.no_grad():
            result = model(torch.tensor(ids), output_hidden_states=True)
        hook.remove()
        state = result.hidden_states[-layer]
        assert torch.allclose(body.final_layer_norm(result.hidden_states[-1]), result.last_hidden_state)
        if norm:
            state = body.final_layer_norm(state)
        weights = torch.tensor([[1, *(w for _, w, _ in chunk), 1, *[1] * (ROOM - len(chunk))] for chunk in column])
        weighted = state * weights.unsqueeze(-1)
        state = weighted * (state.mean(dim=(1, 2), keepdim=True) / weighted.mean(dim=(1, 2), keepdim=True))
        states.append(state.detach())
        if index == 0:
            pooled = result.text_embeds if hasattr(result, "text_embeds") else result.pooler_output
    return torch.cat(states, dim=1), pooled


def thin(context):
    """Some positions of each chunk: the beginning, where the prompts differ, and the last."""
    kept = [place for place in range(context.shape[1]) if place % 77 in (0, 1, 2, 3, 4, 7, 9, 40, 74, 75, 76)]
    return context[:, kept]


def main():
    tokenizer = CLIPTokenizer.from_pretrained(FOLDER.parent.parent / "Models/lorikeet-tiny/tokenizer")
    first = build(CLIPTextModel, 3, hidden_size=8, hidden_act="quick_gelu", pad_token_id=628)
    second = build(CLIPTextModelWithProjection, 4, hidden_size=12, hidden_act="gelu", pad_token_id=0, projection_dim=6)
    for name, (configuration, model), pad in [("first", first, 628), ("second", second, 0)]:
        torch.manual_seed(5)
        vectors = torch.randn(3, configuration.hidden_size)
        tensors = {key: value.contiguous().clone() for key, value in model.state_dict().items()}
        tensors["input.vectors"] = vectors
        for case, rows in CASES.items():
            inserted = vectors if case == "embedding" else None
            # Through the norm as Stable Diffusion 1 reads it, without as XL does.
            for label, layer, norm in [("norm1", 1, True), ("norm2", 2, True), ("raw2", 2, False), ("raw3", 3, False)]:
                if case == "plain" or label in ("norm1", "raw2"):
                    context, pooled = encode(model, tokenizer, pad, rows, inserted, layer, norm)
                    tensors[f"output.{case}.{label}"] = thin(context).contiguous()
            tensors[f"output.{case}.pooled"] = pooled.contiguous()
        path = FOLDER / f"prompts-{name}.safetensors"
        save_file(tensors, path, {"config": json.dumps(configuration.to_dict(), sort_keys=True)})
        print(f"{path.name}: {path.stat().st_size} bytes")


main()
