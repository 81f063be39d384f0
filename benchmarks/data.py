"""How fast prepared data are read, prepared the first time, and how much memory they take.

    python benchmarks/data.py                # writes data.json and data.md beside this file

Rounds of every contender take turns in one run; a ratio is the median over the rounds. CPU seconds
are those of this process and all its threads, which other work on the machine hardly moves; wall
seconds are what a user waits, and noisy. Both sides do equal work: reading ends with a batch of
floats in [-1, 1]; preparing lists the folder, decodes, resizes, crops, and on our side also hashes
every image for the split and writes the cache. The baseline is Pillow in a plain loop, without
any loader; where it stands for two workers its time is halved, as if they shared it without loss.
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
from typing import Any, NamedTuple

import numpy as np
import PIL
import torch
from PIL import Image

import gansmith
import gansmith.data.prepare.store as store
from gansmith.data import Stream, open_data
from gansmith.training.allocator import keep_large_blocks

HERE = Path(__file__).parent
ROUNDS, BATCH = 3, 64
WHAT = ("wall", "cpu")
Contender = Callable[[], object]


class Spent(NamedTuple):
    """Seconds of one round."""

    wall: float
    cpu: float


def main() -> None:
    torch.set_num_threads(1)
    keep_large_blocks()  # as training does
    work = Path(tempfile.mkdtemp(prefix="gansmith-bench-"))
    os.environ["GANSMITH_CACHE"] = str(work / "cache")
    try:
        found = {
            "machine": f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, "
            f"load average {os.getloadavg()[2]:.0f} at the start",
            "versions": f"Pillow {PIL.__version__}, torch {torch.__version__}",
            "reading": [reading(work, 32, "PNG", 6400), reading(work, 256, "JPEG", 512)],
            "caching": [
                caching(work, (32, 32), "PNG", 32, 6000),
                caching(work, (500, 375), "JPEG", 256, 192),
                caching(work, (2000, 1500), "JPEG", 256, 24),
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
    stream, files = Stream(data.train), sorted(folder.iterdir())
    starts = range(0, len(files) - BATCH + 1, BATCH)

    def cached() -> None:
        for start in starts:
            stream.read(start, BATCH)

    def decoded() -> None:
        for start in starts:
            arrays = [np.asarray(load(path)) for path in files[start : start + BATCH]]
            torch.from_numpy(np.stack(arrays)).permute(0, 3, 1, 2).float().div_(127.5).sub_(1)

    ours, theirs = take_turns(cached, decoded)
    read = len(starts) * BATCH
    return {
        "size": size,
        "kind": kind,
        "microseconds": 1e6 * middle(ours, "cpu") / read,
        "pillow_microseconds": 1e6 * middle(theirs, "cpu") / read,
        "ratio_two_workers": ratio(theirs, ours, "cpu") / 2,
    }


def caching(work: Path, shape: tuple[int, int], kind: str, size: int, count: int) -> dict[str, Any]:
    """Prepare for the first time, against Pillow in the manner of torchvision's ImageFolder."""
    folder = pictures(work / f"cache-{shape[0]}", shape, kind, count)

    def ours() -> None:
        shutil.rmtree(work / "cache", ignore_errors=True)
        kept(folder, size)

    def plain(filter_: Image.Resampling) -> Contender:
        def decode() -> None:
            for path in listed(folder):
                picture = load(path)
                scale = size / min(picture.size)
                shorter = (round(picture.width * scale), round(picture.height * scale))
                if shorter != picture.size:
                    picture = picture.resize(shorter, filter_)
                left, top = (picture.width - size) // 2, (picture.height - size) // 2
                cut = picture.crop((left, top, left + size, top + size))
                torch.from_numpy(np.array(cut)).permute(2, 0, 1).contiguous().float().div(255)

        return decode

    contenders = (ours, plain(Image.Resampling.LANCZOS), plain(Image.Resampling.BILINEAR))
    mine, lanczos, bilinear = take_turns(*contenders)
    return {
        "files": f"{kind} {shape[0]} x {shape[1]} to {size}",
        "milliseconds": 1e3 * middle(mine, "cpu") / count,
        "same_filter": {what: ratio(lanczos, mine, what) for what in WHAT},
        "bilinear": {what: ratio(bilinear, mine, what) for what in WHAT},
    }


def load(path: str | Path) -> Image.Image:
    """Return an image in colour, as torchvision's loader does."""
    with open(path, "rb") as file:
        return Image.open(file).convert("RGB")


