"""What a Wasserstein loss is said to bring, measured against other losses on small problems.

    OMP_NUM_THREADS=1 python benchmarks/wasserstein_claims.py --minutes 30    # go on with the runs
    python benchmarks/wasserstein_claims.py --report                          # write .md and .svg

Every run is one (data, loss, networks, learning rate, seed). Runs are done seed by seed, so that
what is done so far is a fair comparison, and kept in wasserstein_claims.json; a later call does
those that are missing. Several processes may share the work, each with its own --data. All losses
see the same number of real samples, at nearly the same cost; with three turns of D for one of G
(the papers take five), a Wasserstein loss spends them on a third as many turns of G as the others.
"""

import argparse
import itertools
import json
import math
import os
import time
from pathlib import Path

import torch

from gansmith import metrics
from gansmith.data import open_data, to_unit
from gansmith.metrics.modes import modes
from gansmith.recipe.recipe import make_recipe
from gansmith.records import Turn
from gansmith.registry import extractors
from gansmith.sampling.generate import draw_latents, make_samples
from gansmith.training.parts.build import build_parts
from gansmith.training.parts.setup import Setup
from gansmith.training.runtime import Runtime
from gansmith.training.trainer import Trainer

HERE = Path(__file__)
RESULT = HERE.with_suffix(".json")
SEEDS = range(5)
TICKS = 6  # looks at a run, evenly spread
ADAM = {"name": "adam", "betas": [0.0, 0.9]}
ARMS = {
    "wasserstein + clip": {
        "loss": {"name": "wasserstein"},
        "constraints": [{"name": "weight_clip", "limit": 0.05}],
        "turns": 3,
        "optimizer": {"name": "rmsprop"},
    },
    "wasserstein + penalty": {
        "loss": {"name": "wasserstein"},
        "terms": [{"name": "gradient_penalty", "weight": 1.0}],
        "turns": 3,
    },
    "non_saturating": {"loss": {"name": "non_saturating"}},
    "non_saturating + R1": {
        "loss": {"name": "non_saturating"},
        "terms": [{"name": "r1", "gamma": 0.1}],
    },
    "relativistic + R1 + R2": {
        "loss": {"name": "relativistic"},
        "terms": [{"name": "r1", "gamma": 0.1}, {"name": "r2", "gamma": 0.1}],
    },
}
WASSERSTEIN = tuple(name for name in ARMS if name.startswith("wasserstein"))
OTHERS = tuple(name for name in ARMS if name not in WASSERSTEIN)
RATES = (3e-4, 2e-3)


def mlp(activation, widths):
    return {"name": "mlp", "activation": activation, "widths": widths}


TOY_NETS = {
    "relu": {
        "generator": mlp("relu", [64, 64]),
        "discriminator": mlp("leaky_relu", [64, 64]),
    },
    "tanh": {"generator": mlp("tanh", [64, 64]), "discriminator": mlp("tanh", [64, 64])},
}
IMAGE_NETS = {
    "mlp": {
        "generator": mlp("relu", [128, 128]),
        "discriminator": mlp("leaky_relu", [128, 128]),
    },
    "dcgan": {
        "generator": {"name": "dcgan", "width": 8},
        "discriminator": {"name": "dcgan", "width": 8, "batch_norm": False},
    },
}
TASKS = {
    "ring": {"kimg": 80, "latent": 2, "networks": TOY_NETS},
    "grid": {"kimg": 80, "latent": 2, "networks": TOY_NETS},
    "mnist": {"kimg": 24, "latent": 16, "networks": IMAGE_NETS, "size": 16},
}
BATCH = 64


# --- one run ---


