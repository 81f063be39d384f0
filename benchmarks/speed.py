"""CPU seconds and peak memory of gansmith's training step against a plain PyTorch loop.

    OMP_NUM_THREADS=1 python benchmarks/speed.py              # everything, about half an hour
    OMP_NUM_THREADS=1 python benchmarks/speed.py dcgan        # one part: dcgan, sngan, wgan_gp,
                                                              # pix2pix, pix2pix_4, cyclegan,
                                                              # stylegan2, modern, shares, precision

The same nets, loss and optimizer on both sides (their outputs are compared), a process and one
thread for each, in turn; CPU seconds, so that a busy machine disturbs little. Our side is the
Trainer that `gansmith train` runs, with its signals on and written at every tick. Results go to
speed.json, by processor, and to speed.md; other processors' stay as they are.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import argparse
import contextlib
import json
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import plain
import plain_more
import torch
from speed_page import page
from stopwatches import SIGNALS, measured, stopwatches

import gansmith
from gansmith.data import open_data
from gansmith.data.pairs import open_unmatched
from gansmith.networks.conditioning.directions import Directions, Judges
from gansmith.recipe.recipe import make_recipe
from gansmith.runs.writer import RunWriter
from gansmith.training.allocator import keep_large_blocks
from gansmith.training.parts.build import build_parts
from gansmith.training.parts.setup import Setup
from gansmith.training.runtime import Runtime
from gansmith.training.trainer import Trainer

HERE = Path(__file__).parent
RESULT, PAGE = HERE / "speed.json", HERE / "speed.md"
ADAM = {"name": "adam", "lr": 2e-4}
PLAYERS = ("generator", "discriminator")

TRANSLATION = {"size": 128, "batch": 1, "rounds": 9, "betas": [0.5, 0.999], "tick": 20}
QUICK = {"size": 32, "batch": 16, "rounds": 7, "betas": [0.0, 0.99], "game": {"latent": 128}}
SETTINGS: dict[str, dict[str, Any]] = {
    "dcgan": {
        "size": 64,
        "rounds": 9,
        "betas": [0.5, 0.999],
        "loss": {"name": "non_saturating"},
        "game": {"latent": 128},
        "networks": "dcgan",
        "bars": {"fp32": 1.2, "bf16": 1.8},
    },
    "sngan": {
        "size": 32,
        "rounds": 3,
        "betas": [0.0, 0.9],
        "loss": {"name": "hinge"},
        "game": {"latent": 128, "discriminator_turns": 5},
        "networks": "sngan",
        "constraints": [{"name": "spectral_norm"}],
        "bars": {"fp32": 1.3, "bf16": 2.3},
    },
    "wgan_gp": {
        "size": 32,
        "rounds": 3,
        "betas": [0.0, 0.9],
        "loss": {"name": "wasserstein"},
        "game": {"latent": 128, "discriminator_turns": 5},
        "networks": "sngan",
        "terms": [{"name": "gradient_penalty", "weight": 10.0}],
        "bars": {"fp32": 1.3, "bf16": 2.3},
    },
    "pix2pix": {
        **TRANSLATION,
        "loss": {"name": "non_saturating"},
        "game": {"name": "paired"},
        "condition": {"name": "image", "corruption": "grey"},
        "networks": ("unet", "patch"),
        "terms": [{"name": "reconstruction", "weight": 100.0}],
        "bars": {"fp32": 1.38, "bf16": 1.69},
    },
    "cyclegan": {
        **TRANSLATION,
        "rounds": 5,
        "loss": {"name": "least_squares"},
        "game": {"name": "cycle"},
        "condition": {"name": "image", "source": "other.npz"},
        "networks": ("translator", "patch"),
        "terms": [{"name": "cycle", "weight": 10.0}],
        "bars": {"fp32": 1.11, "bf16": 1.63},
    },
    "stylegan2": {
        **QUICK,
        "loss": {"name": "non_saturating"},
        "networks": "stylegan2",
        "options": {"width": 32},
        "terms": [{"name": "r1", "gamma": 1.0}],
        "bars": {"fp32": 1.49},
    },
    "modern": {
        **QUICK,
        "loss": {"name": "relativistic"},
        "networks": "modern",
        "options": {"width": 64, "groups": 16},
        "terms": [{"name": "r1", "gamma": 1.0}, {"name": "r2", "gamma": 1.0}],
        "bars": {},
    },
}
SETTINGS["pix2pix_4"] = SETTINGS["pix2pix"] | {"batch": 4}


MORE = {
    "pix2pix": plain_more.Pix2pix,
    "pix2pix_4": plain_more.Pix2pix,
    "cyclegan": plain_more.CycleGan,
    "stylegan2": plain_more.StyleGan2,
    "modern": plain_more.R3Gan,
}


class Arm(Protocol):
    def step(self) -> None: ...


class Ours:
    """gansmith's Trainer on a recipe, driven a step at a time; ticks are written as in a run."""

    def __init__(self, setting: str, images: np.ndarray, folder: Path, precision: str) -> None:
        other = SETTINGS[setting].get("condition", {}).get("source")
        half = len(images) // 2 if other else len(images)
        for name, some in (("images.npz", images[:half]), ("other.npz", images[half:])):
            np.savez(folder / name, samples=some)
        recipe = make_recipe(self.recipe(setting, folder, precision))
        runtime = Runtime("cpu", precision, recipe.seed, threads=1)
        open_it = partial(open_unmatched, inputs=str(folder / other)) if other else open_data
        data = open_it(recipe.data.source, size=recipe.data.size, held_out=0.0)
        self.trainer = Trainer(build_parts(Setup(recipe, data, runtime)))
        self.writer = RunWriter(folder)
        self.until = 0

    @staticmethod
    def recipe(setting: str, folder: Path, precision: str) -> dict[str, Any]:
        given = SETTINGS[setting]
        optimizer = {**ADAM, "betas": given["betas"]}
        source, networks = str(folder / "images.npz"), given["networks"]
        names = (networks, networks) if isinstance(networks, str) else networks
        condition = dict(given.get("condition", {}))
        if "source" in condition:
            condition["source"] = str(folder / condition["source"])
        return {
            "data": {"source": source, "size": given["size"], "batch": batch_of(given)},
            "game": given["game"],
            **({"condition": condition} if condition else {}),
            "networks": {
                player: {"name": name, **given.get("options", {})}
                for player, name in zip(PLAYERS, names, strict=True)
            },
            "loss": given["loss"],
            "terms": given.get("terms", []),
            "constraints": given.get("constraints", []),
            "optimizers": dict.fromkeys(PLAYERS, optimizer),
            "signals": {"tick": given.get("tick", 2)},
            "runtime": {"precision": precision, "threads": 1},
        }

    def enough(self, trainer: Trainer) -> bool:
        return trainer.step >= self.until

    def tick(self, trainer: Trainer, signals: dict[str, float]) -> None:
        trainer.parts.turn_knobs(signals)
        self.writer.signals({"step": trainer.step, **signals})

    def step(self) -> None:
        self.until += 1
        self.trainer.run(self)


