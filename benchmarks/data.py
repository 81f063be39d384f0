"""How fast prepared data are read, prepared the first time, and how much memory they take.

    python benchmarks/data.py                # writes data.json and data.md beside this file

Rounds of every contender take turns in one run; numbers are medians of CPU seconds, of this process
and its threads, because other work on the machine hardly moves them. The baseline decodes with
Pillow in a plain loop without any loader; where it stands for two workers, its time is halved, as
if they shared the work without loss.
"""

import io
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import PIL
import torch
from PIL import Image

from gansmith.data import Stream, open_data
from gansmith.training.allocator import keep_large_blocks

HERE = Path(__file__).parent
ROUNDS, BATCH = 5, 64
Contender = Callable[[], object]


def main() -> None:
    torch.set_num_threads(1)
    keep_large_blocks()  # as training does
    work = Path(tempfile.mkdtemp(prefix="gansmith-bench-"))
    os.environ["GANSMITH_CACHE"] = str(work / "cache")
    try:
        found = {
            "machine": f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores",
            "versions": f"Pillow {PIL.__version__}, torch {torch.__version__}",
            "reading": [reading(work, 32, "PNG", 2048), reading(work, 256, "JPEG", 512)],
            "caching": [
                caching(work, (32, 32), "PNG", 32, 2048),
                caching(work, (500, 375), "JPEG", 256, 192),
                caching(work, (2000, 1500), "JPEG", 256, 32),
            ],
            "waiting": waiting(work),
            "memory": memory(work),
        }
    finally:
        shutil.rmtree(work, ignore_errors=True)
    (HERE / "data.json").write_text(json.dumps(found, indent=1) + "\n")
    (HERE / "data.md").write_text(page(found))
    print(page(found))


# --- contenders ---


def reading(work: Path, size: int, kind: str, count: int) -> dict[str, Any]:
    """Read training batches from the cache, against decoding the files."""
    folder = pictures(work / f"read-{size}", (size, size), kind, count)
    data = kept(folder, size)
    stream, files = Stream(data.train), sorted(folder.iterdir())[: len(data.train)]

    def cached() -> None:
        for start in range(0, len(files) - BATCH, BATCH):
            stream.read(start, BATCH)

    def decoded() -> None:
        for start in range(0, len(files) - BATCH, BATCH):
            arrays = [
                np.asarray(Image.open(p).convert("RGB")) for p in files[start : start + BATCH]
            ]
            torch.from_numpy(np.stack(arrays)).permute(0, 3, 1, 2).float().div_(127.5).sub_(1)

    ours, theirs = take_turns(cached, decoded)
    pictures_read = (len(files) - 1) // BATCH * BATCH
    return {
        "size": size,
        "kind": kind,
        "microseconds": 1e6 * ours / pictures_read,
        "pillow_microseconds": 1e6 * theirs / pictures_read,
        "ratio_two_workers": theirs / 2 / ours,
    }


def caching(work: Path, shape: tuple[int, int], kind: str, size: int, count: int) -> dict[str, Any]:
    """Prepare for the first time, against Pillow in the manner of torchvision's ImageFolder."""
    folder = pictures(work / f"cache-{shape[0]}", shape, kind, count)
    files = sorted(folder.iterdir())

    def ours() -> None:
        shutil.rmtree(work / "cache", ignore_errors=True)
        kept(folder, size)

    def plain(filter_: Image.Resampling) -> Contender:
        def decode() -> None:
            for path in files:
                picture = Image.open(path).convert("RGB")
                scale = size / min(picture.size)
                shorter = (round(picture.width * scale), round(picture.height * scale))
                picture = picture.resize(shorter, filter_)
                left, top = (picture.width - size) // 2, (picture.height - size) // 2
                cut = picture.crop((left, top, left + size, top + size))
                torch.from_numpy(np.array(cut)).permute(2, 0, 1).contiguous().float().div(255)

        return decode

    contenders = (ours, plain(Image.Resampling.LANCZOS), plain(Image.Resampling.BILINEAR))
    mine, lanczos, bilinear = take_turns(*contenders)
    return {
        "files": f"{kind} {shape[0]} x {shape[1]} to {size}",
        "milliseconds": 1e3 * mine / count,
        "same_filter": lanczos / mine,
        "bilinear": bilinear / mine,
    }


def waiting(work: Path) -> dict[str, float]:
    """Compare the time to read a batch with that of a step of the nets chosen for a processor."""
    from gansmith.registry import discriminators, generators

    shape = (3, 32, 32)
    generator = generators.build("modern", {"patch": 2}, shape=shape, latent=64)
    discriminator = discriminators.build("modern", {"patch": 2}, shape=shape)
    stream = Stream(kept(work / "read-32", 32).train)
    fakes = torch.randn(BATCH, 64)

    def step() -> None:
        real, _ = stream.read(0, BATCH)
        with torch.no_grad():
            fake = generator(fakes)
        scores = discriminator(torch.cat([real, fake])).scores
        torch.nn.functional.softplus(-scores).mean().backward()
        loss = torch.nn.functional.softplus(-discriminator(generator(fakes)).scores)
        loss.mean().backward()

    whole, read = take_turns(step, lambda: stream.read(0, BATCH))
    return {"step_ms": 1e3 * whole, "read_ms": 1e3 * read, "share": read / whole}


