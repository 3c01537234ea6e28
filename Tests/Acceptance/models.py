#!/usr/bin/env python3
"""Writes full-size checkpoints with random weights in both layouts, and what diffusers computes with them.

    python models.py {sd15,sdxl} FOLDER VOCABULARY       (torch, diffusers, transformers; 4 or 17 GB of disk)
    LORIKEET_ACCEPTANCE=1 swift run acceptance-models FOLDER

FOLDER/diffusers is written by diffusers' and transformers' own save_pretrained (SDXL's U-Net in shards),
FOLDER/original.safetensors in the names of the original code, whose map diffusers' own converter confirms. Weights are
float16; FOLDER/outputs.safetensors holds inputs and outputs computed from them in float32. VOCABULARY is CLIP's
published one (`make setup` puts it into .deps/open_clip).
"""

import gzip
import json
import re
import struct
import sys
from pathlib import Path

import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from diffusers.loaders import single_file_utils
from safetensors.torch import save_file
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

CLIP_L = dict(vocab_size=49408, hidden_size=768, intermediate_size=3072, num_hidden_layers=12, num_attention_heads=12,
              max_position_embeddings=77, hidden_act="quick_gelu", bos_token_id=49406, eos_token_id=49407,
              pad_token_id=49407, projection_dim=768)
CLIP_G = dict(CLIP_L, hidden_size=1280, intermediate_size=5120, num_hidden_layers=32, num_attention_heads=20,
              hidden_act="gelu", pad_token_id=0, projection_dim=1280)
VAE = dict(block_out_channels=(128, 256, 512, 512), down_block_types=("DownEncoderBlock2D",) * 4,
           up_block_types=("UpDecoderBlock2D",) * 4, layers_per_block=2, norm_num_groups=32, latent_channels=4)
FAMILIES = {
    "sd15": dict(
        pipeline="StableDiffusionPipeline",
        unet=dict(sample_size=64, cross_attention_dim=768, attention_head_dim=8),
        vae=dict(VAE, sample_size=512, scaling_factor=0.18215),
        texts=[("text_encoder", "tokenizer", CLIPTextModel, CLIP_L, "cond_stage_model.transformer.")]),
    "sdxl": dict(
        pipeline="StableDiffusionXLPipeline",
        unet=dict(sample_size=128, block_out_channels=(320, 640, 1280), cross_attention_dim=2048,
                  down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
                  up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
                  attention_head_dim=(5, 10, 20), transformer_layers_per_block=(1, 2, 10),
                  use_linear_projection=True, addition_embed_type="text_time", addition_time_embed_dim=256,
                  projection_class_embeddings_input_dim=2816),
        vae=dict(VAE, sample_size=1024, scaling_factor=0.13025),
        texts=[("text_encoder", "tokenizer", CLIPTextModel, CLIP_L, "conditioner.embedders.0.transformer."),
               ("text_encoder_2", "tokenizer_2", CLIPTextModelWithProjection, CLIP_G, "conditioner.embedders.1.model.")]),
}


class Pool:
    """Random numbers at the price of copies: slices of one drawn pool."""

    def __init__(self):
        self.values = torch.randn((1 << 24) + 9973, generator=torch.Generator().manual_seed(5))
        self.start = 0

    def take(self, shape):
        count = int(torch.Size(shape).numel())
        parts = []
        while count:
            part = self.values[self.start:self.start + count]
            parts.append(part)
            count -= len(part)
            self.start = 0 if count else self.start + len(part)
        return torch.cat(parts).reshape(shape)


def build(make, pool):
    """A model with sound random float16 weights: no norm at its default, every layer's output of about unit size."""
    with torch.device("meta"):
        model = make()
    weights = {}
    for name, value in model.state_dict().items():
        if not value.dtype.is_floating_point:
            weights[name] = torch.arange(value.numel()).reshape(value.shape)
            continue
        drawn = pool.take(value.shape)
        if value.dim() > 1:
            drawn = drawn * value[0].numel() ** -0.5 * (0.5 if "embedding" not in name else 1)
        else:
            drawn = drawn * 0.1 + (1 if "norm" in name and name.endswith("weight") else 0)
        weights[name] = drawn.half()
    model.load_state_dict(weights, assign=True)
    # Buffers that are no part of the state.
    for name, buffer in list(model.named_buffers()):
        if buffer.is_meta:
            owner, _, leaf = name.rpartition(".")
            holder = model.get_submodule(owner)
            holder.register_buffer(leaf, torch.arange(buffer.numel()).reshape(buffer.shape), persistent=False)
    return model.eval(), weights


