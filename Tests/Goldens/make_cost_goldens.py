"""Prints what PyTorch keeps for the way back through a U-Net with LoRA adapters: the numbers in ForecastTests.

Needs torch 2.15, diffusers 0.42 and peft 0.21: python Tests/Goldens/make_cost_goldens.py
"""

import torch
from diffusers import UNet2DConditionModel
from peft import LoraConfig

RANK = 16
LAYERS = ["to_q", "to_k", "to_v", "to_out.0", "ff.net.0.proj", "ff.net.2", "proj_in", "proj_out"]


def measure(widths, depth, context, side):
    attends = ["CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"]
    unet = UNet2DConditionModel(
        sample_size=side, block_out_channels=widths, layers_per_block=depth, cross_attention_dim=context,
        attention_head_dim=8, down_block_types=attends,
        up_block_types=["UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"])
    unet.requires_grad_(False)
    base = sum(parameter.numel() for parameter in unet.parameters())
    unet.add_adapter(LoraConfig(r=RANK, lora_alpha=RANK, target_modules=LAYERS))
    trained = sum(parameter.numel() for parameter in unet.parameters() if parameter.requires_grad)
    weights = {parameter.data_ptr() for parameter in unet.parameters()}
    kept = {}

    def keep(tensor):
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in weights:
            # With the storage itself, so that its address is not given to another one.
            kept[storage.data_ptr()] = storage
        return tensor

    sample, prompt = torch.randn(1, 4, side, side), torch.randn(1, 77, context)
    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        unet(sample, torch.tensor([500]), prompt)
    numbers = sum(storage.nbytes() for storage in kept.values()) // 4
    print(f"widths {widths}, depth {depth}, latents {side}: parameters {base}, trained {trained}, kept {numbers}")


torch.manual_seed(0)
measure((128, 256, 512), 2, 256, 32)
measure((128, 256, 512), 2, 256, 16)
measure((64, 128, 256), 1, 128, 32)
