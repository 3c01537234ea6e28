#!/usr/bin/env python3
"""Writes what diffusers' pipelines make of a small random model, for the Swift tests to compare with.

    python make_picture_goldens.py        (needs torch, diffusers, transformers, safetensors; overwrites its file)

`pictures.safetensors` holds the parameters of a Stable Diffusion 1 model under `text_encoder.`, `unet.` and `vae.`
(halves, so that they are the same everywhere), the first convolution of an inpainting U-Net under `inpaint.`, a picture
and a mask under `input.`, and the final latents of each case under `output.`. Their seed is 7.
"""

import json
from pathlib import Path

import numpy
import torch
from diffusers import (
    AutoencoderKL,
    DDIMScheduler,
    EulerAncestralDiscreteScheduler,
    EulerDiscreteScheduler,
    StableDiffusionImg2ImgPipeline,
    StableDiffusionInpaintPipeline,
    StableDiffusionPipeline,
    UNet2DConditionModel,
)
from PIL import Image
from safetensors.torch import save_file
from transformers import CLIPTextConfig, CLIPTextModel

from make_goldens import randomize

SCHEDULE = {
    "beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012, "steps_offset": 1,
    "prediction_type": "epsilon",
}


def halves(model):
    for parameter in model.parameters():
        parameter.data = parameter.data.half().float()
    return model


def prefixed(prefix, model):
    return {f"{prefix}.{name}": value.half().contiguous() for name, value in model.state_dict().items()
            if value.is_floating_point()}


def make_unet(**config):
    torch.manual_seed(2)
    return halves(randomize(UNet2DConditionModel(
        block_out_channels=(4, 8), down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"), layers_per_block=1, norm_num_groups=2,
        attention_head_dim=2, cross_attention_dim=8, sample_size=8, **config)))


def written(config):
    return {key: value for key, value in dict(config).items() if not key.startswith("_")}


def main():
    text_config = CLIPTextConfig(
        vocab_size=30, hidden_size=8, intermediate_size=16, num_hidden_layers=2, num_attention_heads=2,
        max_position_embeddings=77, bos_token_id=0, eos_token_id=1, pad_token_id=1)
    torch.manual_seed(3)
    text_encoder = halves(randomize(CLIPTextModel(text_config)))
    torch.manual_seed(1)
    vae = halves(randomize(AutoencoderKL(
        block_out_channels=(4, 4), layers_per_block=1, norm_num_groups=2, sample_size=16,
        down_block_types=["DownEncoderBlock2D"] * 2, up_block_types=["UpDecoderBlock2D"] * 2)))
    unet = make_unet()
    # The inpainting network shares all but its first convolution.
    inpainting = make_unet(in_channels=9)
    shared = {name: value for name, value in unet.state_dict().items() if not name.startswith("conv_in")}
    inpainting.load_state_dict(shared, strict=False)

    # "abc" and "j" by the letters that the Swift tests' tokenizer knows.
    ids = torch.tensor([[0, 2, 4, 7] + [1] * 73, [0, 21] + [1] * 75])
    with torch.no_grad():
        prompt, negative = text_encoder(ids).last_hidden_state.chunk(2)

    generator = numpy.random.default_rng(4)
    pixels = generator.integers(0, 256, (16, 24, 3), dtype=numpy.uint8)
    mask = numpy.zeros((16, 24), dtype=numpy.uint8)
    mask[4:12, 8:20] = 255
    image, mask_image = Image.fromarray(pixels), Image.fromarray(mask)

    def make(pipeline, scheduler, network, **arguments):
        pipe = pipeline(
            vae=vae, text_encoder=text_encoder, tokenizer=None, unet=network,
            scheduler=scheduler.from_config(SCHEDULE | arguments.pop("schedule", {})), safety_checker=None,
            feature_extractor=None, requires_safety_checker=False)
        pipe.set_progress_bar_config(disable=True)
        return pipe(
            prompt_embeds=prompt, negative_prompt_embeds=negative, generator=torch.Generator().manual_seed(7),
            output_type="latent", height=16, width=24, **arguments).images

    ddim = {"schedule": {"clip_sample": False, "set_alpha_to_one": False}}
    start = {"image": image, "strength": 0.7}
    masked = {"image": image, "mask_image": mask_image}
    cases = {
        "text": make(StableDiffusionPipeline, EulerDiscreteScheduler, unet, num_inference_steps=4, guidance_scale=5),
        "rescaled": make(StableDiffusionPipeline, DDIMScheduler, unet, num_inference_steps=5, guidance_scale=9,
                         guidance_rescale=0.7, **ddim),
        "image": make(StableDiffusionImg2ImgPipeline, EulerAncestralDiscreteScheduler, unet, num_inference_steps=6,
                      guidance_scale=4, **start),
        "inpaint": make(StableDiffusionInpaintPipeline, DDIMScheduler, unet, num_inference_steps=6, guidance_scale=4,
                        strength=0.7, **masked, **ddim),
        "inpaint-fresh": make(StableDiffusionInpaintPipeline, EulerAncestralDiscreteScheduler, unet,
                              num_inference_steps=4, guidance_scale=1, strength=1.0, **masked),
        "inpaint-model": make(StableDiffusionInpaintPipeline, DDIMScheduler, inpainting, num_inference_steps=6,
                              guidance_scale=4, strength=0.7, **masked, **ddim),
        "inpaint-model-fresh": make(StableDiffusionInpaintPipeline, EulerDiscreteScheduler, inpainting,
                                    num_inference_steps=4, guidance_scale=4, strength=1.0, **masked),
    }
    tensors = prefixed("text_encoder", text_encoder) | prefixed("unet", unet) | prefixed("vae", vae)
    tensors |= {f"inpaint.{name}": value for name, value in prefixed("x", inpainting).items()
                if name.startswith("x.conv_in")}
    tensors = {name.replace("inpaint.x.", "inpaint."): value for name, value in tensors.items()}
    tensors |= {"input.pixels": torch.from_numpy(pixels), "input.mask": torch.from_numpy(mask // 255)}
    tensors |= {f"output.{name}": value.contiguous().clone() for name, value in cases.items()}
    configurations = {
        "text_encoder": text_config.to_dict(), "unet": written(unet.config), "vae": written(vae.config),
        "scheduler": SCHEDULE | ddim["schedule"],
    }
    path = Path(__file__).parent / "pictures.safetensors"
    save_file(tensors, path, {name: json.dumps(value, sort_keys=True) for name, value in configurations.items()})
    print(f"{path.name}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
