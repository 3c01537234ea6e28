#!/usr/bin/env python3
"""Writes what the reference implementations compute for small random models, for the Swift tests to compare with.

    python make_goldens.py        (needs torch, diffusers, transformers, safetensors; overwrites the files beside it)

Each file holds a model's parameters as they are saved by their own library, the inputs under `input.`, the outputs
under `output.`, and the model's config.json as the metadata entry `config`.
"""

import json
from pathlib import Path

import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from safetensors.torch import save_file
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection


def randomize(model):
    """Every parameter away from its default: a norm that is left at one and zero hides a swapped weight and bias."""
    for name, parameter in sorted(model.named_parameters()):
        torch.nn.init.normal_(parameter, mean=1.0 if is_norm_weight(name) else 0.0, std=0.1)
        if parameter.dim() > 1:
            fan_in = parameter[0].numel()
            torch.nn.init.normal_(parameter, std=fan_in**-0.5)
    return model.eval()


def is_norm_weight(name):
    return "norm" in name and name.endswith("weight")


def write(path, config, parameters, inputs, outputs):
    tensors = {name: value.contiguous().clone() for name, value in parameters.items()}
    tensors |= {f"input.{name}": value.contiguous().clone() for name, value in inputs.items()}
    tensors |= {f"output.{name}": value.contiguous().clone() for name, value in outputs.items()}
    config = {key: value for key, value in config.items() if not key.startswith("_")}
    save_file(tensors, path, {"config": json.dumps(config, sort_keys=True)})
    print(f"{path.name}: {path.stat().st_size} bytes")


def autoencoder(folder, name, size, **config):
    torch.manual_seed(1)
    model = randomize(AutoencoderKL(**config))
    images = torch.rand(2, 3, *size) * 2 - 1
    with torch.no_grad():
        distribution = model.encode(images).latent_dist
        latents = torch.randn_like(distribution.mean)
        outputs = {"mean": distribution.mean, "logvar": distribution.logvar, "images": model.decode(latents).sample}
    write(folder / name, dict(model.config), model.state_dict(), {"images": images, "latents": latents}, outputs)


def unet(folder, name, size, timesteps, width, added=None, **config):
    torch.manual_seed(2)
    model = randomize(UNet2DConditionModel(cross_attention_dim=width, **config))
    batch = len(timesteps)
    inputs = {
        "sample": torch.randn(batch, model.config.in_channels, *size),
        "timesteps": torch.tensor(timesteps),
        "context": torch.randn(batch, 7, width),
    }
    conditions = None
    if added:
        pooled, time_ids = added
        inputs |= {"pooled": torch.randn(batch, pooled), "time_ids": torch.tensor(time_ids)}
        conditions = {"text_embeds": inputs["pooled"], "time_ids": inputs["time_ids"]}
    with torch.no_grad():
        prediction = model(inputs["sample"], inputs["timesteps"], inputs["context"],
                           added_cond_kwargs=conditions).sample
    write(folder / name, dict(model.config), model.state_dict(), inputs, {"prediction": prediction})


def text(folder, name, ids, projects=False, **config):
    torch.manual_seed(3)
    configuration = CLIPTextConfig(
        vocab_size=40, intermediate_size=24, max_position_embeddings=10, bos_token_id=38, **config
    )
    kind = CLIPTextModelWithProjection if projects else CLIPTextModel
    configuration.architectures = [kind.__name__]
    model = randomize(kind(configuration))
    ids = torch.tensor(ids)
    with torch.no_grad():
        result = model(ids, output_hidden_states=True)
    outputs = {
        "last": result.last_hidden_state,
        "penultimate": result.hidden_states[-2],
        "pooled": result.text_embeds if projects else result.pooler_output,
    }
    write(folder / name, configuration.to_dict(), model.state_dict(), {"ids": ids}, outputs)