def batch_of(given: Mapping[str, Any]) -> int:
    return int(given.get("batch", plain.BATCH))


def noise_images(size: int, count: int = 256) -> np.ndarray:
    """Bytes [N, 3, size, size]: what they show does not change the time of a step."""
    return np.random.default_rng(0).integers(0, 256, (count, 3, size, size), np.uint8)


# --- time and memory ----------------------------------------------------------------------------


def time_steps(setting: str, rounds: int) -> dict[str, Any]:
    """Return CPU seconds a step and peak memory of every arm, and the ratios to the plain loop.

    Each arm has a process of its own, with its own memory; they take steps in turn.
    """
    names = ["plain", *(["plain, fresh latents"] if setting == "dcgan" else []), "fp32", "bf16"]
    with contextlib.ExitStack() as stack:
        workers = {name: stack.enter_context(Worker(setting, name)) for name in names}
        for worker in workers.values():
            worker.step()
        spent: dict[str, list[float]] = {name: [] for name in names}
        for _ in range(rounds):
            for name, worker in workers.items():
                spent[name].append(worker.step())
        memory = {name: worker.peak for name, worker in workers.items()}
    ratios = {
        name: statistics.median(p / o for p, o in zip(spent["plain"], times, strict=True))
        for name, times in spent.items()
    }
    return {
        "seconds": {name: statistics.median(times) for name, times in spent.items()},
        "ratio": ratios,
        "memory": memory,
        "rounds": rounds,
        "difference": greatest_difference(setting),
    }


class Worker:
    """One arm in a process of its own; ``step`` returns the CPU seconds that it took."""

    def __init__(self, setting: str, arm: str) -> None:
        self.command = [sys.executable, __file__, "--work", setting, arm]
        self.peak = 0.0  # MB above what the process took before the arm was made

    def __enter__(self) -> "Worker":
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self.process = subprocess.Popen(self.command, **pipes)  # type: ignore[call-overload]
        return self

    def __exit__(self, *error: object) -> None:
        self.process.stdin.close()
        self.process.wait()

    def step(self) -> float:
        self.process.stdin.write("step\n")
        self.process.stdin.flush()
        seconds, self.peak = (float(word) for word in self.process.stdout.readline().split())
        return seconds


