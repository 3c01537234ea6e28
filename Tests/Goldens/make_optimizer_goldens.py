#!/usr/bin/env python3
"""Writes where the reference optimisers and learning-rate schedules lead, for the Swift tests to compare with.

    python make_optimizer_goldens.py        (needs torch, diffusers, transformers, prodigyopt, bitsandbytes)

`optimizers.safetensors`: for each optimiser, parameters before (`NAME.INDEX.start`) and after some steps
(`NAME.INDEX.end`) on the loss |p - target|² / 2, whose gradient is p - target; the learning rates of the steps are
`NAME.rates`. `schedules.json`: the factors of diffusers' `get_scheduler`.
"""

import json
from pathlib import Path

import bitsandbytes.functional as bnb
import torch
from diffusers.optimization import get_scheduler
from prodigyopt import Prodigy
from safetensors.torch import save_file
from transformers.optimization import Adafactor

FOLDER = Path(__file__).parent
STEPS = 12


class Lion(torch.optim.Optimizer):
    """Algorithm 2 of arXiv 2302.06675."""

    def __init__(self, params, lr, betas, weight_decay):
        super().__init__(params, dict(lr=lr, betas=betas, weight_decay=weight_decay))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for p in group["params"]:
                m = self.state[p].setdefault("m", torch.zeros_like(p))
                c = beta1 * m + (1 - beta1) * p.grad
                p -= group["lr"] * (torch.sign(c) + group["weight_decay"] * p)
                m.mul_(beta2).add_(p.grad, alpha=1 - beta2)


class AdamW8bit(torch.optim.Optimizer):
    """AdamW whose moments are rounded block by block to the nearest number of bitsandbytes' codebooks after every step.

    A square that is not zero stays above zero: else the average beside it would be divided by next to nothing. The
    rounding is written out: bitsandbytes' own on the CPU goes through a coarse table and misses the nearest number.
    """

    def __init__(self, params, lr, betas, weight_decay, eps=1e-8):
        super().__init__(params, dict(lr=lr, betas=betas, weight_decay=weight_decay, eps=eps))
        self.signed, self.unsigned = bnb.create_dynamic_map(True), bnb.create_dynamic_map(False)

    def stored(self, value, codebook, keeps_from_zero):
        if value.numel() < 4096:
            return value
        blocks = torch.nn.functional.pad(value.flatten(), (0, -value.numel() % 256)).view(-1, 256)
        scales = blocks.abs().amax(dim=1, keepdim=True)
        codes = (blocks[..., None] / scales[..., None] - codebook).abs().argmin(dim=-1)
        if keeps_from_zero:
            codes = torch.maximum(codes, (blocks > 0).long())
        return (codebook[codes] * scales).flatten()[: value.numel()].view_as(value)

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for p in group["params"]:
                state = self.state[p]
                state["t"] = state.get("t", 0) + 1
                m = beta1 * state.get("m", torch.zeros_like(p)) + (1 - beta1) * p.grad
                v = beta2 * state.get("v", torch.zeros_like(p)) + (1 - beta2) * p.grad**2
                p *= 1 - group["lr"] * group["weight_decay"]
                m_hat, v_hat = m / (1 - beta1 ** state["t"]), v / (1 - beta2 ** state["t"])
                p -= group["lr"] * m_hat / (v_hat.sqrt() + group["eps"])
                state["m"], state["v"] = self.stored(m, self.signed, False), self.stored(v, self.unsigned, True)


def follow(name, make, shapes, rates, tensors):
    torch.manual_seed(3)
    parameters = []
    for index, shape in enumerate(shapes):
        # A LoRA's second matrix starts at zero.
        start = torch.zeros(shape) if index == 1 else torch.randn(shape)
        # Gradients over several orders of magnitude.
        target = torch.randn(shape) * torch.exp(2 * torch.randn(shape))
        parameters.append((torch.nn.Parameter(start.clone()), target))
        tensors[f"{name}.{index}.start"], tensors[f"{name}.{index}.target"] = start, target
    optimizer = make([p for p, _ in parameters])
    for rate in rates:
        for group in optimizer.param_groups:
            group["lr"] = rate
        for p, target in parameters:
            p.grad = p.detach() - target
        optimizer.step()
    for index, (p, _) in enumerate(parameters):
        tensors[f"{name}.{index}.end"] = p.detach().clone()
    tensors[f"{name}.rates"] = torch.tensor(rates, dtype=torch.float64)
    return optimizer


def optimizers():
    tensors = {}
    small = [(4, 6), (6, 4), (3, 4, 1, 1), (2, 3, 3, 3), (5,)]

    def rates(peak, steps=STEPS):
        return [peak * factor for factor in [0.0, 0.5] + [1.0] * (steps - 4) + [0.7, 0.3]]

    follow("adamw", lambda p: torch.optim.AdamW(p, lr=1, weight_decay=0.05), small, rates(0.1), tensors)
    follow("lion", lambda p: Lion(p, lr=1, betas=(0.9, 0.99), weight_decay=0.1), small, rates(0.02), tensors)
    prodigy = follow(
        "prodigy",
        lambda p: Prodigy(p, lr=1, weight_decay=0.01, use_bias_correction=True, safeguard_warmup=True, d0=1e-3),
        small, rates(1.0, steps=44), tensors)
    assert prodigy.param_groups[0]["d"] > 1e-2, "the estimate has not grown"
    tensors["prodigy.distance"] = torch.tensor(prodigy.param_groups[0]["d"], dtype=torch.float64)
    follow(
        "adafactor",
        lambda p: Adafactor(p, lr=1, scale_parameter=False, relative_step=False, warmup_init=False, weight_decay=0.02),
        small, rates(0.05), tensors)
    # The last block is not full; the second parameter is too small to be quantised.
    optimizer = follow(
        "adamw8bit", lambda p: AdamW8bit(p, lr=1, betas=(0.9, 0.999), weight_decay=0.05), [(18, 250), (6, 4)],
        rates(0.1), tensors)
    large = optimizer.param_groups[0]["params"][0]
    tensors["adamw8bit.average"], tensors["adamw8bit.square"] = (optimizer.state[large][k] for k in ("m", "v"))
    tensors["codebook.signed"], tensors["codebook.unsigned"] = optimizer.signed, optimizer.unsigned
    path = FOLDER / "optimizers.safetensors"
    save_file({name: value.contiguous() for name, value in tensors.items()}, path)
    print(f"{path.name}: {path.stat().st_size} bytes")


def schedules():
    cases = []
    for name, steps, warmup, cycles in [
        ("constant", 12, 0, 1), ("constant", 12, 5, 1), ("linear", 20, 4, 1), ("cosine", 20, 0, 1),
        ("cosine", 23, 6, 1), ("cosine_with_restarts", 24, 4, 3), ("cosine_with_restarts", 17, 0, 1),
    ]:
        optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1)
        reference = "constant_with_warmup" if name == "constant" else name
        scheduler = get_scheduler(
            reference, optimizer, num_warmup_steps=warmup, num_training_steps=steps, num_cycles=cycles)
        factors = []
        for _ in range(steps):
            factors.append(scheduler.get_last_lr()[0])
            optimizer.step()
            scheduler.step()
        cases.append(dict(name=name, steps=steps, warmup=warmup, cycles=cycles, factors=factors))
    path = FOLDER / "schedules.json"
    path.write_text(json.dumps(cases) + "\n")
    print(f"{path.name}: {path.stat().st_size} bytes")


optimizers()
schedules()
