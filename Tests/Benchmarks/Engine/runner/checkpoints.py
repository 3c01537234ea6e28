"""Writes the checkpoints that both sides load: the published shapes with random weights, in diffusers' layout."""

import json
import os
import shutil
import sys
from pathlib import Path

import torch

HERE = os.path.dirname(os.path.abspath(__file__))


def write_stable_diffusion(partial, tiny):
    """Text encoder and tokenizer are the bundled model's: no row of this size reads a prompt."""
    from diffusers import AutoencoderKL, UNet2DConditionModel

    shutil.copytree(tiny, partial)
    shutil.rmtree(os.path.join(partial, "unet"))
    shutil.rmtree(os.path.join(partial, "vae"))
    levels = 4
    UNet2DConditionModel(sample_size=64, cross_attention_dim=768).save_pretrained(os.path.join(partial, "unet"))
    AutoencoderKL(
        block_out_channels=(128, 256, 512, 512), layers_per_block=2, latent_channels=4, sample_size=512,
        down_block_types=("DownEncoderBlock2D",) * levels, up_block_types=("UpDecoderBlock2D",) * levels,
    ).save_pretrained(os.path.join(partial, "vae"))
    # The folder has to hold together: a text encoder as wide as what the U-Net attends to.
    text = os.path.join(partial, "text_encoder", "config.json")
    with open(text) as file:
        configuration = json.load(file)
    configuration |= {"hidden_size": 768, "projection_dim": 768, "intermediate_size": 3072}
    with open(text, "w") as file:
        json.dump(configuration, file)


def write_stable_diffusion_xl(partial, tiny):
    """Autoencoder and scheduler are the bundled model's: no row of this size decodes."""
    sys.path.insert(0, os.path.join(HERE, "../../../Acceptance"))
    from diffusers import UNet2DConditionModel
    from models import FAMILIES, write_tokenizer
    from transformers import CLIPTextConfig, CLIPTextModelWithProjection

    vocabulary = os.path.join(HERE, "../../../../.deps/open_clip/bpe_simple_vocab_16e6.txt.gz")
    family, partial = FAMILIES["sdxl"], Path(partial)
    index = {"_class_name": family["pipeline"], "unet": ["diffusers", "UNet2DConditionModel"],
             "vae": ["diffusers", "AutoencoderKL"], "scheduler": ["diffusers", "DDIMScheduler"]}
    for part in ("vae", "scheduler"):
        shutil.copytree(os.path.join(tiny, part), partial / part)
    for name, tokenizer, kind, configuration, _ in family["texts"]:
        kind(CLIPTextConfig(**configuration)).save_pretrained(partial / name)
        padding = "!" if kind is CLIPTextModelWithProjection else "<|endoftext|>"
        write_tokenizer(partial / tokenizer, vocabulary, padding)
        index |= {name: ["transformers", kind.__name__], tokenizer: ["transformers", "CLIPTokenizer"]}
    UNet2DConditionModel(**family["unet"]).save_pretrained(partial / "unet", max_shard_size="2GB")
    (partial / "model_index.json").write_text(json.dumps(index))


def main():
    family, folder, tiny = sys.argv[1:]
    torch.manual_seed(0)
    partial = folder + ".partial"
    shutil.rmtree(partial, ignore_errors=True)
    {"sd15": write_stable_diffusion, "sdxl": write_stable_diffusion_xl}[family](partial, tiny)
    os.rename(partial, folder)


if __name__ == "__main__":
    main()
