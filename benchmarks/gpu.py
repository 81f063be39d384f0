"""Everything that only a CUDA device can say, in under eight minutes: tests, speed, quality.

    python benchmarks/gpu.py --cifar PATH     # a folder train/ of sheets of CIFAR-10, or an .npz
    python benchmarks/gpu.py --dry            # the same in small on a processor: does it run?

1. The tests marked gpu: the processor's numbers, repeatable, in steady memory, without waits.
2. Milliseconds of a training step against a plain PyTorch loop of the same nets on the same device,
   its data there too, in float32 and bfloat16, with torch.compile and without.
3. Quality against time of what `gansmith train --data PATH` chooses on this device by itself.

Results go to gpu.json and gpu.md after each part; a part that there is no time for says so.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import plain
import speed
import torch
from PIL import Image

import gansmith
from gansmith.data import open_data
from gansmith.recipe.recipe import make_recipe
from gansmith.runs.reader import read_run
from gansmith.training.parts.build import build_parts
from gansmith.training.parts.setup import Setup
from gansmith.training.runtime import Runtime
from gansmith.training.trainer import Trainer

HERE = Path(__file__).parent
RESULT, PAGE = HERE / "gpu.json", HERE / "gpu.md"
TESTS = ["-m", "gpu", "-q", "-n", "0", "-p", "no:cacheprovider", "tests/gpu"]
SECONDS = {"tests": 120.0, "speed": 200.0, "quality": 130.0}  # together under eight minutes
ARMS = {
    "plain": ("fp32", False),
    "plain, bfloat16": ("bf16", False),
    "gansmith": ("fp32", False),
    "gansmith, bfloat16": ("bf16", False),
    "gansmith, compiled": ("fp32", True),
    "gansmith, bfloat16, compiled": ("bf16", True),
}
CLASSES, SIDE = 10, 32
SHOWN = ("seconds", "kimg", "frechet_distance", "precision", "recall", "coverage", "checkerboard")
DRY = {
    "length.kimg": 0.05,
    "data.size": 16,
    "evaluation.samples": 64,
    "evaluation.extractor": "pixels",
    "runtime.threads": 1,
}


class Size:
    """How much is done: all of it on a device, little in a dry run."""

    def __init__(self, dry: bool, cifar: str | None) -> None:
        self.dry, self.cifar = dry, cifar
        self.device = torch.device("cpu" if dry else "cuda")
        self.settings = ["dcgan"] if dry else list(speed.SETTINGS)
        self.warm, self.span, self.batch = (1, 0.0, 2) if dry else (10, 3.0, plain.BATCH)


# --- tests --------------------------------------------------------------------------------------


def tests(size: Size) -> dict[str, Any]:
    """Run the tests marked gpu; return the last line of what they print, and what failed."""
    words = [sys.executable, "-m", "pytest", *TESTS, *(["--collect-only"] if size.dry else [])]
    try:
        done = subprocess.run(
            words, cwd=HERE.parent, capture_output=True, text=True, timeout=SECONDS["tests"]
        )
    except subprocess.TimeoutExpired as late:
        told = (late.stdout or b"").decode(errors="replace")
        return {"outcome": f"not over after {SECONDS['tests']:.0f} s", "failed": failed(told)}
    lines = done.stdout.strip().splitlines() or done.stderr.strip().splitlines() or ["nothing"]
    return {"outcome": lines[-1].strip("= "), "failed": failed(done.stdout)}


def failed(told: str) -> list[str]:
    """Return the names of the tests that failed."""
    return [line.split(" - ")[0] for line in told.splitlines() if line.startswith("FAILED")]


# --- speed --------------------------------------------------------------------------------------


class Ours:
    """gansmith's Trainer on a recipe of benchmarks/speed.py, with its signals and ticks."""

    def __init__(self, setting: str, images: np.ndarray, folder: Path, size: Size, arm: str):
        precision, compiled = ARMS[arm]
        np.savez(folder / "images.npz", samples=images)
        tree = speed.Ours.recipe(setting, str(folder / "images.npz"), precision)
        tree["data"]["batch"] = size.batch
        tree["runtime"] |= {"device": str(size.device), "compile": compiled}
        tree["signals"] = {"tick": 50}
        recipe = make_recipe(tree)
        runtime = Runtime(str(size.device), precision, recipe.seed)
        data = open_data(recipe.data.source, size=recipe.data.size, held_out=0.0)
        self.trainer, self.until = Trainer(build_parts(Setup(recipe, data, runtime))), 0

    def enough(self, trainer: Trainer) -> bool:
        return trainer.step >= self.until

    def tick(self, trainer: Trainer, signals: dict[str, float]) -> None:
        trainer.parts.turn_knobs(signals)

    def step(self) -> None:
        self.until += 1
        self.trainer.run(self)


