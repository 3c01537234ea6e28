#!/usr/bin/env python3
"""The whole of Lorikeet in one page of Python: photos in, a LoRA out, images from it.

    pip install grpcio grpcio-tools
    python clients/python/tune_and_generate.py --server 127.0.0.1:50051 --photos Models/demo/photos \
        --name my-subject --trigger sks1 --prompt "a sks1 creature on a blue background" --out images
"""

import argparse
import hashlib
import pathlib
import sys
import uuid

import grpc

from stubs import asset_service, assets, generation_service, generations, jobs, tune_service, tunes

CHUNK = 256 * 1024


def upload(stub, path: pathlib.Path, name: str, caption: str) -> str:
    """Streams one picture and returns the asset's id."""

    def messages():
        header = assets.UploadHeader(name=name, kind=assets.ASSET_KIND_IMAGE, file_name=path.name, caption=caption)
        yield assets.UploadAssetRequest(header=header)
        digest = hashlib.sha256()
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
                yield assets.UploadAssetRequest(chunk=chunk)
        yield assets.UploadAssetRequest(trailer=assets.UploadTrailer(sha256=digest.hexdigest()))

    return stub.UploadAsset(messages()).id


def follow(stub, tune: str):
    """Prints what happens until the tune has ended, and returns it."""
    for message in stub.WatchTune(tunes.WatchTuneRequest(tune=tune)):
        if message.WhichOneof("payload") == "snapshot":
            last = message.snapshot
        elif message.event.WhichOneof("payload") == "progress":
            progress = message.event.progress
            print(f"step {progress.step}/{progress.total_steps} loss {progress.loss:.4f} "
                  f"{progress.images_per_second:.1f} images/s", flush=True)
        elif message.event.WhichOneof("payload") == "warning":
            print(f"warning: {message.event.warning}", flush=True)
        elif message.event.WhichOneof("payload") == "state":
            last = message.event.state
            print(f"state {jobs.JobState.Name(last.state)}", flush=True)
    return last


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server", default="127.0.0.1:50051", help="host:port or unix:path")
    parser.add_argument("--photos", type=pathlib.Path, required=True, help="pictures, each with a .txt caption")
    parser.add_argument("--name", default=f"tune-{uuid.uuid4().hex[:8]}")
    parser.add_argument("--trigger", required=True)
    parser.add_argument("--steps", type=int)
    parser.add_argument("--prompt", required=True)
    parser.add_argument("--images", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("."))
    options = parser.parse_args()

    with grpc.insecure_channel(options.server) as channel:
        asset_stub, tune_stub = asset_service(channel), tune_service(channel)
        images = []
        for path in sorted(options.photos.iterdir()):
            if path.suffix.lower() not in (".png", ".jpg", ".jpeg", ".webp"):
                continue
            text = path.with_suffix(".txt")
            caption = text.read_text().strip() if text.exists() else ""
            images.append(tunes.TrainingImage(asset=upload(asset_stub, path, f"{options.name}-{path.stem}", caption)))
        print(f"uploaded {len(images)} images", flush=True)

        tune = tunes.Tune(name=options.name, trigger_word=options.trigger, images=images, seed=options.seed)
        if options.steps:
            tune.steps = options.steps
        tune = follow(tune_stub, tune_stub.CreateTune(tunes.CreateTuneRequest(tune=tune)).id)
        if tune.state != jobs.JOB_STATE_SUCCEEDED:
            print(f"the tune did not succeed: {tune.state_reason}", file=sys.stderr)
            return 1
        print(f"lora {tune.result.lora_asset}", flush=True)

        settings = generations.GenerationSettings(
            prompt=options.prompt, seeds=[options.seed], image_count=options.images,
            loras=[generations.LoraWeight(asset=tune.result.lora_asset)])
        options.out.mkdir(parents=True, exist_ok=True)
        request = generations.GenerateRequest(settings=settings, inline_images=True)
        for event in generation_service(channel).Generate(request):
            if event.WhichOneof("payload") == "image":
                path = options.out / f"{options.name}-{event.image.index}.png"
                path.write_bytes(event.image.data)
                print(f"image {path}", flush=True)
            elif event.WhichOneof("payload") == "summary":
                print(f"summary {jobs.JobState.Name(event.summary.state)}", flush=True)
                return 0 if event.summary.state == jobs.JOB_STATE_SUCCEEDED else 1
    return 1


if __name__ == "__main__":
    sys.exit(main())
