"""Modes that a collapsing GAN finds with each remedy: ring, grid and stacked digits.

    OMP_NUM_THREADS=1 python benchmarks/modes.py --minutes 60   # go on, write modes.md
    python benchmarks/modes.py --report                         # write it from what there is

Points are counted as in PacGAN (arXiv:1712.04086, tables 1 to 3): 2,500 samples, high quality
within three sigma of the nearest mode, a mode covered by one sample of high quality, KL divergence
of the samples' modes from uniform. Runs go seed by seed, the slow arms last, and are kept in
modes.json; a later call does those that are missing. Another arm is one
more line of ARMS.
"""

import argparse
import json
import tempfile
import time
from pathlib import Path

import numpy as np
import torch

from gansmith.data import open_data, to_unit
from gansmith.deploy.loaded import load
from gansmith.recipe.recipe import load_recipe, make_recipe
from gansmith.registry import extractors
from gansmith.runs.reader import read_run
from gansmith.training.session.environment import processor
from gansmith.training.start import Order, train

HERE = Path(__file__)
RESULT = HERE.with_suffix(".json")
SEEDS = range(5)
OF_DIGITS_SEEDS = 3
D = "networks.discriminator"
POINTS = {"name": "mlp", "widths": [128, 128]}
DIGITS = {"name": "dcgan", "width": 4}
RATES = {"generator": 1e-3, "discriminator": 5e-4}
SLOW_D = {p: {"name": "adam", "lr": r, "betas": [0.5, 0.999]} for p, r in RATES.items()}
COMMON = {
    "loss": {"name": "non_saturating"},
    "runtime": {"threads": 1, "device": "cpu"},
    "signals": {"tick": 200},
}
OF_POINTS = COMMON | {
    "length": {"kimg": 1000},
    "game": {"latent": 2},
    "networks": {"generator": POINTS, "discriminator": POINTS},
    "optimizers": SLOW_D,
    "controllers": [{"name": "cosine", "knob": f"optimizers.{p}.lr"} for p in RATES],
    "evaluation": {
        "every_kimg": 1000,
        "samples": 2500,
        "extractor": "identity",
        "metrics": ["modes"],
    },
}
OF_DIGITS = COMMON | {
    "length": {"kimg": 96},
    "data": {"source": "stacked_digits", "size": 16, "batch": 64, "labels": False, "audit": False},
    "game": {"latent": 64},
    "networks": {"generator": {"name": "dcgan", "width": 16}, "discriminator": DIGITS},
    "evaluation": {"every_kimg": 96, "samples": 256, "metrics": ["frechet_distance"]},
}
TASKS = {
    "ring": OF_POINTS | {"data": {"source": "ring", "batch": 100}},
    "grid": OF_POINTS | {"data": {"source": "grid", "batch": 100}},
    "stacked digits": OF_DIGITS,
}
SHIPPED = "default recipe"  # the recipe of the task's name that ships, as it is
JUDGED = 2600  # stacked images judged; published figures take 26,000


def unrolled(steps):
    return {"game.name": "unrolled", "game.steps": steps}


def packed(samples, net):
    return {D: {**net, "name": "packed", "base": net["name"], "samples": samples}}


def comparing(net):
    return {D: {**net, "name": "minibatch_discrimination", "base": net["name"]}}


def of_both(net):
    """Return the arms that points and digits share, by name: changes by dotted path."""
    return {
        "plain GAN": {},
        "packing 2": packed(2, net),
        "packing 3": {**packed(3, net), "data.batch": 99},
        "packing 4": packed(4, net),
        "unrolled 5": unrolled(5),
        "unrolled 10": unrolled(10),
        "minibatch discrimination": comparing(net),
        "minibatch deviation": {f"{D}.minibatch_stddev": True},
    }


WATCHED = {  # exams that the doctor can read
    "doctor.autopilot": True,
    "evaluation.every_kimg": 40,
    "evaluation.metrics": ["modes", "frechet_distance", "prdc", "diversity"],
}
R1_R2 = [{"name": "r1", "gamma": 0.1}, {"name": "r2", "gamma": 0.1}]
ARMS = {
    **of_both(POINTS),
    "relativistic + R1 + R2": {"loss": {"name": "relativistic"}, "terms": R1_R2},
    "autopilot": WATCHED,
    SHIPPED: {},
}
ON_DIGITS = ("plain GAN", "packing 2", "unrolled 5")
PUBLISHED = {
    "ring": {"plain GAN": "6.3 / 98.2 / .45", "packing 2": "7.9 / 95.6 / .07"}
    | {"packing 3": "7.8 / 97.7 / .10", "packing 4": "7.8 / 95.9 / .07"},
    "grid": {"plain GAN": "17.3 / 94.8 / .70", "packing 2": "23.8 / 91.3 / .13"}
    | {"packing 3": "24.6 / 94.2 / .06", "packing 4": "24.8 / 93.6 / .04"},
    "stacked digits": {"plain GAN": "30.6", "packing 2": "484.5", "unrolled 5": "236.4"},
}


# --- one run ---


def recipe_of(task, arm, seed):
    """Return the recipe of a run."""
    if arm == SHIPPED:
        return load_recipe(
            task, {"seed": seed, "runtime.threads": 1, "evaluation.every_kimg": 2048}
        )
    of_task = of_both(DIGITS)[arm] if task == "stacked digits" else ARMS[arm]
    return make_recipe(json.loads(json.dumps(TASKS[task])), {"seed": seed, **of_task})


