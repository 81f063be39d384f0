"""Images in minutes: what one line of gansmith makes of a folder, and plain loops of the same data.

Every cell trains on one thread for the same CPU seconds, preparation and exams included: the run's
clock is the process's CPU time, so that a busy machine changes nothing. "gansmith" is what
`gansmith train --data SET --budget TIME` chooses; further arms change one choice each. The plain
loops are those of tutorials, on DCGAN's convolutions (benchmarks/minutes_plain.py). Judges are
images that nobody trained on (of emoji and of digits a tenth, held out).

    OMP_NUM_THREADS=1 python benchmarks/minutes.py --pack FOLDER --minutes 60    # goes on

Without --pack (or GANSMITH_PACK) only the sets that ship are measured.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import argparse
import itertools
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import minutes_page
import minutes_plain
import numpy as np
import torch
from minutes_arms import ARMS, PLAIN, changes
from minutes_sets import SETS, WHOLE_SETS, Images
from torch import Tensor

import gansmith
from gansmith.features import build_extractor
from gansmith.metrics.artefacts import artefacts
from gansmith.metrics.frechet_distance import frechet_distance
from gansmith.metrics.prdc import prdc

HERE = Path(__file__).parent
RESULTS = HERE / "minutes.json"
FAKES, SEEDS = 2000, (0, 1, 2)
WHOLE = 0.7  # share of a budget that training itself gets at least, where nobody stops it
Cell = dict[str, Any]


def main() -> None:
    given = _options()
    torch.set_num_threads(1)
    stop, done = time.monotonic() + 60 * given.minutes, results()
    for name, arm, seed in cells(given):
        known = [cell.get("wall", 0.0) for cell in done.values() if cell["set"] == name]
        likely = max(known, default=1.5 * SETS[name].seconds)
        if key(name, arm, seed) in done or not _can_read(name, given.pack):
            continue
        if time.monotonic() + likely > stop:
            print(f"no time left for {key(name, arm, seed)}; run it again", file=sys.stderr)
            continue
        done[key(name, arm, seed)] = cell(name, arm, seed, given)
        done[key(name, "reals", 0)] = done.get(key(name, "reals", 0)) or floor(name, given.pack)
        RESULTS.write_text(json.dumps(done, indent=1) + "\n")
        minutes_page.write(done)
    minutes_page.write(done)


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--pack", type=Path, default=os.environ.get("GANSMITH_PACK"))
    options.add_argument("--minutes", type=float, default=60.0, help="of wall time, in all")
    options.add_argument("--sets", default=",".join(WHOLE_SETS), help="names, with commas between")
    options.add_argument("--arms", default=",".join(ARMS), help="names, with commas between")
    options.add_argument("--seeds", type=int, default=1)
    options.add_argument("--pictures", type=Path, help="a folder for grids of the samples")
    return options.parse_args()


def cells(given: argparse.Namespace) -> Iterator[tuple[str, str, int]]:
    """Yield (set, arm, seed); arms of a set follow one another: they see the same machine."""
    for seed, name in itertools.product(SEEDS[: given.seeds], given.sets.split(",")):
        for arm in given.arms.split(","):
            if changes(arm, name) is not None:
                yield name, arm, seed


def key(name: str, arm: str, seed: int) -> str:
    return f"{name}, {arm}" + (f", seed {seed}" if seed else "")


def results() -> dict[str, Cell]:
    return json.loads(RESULTS.read_text()) if RESULTS.is_file() else {}


def _can_read(name: str, pack: Path | None) -> bool:
    return pack is not None or not SETS[name].outside


def read(name: str, pack: Path | None) -> Images:
    return SETS[name].read(Path(pack) if pack else None)


def cell(name: str, arm: str, seed: int, given: argparse.Namespace) -> Cell:
    begun, images = time.monotonic(), read(name, given.pack)
    train = plain if arm in PLAIN else ours
    fakes, facts = train(images, name, arm, seed)
    if given.pictures:
        given.pictures.mkdir(parents=True, exist_ok=True)
        _grid(fakes, given.pictures / f"{key(name, arm, seed)}.png".replace(", ", "-"))
    judged = {"metrics": judge(name, images, fakes, given.pack)}
    wall = round(time.monotonic() - begun, 1)
    return {"set": name, "arm": arm, "seed": seed, **judged, **facts, "wall": wall}


def plain(images: Images, name: str, arm: str, seed: int) -> tuple[Tensor, Cell]:
    """Train one of the plain loops."""
    loop, steps = minutes_plain.trained(
        arm, torch.from_numpy(images.train), SETS[name].seconds, seed
    )
    return minutes_plain.samples(loop, FAKES), {"steps": steps}


def ours(images: Images, name: str, arm: str, seed: int) -> tuple[Tensor, Cell]:
    """Train as the command line does, by a clock that counts CPU seconds."""
    folder = Path(tempfile.mkdtemp(prefix="gansmith-minutes-"))
    try:
        np.savez(folder / "images.npz", samples=images.train)
        said = {"seed": seed, "data.size": images.train.shape[-1], "runtime.threads": 1}
        said |= {"length.budget": SETS[name].seconds, "runtime.device": "cpu"}
        chosen = said | (changes(arm, name) or {})
        with patch("time.monotonic", time.process_time):
            gansmith.train(
                data=str(folder / "images.npz"), run=folder / "run", set=chosen, quiet=True
            )
        fakes = gansmith.load(folder / "run").sample(FAKES, seed=seed)
        return fakes, _facts(folder / "run", SETS[name].seconds)
    finally:
        shutil.rmtree(folder)


def _facts(run: Path, seconds: float) -> Cell:
    """Return steps, and the exams' distances by CPU seconds, of a run that nobody stopped."""
    ticks, exams = (
        [json.loads(line) for line in (run / file).read_text().splitlines()]
        for file in ("signals.jsonl", "metrics.jsonl")
    )
    if ticks[-1]["seconds"] < WHOLE * seconds:
        sys.exit(
            f"stopped after {ticks[-1]['seconds']:.0f} of {seconds:g} CPU seconds; run it again"
        )
    course = [(round(e["seconds"]), round(e["metrics"]["frechet_distance"])) for e in exams]
    return {"steps": ticks[-1]["step"], "course": course}