def main():
    folder = Path(__file__).parent

    levels = {"down_block_types": ["DownEncoderBlock2D"] * 3, "up_block_types": ["UpDecoderBlock2D"] * 3}
    autoencoder(folder, "vae-three-levels.safetensors", (16, 24), block_out_channels=(4, 8, 8), layers_per_block=1,
                norm_num_groups=2, **levels)
    autoencoder(folder, "vae-two-layers.safetensors", (8, 8), block_out_channels=(8,), layers_per_block=2,
                norm_num_groups=4, latent_channels=3, use_quant_conv=False, use_post_quant_conv=False)

    # Stable Diffusion 1.5's own form, narrow: 1x1 convolutions around attention, one number of heads for all levels.
    unet(folder, "unet-convolutions.safetensors", (8, 8), [999, 3], 6, block_out_channels=(8, 8),
         down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"), up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
         layers_per_block=1, norm_num_groups=4, attention_head_dim=2)
    # Stable Diffusion 2's form: linear projections, heads level by level; an odd size that halving rounds up.
    unet(folder, "unet-linear.safetensors", (7, 10), [500], 10, block_out_channels=(4, 8),
         down_block_types=("CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
         up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D"), layers_per_block=1, norm_num_groups=2,
         attention_head_dim=(1, 4), use_linear_projection=True, upcast_attention=True)
    # Everything else that a configuration may say.
    unet(folder, "unet-variations.safetensors", (8, 8), [0, 250], 6, block_out_channels=(4, 8), in_channels=3,
         out_channels=5, down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
         up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"), layers_per_block=(2, 1),
         transformer_layers_per_block=(1, 2), norm_num_groups=2, attention_head_dim=4, flip_sin_to_cos=False,
         freq_shift=1, center_input_sample=True, norm_eps=1e-6)

    # SDXL's form: no attention at the widest level, several transformer layers, pooled features and six sizes.
    sizes = [[1024.0, 768.0, 0.0, 16.0, 512.0, 640.0], [300.0, 200.0, 8.0, 0.0, 1024.0, 1024.0]]
    xl = {"block_out_channels": (4, 8), "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D"),
          "up_block_types": ("CrossAttnUpBlock2D", "UpBlock2D"), "layers_per_block": 1, "norm_num_groups": 2,
          "use_linear_projection": True, "addition_embed_type": "text_time", "addition_time_embed_dim": 6}
    unet(folder, "unet-xl.safetensors", (8, 8), [999, 3], 10, (5, sizes), transformer_layers_per_block=(1, 2),
         attention_head_dim=(1, 2), projection_class_embeddings_input_dim=5 + 6 * 6, **xl)
    # Its refiner's: an aesthetic score in place of the last two sizes.
    unet(folder, "unet-xl-refiner.safetensors", (8, 8), [200], 6, (5, [[1024.0, 768.0, 0.0, 16.0, 6.0]]),
         transformer_layers_per_block=2, attention_head_dim=(1, 2), projection_class_embeddings_input_dim=5 + 5 * 6,
         **xl)

    # The end token repeats as padding, as Stable Diffusion 1.5 pads; the pooled state is at its first place.
    prompts = [[38, 4, 9, 39, 39, 39, 39, 39, 39, 39], [38, 1, 2, 3, 4, 5, 6, 7, 8, 39]]
    text(folder, "clip-quick-gelu.safetensors", prompts, hidden_size=12, num_hidden_layers=3,
         num_attention_heads=3, hidden_act="quick_gelu", eos_token_id=39, pad_token_id=39)
    # An old configuration's wrong end token: the highest id marks the end. A prompt shorter than the maximum.
    text(folder, "clip-gelu.safetensors", [[38, 4, 39, 0, 0, 0]], hidden_size=8, num_hidden_layers=2,
         num_attention_heads=2, hidden_act="gelu", eos_token_id=2, pad_token_id=0)
    # SDXL's second encoder: pooled features are projected, and the prompt is filled up with another token.
    text(folder, "clip-projection.safetensors", [[38, 4, 9, 39, 0, 0, 0, 0, 0, 0], [38, 1, 2, 3, 4, 5, 6, 7, 8, 39]],
         projects=True, hidden_size=12, num_hidden_layers=3, num_attention_heads=3, hidden_act="gelu",
         eos_token_id=39, pad_token_id=0, projection_dim=7)


if __name__ == "__main__":
    main()
