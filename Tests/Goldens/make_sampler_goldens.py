#!/usr/bin/env python3
"""Writes Tests/Goldens/samplers.json: trajectories of diffusers' schedulers.

Needs torch, numpy and diffusers (0.42.1 was used). The model is a fixed function of the scaled latents and the
timestep, cheap enough to be written again in the test:

    output = 0.6 * sin(2 * x) + 0.3 * cos(t / 150) * x

Each case holds the timesteps, the initial noise scale, and the latents after every model call; the noise comes from
torch.Generator("cpu").manual_seed(seed).

Three things are not as a diffusers pipeline has them:
- DPM++ SDE takes its noise from one Brownian path whose increments are drawn as they come, not from torchsde's tree.
- LMS, when it begins in the middle of the timesteps, warms up as at the start (`order` of its step): by itself it takes
  the weights of four derivatives for the one that it has.
- PNDM, when it begins in the middle, goes on after its first call as after its second: by itself it waits for a second
  call at the same timestep, which comes only at the start, and is a timestep ahead of its latents from then on.
"""

import inspect
import json
import math
import pathlib
import sys
import types

import numpy as np
import torch
from diffusers import (
    DDIMScheduler,
    DDPMScheduler,
    DPMSolverMultistepScheduler,
    DPMSolverSinglestepScheduler,
    EulerAncestralDiscreteScheduler,
    EulerDiscreteScheduler,
    HeunDiscreteScheduler,
    KDPM2AncestralDiscreteScheduler,
    KDPM2DiscreteScheduler,
    LCMScheduler,
    PNDMScheduler,
    UniPCMultistepScheduler,
)


def exact_quad(function, start, end, epsrel):
    """scipy's integrate.quad for the polynomials of low degree that the LMS scheduler integrates."""
    nodes, weights = np.polynomial.legendre.leggauss(8)
    half, middle = (float(end) - float(start)) / 2, (float(end) + float(start)) / 2
    return sum(weight * float(function(middle + half * node)) for node, weight in zip(nodes, weights)) * half, 0


# Nothing here needs it, but the scheduler's module does not load without.
sys.modules.setdefault("torchsde", types.ModuleType("torchsde"))

from diffusers.schedulers import scheduling_dpmsolver_sde, scheduling_lms_discrete  # noqa: E402

scheduling_lms_discrete.integrate = types.SimpleNamespace(quad=exact_quad)

SHAPE = (1, 4, 1, 2)


class Path:
    """Brownian motion over sigma, each increment drawn when it is first asked for."""

    def __init__(self, generator):
        self.generator = generator
        self.places = {}

    def __call__(self, start, end):
        start, end = float(start), float(end)
        if not self.places:
            self.places[start] = torch.zeros(SHAPE)
        last = min(self.places)
        if start not in self.places:  # the last bit of exp(log(sigma))
            start = min(self.places, key=lambda place: abs(place - start))
        if end < last:
            increment = torch.randn(SHAPE, generator=self.generator) * math.sqrt(last - end)
            self.places[end] = self.places[last] + increment
        return (self.places[end] - self.places[start]) / math.sqrt(start - end)


ALL = ["karras", "exponential"]
SPACINGS = ["leading", "linspace", "trailing"]