def work(setting: str, arm: str) -> None:
    """Take a step for each line on standard input; print CPU seconds and peak memory."""
    with tempfile.TemporaryDirectory() as folder:
        before = peak_memory()
        if arm in ("fp32", "bf16"):
            keep_large_blocks()
        running = make(setting, arm, Path(folder))
        for _ in sys.stdin:
            begun = time.process_time()
            running.step()
            print(time.process_time() - begun, peak_memory() - before, flush=True)


def peak_memory() -> float:
    """Return the peak resident memory of this process in MB."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def make(setting: str, arm: str, folder: Path) -> Arm:
    images = noise_images(SETTINGS[setting]["size"])
    if arm in ("fp32", "bf16"):
        return Ours(setting, images, folder, arm)
    tensor = torch.from_numpy(images)
    if setting == "dcgan":
        return plain.Dcgan(tensor, fresh="fresh" in arm)
    if setting in MORE:
        return MORE[setting](tensor, batch_of(SETTINGS[setting]))
    return plain.Resnet(tensor, penalty=setting == "wgan_gp")


# --- are they the same nets? --------------------------------------------------------------------


def greatest_difference(setting: str) -> float:
    """Copy our weights into the plain nets; return how far their outputs are from ours."""
    with tempfile.TemporaryDirectory() as folder:
        theirs: Any = make(setting, "plain", Path(folder))
        ours: Any = make(setting, "fp32", Path(folder))
    players = ours.trainer.parts.game.players
    given = {"generator": inputs_of(setting)}
    worst = 0.0
    for name in PLAYERS:
        mine, plainly = players[name], getattr(theirs, name)
        (copy_in_order if setting in MORE else copy_weights)(mine, plainly)
        mine.eval(), plainly.eval()
        with torch.no_grad():
            if name == "discriminator":
                given[name] = judged(theirs.generator, given["generator"])
            pairs = zip(nets(mine), nets(plainly), strict=True)
            outputs = [(a(given[name]), b(given[name])) for a, b in pairs]
        for a, b in outputs:
            a = getattr(a, "scores", a)
            worst = max(worst, ((a - b.view_as(a)).abs().max() / b.abs().max()).item())
            assert worst < 1e-4, f"the {name}s are not the same: {worst}"
    return worst


def inputs_of(setting: str) -> torch.Tensor:
    """What goes into G: latents, or images."""
    if "condition" not in SETTINGS[setting]:
        return torch.randn(8, plain.LATENT)
    channels = 3 if setting == "cyclegan" else 1
    return torch.rand(2, channels, SETTINGS[setting]["size"], SETTINGS[setting]["size"]) * 2 - 1


def judged(generator: torch.nn.Module, given: torch.Tensor) -> torch.Tensor:
    """What D sees: of pairs the input too."""
    made = nets(generator)[0](given)
    return torch.cat([made, given], 1) if given.dim() == 4 and given.shape[1] == 1 else made


def nets(player: torch.nn.Module) -> list[torch.nn.Module]:
    """A player's networks: one, or one for each direction."""
    both = isinstance(player, torch.nn.ModuleList | Directions | Judges)
    return list(player.children()) if both else [player]


@torch.no_grad()
def copy_in_order(source: torch.nn.Module, target: torch.nn.Module) -> None:
    """Copy weights of nets whose parameters are registered in the same order."""
    for a, b in zip(source.parameters(), target.parameters(), strict=True):
        b.copy_(a.view_as(b))


@torch.no_grad()
def copy_weights(source: torch.nn.Module, target: torch.nn.Module) -> None:
    """Copy weights layer by layer; a linear layer may stand for a 4x4 convolution."""
    kinds = (torch.nn.Linear, torch.nn.modules.conv._ConvNd, torch.nn.BatchNorm2d)
    theirs = [m for m in target.modules() if isinstance(m, kinds)]
    ours = [m for m in ordered(source) if isinstance(m, kinds)]
    for a, b in zip(ours, theirs, strict=True):
        if torch.nn.utils.parametrize.is_parametrized(b):  # spectral norm and its vectors
            for old, new in zip(a.parametrizations.weight[0].buffers(), spectral(b), strict=True):
                new.copy_(old)
            b.parametrizations.weight.original.copy_(a.parametrizations.weight.original)
        else:
            b.weight.copy_(laid_out(a.weight, b.weight))
        if b.bias is not None:
            b.bias.copy_(a.bias)


def spectral(layer: torch.nn.Module) -> tuple[torch.Tensor, torch.Tensor]:
    rule = layer.parametrizations.weight[0]
    return rule._u, rule._v


def laid_out(weight: torch.Tensor, like: torch.Tensor) -> torch.Tensor:
    transposed = weight.dim() == 2 and like.dim() == 4 and len(weight) != len(like)
    return (weight.T if transposed else weight).reshape(like.shape)


