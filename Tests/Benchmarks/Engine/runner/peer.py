"""The twin of engine-bench: the same rows by diffusers and PEFT, measured in the same way, in a fresh process."""

import argparse
import json
import time


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("row")
    parser.add_argument("--model", required=True)
    parser.add_argument("--side", type=int, default=512)
    parser.add_argument("--dtype", default="float32")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=2)
    parser.add_argument("--started", type=float, default=time.time())
    parser.add_argument("--channels-last", action="store_true")
    return parser.parse_args()


def load_unet(options, dtype):
    from diffusers import UNet2DConditionModel

    return UNet2DConditionModel.from_pretrained(options.model, subfolder="unet", torch_dtype=dtype)


def prepare(options):
    import torch

    dtype = getattr(torch, options.dtype)
    layout = torch.channels_last if options.channels_last else torch.contiguous_format
    side = options.side // 8
    torch.manual_seed(1)

    def random(*shape):
        return torch.randn(*shape).to(dtype)

    if options.row == "gemm":
        a, b = random(4096, 4096), random(4096, 4096)

        @torch.inference_mode()
        def step():
            a @ b

        return step
    if options.row == "unet":
        unet = load_unet(options, dtype).to(memory_format=layout)
        context = random(2, 77, unet.config.cross_attention_dim)
        latents = random(2, 4, side, side).contiguous(memory_format=layout)

        @torch.inference_mode()
        def step():
            unet(latents, torch.tensor([500.0]), context)

        return step
    if options.row == "decode":
        from diffusers import AutoencoderKL

        autoencoder = AutoencoderKL.from_pretrained(options.model, subfolder="vae", torch_dtype=dtype)
        autoencoder.to(memory_format=layout)
        latents = random(1, 4, side, side).contiguous(memory_format=layout)

        @torch.inference_mode()
        def step():
            autoencoder.decode(latents)

        return step
    if options.row == "image":
        from diffusers import StableDiffusionPipeline

        pipeline = StableDiffusionPipeline.from_pretrained(options.model, torch_dtype=dtype, safety_checker=None)
        pipeline.set_progress_bar_config(disable=True)
        pipeline.unet.to(memory_format=layout)
        pipeline.vae.to(memory_format=layout)

        def step():
            pipeline("a small red circle", num_inference_steps=20, guidance_scale=5, width=options.side,
                     height=options.side, generator=torch.Generator().manual_seed(1))

        return step
    if options.row == "prompt-and-step":
        return prompt_and_step(options, torch, dtype, layout, side)
    if options.row in ("train", "train-small", "train-checkpointed"):
        return training(options, torch, dtype, layout, side)
    raise SystemExit(f"peer: no row is called {options.row}")


def prompt_and_step(options, torch, dtype, layout, side):
    from diffusers import StableDiffusionXLPipeline

    pipeline = StableDiffusionXLPipeline.from_pretrained(options.model, torch_dtype=dtype)
    unet = pipeline.unet.to(memory_format=layout)
    latents = torch.randn(2, 4, side, side).to(dtype).contiguous(memory_format=layout)
    sizes = torch.tensor([[options.side, options.side, 0, 0, options.side, options.side]] * 2).to(dtype)

    @torch.inference_mode()
    def step():
        wanted, unwanted, pooled, unwanted_pooled = pipeline.encode_prompt("a small red circle", device="cpu")
        unet(latents, torch.tensor([500.0]), torch.cat([unwanted, wanted]),
             added_cond_kwargs={"text_embeds": torch.cat([unwanted_pooled, pooled]), "time_ids": sizes})

    return step


def training(options, torch, dtype, layout, side):
    from diffusers import DDPMScheduler
    from peft import LoraConfig

    batch = 8 if options.row == "train-small" else 1
    unet = load_unet(options, dtype).to(memory_format=layout)
    unet.requires_grad_(False)
    if options.row == "train-checkpointed":
        unet.enable_gradient_checkpointing()
        unet.train()
    unet.add_adapter(LoraConfig(r=16, lora_alpha=16, target_modules=["to_q", "to_k", "to_v", "to_out.0"]))
    parameters = [parameter for parameter in unet.parameters() if parameter.requires_grad]
    for parameter in parameters:
        parameter.data = parameter.data.float()
    optimizer = torch.optim.AdamW(parameters, lr=1e-4, fused=True)
    schedule = DDPMScheduler(beta_schedule="scaled_linear", beta_start=0.00085, beta_end=0.012)
    latents, context = torch.randn(batch, 4, side, side), torch.randn(
        batch, 77, unet.config.cross_attention_dim).to(dtype)

    def step():
        noise = torch.randn_like(latents)
        timesteps = torch.randint(0, 1000, (batch,))
        noisy = schedule.add_noise(latents, noise, timesteps).to(dtype).contiguous(memory_format=layout)
        prediction = unet(noisy, timesteps, context).sample
        loss = torch.nn.functional.mse_loss(prediction.float(), noise)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        loss.item()

    return step


def peak_memory():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM:"))


def main():
    options = arguments()
    import torch

    torch.set_num_threads(options.threads)
    step = prepare(options)
    step()
    report = {"start": time.time() - options.started, "wall": [], "cpu": []}
    for _ in range(options.repeats):
        wall, cpu = time.perf_counter(), time.process_time()
        step()
        report["cpu"].append(time.process_time() - cpu)
        report["wall"].append(time.perf_counter() - wall)
    report["peak"] = peak_memory()
    print(json.dumps(report))


if __name__ == "__main__":
    main()