def recipe_of(task, arm, nets, rate, seed):
    """Return the recipe of a run."""
    about, how = TASKS[task], ARMS[arm]
    optimizer = how.get("optimizer", ADAM) | {"lr": rate}
    return make_recipe(
        {
            "seed": seed,
            "data": {"source": task, "batch": BATCH}
            | ({"size": about["size"], "channels": 1} if "size" in about else {}),
            "game": {"latent": about["latent"], "discriminator_turns": how.get("turns", 1)},
            "networks": about["networks"][nets],
            "loss": how["loss"],
            "terms": how.get("terms", []),
            "constraints": how.get("constraints", []),
            "optimizers": {"generator": optimizer, "discriminator": optimizer},
            "signals": {"tick": 10**9},
            "runtime": {"device": "cpu", "threads": 1},
        }
    )


class Judge:
    """What is measured of a generator's samples.

    ``distance``: Frechet distance, of points as they are, of digits by features of a classifier;
    ``even``: how many modes or classes the samples are spread over, exp of the entropy of their
    shares, over the number there is; ``good``: share of points within 6 sigma of a mode, or
    precision of digits.
    """

    def __init__(self, task, data):
        self.task, self.data = task, data
        if task == "mnist":
            images = to_unit(data.train.take(torch.arange(len(data.train)).numpy()))
            self.extractor = extractors.build(
                "classifier",
                {"size": 16, "steps": 200},
                reference=(images, data.train.beside["labels"]),
            )
            self.real = self.extractor(images[::16])

    def __call__(self, samples):
        if not bool(samples.isfinite().all()):
            return {"distance": 1e9, "even": 0.0, "good": 0.0}
        if self.task == "mnist":
            return self.of_images(samples)
        found = modes(samples, samples, self.data.facts["centres"], 2 * self.data.facts["sigma"])
        return {
            "even": math.exp(-found["reverse_kl"]),
            "good": found["high_quality"],
            "distance": metrics.frechet_distance(self.points(), samples),
        }

    def points(self):
        return torch.from_numpy(self.data.train.take(torch.arange(2000).numpy()))

    def of_images(self, samples):
        features = self.extractor(samples)
        classes = self.extractor.probabilities(samples).argmax(1)
        shares = classes.bincount(minlength=10) / len(samples)
        quality = metrics.prdc(self.real, features)
        return {
            "distance": metrics.frechet_distance(self.real, features),
            "even": float(torch.special.entr(shares).sum().exp()) / 10,
            "good": quality["precision"],
            "coverage": quality["coverage"],
        }


class Watch:
    """Looks at a run now and then."""

    def __init__(self, judge, trainer, samples):
        self.judge, self.samples, self.looks = judge, samples, []
        count = 1000 if judge.task != "mnist" else 500
        self.latents = draw_latents(1, count, trainer.parts.game.latent)

    def enough(self, trainer):
        if trainer.samples * TICKS >= self.samples * (len(self.looks) + 1):
            self.look(trainer)
        return trainer.samples >= self.samples

    def look(self, trainer):
        seen = trainer.parts.signals.read(trainer.parts.runtime.mean)
        generator = trainer.parts.game.players["generator"]
        found = self.judge(make_samples(generator, self.latents, batch_size=1000))
        kept = ("loss/discriminator/adversarial", "scores/ranked_right", "gradient/samples")
        self.looks.append(
            {"kimg": trainer.samples / 1000, "steps": trainer.step}
            | found
            | {name: seen[name] for name in kept}
        )

    def tick(self, trainer, signals):
        pass


def trainer_of(task, arm, nets, rate, seed, data):
    recipe = recipe_of(task, arm, nets, rate, seed)
    return Trainer(build_parts(Setup(recipe, data, Runtime("cpu", "fp32", seed, 1))))


def train(task, arm, nets, rate, seed, data, judge):
    """Return what was seen of one run, and its processor seconds."""
    trainer = trainer_of(task, arm, nets, rate, seed, data)
    watch, begun = Watch(judge, trainer, 1000 * TASKS[task]["kimg"]), time.process_time()
    trainer.run(watch)
    return {"looks": short(watch.looks), "seconds": round(time.process_time() - begun, 2)}


STRENGTHS = (5, 20, 80, 320, 1000)  # turns of D against a G that stands still


