#!/usr/bin/env python3
"""Shows that LoRA files of every layout and kind do in Lorikeet what they do in diffusers with PEFT, and back.

    python Tests/Acceptance/lora.py make FOLDER      writes models, LoRAs and what diffusers makes of them
    LORIKEET_LORA_ACCEPTANCE=FOLDER swift test --filter LoRAAcceptance
    python Tests/Acceptance/lora.py check FOLDER     prints the table; ends with 1 when a difference is too large

Needs torch, diffusers, transformers, peft and safetensors. The models are narrow, with random weights, but have the
published ones' blocks, so that every layer's name occurs. A case is a LoRA on one part of a family's networks in one
layout. Lorikeet reads it (column `in`: the output's difference from PEFT's, relative to the largest number), and writes
it again, as it would after training (`trained`) and as a download in each layout; diffusers loads those files, and the
columns say how far its output then is from the first one. `theirs` is diffusers with the file that Lorikeet was given,
and `effect` what the LoRA changes at all. `mixed` has every layer of the U-Net, with unlike ranks and alphas.
"""

import json
import sys
from pathlib import Path

import torch
from diffusers import DDIMScheduler, StableDiffusionPipeline, StableDiffusionXLPipeline, UNet2DConditionModel
from diffusers.loaders.lora_conversion_utils import (
    _convert_non_diffusers_lora_to_diffusers,
    _maybe_map_sgm_blocks_to_diffusers,
)
from diffusers.utils import (
    convert_state_dict_to_diffusers,
    convert_state_dict_to_peft,
    convert_unet_state_dict_to_peft,
    logging,
)
from peft import LoraConfig, get_peft_model_state_dict, inject_adapter_in_model
from safetensors.torch import load_file, save_file
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

LIMIT = 1e-4
LAYOUTS = ["kohya", "diffusers", "peft", "old"]
OUT = ["trained", "kohya", "peft", "diffusers"]
COMPONENTS = {"unet": "lora_unet", "text_encoder": "lora_te1", "text_encoder_2": "lora_te2"}


# Models

def seeded(model):
    generator = torch.Generator().manual_seed(5)
    for name, parameter in sorted(model.named_parameters()):
        scale = parameter[0].numel() ** -0.5 if parameter.dim() > 1 else 0.1
        parameter.data = torch.randn(parameter.shape, generator=generator) * scale
        if "norm" in name and name.endswith("weight"):
            parameter.data += 1
    return model.eval()


def text_encoder(width, projection=None):
    config = CLIPTextConfig(
        vocab_size=40, hidden_size=width, intermediate_size=3 * width, num_hidden_layers=3, num_attention_heads=4,
        max_position_embeddings=10, bos_token_id=38, eos_token_id=39, pad_token_id=39, projection_dim=projection or 8)
    kind = CLIPTextModelWithProjection if projection else CLIPTextModel
    config.architectures = [kind.__name__]
    return seeded(kind(config))


def networks(family):
    common = {"norm_num_groups": 8, "layers_per_block": 2}
    if family == "sd1":
        return {
            "unet": seeded(UNet2DConditionModel(
                block_out_channels=(16, 32, 32, 32), cross_attention_dim=24, attention_head_dim=4, **common)),
            "text_encoder": text_encoder(24),
        }
    return {
        "unet": seeded(UNet2DConditionModel(
            block_out_channels=(16, 32, 32), cross_attention_dim=24 + 28, attention_head_dim=(2, 4, 4),
            down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
            up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
            transformer_layers_per_block=(1, 2, 3), use_linear_projection=True, addition_embed_type="text_time",
            addition_time_embed_dim=8, projection_class_embeddings_input_dim=20 + 6 * 8, **common)),
        "text_encoder": text_encoder(24), "text_encoder_2": text_encoder(28, 20),
    }


def pipeline(family, parts):
    scheduler = DDIMScheduler()
    if family == "sd1":
        return StableDiffusionPipeline(
            vae=None, tokenizer=None, safety_checker=None, feature_extractor=None, scheduler=scheduler,
            requires_safety_checker=False, **parts)
    return StableDiffusionXLPipeline(vae=None, tokenizer=None, tokenizer_2=None, scheduler=scheduler, **parts)


