"""Writes the checkpoint that both sides load: Stable Diffusion 1.5's shape with random weights, in diffusers' layout."""

import json
import os
import sys


def write_stable_diffusion(folder, tiny):
    """Text encoder and tokenizer are the bundled model's: no row of the full size reads a prompt."""
    import shutil

    import torch
    from diffusers import AutoencoderKL, UNet2DConditionModel

    torch.manual_seed(0)
    partial = folder + ".partial"
    shutil.rmtree(partial, ignore_errors=True)
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
    os.rename(partial, folder)


if __name__ == "__main__":
    write_stable_diffusion(*sys.argv[1:])