def strengthen(task, arm, nets, rate, seed, data):
    """Return the slope of G's loss at its samples as D alone goes on learning."""
    trainer, slopes = trainer_of(task, arm, nets, rate, seed, data), {}
    for turn in range(1, STRENGTHS[-1] + 1):
        trainer.step = turn
        trainer._take(Turn("discriminator"), 0)
        if turn in STRENGTHS:
            slopes[turn] = slope(trainer)
    return {"slopes": short(slopes)}


def slope(trainer):
    """Return the mean norm of a sample's gradient, times the batch, and the share ranked right."""
    parts = trainer.parts
    right = parts.signals.read(parts.runtime.mean)["scores/ranked_right"]
    parts.turn_to("generator")
    outcome = parts.game.play(Turn("generator"), trainer._batch(1, 0), trainer.step)
    fake = outcome.watched["gradient/samples"]
    (found,) = torch.autograd.grad(outcome.loss, fake)
    return {"slope": float(found.flatten(1).norm(dim=1).sum()), "ranked_right": right}


def short(found):
    """Return nested numbers with four digits."""
    if isinstance(found, dict):
        return {str(name): short(value) for name, value in found.items()}
    return [short(value) for value in found] if isinstance(found, list) else float(f"{found:.4g}")


# --- all runs ---


def all_runs():
    """Yield every run, seed by seed."""
    for seed in SEEDS:
        for arm in ARMS:
            yield f"slope/mnist/{arm}/mlp/{RATES[0]}/{seed}"
        for task in TASKS:
            for nets, rate, arm in itertools.product(TASKS[task]["networks"], RATES, ARMS):
                yield f"train/{task}/{arm}/{nets}/{rate}/{seed}"


def load():
    kept = json.loads(RESULT.read_text()) if RESULT.exists() else {}
    return {name: unfold(run) for name, run in kept.items()}


def fold(run):
    """Return a run with its looks as columns, which take less room."""
    if "looks" not in run:
        return run
    names = dict.fromkeys(name for look in run["looks"] for name in look)
    return run | {"looks": {name: [look.get(name) for look in run["looks"]] for name in names}}


def unfold(run):
    """Return a run with its looks one by one."""
    if "looks" not in run:
        return run
    rows = zip(*run["looks"].values(), strict=True)
    return run | {"looks": [dict(zip(run["looks"], row, strict=True)) for row in rows]}


def save(done):
    done = load() | done  # what other processes have done meanwhile
    lines = (f"{json.dumps(name)}: {json.dumps(fold(run))}" for name, run in done.items())
    temporary = RESULT.with_suffix(f".{os.getpid()}.tmp")
    temporary.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    temporary.replace(RESULT)


def go_on(minutes, only=tuple(TASKS)):
    """Do the runs that are missing, of some data sets, until the time is over."""
    torch.set_num_threads(1)
    done, until, opened = load(), time.monotonic() + 60 * minutes, {}
    for name in all_runs():
        if name in done or name.split("/")[1] not in only:
            continue
        if time.monotonic() > until:
            break
        kind, task, arm, nets, rate, seed = name.split("/")
        if task not in opened:
            size = TASKS[task].get("size")
            data = open_data(task, size=size, channels=1 if size else None, held_out=0.0, seed=0)
            opened[task] = data, Judge(task, data)
        data, judge = opened[task]
        run = (task, arm, nets, float(rate), int(seed), data)
        done[name] = train(*run, judge) if kind == "train" else strengthen(*run)
        save(done)
        print(name, done[name].get("seconds", ""), flush=True)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--minutes", type=float, default=30.0)
    arguments.add_argument("--data", nargs="*", choices=TASKS, default=tuple(TASKS))
    arguments.add_argument("--report", action="store_true")
    chosen = arguments.parse_args()
    if not chosen.report:
        go_on(chosen.minutes, chosen.data)
    from wasserstein_verdicts import write_report

    write_report(load())


if __name__ == "__main__":
    main()