class Plain:
    """The plain loop on the device, its images there; ``torch.device`` makes its numbers there."""

    def __init__(self, setting: str, images: np.ndarray, size: Size, precision: str):
        self.device, self.narrow = size.device, precision == "bf16"
        plain.BATCH = size.batch
        with self.device:
            tensor = torch.from_numpy(images).to(self.device)
            self.loop: Any = (
                plain.Dcgan(tensor, fresh=True)
                if setting == "dcgan"
                else plain.Resnet(tensor, penalty=setting == "wgan_gp")
            )

    def step(self) -> None:
        with self.device, torch.autocast(self.device.type, torch.bfloat16, enabled=self.narrow):
            self.loop.step()


def speeds(size: Size) -> dict[str, Any]:
    """Return what a step takes, by setting and arm, as far as the time goes."""
    stop, found = time.monotonic() + (1e9 if size.dry else SECONDS["speed"]), {}
    torch.backends.cudnn.benchmark = not size.dry
    for setting in size.settings:
        found[setting] = {arm: timed(setting, arm, size, stop) for arm in ARMS}
        for arm, told in found[setting].items():
            print(setting, arm, told, flush=True)
    return found


def timed(setting: str, arm: str, size: Size, stop: float) -> dict[str, float] | str:
    """Return milliseconds of a step, those in which the processor was busy, and peak memory."""
    if time.monotonic() > stop:
        return "no time left"
    images = speed.noise_images(speed.SETTINGS[setting]["size"])
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        running: Any = (
            Plain(setting, images, size, ARMS[arm][0])
            if arm.startswith("plain")
            else Ours(setting, images, Path(folder), size, arm)
        )
        begun = time.monotonic()
        for _ in range(size.warm):
            running.step()
        told = {"start_s": time.monotonic() - begun, **step_times(running.step, size)}
    del running
    if size.device.type == "cuda":
        torch.cuda.empty_cache()
    return told


def step_times(step: Callable[[], None], size: Size) -> dict[str, float]:
    """Take steps for some seconds, twenty at a time."""
    on_device = size.device.type == "cuda"
    wait = torch.cuda.synchronize if on_device else lambda: None
    wait()
    if on_device:
        torch.cuda.reset_peak_memory_stats()
    begun, queued, steps = time.monotonic(), 0.0, 0
    while not steps or time.monotonic() - begun < size.span:
        from_here = time.monotonic()
        for _ in range(1 if size.dry else 20):
            step()
            steps += 1
        queued += time.monotonic() - from_here
        wait()
    whole = time.monotonic() - begun
    memory = torch.cuda.max_memory_allocated() / 1e6 if on_device else 0.0
    return {"ms": 1e3 * whole / steps, "host_ms": 1e3 * queued / steps, "memory_mb": memory}


# --- quality ------------------------------------------------------------------------------------


def quality(size: Size) -> dict[str, Any]:
    """Train CIFAR-10 with what is chosen by itself; return its exams over time."""
    if not size.cifar and not size.dry:
        return {"outcome": "left out: no --cifar PATH"}
    with tempfile.TemporaryDirectory() as folder:
        source = "mnist" if size.dry else samples_of(Path(str(size.cifar)), Path(folder))
        changes = {"runtime.device": str(size.device)}
        changes |= DRY if size.dry else {"length.budget": f"{SECONDS['quality']:.0f}s"}
        run = gansmith.train(data=source, run=f"{folder}/run", set=changes, quiet=True)
        return {"exams": exams(run), "recipe": read_run(run).recipe}


def samples_of(path: Path, folder: Path) -> str:
    """Return a source of all training images: an .npz as it is, sheets of cells cut up."""
    if path.is_file():
        return str(path)
    sheets = sorted((path / "train").glob("*.jpg"))
    if len(sheets) != CLASSES:
        raise SystemExit(f"{path} holds no train/ with {CLASSES} sheets, one a class; see --help")
    cells = [cells_of(sheet) for sheet in sheets]
    labels = np.repeat(np.arange(CLASSES), [len(part) for part in cells])
    np.savez(folder / "cifar10.npz", samples=np.concatenate(cells), labels=labels)
    return str(folder / "cifar10.npz")


