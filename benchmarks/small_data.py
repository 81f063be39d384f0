"""How much little data costs, and what augmentation and transfer give back.

Digits of the embedded mnist at 32 px: all 9,000 of the training part, 900 (10 %) and 90 (1 %) of
them; plain, with DiffAugment, with ADA, and started from a run on grey emoji. Every cell trains the
same nets on the same number of samples seen and is judged against the same 1,000 digits that none
has seen. A second seed takes other digits, other first weights and other latents; the emoji run
that transfer starts from is the same. Rows named few_shot are the recipe that ships, whose nets are
twice as wide; former few_shot is what it was before: ADA that rises five times as fast as usual, a
stronger R1, half the learning rate. The others are smaller nets with R1.

    python benchmarks/small_data.py --minutes 60     # goes on where it stopped
"""

import argparse
import itertools
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import gansmith
from gansmith.data import open_data
from gansmith.recipe.recipe import make_recipe
from gansmith.recipe.tree import read_tree

Tree = dict[str, Any]
HERE = Path(__file__).parent
RESULTS, PAGE = HERE / "small_data.json", HERE / "small_data.md"
KIMG, SOURCE_KIMG, SEEDS = 48.0, 16.0, (0, 1)
SHARES = {"100 %": 9000, "10 %": 900, "1 %": 90}
SLOWER = {"name": "adam", "lr": 5e-4, "betas": [0.0, 0.99]}
FORMER: dict[str, Any] = {
    "terms": [{"name": "r1", "gamma": 0.3}],
    "optimizers": {"generator": SLOWER, "discriminator": SLOWER},
    "augment": {"name": "ada", "groups": ["pixels", "geometry", "colour"]},
    "controllers": [{"name": "ada", "knob": "augment.strength", "kimg": 100}],
}
HELP: dict[str, dict[str, Any]] = {
    "plain": {},
    "diffaugment": {"augment": {"name": "diffaugment", "policies": ["translation", "cutout"]}},
    "ada": {"augment": {"name": "ada", "groups": ["geometry", "colour"]}},
    "transfer": {"transfer": {"run": "SOURCE"}},
    "transfer + diffaugment": {
        "transfer": {"run": "SOURCE"},
        "augment": {"name": "diffaugment", "policies": ["translation", "cutout"]},
    },
    "few_shot": {},
    "former few_shot, plain": FORMER | {"augment": None, "controllers": []},
    "former few_shot": FORMER,
    "former few_shot + transfer": FORMER | {"transfer": {"run": "SOURCE"}},
}
CELLS = [
    ("100 %", "plain"),
    ("1 %", "plain"),
    ("1 %", "diffaugment"),
    ("10 %", "plain"),
    ("10 %", "diffaugment"),
    ("1 %", "transfer"),
    ("1 %", "transfer + diffaugment"),
    ("1 %", "ada"),
    ("10 %", "transfer"),
    ("10 %", "ada"),
    ("10 %", "transfer + diffaugment"),
    *itertools.product(("1 %", "10 %"), [name for name in HELP if "few_shot" in name]),
]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--minutes", type=float, default=60.0)
    options.add_argument("--only", default="", help="cells with this in their name")
    given = options.parse_args()
    work = Path(tempfile.gettempdir()) / "gansmith-small-data"
    work.mkdir(exist_ok=True)
    stop, done = time.monotonic() + 60 * given.minutes, results()
    longest = max((cell["wall"] for cell in done.values()), default=60.0)
    for seed, (share, help_with) in itertools.product(SEEDS, CELLS):
        name = key(share, help_with, seed)
        if name in done or given.only not in name:
            continue
        if time.monotonic() + longest > stop:
            print(f"no time left for {name}; run it again", file=sys.stderr)
            break
        done[name] = cell(work, share, help_with, seed)
        longest = max(longest, done[name]["wall"])
        RESULTS.write_text(json.dumps(done, indent=1) + "\n")
        write_page(done)
    write_page(done)


def key(share: str, help_with: str, seed: int) -> str:
    return f"{share}, {help_with}" + (f", seed {seed}" if seed else "")


def results() -> dict[str, Any]:
    return json.loads(RESULTS.read_text()) if RESULTS.is_file() else {}


def cell(work: Path, share: str, help_with: str, seed: int) -> dict[str, Any]:
    begun, spent = time.monotonic(), time.process_time()
    extra = json.loads(json.dumps(HELP[help_with]))
    kind = few_shot if "few_shot" in help_with else lean
    if "transfer" in extra:
        extra["transfer"]["run"] = str(source(work, kind))
    run = work / f"run-{share.split()[0]}-{help_with.replace(' ', '')}-{seed}"
    shutil.rmtree(run, ignore_errors=True)
    recipe = make_recipe({**kind(str(digits(work, share, seed)), KIMG, seed), **extra})
    gansmith.train(recipe, run=run, quiet=True)
    found = judge(run, work)
    wall, cpu = time.monotonic() - begun, time.process_time() - spent
    return {**found, "wall": round(wall, 1), "cpu": round(cpu, 1)}