def unet_names(names, layers=2):
    """diffusers' names of a U-Net's tensors → the original code's."""
    resnet = {"norm1": "in_layers.0", "conv1": "in_layers.2", "time_emb_proj": "emb_layers.1", "norm2": "out_layers.0",
              "conv2": "out_layers.3", "conv_shortcut": "skip_connection"}
    outer = {"conv_in": "input_blocks.0.0", "conv_norm_out": "out.0", "conv_out": "out.2",
             "time_embedding.linear_1": "time_embed.0", "time_embedding.linear_2": "time_embed.2",
             "add_embedding.linear_1": "label_emb.0.0", "add_embedding.linear_2": "label_emb.0.2"}
    attending = {name.split(".")[1] for name in names if name.startswith("up_blocks") and ".attentions." in name}
    result = {}
    for name in names:
        layer, _, kind = name.rpartition(".")
        parts = layer.split(".")
        if layer in outer:
            old = outer[layer]
        elif parts[0] == "mid_block":
            old = (f"middle_block.{2 * int(parts[2])}.{resnet[parts[3]]}" if parts[1] == "resnets"
                   else "middle_block.1." + ".".join(parts[3:]))
        else:
            level, part, index = int(parts[1]), parts[2], int(parts[3])
            down = parts[0] == "down_blocks"
            number = (layers + 1) * level + index + (1 if down else 0)
            block = f"{'input' if down else 'output'}_blocks.{number}"
            if part == "resnets":
                old = f"{block}.0.{resnet[parts[4]]}"
            elif part == "attentions":
                old = f"{block}.1." + ".".join(parts[4:])
            elif part == "downsamplers":
                old = f"input_blocks.{(layers + 1) * (level + 1)}.0.op"
            else:
                old = f"output_blocks.{(layers + 1) * level + layers}.{2 if parts[1] in attending else 1}.conv"
        result[name] = f"{old}.{kind}"
    return result


def vae_names(names, levels=4):
    rules = [(r"\.down_blocks\.(\d)\.", r".down.\1."), (r"\.resnets\.", ".block."), (r"\.conv_shortcut\.", ".nin_shortcut."),
             (r"\.mid_block\.block\.0\.", ".mid.block_1."), (r"\.mid_block\.block\.1\.", ".mid.block_2."),
             (r"\.mid_block\.attentions\.0\.group_norm\.", ".mid.attn_1.norm."),
             (r"\.mid_block\.attentions\.0\.to_([qkv])\.", r".mid.attn_1.\1."),
             (r"\.mid_block\.attentions\.0\.to_out\.0\.", ".mid.attn_1.proj_out."),
             (r"\.downsamplers\.0\.", ".downsample."), (r"\.upsamplers\.0\.", ".upsample."),
             (r"\.conv_norm_out\.", ".norm_out.")]
    result = {}
    for name in names:
        old = re.sub(r"\.up_blocks\.(\d)\.", lambda match: f".up.{levels - 1 - int(match[1])}.", name)
        for pattern, replacement in rules:
            old = re.sub(pattern, replacement, old)
        result[name] = old
    return result


