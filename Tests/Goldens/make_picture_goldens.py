#!/usr/bin/env python3
"""Writes what diffusers' pipelines make of small random models, for the Swift tests to compare with.

    python make_picture_goldens.py        (needs torch, diffusers, transformers, safetensors; overwrites its files)

Each file holds its models' parameters (halves, so that they are the same everywhere) and configurations, pictures
under `input.`, and the final latents of each case under `output.`. The seed is 7.

`pictures.safetensors`: a Stable Diffusion 1 model under `text_encoder.`, `unet.` and `vae.`, and the first convolution
of an inpainting U-Net under `inpaint.`.

`pictures-xl.safetensors`: an XL model under `text_encoder.`, `text_encoder_2.` and `unet.`, and a refiner's U-Net under
`refiner.`; the autoencoder is the other file's.
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
    StableDiffusionXLImg2ImgPipeline,
    StableDiffusionXLPipeline,
    UNet2DConditionModel,
)
from PIL import Image
from safetensors.torch import save_file
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

from make_goldens import randomize

SCHEDULE = {
    "beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012, "steps_offset": 1,
    "prediction_type": "epsilon",
}
DDIM = {"clip_sample": False, "set_alpha_to_one": False}
TEXT = {
    "vocab_size": 30, "hidden_size": 8, "intermediate_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2,
    "max_position_embeddings": 77, "bos_token_id": 0, "eos_token_id": 1, "pad_token_id": 1,
}
# "abc" and "j" by the letters that the Swift tests' tokenizer knows.
IDS = torch.tensor([[0, 2, 4, 7] + [1] * 73, [0, 21] + [1] * 75])


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


def save(name, tensors, configurations):
    path = Path(__file__).parent / name
    save_file(tensors, path, {key: json.dumps(value, sort_keys=True) for key, value in configurations.items()})
    print(f"{path.name}: {path.stat().st_size} bytes")


def first_family(vae):
    text_config = CLIPTextConfig(**TEXT)
    torch.manual_seed(3)
    text_encoder = halves(randomize(CLIPTextModel(text_config)))
    unet = make_unet()
    # The inpainting network shares all but its first convolution.
    inpainting = make_unet(in_channels=9)
    shared = {name: value for name, value in unet.state_dict().items() if not name.startswith("conv_in")}
    inpainting.load_state_dict(shared, strict=False)

    with torch.no_grad():
        prompt, negative = text_encoder(IDS).last_hidden_state.chunk(2)

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

    ddim = {"schedule": DDIM}
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
        "scheduler": SCHEDULE | DDIM,
    }
    save("pictures.safetensors", tensors, configurations)


def xl_family(vae):
    first_config = CLIPTextConfig(**TEXT)
    second_config = CLIPTextConfig(**TEXT, hidden_act="gelu", projection_dim=6)
    torch.manual_seed(3)
    first = halves(randomize(CLIPTextModel(first_config)))
    second = halves(randomize(CLIPTextModelWithProjection(second_config)))
    shape = {
        "block_out_channels": (4, 8), "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D"),
        "up_block_types": ("CrossAttnUpBlock2D", "UpBlock2D"), "layers_per_block": 1, "norm_num_groups": 2,
        "attention_head_dim": (1, 2), "transformer_layers_per_block": (1, 2), "use_linear_projection": True,
        "addition_embed_type": "text_time", "addition_time_embed_dim": 4, "sample_size": 8,
    }
    torch.manual_seed(2)
    base = halves(randomize(UNet2DConditionModel(
        cross_attention_dim=16, projection_class_embeddings_input_dim=6 + 6 * 4, **shape)))
    refiner = halves(randomize(UNet2DConditionModel(
        cross_attention_dim=8, projection_class_embeddings_input_dim=6 + 5 * 4, **shape)))

    with torch.no_grad():
        one, two = first(IDS, output_hidden_states=True), second(IDS, output_hidden_states=True)
    narrow, pooled = two.hidden_states[-2], two.text_embeds
    wide = torch.cat([one.hidden_states[-2], narrow], dim=-1)

    def make(pipeline, network, features, zeroed=False, **arguments):
        pipe = pipeline(
            vae=vae, text_encoder=None, text_encoder_2=None, tokenizer=None, tokenizer_2=None, unet=network,
            scheduler=DDIMScheduler.from_config(SCHEDULE | DDIM), add_watermarker=False,
            **({"requires_aesthetics_score": True} if network is refiner else {}))
        pipe.set_progress_bar_config(disable=True)
        keep = 0.0 if zeroed else 1.0
        return pipe(
            prompt_embeds=features[:1], negative_prompt_embeds=features[1:] * keep, pooled_prompt_embeds=pooled[:1],
            negative_pooled_prompt_embeds=pooled[1:] * keep, generator=torch.Generator().manual_seed(7),
            output_type="latent", guidance_scale=4, **arguments).images

    size = {"height": 16, "width": 24}
    half = make(StableDiffusionXLPipeline, base, wide, num_inference_steps=6, denoising_end=0.6, **size)
    cases = {
        "text": make(StableDiffusionXLPipeline, base, wide, num_inference_steps=4, **size),
        "zeroed": make(StableDiffusionXLPipeline, base, wide, True, num_inference_steps=4, guidance_rescale=0.5,
                       **size),
        "refined": make(StableDiffusionXLImg2ImgPipeline, refiner, narrow, num_inference_steps=6, image=half,
                        denoising_start=0.6),
    }
    tensors = prefixed("text_encoder", first) | prefixed("text_encoder_2", second)
    tensors |= prefixed("unet", base) | prefixed("refiner", refiner)
    tensors |= {f"output.{name}": value.contiguous().clone() for name, value in cases.items()}
    save("pictures-xl.safetensors", tensors, {
        "text_encoder": first_config.to_dict(),
        "text_encoder_2": second_config.to_dict() | {"architectures": ["CLIPTextModelWithProjection"]},
        "unet": written(base.config), "refiner": written(refiner.config), "scheduler": SCHEDULE | DDIM,
    })


def main():
    torch.manual_seed(1)
    vae = halves(randomize(AutoencoderKL(
        block_out_channels=(4, 4), layers_per_block=1, norm_num_groups=2, sample_size=16,
        down_block_types=["DownEncoderBlock2D"] * 2, up_block_types=["UpDecoderBlock2D"] * 2)))
    first_family(vae)
    xl_family(vae)


if __name__ == "__main__":
    main()