def inputs(family):
    generator = torch.Generator().manual_seed(6)

    def random(*shape):
        return torch.randn(shape, generator=generator)
    values = {"sample": random(2, 4, 16, 16), "timesteps": torch.tensor([801, 20]),
              "ids": torch.tensor([[38, 4, 9, 1, 39, 39, 39, 39, 39, 39], [38, 1, 2, 3, 4, 5, 6, 7, 8, 39]])}
    if family == "sd1":
        return values | {"context": random(2, 7, 24)}
    times = torch.tensor([[1024.0, 768, 0, 16, 512, 640], [300, 200, 8, 0, 1024, 1024]])
    return values | {"context": random(2, 7, 52), "pooled": random(2, 20), "time_ids": times}


@torch.no_grad()
def outputs(parts, given, components):
    found = {}
    if "unet" in components:
        conditions = None
        if "pooled" in given:
            conditions = {"text_embeds": given["pooled"], "time_ids": given["time_ids"]}
        found["unet"] = parts["unet"](
            given["sample"], given["timesteps"], given["context"], added_cond_kwargs=conditions).sample
    for name in ("text_encoder", "text_encoder_2"):
        if name in components:
            result = parts[name](given["ids"], output_hidden_states=True)
            found[name] = result.hidden_states[-2]
            if name == "text_encoder_2":
                found[f"{name}.pooled"] = result.text_embeds
    return found


# LoRAs

def leaves(model):
    return [name for name, module in model.named_modules() if isinstance(module, (torch.nn.Linear, torch.nn.Conv2d))]


def targets(component, model, kind, old):
    names = leaves(model)
    if component != "unet":
        return [name for name in names if "self_attn" in name] if old else names
    if old:
        return [name for name in names if ".attn" in name]
    if kind in ("mixed", "dora"):
        return names
    if kind == "conv":
        return [name for name in names if "attentions" not in name]
    return [name for name in names if "attentions" in name]


def adapt(model, names, alpha, kind):
    """Random adapters."""
    patterns = {}
    if kind == "mixed":
        attention = [name for name in names if ".attn" in name]
        patterns = {"rank_pattern": {names[0]: 2, attention[0]: 5}, "alpha_pattern": {names[1]: 1.5, attention[1]: 2}}
    config = LoraConfig(r=4, lora_alpha=alpha, target_modules=names, use_dora=kind == "dora", **patterns)
    inject_adapter_in_model(config, model)
    generator = torch.Generator().manual_seed(7)
    for name, parameter in sorted(model.named_parameters()):
        if "lora_magnitude_vector" in name:
            parameter.data *= 0.8 + 0.4 * torch.rand(parameter.shape, generator=generator)
        elif ".lora_" in name:
            parameter.data = torch.randn(parameter.shape, generator=generator) * parameter[0].numel() ** -0.5
    return config


def sgm(name):
    """The original code's name of a layer of SDXL's U-Net."""
    for ours, theirs in [("time_embedding.linear_1", "time_embed.0"), ("time_embedding.linear_2", "time_embed.2"),
                         ("add_embedding.linear_1", "label_emb.0.0"), ("add_embedding.linear_2", "label_emb.0.2"),
                         ("conv_in", "input_blocks.0.0"), ("conv_out", "out.2")]:
        if name == ours:
            return theirs
    words = name.split(".")
    block, level = words[0], int(words[1]) if words[1].isdigit() else 0
    kind, index, rest = words[2:5] if block != "mid_block" else words[1:4]
    rest = ".".join(words[words.index(kind) + 2:])
    index = int(index)
    for ours, theirs in [("conv1", "in_layers.2"), ("conv2", "out_layers.3"), ("time_emb_proj", "emb_layers.1"),
                         ("conv_shortcut", "skip_connection")]:
        if kind == "resnets" and rest == ours:
            rest = theirs
    if block == "mid_block":
        return f"middle_block.{1 if kind == 'attentions' else 2 * index}.{rest}"
    if kind == "downsamplers":
        return f"input_blocks.{3 * level + 3}.0.op"
    if kind == "upsamplers":
        return f"output_blocks.{3 * level + 2}.2.conv"
    place = 1 if kind == "attentions" else 0
    number = 3 * level + index + 1 if block == "down_blocks" else 3 * level + index
    return f"{'input_blocks' if block == 'down_blocks' else 'output_blocks'}.{number}.{place}.{rest}"


def published(component, path):
    """Files have CLIP's outer module in their names; transformers 5 has not."""
    return f"text_model.{path}" if component != "unet" and path.startswith("encoder.") else path


