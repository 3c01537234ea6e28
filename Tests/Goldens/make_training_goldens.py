#!/usr/bin/env python3
"""Trains LoRAs with diffusers, PEFT and PyTorch, for the Swift trainer to repeat.

    python make_training_goldens.py         (needs torch, diffusers, transformers, peft, safetensors)

Each file holds a tiny checkpoint's parameters (`unet.…`, `text_encoder.…`, `text_encoder_2.…`), the adapters before
(`start.COMPONENT.LAYER.down`; the other matrices start at zero) and after (`end.COMPONENT.LAYER.down` and `.up`), each
step's latents, noise, timesteps and tokens, and the loss of every step. What the runs start from is kept in half
precision, which float32 holds exactly. The models have the shapes of `Tests/MicroCheckpoint`.
"""

from pathlib import Path

import torch
from diffusers import DDPMScheduler, UNet2DConditionModel
from diffusers.optimization import get_scheduler
from diffusers.training_utils import compute_snr
from peft import LoraConfig, inject_adapter_in_model
from safetensors.torch import save_file
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

FOLDER = Path(__file__).parent
STEPS, BATCH, RANK, ALPHA, RATE, TEXT_RATE = 20, 2, 4, 2.0, 2e-3, 1e-3
UNET_LAYERS = ["to_q", "to_k", "to_v", "to_out.0", "proj_in", "proj_out", "ff.net.0.proj", "ff.net.2"]
TEXT_LAYERS = ["q_proj", "k_proj", "v_proj", "out_proj", "fc1", "fc2"]


def halved(model):
    for parameter in model.parameters():
        parameter.data = parameter.data.half().float()
        parameter.requires_grad_(False)
    return model.eval()


def text_encoder(width, activation, projection=None):
    config = CLIPTextConfig(
        vocab_size=514, hidden_size=width, intermediate_size=32, num_hidden_layers=2, num_attention_heads=2,
        hidden_act=activation, bos_token_id=512, eos_token_id=513, pad_token_id=513,
        projection_dim=projection or width)
    return halved(CLIPTextModelWithProjection(config) if projection else CLIPTextModel(config))


def unet(xl):
    common = dict(sample_size=8, block_out_channels=(8, 16), layers_per_block=1, norm_num_groups=4)
    if not xl:
        return halved(UNet2DConditionModel(
            down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
            up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"), attention_head_dim=2, cross_attention_dim=16, **common))
    return halved(UNet2DConditionModel(
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"), up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        transformer_layers_per_block=(1, 2), attention_head_dim=(1, 2), cross_attention_dim=40,
        use_linear_projection=True, addition_embed_type="text_time", addition_time_embed_dim=4,
        projection_class_embeddings_input_dim=44, **common))


def adapt(component, model, layers, tensors):
    """Hangs a LoRA on the model; gives its parameters under the names that the files have."""
    inject_adapter_in_model(LoraConfig(r=RANK, lora_alpha=ALPHA, target_modules=layers, bias="none"), model)
    parameters = {}
    for name, parameter in model.named_parameters():
        if ".lora_" not in name:
            continue
        layer, matrix = name.replace(".default.weight", "").rsplit(".lora_", 1)
        layer = layer if component == "unet" or layer.startswith("text_model.") else f"text_model.{layer}"
        parameter.data = parameter.data.half().float()
        if matrix == "A":
            tensors[f"start.{component}.{layer}.down"] = parameter.detach().half()
        parameters[f"{component}.{layer}.{'down' if matrix == 'A' else 'up'}"] = parameter
    return parameters


def run(name, xl, prediction, gamma):
    torch.manual_seed(5)
    denoiser = unet(xl)
    encoders = {"text_encoder": text_encoder(16, "quick_gelu")}
    if xl:
        encoders["text_encoder_2"] = text_encoder(24, "gelu", projection=20)
    tensors = {}
    for component, model in {"unet": denoiser, **encoders}.items():
        for key, value in model.state_dict().items():
            if component != "unet" and not key.startswith(("text_model.", "text_projection")):
                key = f"text_model.{key}"
            if not key.endswith("position_ids"):
                tensors[f"{component}.{key}"] = value.half()

    trained = adapt("unet", denoiser, UNET_LAYERS, tensors)
    text = {}
    for component, model in encoders.items():
        # Nothing looks at the last layer of XL's first encoder.
        only = xl and component == "text_encoder"
        layers = rf".*layers\.0\..*({'|'.join(TEXT_LAYERS)})" if only else TEXT_LAYERS
        text |= adapt(component, model, layers, tensors)
    groups = [dict(params=list(trained.values()), lr=RATE), dict(params=list(text.values()), lr=TEXT_RATE)]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    scheduler = get_scheduler("cosine", optimizer, num_warmup_steps=3, num_training_steps=STEPS)
    noising = DDPMScheduler(
        beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", prediction_type=prediction)

    latents, noise = (torch.randn(STEPS, BATCH, 4, 8, 8).half().float() for _ in range(2))
    timesteps = torch.randint(0, 1000, (STEPS, BATCH))
    tokens = torch.randint(0, 512, (STEPS, BATCH, 77))
    tokens[..., 0], tokens[..., 40:] = 512, 513
    sizes = torch.tensor([[20.0, 24.0, 0.0, 2.0, 16.0, 16.0], [16.0, 16.0, 0.0, 0.0, 16.0, 16.0]])
    losses = []
    for step in range(STEPS):
        outputs = [model(tokens[step], output_hidden_states=True) for model in encoders.values()]
        added = None
        if xl:
            context = torch.cat([output.hidden_states[-2] for output in outputs], dim=-1)
            added = dict(text_embeds=outputs[1].text_embeds, time_ids=sizes)
        else:
            context = outputs[0].last_hidden_state
        t = timesteps[step]
        noisy = noising.add_noise(latents[step], noise[step], t)
        target = noise[step] if prediction == "epsilon" else noising.get_velocity(latents[step], noise[step], t)
        predicted = denoiser(noisy, t, context, added_cond_kwargs=added).sample
        each = ((predicted.float() - target.float()) ** 2).mean(dim=(1, 2, 3))
        if gamma is not None:
            snr = compute_snr(noising, t)
            bounded = torch.minimum(snr, gamma * torch.ones_like(snr))
            each = each * (bounded / snr if prediction == "epsilon" else bounded / (snr + 1))
        loss = each.mean()
        loss.backward()
        torch.nn.utils.clip_grad_norm_([p for group in groups for p in group["params"]], 1.0)
        optimizer.step()
        scheduler.step()
        optimizer.zero_grad()
        losses.append(loss.item())
    for key, parameter in (trained | text).items():
        assert parameter.detach().abs().max() > 0, f"{key} was not trained"
        tensors[f"end.{key}"] = parameter.detach().clone()
    tensors |= dict(latents=latents.half(), noise=noise.half(), timesteps=timesteps, tokens=tokens.to(torch.int32), sizes=sizes)
    tensors["losses"] = torch.tensor(losses, dtype=torch.float64)
    path = FOLDER / name
    save_file({key: value.contiguous() for key, value in tensors.items()}, path)
    print(f"{name}: {path.stat().st_size} bytes, loss {losses[0]:.4f} to {losses[-1]:.4f}")


run("training-sd1.safetensors", xl=False, prediction="epsilon", gamma=5.0)
run("training-xl.safetensors", xl=True, prediction="v_prediction", gamma=5.0)
