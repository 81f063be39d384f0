"""Changes that scenarios make to a recipe that works, and which settings they apply to."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from benchmarks.doctor.zoo.settings import Setting
from gansmith.imports import permit

Changes = Mapping[str, Any]
Change = Callable[[Setting], Changes]
PARTS = "benchmarks.doctor.zoo.parts"
NETWORKS = ("linear", "linear_critic", "blind_critic", "shortsighted", "defective", "reciting")

permit(*(f"{PARTS}:{name}" for name in NETWORKS))  # our own, which recipes of records may name


def images(setting: Setting) -> bool:
    """Whether samples are images."""
    return setting.images


def toys(setting: Setting) -> bool:
    """Whether samples are vectors."""
    return not setting.images


def classes(setting: Setting) -> bool:
    """Whether the images have classes to condition on."""
    return setting.images and setting.data != "emoji"


def separable(setting: Setting) -> bool:
    """Whether the features of exams separate the classes: those of CIFAR they do not."""
    return classes(setting) and setting.data != "cifar"


def rates(generator: float, discriminator: float) -> Change:
    """Learning rates as multiples of the setting's own."""
    return lambda setting: {
        "optimizers.generator.lr": setting.lr * generator,
        "optimizers.discriminator.lr": setting.lr * discriminator,
    }


def perceptron(setting: Setting) -> bool:
    """Whether both players are small networks of plain layers."""
    return "widths" in setting.networks["discriminator"]


def plain(setting: Setting) -> Changes:
    """Without any regulariser."""
    return {"terms": []}


def all_of(*parts: Change | Changes) -> Change:
    """Several changes, the later ones on top."""

    def changes(setting: Setting) -> Changes:
        found: dict[str, Any] = {}
        for part in parts:
            found |= part(setting) if callable(part) else part
        return found

    return changes


def around(part: str, player: str = "generator", **options: Any) -> Change:
    """A network of the setting inside a part of the zoo's own."""

    def changes(setting: Setting) -> Changes:
        net = setting.networks[player]
        own = {name: value for name, value in net.items() if name != "name"}
        made = {"name": f"{PARTS}:{part}", "base": net["name"], **options, **own}
        return {f"networks.{player}": made}

    return changes


def shorter(setting: Setting) -> Changes:
    """A third of the time at half the rates."""
    kimg = setting.kimg / 3
    return {
        "length.kimg": kimg,
        "evaluation.every_kimg": kimg / 12,
        "signals.tick": max(1, round(kimg * 1000 / setting.batch / 48)),
        **rates(0.5, 0.5)(setting),
    }


def thin(setting: Setting) -> Changes:
    """A generator as narrow as it goes: eight numbers wide, two for vectors, or one channel."""
    if "widths" in setting.networks["generator"]:
        return {"networks.generator.widths": [8] if setting.images else [2]}
    return {"networks.generator.width": 1}


def thick_discriminator(setting: Setting) -> Changes:
    """Twice the width, to overfit to few images."""
    net = setting.networks["discriminator"]
    if "widths" in net:
        return {"networks.discriminator.widths": [2 * width for width in net["widths"]]}
    return {"networks.discriminator.width": 2 * net["width"]}


def stretched(times: float) -> Change:
    """A run of another length, with as many ticks and exams as before."""
    return lambda setting: {
        "length.kimg": times * setting.kimg,
        "evaluation.every_kimg": times * setting.kimg / (16 if not setting.images else 13),
        "signals.tick": max(1, round(times * setting.kimg * 1000 / setting.batch / 80)),
    }


def gamma(setting: Setting) -> Changes:
    """A gradient penalty that flattens the discriminator."""
    return {"terms": [{"name": "r1", "gamma": 1e5}]}


def critic(setting: Setting) -> Changes:
    """A Wasserstein critic with a gradient penalty."""
    weight = 10.0 if setting.images else 0.1
    terms = [{"name": "gradient_penalty", "weight": weight}]
    return {
        "loss": {"name": "wasserstein"},
        "terms": terms,
        "game.discriminator_turns": 2,
        "length.kimg": (2 if setting.images else 1) * setting.kimg,
    }


def circling(turns: int) -> Change:
    """The bilinear game: linear players under plain descent rotate a number of times."""

    def changes(setting: Setting) -> Changes:
        steps = 1000 * setting.kimg / setting.batch
        sgd = {"name": "sgd", "lr": round(turns * 2 * math.pi / steps, 4)}
        offset = 0.5 if setting.images else 1.0
        return {
            "loss": {"name": "wasserstein"},
            "constraints": [{"name": "weight_clip", "limit": 1000.0}],  # never reached
            "terms": [],
            "ema.half_life_kimg": setting.kimg / 1000,  # an average would hide it
            "networks.generator": {"name": f"{PARTS}:linear", "offset": offset},
            "networks.discriminator": {"name": f"{PARTS}:linear_critic"},
            "optimizers.generator": sgd,
            "optimizers.discriminator": dict(sgd),
        }

    return changes