def save(path, family, layout, adapted):
    """Writes adapters in one of the layouts. `adapted`: component → (model, config)."""
    tensors, metadata = {}, {}
    for component, (model, config) in adapted.items():
        for key, value in get_peft_model_state_dict(model).items():
            value = value.contiguous()
            stem, part = key.rsplit(".lora_", 1)
            layer = published(component, stem)
            if layout == "peft":
                name = f"{component}.{layer}.lora_{part}"
            elif layout == "diffusers":
                infix = "lora" if component == "unet" else "lora_linear_layer"
                part = {"A.weight": f"{infix}.down.weight", "B.weight": f"{infix}.up.weight"}[part]
                name = f"{component}.{layer}.{part}"
            elif layout == "old":
                part = {"A.weight": "down.weight", "B.weight": "up.weight"}[part]
                attention, projection = layer.removesuffix(".0").rsplit(".", 1)
                if component == "unet":
                    name = f"{component}.{attention}.processor.{projection}_lora.{part}"
                else:
                    projection = {"q_proj": "to_q", "k_proj": "to_k", "v_proj": "to_v", "out_proj": "to_out"}[projection]
                    name = f"{component}.{attention}.{projection}_lora.{part}"
            else:
                prefix = COMPONENTS[component] if family == "sdxl" else COMPONENTS[component].replace("te1", "te")
                inner = sgm(layer) if component == "unet" and family == "sdxl" else layer
                stem_name = f"{prefix}_{inner.replace('.', '_')}"
                if part.startswith("magnitude"):
                    part, value = "dora_scale", value.reshape(-1, *[1] * (model.get_submodule(stem).weight.dim() - 1))
                else:
                    part = {"A.weight": "lora_down.weight", "B.weight": "lora_up.weight"}[part]
                if part == "lora_down.weight":
                    alpha = config.alpha_pattern.get(stem, config.lora_alpha)
                    tensors[f"{stem_name}.alpha"] = torch.tensor(float(alpha))
                name = f"{stem_name}.{part}"
            tensors[name] = value
        if layout in ("peft", "diffusers"):
            for key, value in config.to_dict().items():
                metadata[f"{component}.{key}"] = list(value) if isinstance(value, set) else value
    entries = {"format": "pt"}
    if metadata:
        entries["lora_adapter_metadata"] = json.dumps(metadata, default=str)
    save_file(tensors, path, entries)


def cases():
    for family in ("sd1", "sdxl"):
        for kind in ("linear", "conv", "text", "mixed", "dora"):
            for layout in LAYOUTS:
                # There were no processors but of attentions; diffusers' scripts never wrote magnitudes.
                if layout == "old" and kind in ("conv", "mixed", "dora") or layout == "diffusers" and kind == "dora":
                    continue
                yield family, kind, layout


