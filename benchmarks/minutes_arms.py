"""What benchmarks/minutes.py compares: the default, one choice changed at a time, plain loops."""

from typing import Any

from minutes_plain import LOOPS

Changes = dict[str, Any]
PLAIN = tuple(LOOPS)
PLAYERS = ("generator", "discriminator")


def rates(lr: float, warmup: float = 0.0) -> Changes:
    """Return both players' optimizers at a learning rate that falls, after a rise if one is told.

    Args:
        lr: the rate at its highest.
        warmup: thousands of samples over which it rises.
    """
    adam = {"name": "adam", "lr": lr, "betas": [0.0, 0.99]}
    course = {"name": "cosine", "final": 0.05, "warmup_kimg": warmup}
    knobs = [f"optimizers.{player}.lr" for player in PLAYERS]
    both = {f"optimizers.{player}": dict(adam) for player in PLAYERS}
    return both | {"controllers": [course | {"knob": knob} for knob in knobs]}


def penalties(gamma: float, every: int = 1) -> Changes:
    """Return R1 and R2 of a weight, with the loss that goes with them; rates are to be told too."""
    terms = [{"name": name, "gamma": gamma, "every": every} for name in ("r1", "r2")]
    return {"loss": {"name": "relativistic"}, "terms": terms}


def nets(**options: Any) -> Changes:
    """Return lean nets of a width, G by nearest neighbours."""
    lean = {"name": "lean", **options}
    return {"networks.generator": lean | {"upsampling": "nearest"}, "networks.discriminator": lean}


COARSE: Changes = {"networks.generator": {"name": "lean"}}
POLICIES = ["translation", "cutout"]
OURS: dict[str, tuple[Changes, str]] = {
    "gansmith": ({}, "what `gansmith train --data SET --budget TIME` chooses"),
    "former choices": (
        COARSE | penalties(1.0) | rates(1e-3) | {"controllers": []},
        "G by transposed convolutions, rate 1e-3 that stays, penalties at every step",
    ),
    "slower": (penalties(1.0) | rates(1e-3), "rate 1e-3 that falls, penalties at every step"),
    "every step": (penalties(1.0) | rates(2e-3), "rate 2e-3 from the start, likewise"),
    "gamma a tenth": (penalties(0.1, 4) | rates(2e-3, 4.0), "penalties a tenth as strong"),
    "transposed": (COARSE, "G by transposed convolutions"),
    "rates that stay": ({"controllers": []}, "no rise and no fall of the learning rates"),
    "batch 32": ({"data.batch": 32}, "twice the batch"),
    "width 48": (nets(width=48), "nets half as wide again"),
    "bf16": ({"runtime.precision": "bf16"}, "bfloat16, where the processor has instructions"),
    "stylegan2": (
        {
            "networks.generator": {"name": "stylegan2", "width": 8},
            "networks.discriminator": {"name": "lean"},
        },
        "StyleGAN2's generator of width 8, the same D",
    ),
    "augment: none": ({"augment": False}, "no augmentation"),
    "augment: shift and cutout": (
        {"augment": {"name": "diffaugment", "policies": POLICIES}},
        "DiffAugment without colour",
    ),
    "augment: ada": ({"augment": {"name": "ada"}}, "ADA, its strength by how sure D is"),
}
WHY = {name: why for name, (_, why) in OURS.items()} | {
    "plain DCGAN": "the tutorial's loop: batch norm, rate 2e-4, momentum 0.5, batch 64",
    "plain WGAN-GP": "five turns of D for one of G, penalty 10, rate 1e-4, no norm in D, batch 64",
    "plain SN hinge": "hinge loss, spectral norm in D, rates 1e-4 and 4e-4, batch 64",
    "reals": "images of the training part, judged as the fakes are",
}
ARMS = ("gansmith", "plain DCGAN", *(n for n in OURS if n != "gansmith"), *PLAIN[1:])


def changes(arm: str, name: str) -> Changes | None:
    """Return what an arm changes of the default; None where it says nothing about the set."""
    few = name.split()[0].isdigit()
    if arm.startswith("augment") and not few:
        return None
    return OURS[arm][0] if arm in OURS else {}
