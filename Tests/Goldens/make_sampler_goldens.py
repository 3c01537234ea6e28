#!/usr/bin/env python3
"""Writes Tests/Goldens/samplers.json: trajectories of diffusers' schedulers.

Needs torch, numpy and diffusers (0.42.1 was used). The model is a fixed function of the scaled latents and the
timestep, cheap enough to be written again in the test:

    output = 0.7 * sin(3 * x) + 0.3 * cos(t / 150) * x

Each case holds the timesteps, the initial noise scale, and the latents after every step; the noise comes from
torch.Generator("cpu").manual_seed(seed).
"""

import json
import math
import pathlib

import torch
from diffusers import (
    DDIMScheduler,
    DPMSolverMultistepScheduler,
    EulerAncestralDiscreteScheduler,
    EulerDiscreteScheduler,
)

SHAPE = (1, 4, 2, 2)

SAMPLERS = {
    "ddim": (DDIMScheduler, {"clip_sample": False}),
    "euler": (EulerDiscreteScheduler, {}),
    "euler_karras": (EulerDiscreteScheduler, {"use_karras_sigmas": True}),
    "euler_ancestral": (EulerAncestralDiscreteScheduler, {}),
    "dpmpp_2m": (DPMSolverMultistepScheduler, {}),
    "dpmpp_2m_karras": (DPMSolverMultistepScheduler, {"use_karras_sigmas": True}),
}

SD = {
    "num_train_timesteps": 1000,
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "steps_offset": 1,
    "set_alpha_to_one": False,
}

# name, changes to the configuration, steps, strength (None: from noise)
VARIANTS = [
    ("stable diffusion", {}, 8, None),
    ("many steps", {}, 21, None),
    ("velocity", {"prediction_type": "v_prediction"}, 7, None),
    ("leading", {"timestep_spacing": "leading"}, 6, None),
    ("linspace", {"timestep_spacing": "linspace"}, 6, None),
    ("trailing", {"timestep_spacing": "trailing", "steps_offset": 0}, 7, None),
    ("alpha to one", {"set_alpha_to_one": True, "steps_offset": 0}, 5, None),
    ("linear betas", {"beta_schedule": "linear", "beta_start": 0.0001, "beta_end": 0.02}, 5, None),
    ("cosine betas", {"beta_schedule": "squaredcos_cap_v2"}, 5, None),
    ("one step", {}, 1, None),
    ("image to image", {}, 10, 0.6),
    ("image to image, velocity", {"prediction_type": "v_prediction"}, 9, 0.35),
]


def model(x, t):
    return 0.7 * torch.sin(3 * x) + 0.3 * math.cos(float(t) / 150) * x


def run(name, variant, changes, steps, strength, seed):
    cls, extra = SAMPLERS[name]
    config = {**SD, **changes}
    scheduler = cls.from_config({**config, **extra})
    scheduler.set_timesteps(steps)
    generator = torch.Generator("cpu").manual_seed(seed)
    noise = torch.randn(SHAPE, generator=generator)
    timesteps = scheduler.timesteps
    start = 0
    image = None
    if strength is not None:
        start = max(steps - min(int(steps * strength), steps), 0)
    # Also from noise: without it a schedule that rounds two timesteps to one starts at the second.
    if hasattr(scheduler, "set_begin_index"):
        scheduler.set_begin_index(start)
    if strength is None:
        latents = noise * scheduler.init_noise_sigma
    else:
        timesteps = timesteps[start:]
        image = torch.linspace(-2, 2, noise.numel()).reshape(SHAPE)
        latents = scheduler.add_noise(image, noise, timesteps[:1])
    trajectory = [latents.flatten().tolist()]
    for t in timesteps:
        output = model(scheduler.scale_model_input(latents, t), t)
        takes_generator = name == "euler_ancestral"
        options = {"generator": generator} if takes_generator else {}
        latents = scheduler.step(output, t, latents, **options).prev_sample
        trajectory.append(latents.flatten().tolist())
    return {
        "sampler": name,
        "variant": variant,
        "configuration": config,
        "steps": steps,
        "strength": strength,
        "seed": seed,
        "timesteps": [float(t) for t in scheduler.timesteps],
        "initialNoiseScale": float(scheduler.init_noise_sigma),
        "firstStep": start,
        "image": None if image is None else image.flatten().tolist(),
        "trajectory": trajectory,
    }


def shorten(value):
    """Eight significant digits: more than float32 holds, and half the file."""
    if isinstance(value, float):
        return float(f"{value:.8g}")
    if isinstance(value, list):
        return [shorten(v) for v in value]
    if isinstance(value, dict):
        return {k: shorten(v) for k, v in value.items()}
    return value


def main():
    cases = [
        run(name, variant, changes, steps, strength, seed=1000 + i)
        for i, name in enumerate(SAMPLERS)
        for variant, changes, steps, strength in VARIANTS
    ]
    torch_noise = {
        "seed": 42,
        "shape": [1, 4, 8, 8],
        "values": torch.randn((1, 4, 8, 8), generator=torch.Generator("cpu").manual_seed(42)).flatten().tolist(),
    }
    target = pathlib.Path(__file__).resolve().parent / "samplers.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    lines = ",\n".join(json.dumps(shorten(case)) for case in cases)
    target.write_text('{"noise": ' + json.dumps(shorten(torch_noise)) + ',\n"cases": [\n' + lines + "\n]}\n")
    print(f"{len(cases)} cases, {target.stat().st_size} bytes: {target}")


if __name__ == "__main__":
    main()
