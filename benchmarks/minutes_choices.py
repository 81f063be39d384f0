"""What was tried to make images in colour better, choice by choice, and which row shows it."""

from collections.abc import Iterator

from minutes_arms import ARMS
from minutes_bars import DISTANCE, Cells, value
from minutes_sets import SETS

# choice, the arms that change it, what else is known or why there is no row
CHOICES: list[tuple[str, tuple[str, ...], str]] = [
    ("how G enlarges", ("transposed", "stylegan2"), "a blur after `nearest`: trials, unstable"),
    ("skips of G to the image", ("stylegan2",), "not tried apart from it"),
    ("styles in G", ("stylegan2",), ""),
    ("how D shrinks", (), "not tried: a blur would come before each of its strided kernels"),
    ("D's first layer, several scales", (), "not tried"),
    ("weight of the penalties", ("gamma a tenth",), "trials"),
    ("how often they are taken", ("every step", "slower"), "trials"),
    ("learning rates", ("slower", "every step"), ""),
    ("their course", ("rates that stay",), ""),
    ("batch", ("batch 32",), ""),
    ("half-life of the average, latent", (), "not tried"),
    ("width", ("width 48",), ""),
    ("minibatch deviation in D", (), "trials: more colours, a fifth fewer steps"),
    (
        "augmentation of few",
        ("augment: none", "augment: shift and cutout", "augment: ada"),
        "",
    ),
    ("mirroring", (), "not tried: on for photographs by what they show"),
    ("bfloat16", ("bf16",), "0.8 of the time of a step at width 32"),
    ("frozen features in D", (), "trials: one colour, no shapes"),
    ("all of it at once", ("former choices",), ""),
]


def choices(done: Cells) -> list[str]:
    """Return the table of the choices: rows measured, and what else is known."""
    rows = ["| choice | distance with the arm, and without | besides |", "|---|---|---|"]
    for choice, arms, besides in CHOICES:
        found = [words for arm in arms for words in _found(done, arm)]
        left = [arm for arm in arms if not list(_found(done, arm))]
        said = "; ".join([*found, *(f"`{arm}` not yet measured" for arm in left)])
        rows.append(f"| {choice} | {said} | {besides} |")
    return rows


def _found(done: Cells, arm: str) -> Iterator[str]:
    assert arm in ARMS
    for name, known in SETS.items():
        changed, usual = (value(done, name, one, DISTANCE) for one in (arm, "gansmith"))
        if changed and usual:
            short = name.split(" for ")[0]
            yield f"`{arm}` {changed:,.0f}, {usual:,.0f} ({short}, {known.seconds:g} s)"