def open_clip(weights):
    """OpenCLIP's names, with queries, keys and values in one matrix and the projection on its side."""
    rules = [("text_model.encoder.layers.", "transformer.resblocks."), (".layer_norm1.", ".ln_1."),
             (".layer_norm2.", ".ln_2."), (".self_attn.out_proj.", ".attn.out_proj."), (".mlp.fc1.", ".mlp.c_fc."),
             (".mlp.fc2.", ".mlp.c_proj."), ("text_model.final_layer_norm.", "ln_final."),
             ("text_model.embeddings.token_embedding.weight", "token_embedding.weight"),
             ("text_model.embeddings.position_embedding.weight", "positional_embedding")]
    result = {}
    for name, value in weights.items():
        if ".k_proj." in name or ".v_proj." in name or name.endswith("position_ids"):
            continue
        old = name
        for new, replacement in rules:
            old = old.replace(new, replacement)
        if name == "text_projection.weight":
            old, value = "text_projection", value.T.contiguous()
        elif ".q_proj." in name:
            old = old.replace(".self_attn.q_proj.", ".attn.in_proj_")
            value = torch.cat([weights[name.replace("q_proj", part)] for part in ("q_proj", "k_proj", "v_proj")])
        result[old] = value
    result["logit_scale"] = torch.tensor(4.6, dtype=torch.float16)
    return result


class Writer:
    """A safetensors file whose tensors are written part by part."""

    def __init__(self, path):
        self.data = open(f"{path}.data", "w+b")
        self.path, self.header, self.end = path, {}, 0

    def add(self, prefix, tensors):
        for name, value in tensors.items():
            raw = value.contiguous().numpy().tobytes()
            self.header[prefix + name] = {"dtype": "F16" if value.dtype == torch.float16 else "I64",
                                          "shape": list(value.shape), "data_offsets": [self.end, self.end + len(raw)]}
            self.data.write(raw)
            self.end += len(raw)

    def close(self):
        text = json.dumps(self.header).encode()
        text += b" " * (-len(text) % 8)
        with open(self.path, "wb") as file:
            file.write(struct.pack("<Q", len(text)) + text)
            self.data.seek(0)
            while block := self.data.read(1 << 24):
                file.write(block)
        self.data.close()
        Path(f"{self.path}.data").unlink()


def write_tokenizer(folder, vocabulary, padding):
    folder.mkdir(parents=True)
    lines = gzip.open(vocabulary, "rt", encoding="utf-8").read().split("\n")[1:49152 - 256 - 2 + 1]
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    letters = [chr(byte) for byte in printable] + [chr(256 + index) for index in range(len(others))]
    tokens = letters + [f"{letter}</w>" for letter in letters] + ["".join(line.split()) for line in lines]
    tokens += ["<|startoftext|>", "<|endoftext|>"]
    (folder / "vocab.json").write_text(json.dumps({token: index for index, token in enumerate(tokens)}))
    (folder / "merges.txt").write_text("\n".join(["#version: 0.2", *lines]) + "\n")
    (folder / "special_tokens_map.json").write_text(json.dumps({"pad_token": padding}))
    (folder / "tokenizer_config.json").write_text(json.dumps(
        {"tokenizer_class": "CLIPTokenizer", "model_max_length": 77, "pad_token": padding}))