def ordered(net: torch.nn.Module) -> Iterator[torch.nn.Module]:
    """Our layers in the order in which the plain nets list theirs."""
    if hasattr(net, "norms") and hasattr(net, "ups"):  # DCGAN's generator
        yield net.start
        for norm, up in zip(net.norms, net.ups, strict=True):
            yield from (norm, up)
    elif hasattr(net, "downs"):
        for down, norm in zip(net.downs, net.norms, strict=True):
            yield from (down, norm)
        yield net.score
    elif hasattr(net, "norm"):  # the residual generator
        yield net.start
        for block in net.blocks:
            yield from (block.enter_norm, block.enter, block.leave_norm, block.leave, block.skip)
        yield from (net.norm, net.image)
    else:
        for block in net.blocks:
            yield from (block.enter, block.leave, block.skip)
        yield net.score


# --- what everything else costs -----------------------------------------------------------------


def shares(seconds: int) -> dict[str, float]:
    """Return the share of a run of the quickstart recipe that each extra takes."""
    from gansmith.training.parts.ema import Ema
    from gansmith.training.session.examining import Examining
    from gansmith.training.session.keeping import Keeping

    places = {
        "signals": SIGNALS,
        "exams": [(Examining, "__call__")],
        "average of weights": [(Ema, "update")],
        "checkpoints": [(Keeping, "__call__")],
    }
    with tempfile.TemporaryDirectory() as folder, stopwatches(places) as spent, measured(spent):
        begun = time.process_time()
        changes = {"length.budget": f"{seconds}s", "runtime.threads": 1}
        recipe = gansmith.Recipe.load("quickstart", set=changes)
        gansmith.train(recipe, run=f"{folder}/run", quiet=True)
        total = time.process_time() - begun
    return {label: value / total for label, value in spent.items()} | {"cpu_seconds": total}


# --- bfloat16 against float32 -------------------------------------------------------------------


def precision(kimg: float) -> dict[str, Any]:
    """Return the Frechet distance of short runs of the quickstart recipe, by precision and seed."""
    found: dict[str, list[float]] = {"fp32": [], "bf16": []}
    for seed in range(3):
        for kind, values in found.items():
            with tempfile.TemporaryDirectory() as folder:
                changes = {
                    "length.budget": "3h",
                    "length.kimg": kimg,
                    "seed": seed,
                    "evaluation.every_kimg": 1e6,
                    "evaluation.samples": 2048,
                    "runtime.precision": kind,
                    "runtime.threads": 1,
                }
                recipe = gansmith.Recipe.load("quickstart", set=changes)
                run = gansmith.train(recipe, run=f"{folder}/run", quiet=True)
                lines = Path(run, "metrics.jsonl").read_text().splitlines()
            values.append(json.loads(lines[-1])["metrics"]["frechet_distance"])
            print(f"seed {seed} {kind}: {values[-1]:.1f}", flush=True)
    means = {kind: statistics.mean(values) for kind, values in found.items()}
    spread = statistics.stdev(found["fp32"])
    return {"kimg": kimg, "distance": found, "mean": means, "spread_of_fp32": spread}


# --- results ------------------------------------------------------------------------------------


def machine() -> dict[str, str]:
    lines = Path("/proc/cpuinfo").read_text().splitlines() if sys.platform == "linux" else []
    model = next((line.split(": ")[1] for line in lines if line.startswith("model name")), "")
    flags = next((set(line.split()) for line in lines if line.startswith("flags")), set())
    kinds = {"amx_bf16": ", with AMX", "avx512f": ", with AVX-512, without AMX"}
    kind = next((says for flag, says in kinds.items() if flag in flags), "")
    return {
        "processor": f"{model or platform.processor()}{kind}, one thread",
        "torch": torch.__version__,
        "python": platform.python_version(),
        "gansmith": gansmith.__version__,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("parts", nargs="*", default=[*SETTINGS, "shares", "precision"])
    parser.add_argument("--rounds", type=int, default=0, help="instead of each setting's own")
    parser.add_argument("--seconds", type=int, default=60, help="of the run that shares come from")
    parser.add_argument("--kimg", type=float, default=30, help="of the runs for precision")
    parser.add_argument("--work", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    torch.set_num_threads(1)
    if given.work:
        work(*given.work)
        return
    everything = json.loads(RESULT.read_text()) if RESULT.exists() else {}
    about = machine()
    results = everything.setdefault(about["processor"], {})
    results["machine"] = about
    for part in given.parts:
        if part == "shares":
            results[part] = shares(given.seconds)
        elif part == "precision":
            results[part] = precision(given.kimg)
        elif part != "page":
            results[part] = time_steps(part, given.rounds or SETTINGS[part]["rounds"])
        print(part, json.dumps(results.get(part), indent=1), flush=True)
        RESULT.write_text(json.dumps(everything, indent=1) + "\n")
        PAGE.write_text(page(everything, SETTINGS, plain.BATCH))


if __name__ == "__main__":
    main()