def cells_of(sheet: Path) -> np.ndarray:
    """Return the cells of a sheet, row by row, uint8 [N, 3, 32, 32]."""
    whole = np.asarray(Image.open(sheet).convert("RGB"))
    down, across = (side // SIDE for side in whole.shape[:2])
    cut = whole[: down * SIDE, : across * SIDE].reshape(down, SIDE, across, SIDE, 3)
    return cut.transpose(0, 2, 4, 1, 3).reshape(-1, 3, SIDE, SIDE)


def exams(run: Path) -> list[dict[str, float]]:
    """Return the numbers of each exam with the seconds and thousands of samples before it."""
    record = read_run(run)
    found = []
    for exam in record.metrics:
        upto = [row["seconds"] for row in record.signals if row["step"] <= exam["step"]]
        numbers = {n: v for n, v in exam["metrics"].items() if isinstance(v, int | float)}
        found.append({"seconds": upto[-1] if upto else 0.0, "kimg": exam["kimg"], **numbers})
    return found


# --- results ------------------------------------------------------------------------------------


def page(results: Mapping[str, Any]) -> str:
    """Return the page of results."""
    lines = ["# On a CUDA device", "", "Made by `python benchmarks/gpu.py`; numbers: gpu.json.", ""]
    lines += [f"- {name}: {value}" for name, value in results["machine"].items()]
    if "tests" in results:
        lines += ["", "## Tests marked gpu", "", results["tests"]["outcome"], ""]
        lines += [f"- {name}" for name in results["tests"]["failed"]]
    if "speed" in results:
        lines += ["", "## A training step", "", *SPEED]
        for setting, arms in results["speed"].items():
            lines += speed_rows(setting, arms)
    if "quality" in results:
        lines += ["", "## CIFAR-10, everything chosen by itself", "", *quality_rows(results)]
    return "\n".join(lines) + "\n"


SPEED = [
    "Milliseconds of a step (all turns), of which the processor was busy to queue it; ratio to the",
    "plain loop in float32 on the same device. `plain` draws fresh latents for G's turn, as we do.",
    "",
    "| setting | arm | ms | of them to queue | images/s | ratio | peak MB | first steps, s |",
    "|---|---|---|---|---|---|---|---|",
]


def speed_rows(setting: str, arms: Mapping[str, Any]) -> Iterator[str]:
    """Yield a row for each arm of a setting."""
    turns = speed.SETTINGS[setting]["game"].get("discriminator_turns", 1)
    for arm, told in arms.items():
        if isinstance(told, str):
            yield f"| {setting} | {arm} | {told} | | | | | |"
            continue
        rate, ratio = turns * plain.BATCH / told["ms"] * 1e3, arms["plain"]["ms"] / told["ms"]
        yield (
            f"| {setting} | {arm} | {told['ms']:.2f} | {told['host_ms']:.2f} | {rate:,.0f} | "
            f"{ratio:.2f} | {told['memory_mb']:,.0f} | {told['start_s']:.1f} |"
        )


def quality_rows(results: Mapping[str, Any]) -> list[str]:
    """Return a row for each exam."""
    told = results["quality"]
    if "exams" not in told:
        return [told["outcome"]]
    names = [n for n in told["exams"][-1] if n in SHOWN]
    rows = [f"| {' | '.join(names)} |", "|" + "---|" * len(names)]
    return rows + [
        f"| {' | '.join(f'{exam[n]:.4g}' if n in exam else '' for n in names)} |"
        for exam in told["exams"]
    ]


def machine(size: Size) -> dict[str, str]:
    """Return what is measured on."""
    name = torch.cuda.get_device_name() if size.device.type == "cuda" else "no device: a dry run"
    known = speed.machine()
    processor = known["processor"].removesuffix(", one thread")
    return {"device": name, **known, "processor": processor, "cuda": torch.version.cuda or "none"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--cifar", help="a folder with train/ of ten sheets, or an .npz of samples")
    parser.add_argument("--dry", action="store_true", help="in small, on a processor")
    parser.add_argument("--out", type=Path, default=HERE, help="the folder for gpu.json and gpu.md")
    given = parser.parse_args()
    if not given.dry and not torch.cuda.is_available():
        raise SystemExit(
            "torch finds no CUDA device here; --dry shows on a processor what would run"
        )
    size = Size(given.dry, given.cifar)
    results: dict[str, Any] = {"machine": machine(size)}
    for name, act in {"tests": tests, "speed": speeds, "quality": quality}.items():
        results[name] = act(size)
        (given.out / RESULT.name).write_text(json.dumps(results, indent=1) + "\n")
        (given.out / PAGE.name).write_text(page(results))


if __name__ == "__main__":
    main()