def lean(source: str, kimg: float, seed: int = 0) -> Tree:
    """Small nets that learn digits in minutes; R1 holds D, so that what is left is overfitting."""
    adam = {"lr": 1e-3, "betas": [0.0, 0.99]}
    nets = {"name": "modern", "width": 16}
    return common(source, kimg, seed) | {
        "game": {"latent": 64},
        "networks": {"generator": nets, "discriminator": dict(nets)},
        "loss": {"name": "non_saturating"},
        "terms": [{"name": "r1", "gamma": 0.1, "every": 4}],
        "optimizers": {"generator": adam, "discriminator": dict(adam)},
        "ema": {"half_life_kimg": 2},
    }


def few_shot(source: str, kimg: float, seed: int = 0) -> Tree:
    """Return the recipe that ships, for so many samples."""
    return read_tree("few_shot") | common(source, kimg, seed)


def common(source: str, kimg: float, seed: int) -> Tree:
    """What every cell shares; exams are left to the end."""
    return {
        "seed": seed,
        "length": {"kimg": kimg},
        "data": {"source": source, "size": 32, "channels": 1, "batch": 32, "held_out": 0.0},
        "evaluation": {
            "every_kimg": 1e6,
            "samples": 64,
            "extractor": "pixels",
            "metrics": ["frechet_distance"],
        },
        "runtime": {"device": "cpu", "threads": 1},
    }


def source(work: Path, kind: Callable[[str, float], Tree]) -> Path:
    """Return the run that transfer starts from: grey emoji, which are not digits."""
    run = work / f"source-{kind.__name__}"
    if not (run / "report.html").is_file():
        shutil.rmtree(run, ignore_errors=True)
        gansmith.train(make_recipe(kind("emoji", SOURCE_KIMG)), run=run, quiet=True)
    return run


def digits(work: Path, share: str, seed: int) -> Path:
    """Write the part of the digits that a cell trains on, fixed by its seed; the rest judges."""
    place = work / f"digits-{SHARES[share]}-{seed}.npz"
    data = open_data("mnist", held_out=0.1)
    chosen = np.random.default_rng(seed).permutation(len(data.train))[: SHARES[share]]
    np.savez(place, samples=data.train.take(chosen))
    np.savez(work / "judges.npz", samples=data.held_out.take(np.arange(1000)))
    return place


def judge(run: Path, work: Path) -> dict[str, Any]:
    """Measure 1,000 samples of the averaged generator against 1,000 unseen digits."""
    names = ["frechet_distance", "prdc"]
    found = gansmith.evaluate(work / "judges.npz", run, metrics=names, samples=1000)
    measured = {name: round(value, 3) for name, value in found["metrics"].items()}
    signals = [json.loads(line) for line in (run / "signals.jsonl").read_text().splitlines()]
    last = {"strength": round(signals[-1].get("knob/augment.strength", 0.0), 2)}
    return {"metrics": measured, "extractor": found["protocol"]["extractor"], **last}


def write_page(done: dict[str, Any]) -> None:
    names = ["frechet_distance", "precision", "recall", "density", "coverage"]
    lines = [__doc__.split("\n    python")[0].strip(), ""]
    minutes = sum(result["cpu"] for result in done.values()) / 60
    lines += [
        f"{KIMG:g} kimg a cell ({SOURCE_KIMG:g} for the run that transfer starts from), one "
        f"thread, {minutes:.0f} CPU minutes in all. Means over the seeds; behind the distance, "
        f"half the difference between them.",
        "",
        "| data | help | seeds | " + " | ".join(names) + " | final strength | CPU s |",
        "|" + "---|" * (len(names) + 5),
    ]
    for share, help_with in sorted(CELLS, key=lambda c: (-SHARES[c[0]], list(HELP).index(c[1]))):
        found = [done[k] for k in (key(share, help_with, s) for s in SEEDS) if k in done]
        if found:
            lines.append(f"| {share} | {help_with} | {row(found, names)} |")
    extractors = {result["extractor"] for result in done.values()}
    lines += ["", f"Features: {', '.join(sorted(map(str, extractors)))}; lower distance is better."]
    notes = PAGE.read_text().partition("\n## ")[2] if PAGE.is_file() else ""
    lines += ["", "## " + notes.rstrip()] if notes else []
    PAGE.write_text("\n".join(lines) + "\n")


def row(found: list[dict[str, Any]], names: list[str]) -> str:
    """Return the means of a cell's runs as the cells of a table."""
    values = {name: [one["metrics"][name] for one in found] for name in names}
    cells = [f"{sum(several) / len(several):.3g}" for several in values.values()]
    distances = values[names[0]]
    if len(found) > 1:
        cells[0] += f" ± {(max(distances) - min(distances)) / 2:.2g}"
    strength = sum(one["strength"] for one in found) / len(found)
    seconds = sum(one["cpu"] for one in found) / len(found)
    return " | ".join([str(len(found)), *cells, f"{strength:g}", f"{seconds:.0f}"])


if __name__ == "__main__":
    main()