# name, scheduler, its own options, sigma schedules, spacings, whether it adds noise
SAMPLERS = [
    ("ddim", DDIMScheduler, {"clip_sample": False}, [], SPACINGS, False),
    ("euler", EulerDiscreteScheduler, {}, ALL, SPACINGS, False),
    ("euler_karras", EulerDiscreteScheduler, {"use_karras_sigmas": True}, None, [], False),
    ("euler_ancestral", EulerAncestralDiscreteScheduler, {}, [], SPACINGS, True),
    ("dpmpp_2m", DPMSolverMultistepScheduler, {}, ALL, SPACINGS, False),
    ("dpmpp_2m_karras", DPMSolverMultistepScheduler, {"use_karras_sigmas": True}, None, [], False),
    ("pndm", PNDMScheduler, {"skip_prk_steps": True}, [], SPACINGS, False),
    ("lms", scheduling_lms_discrete.LMSDiscreteScheduler, {}, ALL, SPACINGS, False),
    ("ddpm", DDPMScheduler, {"clip_sample": False}, [], SPACINGS, True),
    ("heun", HeunDiscreteScheduler, {}, ALL, SPACINGS, False),
    ("dpmpp_2m_sde", DPMSolverMultistepScheduler, {"algorithm_type": "sde-dpmsolver++"}, ALL, SPACINGS, True),
    ("dpmpp_sde", scheduling_dpmsolver_sde.DPMSolverSDEScheduler, {}, ALL, SPACINGS, False),
    ("dpm_single", DPMSolverSinglestepScheduler, {}, ALL, [], False),
    ("dpm_2", KDPM2DiscreteScheduler, {}, ALL, SPACINGS, False),
    ("dpm_2_ancestral", KDPM2AncestralDiscreteScheduler, {}, ALL, SPACINGS, True),
    ("uni_pc", UniPCMultistepScheduler, {}, ALL, SPACINGS, False),
    ("lcm", LCMScheduler, {}, [], [], True),
]

SD = {
    "num_train_timesteps": 1000,
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "steps_offset": 1,
    "set_alpha_to_one": False,
}
V = {"prediction_type": "v_prediction"}
ZERO = {**V, "rescale_betas_zero_snr": True, "timestep_spacing": "trailing", "steps_offset": 0}
LINEAR = {"beta_schedule": "linear", "beta_start": 0.0001, "beta_end": 0.02}
COSINE = {"beta_schedule": "squaredcos_cap_v2"}


def variants(name, sigmas, spacings):
    """Name, changes to the configuration, steps, strength (None: from noise), sigma schedule, spacing asked for."""
    yield "stable diffusion", {}, 8, None, None, None
    yield "image to image", {}, 10, 0.6, None, None
    yield "velocity", V, 7, None, None, None
    if sigmas is None:
        return
    # Levels of thousands, or far apart: differences of large float32 numbers decide over what these two do in diffusers.
    fragile = name in ("dpm_2", "dpm_2_ancestral")
    yield "many steps", {}, 21, None, None, None
    yield "one step", {}, 1, None, None, None
    yield "few steps", {}, 3 if fragile else 2, None, None, None
    yield "image to image, velocity", V, 9, 0.35, None, None
    yield "image to image, all steps but one", {}, 5, 0.8, None, None
    yield "linear betas", LINEAR, 5, None, None, None
    if not fragile:
        yield "cosine betas", COSINE, 5, None, None, None
        # PNDM divides by the last alpha: it does not get there with leading spacing.
        spacing = "leading" if name == "pndm" else "trailing"
        yield "zero terminal SNR", {**ZERO, "timestep_spacing": spacing}, 6, None, None, None
    for spacing in spacings:
        yield f"{spacing} spacing", {"timestep_spacing": spacing}, 6, None, None, None
        yield f"{spacing} spacing asked for, velocity", {**V, "steps_offset": 0}, 7, None, None, spacing
    for schedule in sigmas:
        yield f"{schedule} sigmas", {}, 8, None, schedule, None
        yield f"{schedule} sigmas, image to image, velocity", V, 9, 0.6, schedule, None
        if not fragile:
            yield f"{schedule} sigmas, cosine betas", COSINE, 5, None, schedule, None
    if name in ("ddim", "pndm"):
        yield "alpha to one", {"set_alpha_to_one": True, "steps_offset": 0}, 5, None, None, None


def model(x, t):
    return 0.6 * torch.sin(2 * x) + 0.3 * math.cos(float(t) / 150) * x