def floor(name: str, pack: Path | None) -> Cell:
    """Judge as many reals of the training part as there are fakes of others."""
    images = read(name, pack)
    some = np.random.default_rng(0).permutation(len(images.train))[:FAKES]
    reals = torch.from_numpy(images.train[some]).float() / 127.5 - 1
    return {"set": name, "arm": "reals", "seed": 0, "metrics": judge(name, images, reals, pack)}


@torch.no_grad()
def judge(name: str, images: Images, fakes: Tensor, pack: Path | None) -> dict[str, float]:
    """Measure fakes against the judges with several extractors, and their artefacts."""
    reals = torch.from_numpy(images.judges).float() / 127.5 - 1
    found: dict[str, float] = {}
    for extractor, features in judges(name, pack).items():
        real, fake = features(reals), features(fakes)
        found[f"distance, {extractor}"] = float(frechet_distance(real, fake))
        if extractor == "efficientnet_lite":
            sides = prdc(real, fake)
            found |= {side: float(sides[side]) for side in ("precision", "coverage")}
    found |= {what: float(value) for what, value in artefacts(reals, fakes.float()).items()}
    return {what: float(f"{value:.4g}") for what, value in found.items()}


def judges(name: str, pack: Path | None) -> dict[str, Callable[[Tensor], Tensor]]:
    """Return extractors by name: that of the exams, two that no arm has learned from."""
    found: dict[str, Any] = {n: build_extractor(n) for n in ("efficientnet_lite", "random")}
    if name.startswith("clothing") or "of clothing" in name:
        whole = read("clothing 32 px", pack)
        reference = (torch.from_numpy(whole.train).float() / 127.5 - 1, whole.classes)
        found["classifier"] = build_extractor("classifier", reference=reference)
    return {n: _in_blocks(extractor) for n, extractor in found.items()}


def _in_blocks(extractor: Callable[[Tensor], Tensor]) -> Callable[[Tensor], Tensor]:
    return lambda x: torch.cat([extractor(block).double() for block in x.split(64)])


def _grid(fakes: Tensor, path: Path) -> None:
    from gansmith.kinds.drawing import image_grid
    from gansmith.kinds.units import to_bytes

    image_grid(to_bytes(fakes[:96])).save(path)


if __name__ == "__main__":
    main()