def main():
    family, folder, vocabulary = FAMILIES[sys.argv[1]], Path(sys.argv[2]), sys.argv[3]
    layout = folder / "diffusers"
    layout.mkdir(parents=True)
    torch.manual_seed(7)
    pool, single, outputs = Pool(), Writer(folder / "original.safetensors"), {}
    index = {"_class_name": family["pipeline"], "unet": ["diffusers", "UNet2DConditionModel"],
             "vae": ["diffusers", "AutoencoderKL"], "scheduler": ["diffusers", "DDIMScheduler"]}
    (layout / "scheduler").mkdir()
    (layout / "scheduler" / "scheduler_config.json").write_text(json.dumps(
        {"_class_name": "DDIMScheduler", "beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear",
         "num_train_timesteps": 1000, "steps_offset": 1, "set_alpha_to_one": False, "clip_sample": False}))

    ids = torch.tensor([[49406, 320, 2368, 525, 268, 49407, *[0] * 71], [49406, *range(1000, 1075), 49407]])
    for name, tokenizer, kind, config, prefix in family["texts"]:
        model, weights = build(lambda: kind(CLIPTextConfig(**config)), pool)
        model.save_pretrained(layout / name)
        write_tokenizer(layout / tokenizer, vocabulary, "!" if kind is CLIPTextModelWithProjection else "<|endoftext|>")
        index |= {name: ["transformers", kind.__name__], tokenizer: ["transformers", "CLIPTokenizer"]}
        # transformers 5 leaves CLIP's own prefix out of its names; the original files have it.
        full = {n if n.startswith("text_") else f"text_model.{n}": value for n, value in weights.items()}
        single.add(prefix, open_clip(full) if prefix.endswith("model.") else
                   full | {"text_model.embeddings.position_ids": torch.arange(77).reshape(1, 77)})
        with torch.no_grad():
            result = model.float()(ids, output_hidden_states=True)
        pooled = result.text_embeds if kind is CLIPTextModelWithProjection else result.pooler_output
        outputs |= {f"{name}.ids": ids, f"{name}.last": result.last_hidden_state,
                    f"{name}.penultimate": result.hidden_states[-2], f"{name}.pooled": pooled}
        print(name, sum(value.numel() for value in weights.values()), "parameters", flush=True)
        del model, weights, full, result

    model, weights = build(lambda: AutoencoderKL(**family["vae"]), pool)
    model.save_pretrained(layout / "vae")
    names = vae_names(weights)
    attention = re.compile(r"\.attn_1\.(q|k|v|proj_out)\.weight$")
    single.add("first_stage_model.", {
        names[n]: value.reshape(*value.shape, 1, 1) if attention.search(names[n]) else value
        for n, value in weights.items()})
    back = single_file_utils.convert_ldm_vae_checkpoint(
        {f"first_stage_model.{names[n]}": value for n, value in weights.items()}, dict(model.config))
    assert back.keys() == weights.keys() and all(back[n] is weights[n] for n in weights if "attentions" not in n)
    pictures, latents = torch.rand(1, 3, 128, 128) * 2 - 1, torch.randn(1, 4, 16, 16)
    with torch.no_grad():
        model = model.float()
        outputs |= {"vae.images": pictures, "vae.latents": latents, "vae.mean": model.encode(pictures).latent_dist.mean,
                    "vae.decoded": model.decode(latents).sample}
    print("vae", sum(value.numel() for value in weights.values()), "parameters", flush=True)
    del model, weights, back

    model, weights = build(lambda: UNet2DConditionModel(**family["unet"]), pool)
    model.save_pretrained(layout / "unet", max_shard_size="2GB")
    names = unet_names(weights)
    back = single_file_utils.convert_ldm_unet_checkpoint(
        {f"model.diffusion_model.{names[n]}": value for n, value in weights.items()}, dict(model.config))
    assert back.keys() == weights.keys() and all(back[n] is weights[n] for n in weights)
    single.add("model.diffusion_model.", {names[n]: value for n, value in weights.items()})
    single.close()
    print("unet", sum(value.numel() for value in weights.values()), "parameters", flush=True)
    del back, weights
    width, extra = family["unet"]["cross_attention_dim"], None
    outputs |= {"unet.sample": torch.randn(2, 4, 16, 16), "unet.timesteps": torch.tensor([981, 20]),
                "unet.context": torch.randn(2, 77, width)}
    if "addition_embed_type" in family["unet"]:
        sizes = [[1024.0, 768.0, 0.0, 16.0, 128.0, 128.0], [512.0, 512.0, 8.0, 0.0, 128.0, 128.0]]
        outputs |= {"unet.pooled": torch.randn(2, 1280), "unet.time_ids": torch.tensor(sizes)}
        extra = {"text_embeds": outputs["unet.pooled"], "time_ids": outputs["unet.time_ids"]}
    with torch.no_grad():
        # Piece by piece: the float16 weights go as the float32 ones come.
        for module in model.modules():
            for key, value in list(module._parameters.items()):
                if value is not None:
                    module._parameters[key] = torch.nn.Parameter(value.float(), requires_grad=False)
        outputs["unet.prediction"] = model(
            outputs["unet.sample"], outputs["unet.timesteps"], outputs["unet.context"], added_cond_kwargs=extra).sample
    (layout / "model_index.json").write_text(json.dumps(index))
    save_file({name: value.contiguous().clone() for name, value in outputs.items()}, folder / "outputs.safetensors")


if __name__ == "__main__":
    main()