def make(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for family in ("sd1", "sdxl"):
        for name, model in networks(family).items():
            model.save_pretrained(folder / family / name)
        save_file(inputs(family), folder / family / "inputs.safetensors")
    listed = []
    for family, kind, layout in cases():
        parts = networks(family)
        components = [name for name in parts if (name == "unet") == (kind != "text")]
        plain = outputs(parts, inputs(family), components)
        adapted = {}
        for component in components:
            model = parts[component]
            names = targets(component, model, kind, layout == "old")
            # The old processors' files knew no alpha.
            adapted[component] = (model, adapt(model, names, 4 if layout == "old" else 3, kind))
        name = f"{family}-{kind}-{layout}"
        found = outputs(parts, inputs(family), components)
        save_file(found | {f"plain.{key}": value for key, value in plain.items()}, folder / f"{name}.expected.safetensors")
        save(folder / f"{name}.safetensors", family, layout, adapted)
        listed.append({"name": name, "family": family, "components": components})
    (folder / "cases.json").write_text(json.dumps(listed))
    print(f"{len(listed)} cases in {folder}")


# The other way round

def difference(found, expected):
    worst = 0.0
    for key, value in found.items():
        worst = max(worst, ((value - expected[key]).abs().max() / expected[key].abs().max()).item())
    return worst


def load_back(folder, family, components, path, expected):
    parts = networks(family)
    pipe = pipeline(family, parts)
    try:
        pipe.load_lora_weights(str(path.parent), weight_name=path.name)
    except Exception as error:  # whatever it is, it is the table's to tell
        return f"{type(error).__name__}: {error}".split("\n")[0][:60]
    return difference(outputs(parts, inputs(family), components), expected)


def check_names(folder, family, unet, encoders):
    """Whether diffusers finds the layer of every name of a full-size network. Returns how many it does not."""
    names = json.loads((folder / f"names-{family}.json").read_text())
    state = {}
    for name, (inputs, kernel) in names.items():
        down = torch.empty(2, inputs, kernel, kernel, device="meta") if kernel > 1 else torch.empty(2, inputs, device="meta")
        state |= {name: down, name.replace("lora_down", "lora_up"): torch.empty(1, 2, device="meta")}
    state = _maybe_map_sgm_blocks_to_diffusers(state, unet.config) if family.endswith("XL") else state
    found, _ = _convert_non_diffusers_lora_to_diffusers(state)
    missing = 0
    counts = dict.fromkeys(["unet", *encoders], 0)
    defaults = dict(counts)
    for component, model in {"unet": unet, **encoders}.items():
        own = {key.removeprefix(f"{component}."): value for key, value in found.items()
               if key.startswith(f"{component}.")}
        convert = convert_unet_state_dict_to_peft if component == "unet" else convert_state_dict_to_peft
        modules = dict(model.named_modules())
        for key in convert(own if component == "unet" else convert_state_dict_to_diffusers(own)):
            if "lora_A" not in key:
                continue
            layer = key.split(".lora_A")[0]
            # transformers 5 has the outer module in one kind of text encoder, and not in the other.
            missing += layer not in modules and layer.removeprefix("text_model.") not in modules
            counts[component] += 1
            defaults[component] += component != "unet" or "attentions." in layer
    print(f"{family}: {counts}, of them in kohya's default {defaults}; {missing} unknown to diffusers")
    return missing


def full_size_names(folder):
    with torch.device("meta"):
        small = CLIPTextModel(CLIPTextConfig(hidden_size=768, intermediate_size=3072, num_hidden_layers=12,
                                             num_attention_heads=12))
        big = CLIPTextModelWithProjection(CLIPTextConfig(
            hidden_size=1280, intermediate_size=5120, num_hidden_layers=32, num_attention_heads=20,
            projection_dim=1280))
        first = UNet2DConditionModel(cross_attention_dim=768)
        xl = UNet2DConditionModel(
            cross_attention_dim=2048, block_out_channels=(320, 640, 1280), attention_head_dim=(5, 10, 20),
            down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
            up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
            transformer_layers_per_block=(1, 2, 10), use_linear_projection=True, addition_embed_type="text_time",
            addition_time_embed_dim=256, projection_class_embeddings_input_dim=2816)
    return (check_names(folder, "stableDiffusion1", first, {"text_encoder": small})
            + check_names(folder, "stableDiffusionXL", xl, {"text_encoder": small, "text_encoder_2": big}))


def check(folder):
    failed = full_size_names(folder)

    def cell(value, known=False):
        nonlocal failed
        if not isinstance(value, float):
            failed += not known
            return value if not known else "n/a"
        failed += value >= LIMIT and not known
        return f"{value:.1e}" if value < LIMIT or not known else "n/a"
    print(f"{'case':24}{'effect':>9}{'in':>9}{'theirs':>9}" + "".join(f"{name:>11}" for name in OUT))
    for case in json.loads((folder / "cases.json").read_text()):
        name, family, components = case["name"], case["family"], case["components"]
        expected = load_file(folder / f"{name}.expected.safetensors")
        effect = difference({key: expected[f"plain.{key}"] for key in expected if not key.startswith("plain.")}, expected)
        ours = load_file(folder / f"{name}.output.safetensors")
        failed += effect < 1e-2
        row = f"{name:24}{effect:9.1e}{cell(difference(ours, expected)):>9}"
        # Whether diffusers can read the file that we were given.
        theirs = load_back(folder, family, components, folder / f"{name}.safetensors", expected)
        row += f"{cell(theirs, known=True):>9}"
        for out in OUT:
            value = load_back(folder, family, components, folder / f"{name}.{out}.safetensors", expected)
            # In kohya's layout diffusers leaves magnitudes out, and gives attentions one alpha where theirs differ.
            known = "dora" in name and out in ("trained", "kohya") or "mixed" in name and out == "kohya"
            row += f"{cell(value, known):>11}"
        print(row)
    print("n/a: a file that diffusers itself does not read, or not whole")
    if failed:
        print(f"{failed} too large")
    return 1 if failed else 0


if __name__ == "__main__":
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    if len(sys.argv) != 3 or sys.argv[1] not in ("make", "check"):
        sys.exit(__doc__)
    sys.exit(make(Path(sys.argv[2])) if sys.argv[1] == "make" else check(Path(sys.argv[2])))
