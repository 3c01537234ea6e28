#!/usr/bin/env python3
"""Writes what diffusers' safety checker says of four pictures, with a small random model.

    python make_safety_goldens.py      (needs torch, torchvision, diffusers, transformers, safetensors, pillow)

`safety.safetensors` holds the checker's parameters as they are saved, the pictures as bytes under `input.`, and under
`output.` what the image processor makes of them, the scores and the decisions; `config` in its metadata is config.json.
"""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy
import torch
from diffusers.pipelines.stable_diffusion.safety_checker import StableDiffusionSafetyChecker, cosine_distance
from PIL import Image
from safetensors.torch import load_file, save_file
from transformers import CLIPConfig, CLIPImageProcessor

SIZES = [(40, 32), (24, 24), (31, 57), (20, 18)]  # width, height


def picture(index, width, height):
    y, x = numpy.mgrid[0:height, 0:width].astype(numpy.float64)
    channels = [
        127.5 + 127.5 * numpy.sin(x * (0.31 + 0.11 * index) + y * 0.23 * (channel + 1) + channel * index)
        for channel in range(3)
    ]
    return numpy.stack(channels, axis=-1).round().astype(numpy.uint8)


def main():
    torch.manual_seed(11)
    vision = dict(
        hidden_size=16, intermediate_size=32, num_hidden_layers=2, num_attention_heads=2, image_size=24, patch_size=8,
        hidden_act="quick_gelu", projection_dim=12)
    text = dict(hidden_size=16, intermediate_size=32, num_hidden_layers=1, num_attention_heads=2, vocab_size=8)
    config = CLIPConfig(vision_config=vision, text_config=text, projection_dim=12)
    checker = StableDiffusionSafetyChecker(config).eval()
    for name, parameter in sorted(checker.named_parameters()):
        around = 1.0 if "norm" in name and name.endswith("weight") else 0.0
        torch.nn.init.normal_(parameter, mean=around, std=0.15)
        if parameter.dim() > 1:
            torch.nn.init.normal_(parameter, std=parameter[0].numel() ** -0.5)
    processor = CLIPImageProcessor(size={"shortest_edge": 24}, crop_size={"height": 24, "width": 24})
    pictures = [picture(index, *size) for index, size in enumerate(SIZES)]
    pixels = torch.cat([processor(Image.fromarray(p), return_tensors="pt")["pixel_values"] for p in pictures])

    with torch.no_grad():
        embeddings = checker.visual_projection(checker.vision_model(pixels)[1])
        cosines = cosine_distance(embeddings, checker.concept_embeds)
        special = cosine_distance(embeddings, checker.special_care_embeds)
        # Thresholds between the pictures: some are unsafe, some not, some only by special care.
        checker.concept_embeds_weights.copy_(cosines.max(dim=0).values + 0.02)
        checker.concept_embeds_weights[3] = cosines[:, 3].sort().values[2] - 0.004
        checker.concept_embeds_weights[5] = cosines[0, 5] + 0.006
        checker.special_care_embeds_weights.copy_(special.max(dim=0).values + 0.1)
        checker.special_care_embeds_weights[1] = special[:, 1].sort().values[3] - 0.003
        # With a picture of ones a removed one turns to zeros.
        _, unsafe = checker(pixels, torch.ones(len(pictures), 3, 2, 2))
        adjustment = ((special - checker.special_care_embeds_weights).numpy().round(3) > 0).any(axis=1) * 0.01
        scores = (cosines - checker.concept_embeds_weights).numpy() + adjustment[:, None].astype(numpy.float32)

    with TemporaryDirectory() as folder:
        checker.save_pretrained(folder)
        tensors = load_file(f"{folder}/model.safetensors")
        config = json.loads(Path(folder, "config.json").read_text())
    tensors |= {f"input.{index}": torch.from_numpy(p) for index, p in enumerate(pictures)}
    tensors |= {
        "output.pixels": pixels, "output.embeddings": embeddings,
        "output.scores": torch.from_numpy(scores.round(3).astype(numpy.float32)),
        "output.unsafe": torch.tensor(unsafe, dtype=torch.int32),
    }
    path = Path(__file__).parent / "safety.safetensors"
    save_file({name: value.contiguous() for name, value in tensors.items()}, path, {"config": json.dumps(config)})
    print(path.stat().st_size, unsafe, sorted(n for n in tensors if "layers" not in n))


main()