MEMORY = """
import json, os, sys
os.environ["OMP_NUM_THREADS"] = "1"
import numpy, torch
from gansmith.data import Stream, open_data
def high(name):
    with open("/proc/self/status") as status:
        return [int(l.split()[1]) / 1024 for l in status if l.startswith(name)][0]
base = high("VmRSS")
data = open_data(sys.argv[1], size=32, channels=3, labels=False)
stream = Stream(data.train)
for start in range(0, len(data.train), 64):
    stream.read(start, 64)
print(json.dumps({"base_mb": base, "peak_mb": high("VmHWM"), "images": len(data.train)}))
"""


def memory(work: Path, count: int = 100_000) -> list[dict[str, Any]]:
    """Peak memory of opening 100,000 pictures and reading them once: first time, and cached."""
    place = work / "many.tar"
    draws = np.random.default_rng(0)
    with tarfile.open(place, "w") as tar:
        for number in range(count):
            target = io.BytesIO()
            pixels = draws.integers(0, 256, (8, 8, 3), dtype=np.uint8).repeat(4, 0).repeat(4, 1)
            Image.fromarray(pixels).save(target, "PNG", compress_level=1)
            member = tarfile.TarInfo(f"{number:06}.png")
            member.size = target.tell()
            target.seek(0)
            tar.addfile(member, target)
    results = []
    for what in ("first", "cached"):
        command = [sys.executable, "-c", MEMORY, str(place)]
        told = subprocess.run(command, capture_output=True, text=True, check=True)
        results.append({"what": what, **json.loads(told.stdout)})
    return results


# --- how ---


def kept(folder: Path, size: int) -> Any:
    """Open a set through the cache, however small it is."""
    import gansmith.data.store as store

    store.FEW = 0
    return open_data(folder, size=size, channels=3, held_out=0)


def pictures(folder: Path, shape: tuple[int, int], kind: str, count: int) -> Path:
    folder.mkdir()
    draws = np.random.default_rng(0)
    for number in range(count):
        coarse = draws.integers(0, 256, (shape[1] // 8 + 1, shape[0] // 8 + 1, 3), dtype=np.uint8)
        picture = Image.fromarray(coarse).resize(shape, Image.Resampling.BICUBIC)
        picture.save(folder / f"{number:05}.{kind.lower()}", kind)
    return folder


def take_turns(*contenders: Contender) -> list[float]:
    """Return each contender's median of CPU seconds, after one round to warm up."""
    spent: list[list[float]] = [[] for _ in contenders]
    for turn in range(ROUNDS + 1):
        for contender, seconds in zip(contenders, spent, strict=True):
            begun = cpu()
            contender()
            if turn:
                seconds.append(cpu() - begun)
    return [statistics.median(seconds) for seconds in spent]


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def page(found: dict[str, Any]) -> str:
    lines = ["# Data: speed and memory", "", (__doc__ or "").split("\n\n", 2)[2].strip(), ""]
    lines += [f"{found['machine']}; {found['versions']}; {time.strftime('%B %Y')}.", ""]
    lines += ["| reading batches | cache, µs a picture | Pillow, µs | against two workers | bar |"]
    lines += ["|---|---|---|---|---|"]
    for row, bar in zip(found["reading"], (10, 1.8), strict=True):
        lines.append(
            f"| {row['kind']} {row['size']} px | {row['microseconds']:.1f} "
            f"| {row['pillow_microseconds']:.1f} | {row['ratio_two_workers']:.1f}x | {bar}x |"
        )
    lines += [
        "",
        "| preparing the first time | ms a picture | against Pillow, same filter (Lanczos) ",
    ]
    lines[-1] += "| against bilinear, torchvision's usual |"
    lines += ["|---|---|---|---|"]
    for row in found["caching"]:
        lines.append(
            f"| {row['files']} | {row['milliseconds']:.2f} | {row['same_filter']:.2f}x "
            f"| {row['bilinear']:.2f}x |"
        )
    wait = found["waiting"]
    lines += [
        "",
        f"A training step of 64 pictures at 32 px with the nets chosen for a processor takes "
        f"{wait['step_ms']:.0f} ms, of which reading is {wait['read_ms']:.2f} ms: "
        f"{wait['share']:.2%} (bar: 2 %).",
        "",
        "| 100,000 pictures of 32 px | base, MB | peak, MB | above (bar: 300) |",
        "|---|---|---|---|",
    ]
    for row in found["memory"]:
        above = row["peak_mb"] - row["base_mb"]
        lines.append(
            f"| {row['what']} | {row['base_mb']:.0f} | {row['peak_mb']:.0f} | {above:.0f} |"
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