def run_one(task, arm, seed):
    """Train, and return what its samples cover, with its cost."""
    recipe = recipe_of(task, arm, seed)
    with tempfile.TemporaryDirectory() as folder:
        began = time.process_time()
        run = train(Order(recipe, run=f"{folder}/run", quiet=True))
        seconds = time.process_time() - began
        record = read_run(run)
        if record.journal[-1]["event"] != "finished":
            raise SystemExit("stopped")  # by a signal, which ends a run in order
        exam = record.metrics[-1]
        found = exam["metrics"] if task != "stacked digits" else of_digits(run)
    kept = {name: found[name] for name in ("modes", "high_quality", "reverse_kl") if name in found}
    return kept | {"kimg": exam["kimg"], "cpu_seconds": round(seconds, 1)}


def of_digits(run):
    """Return how many of the 1,000 numbers a run's samples spell, by a classifier of digits."""
    samples = load(run, "last").sample(JUDGED, seed=0)
    digits = classifier().probabilities(samples.reshape(-1, 1, *samples.shape[2:])).argmax(1)
    numbers = (digits.view(-1, 3) * torch.tensor([100, 10, 1])).sum(1)
    shares = numbers.bincount(minlength=1000).double() / len(numbers)
    kl = torch.special.xlogy(shares, shares * 1000).sum()
    return {"modes": float((shares > 0).sum()), "reverse_kl": float(kl)}


def classifier(known=[]):  # noqa: B006
    """Return a classifier of single digits of 16 pixels, trained once."""
    if not known:
        data = open_data("mnist", size=16, channels=1, held_out=0.0)
        images = to_unit(data.train.take(np.arange(len(data.train))))
        reference = (images, data.train.beside["labels"])
        known.append(extractors.build("classifier", {"size": 16}, reference=reference))
    return known[0]


# --- what is done, and the page ---


def planned():
    """Yield (task, arm, seed), seed by seed; what takes longest comes last."""
    last = [SHIPPED, "unrolled 5", "unrolled 10", "minibatch discrimination"]
    arms = [arm for arm in ARMS if arm not in last]
    for seed in SEEDS:
        yield from ((task, arm, seed) for arm in arms for task in ("ring", "grid"))
        yield from (("stacked digits", arm, seed) for arm in ON_DIGITS if seed < OF_DIGITS_SEEDS)
    for seed in SEEDS:
        yield from ((task, arm, seed) for arm in last for task in ("ring", "grid"))


def results():
    empty = {"processor": processor(), "torch": torch.__version__, "runs": {}}
    return json.loads(RESULT.read_text()) if RESULT.exists() else empty


def go_on(minutes):
    """Do missing runs until the time is over."""
    until, kept = time.monotonic() + 60 * minutes, results()
    for task, arm, seed in planned():
        name = f"{task}/{arm}/{seed}"
        if name in kept["runs"]:
            continue
        if time.monotonic() > until:
            return
        kept["runs"][name] = run_one(task, arm, seed)
        print(name, kept["runs"][name], flush=True)
        RESULT.write_text(json.dumps(kept, indent=1) + "\n")


def cell(values, digits, times=1.0):
    """Return mean and standard error."""
    if not values:
        return ""
    found = times * np.array(values)
    error = found.std(ddof=1) / len(found) ** 0.5 if len(found) > 1 else None
    return f"{found.mean():.{digits}f}" + (f" ± {error:.{digits}f}" if error is not None else "")


def rows(task, runs):
    """Yield the table of a task."""
    heads = ["arm", "modes", "high quality, %", "reverse KL", "runs", "CPU s a run"]
    heads.append("published" + (" (modes)" if task == "stacked digits" else ""))
    yield f"| {' | '.join(heads)} |"
    yield "|---" * len(heads) + "|"
    for arm in ARMS:
        done = [run for name, run in runs.items() if name.startswith(f"{task}/{arm}/")]
        if done:
            good = cell([r["high_quality"] for r in done if "high_quality" in r], 1, 100)
            cells = [arm, cell([r["modes"] for r in done], 1), good]
            cells += [cell([r["reverse_kl"] for r in done], 3), str(len(done))]
            cells += [cell([r["cpu_seconds"] for r in done], 0), PUBLISHED[task].get(arm, "")]
            yield f"| {' | '.join(cells)} |"


ABOUT = {
    "ring": "8 Gaussians on a circle, σ 0.01. Published: 40 million samples, G 4x400 with batch"
    " norm, D 3x200 maxout.",
    "grid": "25 Gaussians, σ 0.05. Published as above.",
    "stacked digits": "Three digits as colours, 1,000 numbers, at 16 pixels; D has a quarter of G's"
    f" width; 1,500 steps of 64, {JUDGED:,} samples judged by a classifier of single digits trained"
    " on the same digits. Published: 28 pixels, 26,000 samples, full length.",
}


def page(kept):
    text = [
        "# Modes found, remedy by remedy",
        "",
        __doc__.split("\n\n")[2].replace("\n", " "),
        "",
        "Arms but the last are a plain GAN in a setting that collapses, with one change each: G"
        " and D 2x128 ReLU, Adam with β1 0.5, rates 1e-3 for G and half of that for D, down to 0"
        " along a cosine, 10,000 steps of 100 (1 million samples). The autopilot starts there. The"
        " default recipe is the one that ships, of 2 million samples. Mean ± standard error over"
        " seeds. "
        f"{kept['processor']}, one thread, torch {kept['torch']}. "
        f"{len(kept['runs'])} of {len(list(planned()))} runs are done.",
    ]
    for task in TASKS:
        table = list(rows(task, kept["runs"]))
        if len(table) > 2:
            text += ["", f"## {task.capitalize()}", "", ABOUT[task], "", *table]
    return "\n".join(text) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--minutes", type=float, default=60.0, help="begin no run after so many")
    parser.add_argument("--report", action="store_true", help="run nothing")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    if not asked.report:
        go_on(asked.minutes)
    HERE.with_suffix(".md").write_text(page(results()))


if __name__ == "__main__":
    main()
