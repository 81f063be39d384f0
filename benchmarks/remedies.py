"""What remedies cost: CPU seconds of a step with each over those without; for docs/remedies.md.

    OMP_NUM_THREADS=1 python benchmarks/remedies.py            # two minutes of one quiet core
    python benchmarks/remedies.py --report                     # the page from remedies.json

Steps are those of `gansmith train` on noise in the shape of 32-pixel colour images, batch 32, nets
`lean` of width 16 (dcgan where a remedy is about batch norm). Each ratio is the median over rounds
in which the step with the remedy follows the one without.
"""

import argparse
import json
import time
import tomllib
from pathlib import Path
from statistics import median

import torch

from gansmith.recipe.recipe import make_recipe
from gansmith.training.runtime import Runtime
from gansmith.training.session.environment import processor
from gansmith.training.startup.speed_trial import made_up, seconds_a_step

HERE = Path(__file__)
RESULT, PAGE = HERE.with_suffix(".json"), HERE.parents[1] / "docs" / "remedies.md"
SHAPE, STEPS, ROUNDS = (3, 32, 32), 4, 3
LEAN = {"name": "lean", "width": 16}
BASE = {
    "data": {"source": "noise", "batch": 32},
    "game": {"latent": 64},
    "networks": {"generator": LEAN, "discriminator": LEAN},
    "loss": {"name": "non_saturating"},
    "runtime": {"device": "cpu", "threads": 1},
}
ABOUT = """# Remedies

Every remedy that a recipe can name: what it does, what it helps against, and what a step costs with
it, as a multiple of a step without. The doctor proposes those that fit what it finds
([When it goes wrong](failures.md)); options and papers are in [Parts](parts.md). A dash: its steps
cost what others do, or it depends on the run.

| remedy | in a recipe | what it does | helps against | CPU time of a step |
|---|---|---|---|---|"""
FOOT = """
Made by `python benchmarks/remedies.py`: 3 x 32 x 32, batch 32, nets `lean` of width 16 (`dcgan` for
the two norms and the deviation), one thread, torch {torch}, {processor}.

## Keeping the balance

    [[controllers]]
    name = "balance_rates"                    # or balance_turns, balance_penalty
    knob = "optimizers.discriminator.lr"      # or game.discriminator_turns, terms.r1.gamma

At every tick D judges held-out reals and fakes of the same latents; `scores/held_out/margin` in
signals.jsonl is the share of pairs that it ranks correctly, less the share that it ranks wrongly.
While the margin stays between `low` and `high` nothing moves. Losses would not do: they differ from
one loss to the next, and fall as D memorises. `plateau` reads exams, `divergence_guard` gradients
and scores. All of them multiply what a schedule makes of the same knob; the journal has each move
with its reason. For G's best fakes, lower `game.top` from 1 with `linear` or `cosine`."""


def remedies():
    return tomllib.loads(HERE.with_suffix(".toml").read_text())["remedy"]


def seconds(changes):
    recipe = make_recipe(json.loads(json.dumps(BASE)), changes)
    runtime = Runtime("cpu", "fp32", 0, 1)
    return seconds_a_step(recipe, made_up(SHAPE, recipe), runtime, STEPS, time.process_time)


def measure():
    """Measure all remedies, and keep the ratios."""
    found = {}
    for remedy in remedies():
        if "changes" in remedy:
            name, beside = remedy["name"], remedy.get("beside", {})
            changed = beside | remedy["changes"]
            ratios = [seconds(changed) / seconds(beside) for _ in range(ROUNDS)]
            found[name] = round(median(ratios), 2)
            print(name, found[name], flush=True)
    kept = {"processor": processor(), "torch": torch.__version__, "ratios": found}
    RESULT.write_text(json.dumps(kept, indent=1) + "\n")


def page(kept):
    rows = []
    for remedy in remedies():
        ratio = kept["ratios"].get(remedy["name"])
        cost = "—" if ratio is None else f"x {ratio:.1f}"
        said = [f"`{remedy['recipe']}`", remedy["does"], remedy["helps"], cost]
        rows.append(f"| {' | '.join([remedy['name'], *said])} |")
    return "\n".join([ABOUT, *rows, FOOT.format(**kept)]) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--report", action="store_true", help="measure nothing")
    torch.set_num_threads(1)
    if not parser.parse_args().report:
        measure()
    PAGE.write_text(page(json.loads(RESULT.read_text())), encoding="utf-8")


if __name__ == "__main__":
    main()