def listed(folder: Path) -> list[str]:
    """Return the images of a folder and its sub-folders, in order."""
    walked = sorted(os.walk(folder, followlinks=True))
    names = (os.path.join(place, name) for place, _, found in walked for name in sorted(found))
    return [name for name in names if name.lower().endswith((".png", ".jpg", ".jpeg"))]


def waiting(work: Path) -> dict[str, float]:
    """Train with the choices made for this machine; return the share of it that reading took."""
    begins: list[Spent] = []
    spent: list[Spent] = []
    read = Stream.read

    def timed(self: Stream, start: int, count: int) -> Any:
        begins.append(Spent(time.perf_counter(), cpu()))
        found = read(self, start, count)
        spent.append(Spent(time.perf_counter() - begins[-1].wall, cpu() - begins[-1].cpu))
        return found

    Stream.read = timed  # type: ignore[method-assign]
    changes = {"length.kimg": 8, "evaluation.every_kimg": 1000, "evaluation.samples": 64}
    changes |= {"evaluation.extractor": "pixels", "evaluation.metrics": ["frechet_distance"]}
    try:
        gansmith.train(data=work / "read-32", run=work / "run", set=changes, quiet=True)
    finally:
        Stream.read = read  # type: ignore[method-assign]
    steps = len(begins) - 1
    step = {what: (getattr(begins[-1], what) - getattr(begins[0], what)) for what in WHAT}
    waited = {what: sum(getattr(one, what) for one in spent[:-1]) for what in WHAT}
    return {
        "batch": 8000 / len(begins),
        "step_ms": 1e3 * step["cpu"] / steps,
        "read_ms": 1e3 * waited["cpu"] / steps,
        **{f"share_{what}": waited[what] / step[what] for what in WHAT},
    }


MEMORY = """
import json, os, sys
os.environ["OMP_NUM_THREADS"] = "1"
import numpy, torch
import gansmith
import gansmith.data.prepare.store as store
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
    """Peak memory of opening 100,000 images and reading them once: first time, and cached."""
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


def take_turns(*contenders: Contender) -> list[list[Spent]]:
    """Return what each contender spent in each round, after one round to warm up."""
    spent: list[list[Spent]] = [[] for _ in contenders]
    for turn in range(ROUNDS + 1):
        for contender, rounds in zip(contenders, spent, strict=True):
            begun = Spent(time.perf_counter(), cpu())
            contender()
            if turn:
                rounds.append(Spent(time.perf_counter() - begun.wall, cpu() - begun.cpu))
    return spent


def middle(spent: list[Spent], what: str) -> float:
    return statistics.median(getattr(one, what) for one in spent)


def ratio(theirs: list[Spent], ours: list[Spent], what: str) -> float:
    """Return the median of their time over ours, round by round."""
    pairs = zip(theirs, ours, strict=True)
    return statistics.median(getattr(a, what) / getattr(b, what) for a, b in pairs)


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def page(found: dict[str, Any]) -> str:
    lines = ["# Data: speed and memory", "", (__doc__ or "").split("\n\n", 2)[2].strip(), ""]
    lines += [f"{found['machine']}; {found['versions']}; {time.strftime('%B %Y')}.", ""]
    lines += [
        "| reading batches | cache, CPU µs an image | Pillow, µs | against two workers | bar |"
    ]
    lines += ["|---|---|---|---|---|"]
    for row, bar in zip(found["reading"], (10, 1.8), strict=True):
        lines.append(
            f"| {row['kind']} {row['size']} px | {row['microseconds']:.1f} "
            f"| {row['pillow_microseconds']:.1f} | {row['ratio_two_workers']:.1f}x | {bar}x |"
        )
    lines += [
        "",
        "| preparing the first time | CPU ms an image | same filter, Lanczos: wall, CPU ",
    ]
    lines[-1] += "| against bilinear, torchvision's usual: wall, CPU |"
    lines += ["|---|---|---|---|"]
    for row in found["caching"]:
        pairs = (row["same_filter"], row["bilinear"])
        words = " | ".join(f"{pair['wall']:.2f}x, {pair['cpu']:.2f}x" for pair in pairs)
        lines.append(f"| {row['files']} | {row['milliseconds']:.2f} | {words} |")
    wait = found["waiting"]
    lines += [
        "",
        f"A training step at 32 px with everything chosen for this machine (batch "
        f"{wait['batch']:.0f}) takes {wait['step_ms']:.0f} ms of CPU time, reading its batch "
        f"{wait['read_ms']:.2f} ms of that: {wait['share_cpu']:.2%}; of wall time "
        f"{wait['share_wall']:.2%} (bar: 2 %).",
        "",
        "| 100,000 images of 32 px | base, MB | peak, MB | above (bar: 300) |",
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
