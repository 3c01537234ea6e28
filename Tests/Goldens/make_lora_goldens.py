#!/usr/bin/env python3
"""Writes LoRAs for the small models of make_goldens.py, and what PEFT makes of the models with them.

    python make_lora_goldens.py   (needs torch, diffusers, transformers, peft, safetensors; run make_goldens.py first)

`lora-*.safetensors` are files as diffusers saves them; `lora-outputs.safetensors` has what the models then answer to
their goldens' inputs. `lora-layers.json` tells of the layers of the full-size networks: how many, and a checksum of
their names and shapes.
"""

import json
from pathlib import Path

import torch
from diffusers import StableDiffusionXLPipeline, UNet2DConditionModel
from peft import LoraConfig, get_peft_model_state_dict, inject_adapter_in_model
from safetensors import safe_open
from safetensors.torch import save_file
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

FOLDER = Path(__file__).parent


def golden(name):
    with safe_open(FOLDER / f"{name}.safetensors", "pt") as file:
        tensors = {key: file.get_tensor(key) for key in file.keys()}
        config = json.loads(file.metadata()["config"])
    inputs = {key[6:]: value for key, value in tensors.items() if key.startswith("input.")}
    weights = {key: value for key, value in tensors.items() if not key.startswith(("input.", "output."))}
    return config, weights, inputs


def leaves(model):
    """Every layer that an adapter can be hung on."""
    kinds = (torch.nn.Linear, torch.nn.Conv2d)
    return [name for name, module in model.named_modules() if isinstance(module, kinds)]


def adapt(model, **settings):
    """Random adapters: mixed ranks and alphas, none of them without effect."""
    names = leaves(model)
    config = LoraConfig(r=2, lora_alpha=3, target_modules=names, rank_pattern={names[1]: 3, names[-2]: 1},
                        alpha_pattern={names[2]: 1.5}, **settings)
    inject_adapter_in_model(config, model)
    generator = torch.Generator().manual_seed(11)
    for name, parameter in sorted(model.named_parameters()):
        if "lora_magnitude_vector" in name:
            parameter.data *= 0.5 + torch.rand(parameter.shape, generator=generator)
        elif ".lora_" in name:
            parameter.data = torch.randn(parameter.shape, generator=generator) * 0.3
    settings = {key: list(value) if isinstance(value, set) else value for key, value in config.to_dict().items()}
    return model.eval(), settings


def unet(name, lora, outputs, **settings):
    config, weights, inputs = golden(name)
    model = UNet2DConditionModel.from_config(config)
    model.load_state_dict(weights)
    model, metadata = adapt(model, **settings)
    conditions = {"text_embeds": inputs["pooled"], "time_ids": inputs["time_ids"]} if "pooled" in inputs else None
    with torch.no_grad():
        outputs[lora] = model(inputs["sample"], inputs["timesteps"], inputs["context"],
                              added_cond_kwargs=conditions).sample
    # Rank and alpha are in the metadata only, as everywhere in PEFT.
    StableDiffusionXLPipeline.save_lora_weights(
        FOLDER, unet_lora_layers=get_peft_model_state_dict(model), unet_lora_adapter_metadata=metadata,
        weight_name=f"{lora}.safetensors")


def text(name, lora, outputs):
    config, weights, inputs = golden(name)
    model = CLIPTextModelWithProjection(CLIPTextConfig(**config))
    model.load_state_dict(weights)
    model, metadata = adapt(model)
    with torch.no_grad():
        result = model(inputs["ids"], output_hidden_states=True)
    outputs[f"{lora}.penultimate"] = result.hidden_states[-2]
    outputs[f"{lora}.pooled"] = result.text_embeds
    StableDiffusionXLPipeline.save_lora_weights(
        FOLDER, text_encoder_2_lora_layers=get_peft_model_state_dict(model),
        text_encoder_2_lora_adapter_metadata=metadata, weight_name=f"{lora}.safetensors")


def checksum(lines):
    """FNV-1a of the sorted lines."""
    value = 0xCBF29CE484222325
    for byte in "\n".join(sorted(lines)).encode():
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return f"{value:016x}"


def lines(model, prefix=""):
    result = []
    for name in leaves(model):
        module = model.get_submodule(name)
        if isinstance(module, torch.nn.Linear):
            shape = (module.in_features, module.out_features, 1)
        else:
            shape = (module.in_channels, module.out_channels, module.kernel_size[0])
        # transformers 5 leaves the outer module out of its names; files have it.
        name = f"text_model.{name}" if prefix and name.startswith("encoder.") else name
        result.append(f"{name} {shape[0]} {shape[1]} {shape[2]}")
    return {"count": len(result), "checksum": checksum(result)}


def layers():
    attending = ("CrossAttnDownBlock2D",) * 3 + ("DownBlock2D",), ("UpBlock2D",) + ("CrossAttnUpBlock2D",) * 3
    middle = ("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"), (
        "UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D")
    xl = {"use_linear_projection": True, "addition_embed_type": "text_time", "addition_time_embed_dim": 256}
    with torch.device("meta"):
        networks = {
            "stableDiffusion1": UNet2DConditionModel(
                cross_attention_dim=768, down_block_types=attending[0], up_block_types=attending[1]),
            "stableDiffusionXL": UNet2DConditionModel(
                cross_attention_dim=2048, block_out_channels=(320, 640, 1280), attention_head_dim=(5, 10, 20),
                down_block_types=middle[0][:3], up_block_types=middle[1][1:], transformer_layers_per_block=(1, 2, 10),
                projection_class_embeddings_input_dim=2816, **xl),
            "stableDiffusionXLRefiner": UNet2DConditionModel(
                cross_attention_dim=1280, block_out_channels=(384, 768, 1536, 1536), attention_head_dim=(6, 12, 24, 24),
                down_block_types=middle[0], up_block_types=middle[1], transformer_layers_per_block=4,
                projection_class_embeddings_input_dim=2560, **xl),
        }
        vit = CLIPTextModel(CLIPTextConfig(hidden_size=768, intermediate_size=3072, num_hidden_layers=12,
                                           num_attention_heads=12))
        big = CLIPTextModelWithProjection(CLIPTextConfig(
            hidden_size=1280, intermediate_size=5120, num_hidden_layers=32, num_attention_heads=20,
            projection_dim=1280))
    found = {family: {"unet": lines(model)} for family, model in networks.items()}
    for family in ("stableDiffusion1", "stableDiffusionXL"):
        found[family]["textEncoder"] = lines(vit, "text_model.")
    for family in ("stableDiffusionXL", "stableDiffusionXLRefiner"):
        found[family]["textEncoder2"] = lines(big, "text_model.")
    (FOLDER / "lora-layers.json").write_text(json.dumps(found, indent=2) + "\n")


def main():
    torch.manual_seed(0)
    outputs = {}
    unet("unet-convolutions", "lora-unet-convolutions", outputs)
    unet("unet-xl", "lora-unet-xl", outputs)
    unet("unet-xl", "lora-unet-dora", outputs, use_dora=True)
    text("clip-projection", "lora-clip-projection", outputs)
    save_file(outputs, FOLDER / "lora-outputs.safetensors")
    layers()
    for path in sorted(FOLDER.glob("lora-*")):
        print(f"{path.name}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
