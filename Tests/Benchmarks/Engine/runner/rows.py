"""The rows of the table, with their goals."""

from dataclasses import dataclass


@dataclass
class Row:
    key: str
    title: str
    #: The row's name on both sides.
    step: str
    model: str
    side: int
    #: The side for --quick.
    quick_side: int
    goal: float | None
    #: What is compared: "wall" (a step's time), "start" (process start to the end of the first step) or "peak" (memory).
    measure: str = "wall"
    #: Threads, where not as many as cores: small models compute on one.
    threads: int | None = None
    #: Steps that are measured after the first; none where only the first one counts.
    repeats: int = 2


ROWS = [
    Row("unet", "SD 1.5 U-Net step, 512 px, CFG batch 2", "unet", "sd15", 512, 256, 0.8),
    Row("unet-memory", "  peak memory", "unet", "sd15", 512, 256, None, measure="peak"),
    Row("unet-start", "  process start to first step", "unet", "sd15", 512, 256, 0.3, measure="start"),
    Row("train", "SD 1.5 LoRA step, 512 px, rank 16", "train", "sd15", 512, 256, 0.75),
    Row("train-memory", "  peak memory", "train", "sd15", 512, 256, None, measure="peak"),
    Row("train-checkpointed", "SD 1.5 LoRA step with gradient checkpointing, 512 px", "train-checkpointed", "sd15", 512,
        256, None),
    Row("train-checkpointed-memory", "  peak memory", "train-checkpointed", "sd15", 512, 256, None, measure="peak"),
    Row("decode", "VAE decode, 512 px", "decode", "sd15", 512, 256, None),
    Row("decode-memory", "  peak memory", "decode", "sd15", 512, 256, None, measure="peak"),
    Row("sdxl-start", "SDXL, process start to first step: prompt, 1024 px, CFG batch 2", "prompt-and-step", "sdxl", 1024,
        512, 0.3, measure="start", repeats=0),
    Row("sdxl-memory", "  peak memory", "prompt-and-step", "sdxl", 1024, 512, 0.8, measure="peak", repeats=0),
    Row("tiny-image", "bundled model, 20-step image", "image", "tiny", 128, 128, 0.4, threads=1, repeats=10),
    Row("tiny-train", "bundled model, training step of 8", "train-small", "tiny", 128, 128, 0.5, threads=1, repeats=10),
    Row("tiny-start", "process start to first image", "image", "tiny", 128, 128, 0.3, measure="start", threads=1,
        repeats=10),
]