def without_signal():
    """The rescaled schedule for schedulers that cannot rescale: with diffusers' least signal at the end."""
    alphas = DDIMScheduler.from_config({**SD, **ZERO}).alphas_cumprod.clone()
    alphas[-1] = 2**-24
    return alphas


def run(sampler, variant, seed):
    name, cls, extra, _, _, adds_noise = sampler
    title, changes, steps, strength, sigmas, spacing = variant
    config = {**SD, **changes}
    options = dict(extra)
    if sigmas:
        options[f"use_{sigmas}_sigmas"] = True
    if spacing:
        options["timestep_spacing"] = spacing
    scheduler = cls.from_config({**config, **options})
    if config.get("rescale_betas_zero_snr") and "rescale_betas_zero_snr" not in inspect.signature(cls).parameters:
        scheduler.alphas_cumprod = without_signal()
    scheduler.set_timesteps(steps)
    generator = torch.Generator("cpu").manual_seed(seed)
    noise = torch.randn(SHAPE, generator=generator)
    begin = 0
    if strength is not None:
        begin = max(steps - min(int(steps * strength), steps), 0) * scheduler.order
    if name == "pndm" and begin > 0:
        begin += 1
    # Also from noise: without it a schedule that rounds two timesteps to one starts at the second.
    if hasattr(scheduler, "set_begin_index"):
        scheduler.set_begin_index(begin)
    if name == "dpmpp_sde":
        scheduler.noise_sampler = Path(generator)
    image = None
    timesteps = scheduler.timesteps[begin:]
    if strength is None:
        latents = noise * scheduler.init_noise_sigma
    else:
        image = torch.linspace(-2, 2, noise.numel()).reshape(SHAPE)
        latents = scheduler.add_noise(image, noise, timesteps[:1])
    trajectory = [latents.flatten().tolist()]
    for call, t in enumerate(timesteps):
        output = model(scheduler.scale_model_input(latents, t), t)
        arguments = {"generator": generator} if adds_noise else {}
        if name == "lms":
            arguments["order"] = min(call + 1, 4)
        if name == "pndm" and begin > 0 and call == 1:
            scheduler.counter = 2
        latents = scheduler.step(output, t, latents, **arguments).prev_sample
        trajectory.append(latents.flatten().tolist())
    return {
        "sampler": name,
        "variant": title,
        "configuration": config,
        "steps": steps,
        "strength": strength,
        "sigmas": sigmas,
        "spacing": spacing,
        "seed": seed,
        "timesteps": [float(t) for t in scheduler.timesteps],
        "initialNoiseScale": float(scheduler.init_noise_sigma),
        "firstStep": begin,
        "image": None if image is None else image.flatten().tolist(),
        "trajectory": trajectory,
    }


def shorten(value):
    """Seven significant digits: about what float32 holds, and half the file."""
    if isinstance(value, float):
        return float(f"{value:.7g}")
    if isinstance(value, list):
        return [shorten(v) for v in value]
    if isinstance(value, dict):
        return {k: shorten(v) for k, v in value.items() if v is not None}
    return value


def main():
    cases = [
        run(sampler, variant, seed=1000 + i)
        for i, sampler in enumerate(SAMPLERS)
        for variant in variants(sampler[0], sampler[3], sampler[4])
    ]
    assert all(math.isfinite(value) for case in cases for state in case["trajectory"] for value in state)
    torch_noise = {
        "seed": 42,
        "shape": [1, 4, 8, 8],
        "values": torch.randn((1, 4, 8, 8), generator=torch.Generator("cpu").manual_seed(42)).flatten().tolist(),
    }
    target = pathlib.Path(__file__).resolve().parent / "samplers.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    lines = ",\n".join(json.dumps(shorten(case), separators=(",", ":")) for case in cases)
    target.write_text('{"noise": ' + json.dumps(shorten(torch_noise)) + ',\n"cases": [\n' + lines + "\n]}\n")
    print(f"{len(cases)} cases, {target.stat().st_size} bytes: {target}")


if __name__ == "__main__":
    main()
